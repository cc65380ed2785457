"""What somebody typed: whether Korean came out in English letters, since the keyboard stood so."""

from __future__ import annotations

import re
from functools import lru_cache

# Where the keys of the Korean layout (KS X 5002) lie on an English keyboard.
_CONSONANTS = dict(zip("rRseEfaqQtTdwWczxvg", range(19), strict=True))
_VOWELS = {
    key: place
    for place, key in enumerate(
        ("k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l")
    )
}
_FINALS = "r|R|rt|s|sw|sg|e|f|fr|fa|fq|ft|fx|fv|fg|a|q|qt|t|T|d|w|c|z|x|v|g"
_SYLLABLE = re.compile(
    rf"[{''.join(_CONSONANTS)}]"
    rf"(?:{'|'.join(sorted(_VOWELS, key=len, reverse=True))})"
    rf"(?:(?:{'|'.join(sorted(_FINALS.split('|'), key=len, reverse=True))})(?![koiOjpuPhynbml]))?"
)
_WORD = re.compile(r"[A-Za-z]+")
_KOREAN = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LEAST_LETTERS = 4


@lru_cache(maxsize=4096)
def may_be_korean_in_english(text: str) -> bool:
    """``dkssud`` is 안녕, typed on English keys: every word of it is whole syllables but for its last letter. So are
    very few English words (``fish``), and of fewer than four letters nobody can tell."""
    words = _WORD.findall(text)
    if not words or _KOREAN.search(text):
        return False
    return sum(map(len, words)) < _LEAST_LETTERS or (all(map(_is_syllables, words[:-1])) and _is_begun(words[-1]))


def _is_begun(word: str) -> bool:
    return len(word) == 1 or _is_syllables(word) or _is_syllables(word[:-1])


def _is_syllables(word: str) -> bool:
    place = 0
    while found := _SYLLABLE.match(word, place):
        place = found.end()
    return 0 < place == len(word)
