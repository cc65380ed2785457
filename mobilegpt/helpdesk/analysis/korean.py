"""Korean sentences: particles after a word, and whether a text is already politely put."""

from __future__ import annotations

import re
from functools import lru_cache

_LAST_SYLLABLE = 0xD7A3
_FIRST_SYLLABLE = 0xAC00
_RIEUL = 8
# How the last sign is read aloud: digits and letters that end in a consonant, ㄹ apart.
_CLOSED = set("0136LMNRlmnr78")
_CLOSED_BY_RIEUL = set("178LRlr")
_PAIRS = {"을": "을/를", "이": "이/가", "은": "은/는", "과": "과/와", "으로": "으로/로"}
_POLITE = re.compile(r"(?:요|니다|니까|세요|십시오)[.!?~)\"'’”]*$")
_EH = 1  # ㅐ
_VOWELS = {5: _EH, 10: _EH, 11: _EH, 15: _EH}  # ㅔ ㅙ ㅚ ㅞ
_FINALS = {20: 19, 18: 17, 6: 4, 15: 8, 27: 0}  # ㅆ ㅄ ㄶ ㅀ ㅎ
_FINALS_PER_VOWEL, _VOWELS_PER_FIRST = 28, 21
_M_BEFORE_N = "".join(
    chr(code) for code in range(_FIRST_SYLLABLE, _LAST_SYLLABLE + 1) if (code - _FIRST_SYLLABLE) % 28 == 16
)
_NASAL = re.compile(f"[{_M_BEFORE_N}](?=니[다까])")
_B_FOR_M = 1
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def as_heard(text: str) -> str:
    """Korean by its sound: ``돼`` and ``되``, ``않`` and ``안``, ``있`` and ``잇`` are one, since who writes by ear, or
    speaks to the phone, writes either. For a text, and for the pattern that it is held against."""
    return _NASAL.sub(lambda found: chr(ord(found[0]) + _B_FOR_M), "".join(map(_sound, text)))


def with_particle(word: str, particle: str) -> str:
    """``with_particle("친구", "을")`` is ``친구를``; the word may end in a quote."""
    closed, open_form = _PAIRS[particle].split("/")
    bare = word.rstrip("'\"’”) ")
    if particle == "으로" and _ends_in_rieul(bare):
        return word + open_form
    return word + (closed if _ends_closed(bare) else open_form)


def quoted(word: str) -> str:
    """A name as it stands on the screen; one that has quotes already keeps its own."""
    return word if "'" in word or "‘" in word else f"'{word}'"


def is_polite(text: str) -> bool:
    """Whether every sentence ends politely (해요체 or 합니다체)."""
    sentences = [part.strip() for part in _SENTENCE.findall(text) if part.strip()]
    return bool(sentences) and all(_POLITE.search(sentence) for sentence in sentences)


def sentence(text: str) -> str:
    """With a full stop at its end."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?" else f"{stripped}."


def spoken(text: str) -> str:
    """The same for the ear: without quotes and brackets."""
    return " ".join(re.sub(r"\([^()]*+\)|['\"‘’“”]", "", text).split())


def _ends_closed(word: str) -> bool:
    if not word:
        return False
    last = word[-1]
    code = ord(last)
    if _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        return (code - _FIRST_SYLLABLE) % 28 != 0
    return last in _CLOSED


def _ends_in_rieul(word: str) -> bool:
    if not word:
        return False
    last = word[-1]
    code = ord(last)
    if _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        return (code - _FIRST_SYLLABLE) % 28 == _RIEUL
    return last in _CLOSED_BY_RIEUL


@lru_cache(maxsize=4096)
def _sound(sign: str) -> str:
    place = ord(sign) - _FIRST_SYLLABLE
    if not 0 <= place <= _LAST_SYLLABLE - _FIRST_SYLLABLE:
        return sign
    rest, final = divmod(place, _FINALS_PER_VOWEL)
    first, vowel = divmod(rest, _VOWELS_PER_FIRST)
    heard = (first * _VOWELS_PER_FIRST + _VOWELS.get(vowel, vowel)) * _FINALS_PER_VOWEL + _FINALS.get(final, final)
    return chr(_FIRST_SYLLABLE + heard)
