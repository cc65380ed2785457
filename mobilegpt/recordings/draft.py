"""A draft of a task: steps with the words of a patient teacher (contract 5.1's fields). Nothing here is published.

The words are plain and polite Korean (해요체), one thought each; the spoken text tells a little more than the written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from mobilegpt.guidance.expectation import Expectation
from mobilegpt.language.redaction import names_pattern
from mobilegpt.lectures.step import StepImage
from mobilegpt.recordings.acts import Act, Kind, acts_of
from mobilegpt.recordings.expecting import expectation_of
from mobilegpt.recordings.segmenter import Segment, segments_of

MOST_STEPS = 60

_ACTIONS = {
    Kind.TAP: "CLICK",
    Kind.LONG_TAP: "LONG_CLICK",
    Kind.SCROLL: "SCROLL",
    Kind.INPUT: "INPUT",
    Kind.SCREEN: "NAVIGATE",
    Kind.BACK: "NAVIGATE",
}
_APPS = {
    "com.google.android.youtube": "유튜브",
    "com.kakao.talk": "카카오톡",
    "com.nhn.android.search": "네이버",
    "com.android.chrome": "크롬",
    "com.android.settings": "설정",
    "com.samsung.android.dialer": "전화",
    "com.google.android.dialer": "전화",
    "com.samsung.android.messaging": "문자 메시지",
    "com.google.android.apps.messaging": "문자 메시지",
    "com.sec.android.app.camera": "카메라",
    "com.google.android.gm": "지메일",
    "com.google.android.apps.maps": "구글 지도",
    "com.android.vending": "플레이 스토어",
}
_SCROLLS = {
    "up": ("화면 올리기", "화면을 위로 올리세요", "손가락을 화면에 대고 위로 천천히 밀어 올리세요."),
    "down": ("화면 내리기", "화면을 아래로 내리세요", "손가락을 화면에 대고 아래로 천천히 당겨 내리세요."),
    "left": ("왼쪽으로 넘기기", "화면을 왼쪽으로 넘기세요", "손가락을 화면에 대고 왼쪽으로 천천히 미세요."),
    "right": ("오른쪽으로 넘기기", "화면을 오른쪽으로 넘기세요", "손가락을 화면에 대고 오른쪽으로 천천히 미세요."),
}


class DraftStep(msgspec.Struct, frozen=True, kw_only=True):
    """A subtask that nobody has approved yet; the fields are those of R24."""

    title: str
    description: str
    target_action: str
    target_element_hint: str | None
    guide_text: str
    voice_guide_text: str


class PicturedStep(DraftStep, frozen=True, kw_only=True):
    """With a picture of the screen on which it is done, and what it expects, where the recording tells enough."""

    image: StepImage | None = None
    expectation: Expectation | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A task that nobody has approved yet. ``worded_by`` is ``local``, or ``model`` where one improved the texts.

    ``left_out`` counts the steps beyond the 60 that a task of a lesson can sensibly have.
    """

    title: str
    steps: list[PicturedStep]
    worded_by: str = "local"
    left_out: int = 0


def draft_of(
    title: str,
    events: Iterable[tuple[str, datetime, Mapping[str, Any]]],
    picture: Callable[[Act], StepImage | None] = lambda act: None,
    names: Iterable[str] = (),
) -> Draft:
    """``events`` are ``(event_type, timestamp, data)`` in order of time. A recording without acts gives no steps.

    ``picture`` makes a step's picture of its act. No step expects one of ``names``.
    """
    known = names_pattern(names)
    segments = segments_of(acts_of(events))
    steps = [_step(segment, picture(segment.act), known) for segment in segments[:MOST_STEPS]]
    return Draft(title=title, steps=steps, left_out=max(0, len(segments) - MOST_STEPS))


def _step(segment: Segment, image: StepImage | None, known: re.Pattern[str] | None) -> PicturedStep:
    title, guide, voice = _words(segment.act)
    after = _after(segment)
    return PicturedStep(
        title=title[:200],
        description="",
        target_action=_ACTIONS[segment.act.kind],
        target_element_hint=_hint(segment.act),
        guide_text=f"{guide} {after}".strip(),
        voice_guide_text=f"{voice} {after}".strip(),
        image=image,
        expectation=expectation_of(segment, known),
    )


def _words(act: Act) -> tuple[str, str, str]:
    """Title, written guide, spoken guide."""
    thing = _thing(act)
    match act.kind:
        case Kind.TAP:
            return (
                f"{act.label or act.role or '여기'} 누르기",
                f"{_object(thing)} 누르세요.",
                f"화면에서 {_object(thing)} 찾아 한 번 누르세요.",
            )
        case Kind.LONG_TAP:
            return (
                f"{act.label or act.role or '여기'} 길게 누르기",
                f"{_object(thing)} 길게 누르세요.",
                f"{_object(thing)} 손가락으로 2초쯤 꾹 누르고 계세요.",
            )
        case Kind.INPUT:
            return (
                f"{act.label or '글자'} 적기",
                f"{thing if act.label else '칸'}에 글자를 적으세요.",
                f"{thing if act.label else '글자를 적는 칸'}에 천천히 글자를 적으세요. 틀려도 지우고 다시 적으면 돼요.",
            )
        case Kind.SCROLL:
            title, short, spoken = _SCROLLS[act.direction or "up"]
            return title, f"{short}.", spoken
        case Kind.BACK:
            return "뒤로 가기", "뒤로 가기를 누르세요.", "화면 아래의 뒤로 가기를 한 번 누르세요."
        case Kind.SCREEN:
            name = app_name(act.app) or act.screen
            return (
                f"{name} 열기",
                f"'{name}'{_particle(name, '을', '를')} 여세요.",
                f"휴대폰에서 '{name}'{_particle(name, '을', '를')} 찾아 여세요.",
            )


def _thing(act: Act) -> str:
    role = act.role or ("칸" if act.kind is Kind.INPUT else "단추")
    return f"'{act.label}' {role}" if act.label else f"표시된 {role}"


def _object(thing: str) -> str:
    return f"{thing}{_particle(thing, '을', '를')}"


def _after(segment: Segment) -> str:
    name = _screen_name(segment.leads_to)
    return f"'{name}' 화면이 나오면 잘하신 거예요." if name else ""


def _screen_name(screen: str) -> str:
    """A screen's name that a person can read; class names of programs are none."""
    return screen if re.search(r"[가-힣]", screen) and len(screen) <= 30 else ""


def _hint(act: Act) -> str | None:
    parts = [act.element or act.label, act.screen]
    text = " @ ".join(part for part in parts if part)
    return text[:500] or None


def app_name(app: str) -> str:
    """How people call an app; its last word when only the package is known."""
    if app in _APPS:
        return _APPS[app]
    return app.rpartition(".")[2] if re.fullmatch(r"[a-zA-Z][\w]*(\.[\w]+)+", app) else app


def _particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """을/를 and the like: by the last sound of a Korean word; what ends otherwise is taken for a vowel."""
    last = re.sub(r"[^가-힣0-9A-Za-z]", "", word)[-1:]
    if last.isdigit():
        return after_consonant if last in "013678" else after_vowel
    if not ("가" <= last <= "힣"):
        return after_consonant if last.lower() in tuple("lmnr") and last else after_vowel
    return after_consonant if (ord(last) - ord("가")) % 28 else after_vowel
