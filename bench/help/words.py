"""A complaint in somebody's own hand: one of the half's texts, with the faults of typing or of speech recognition."""

from __future__ import annotations

import random

from bench.help import words_fresh, words_tuning, words_unseen

_SAID = {"tuning": words_tuning.SAID, "unseen": words_unseen.SAID, "fresh": words_fresh.SAID}
BUTTONS = {
    "cannot_find": ("CANNOT_FIND", "못 찾겠어요"),
    "no_reaction": ("NO_REACTION", "눌렀는데 안 돼요"),
    "other_screen": ("OTHER_SCREEN", "다른 화면이 나왔어요"),
    "keyboard_missing": ("CANNOT_TYPE", "글자를 못 쓰겠어요"),
}
"""The picture buttons of the page, the same in all sets: the request's ``reason`` (contract 11.17), and the words
that stand on it, which a page may send besides."""
# How each half's people misspell and speak; none of the one is in the other.
_SPELT = {
    "tuning": (("돼", "되"), ("있어요", "잇어요"), ("않", "안"), ("왔", "왓"), ("했", "햇"), ("어떻게", "어떡게")),
    "unseen": (("됩니", "댐니"), ("습니다", "슴니다"), ("겠", "겟"), ("없", "업"), ("렇", "러"), ("싶", "십")),
    "fresh": (("됩니", "뎁니"), ("는데", "는대"), ("같", "갓"), ("했", "햇"), ("괜찮", "괸찬"), ("눌러", "눌어")),
}
_ENDS = {
    "tuning": ("", "", "", "ㅠㅠ", "...", "~~", "!!"),
    "unseen": ("", "", "", "ㅜ", ";;", "??", " ㅎ"),
    "fresh": ("", "", "", ".", "ㅡㅡ", "!", " 네"),
}
_FILLERS = {
    "tuning": ("", "", "선생님 ", "저기요 "),
    "unseen": ("", "", "아 그 ", "음 ", "강사님 "),
    "fresh": ("", "", "보소 ", "실례합니다 ", "에 "),
}


def said(half: str, topic: str, target: str, rng: random.Random) -> str:
    """``topic`` is empty for who presses the button without a word; ``button:…`` is a picture button, whose words may
    come with it."""
    if not topic:
        return ""
    if topic.startswith("button:"):
        return rng.choice((BUTTONS[topic.removeprefix("button:")][1], ""))
    text = rng.choice(_SAID[half][topic]).format(t=target)
    if rng.random() < 0.35:
        right, wrong = rng.choice(_SPELT[half])
        text = text.replace(right, wrong)
    if rng.random() < 0.2:  # speech recognition, and thumbs, leave the spaces out
        text = text.replace(" ", "")
    return f"{rng.choice(_FILLERS[half])}{text}{rng.choice(_ENDS[half])}".strip()
