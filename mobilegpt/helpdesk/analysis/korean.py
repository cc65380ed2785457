"""Korean sentences: particles after a word, and whether a text is already politely put."""

from __future__ import annotations

import re

_LAST_SYLLABLE = 0xD7A3
_FIRST_SYLLABLE = 0xAC00
_RIEUL = 8
# How the last sign is read aloud: digits and letters that end in a consonant, ㄹ apart.
_CLOSED = set("0136LMNRlmnr78")
_CLOSED_BY_RIEUL = set("178LRlr")
_PAIRS = {"을": "을/를", "이": "이/가", "은": "은/는", "과": "과/와", "으로": "으로/로"}
_POLITE = re.compile(r"(?:요|니다|니까|세요|십시오)[.!?~)\"'’”]*$")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


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
