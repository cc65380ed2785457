"""The local analyser, case by case: what the phone shows, and what is said about it (contract 8.4)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from mobilegpt.core.locale import Language, speaking
from mobilegpt.helpdesk.analysis.evidence import (
    Box,
    Evidence,
    Happening,
    Kind,
    StepFacts,
    app_and_screen,
    box_from,
    happening,
    kind_of,
)
from mobilegpt.helpdesk.analysis.findings import thing
from mobilegpt.helpdesk.analysis.korean import is_polite, quoted, with_particle
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.language.safety import is_safe

TALK, HOME, TUBE = "com.kakao.talk", "com.sec.android.app.launcher", "com.google.android.youtube"
OPEN = StepFacts(
    title="카카오톡 앱 열기", guide="홈 화면에서 노란색 카카오톡 아이콘을 눌러주세요", action="CLICK", hint=TALK
)
INSIDE = StepFacts(title="친구 고르기", guide="이름을 눌러주세요", action="CLICK", hint=TALK, before=(TALK,))
CHOOSE = StepFacts(
    title="친구 선택하기",
    guide="친구 목록에서 친구를 선택하세요",
    action="CLICK",
    hint="친구 목록의 이름",
    lecture="카카오톡 기초",
    before=(TALK,),
)
SCROLL = StepFacts(title="영상 둘러보기", guide="화면을 위로 밀어 보세요", action="SCROLL", hint="영상 목록")
HOLD = StepFacts(title="말풍선 길게 누르기", guide="말풍선을 길게 눌러 보세요", action="LONG_CLICK", hint="말풍선")
WRITE = StepFacts(title="찾을 말 쓰기", guide="맨 위 칸에 써 보세요", action="INPUT", hint="맨 위의 검색 칸")


def taps(count: int, text: str = "", **fields: Any) -> tuple[Happening, ...]:
    return tuple(Happening(Kind.TAP, text=text, app=TALK, **fields) for _ in range(count))


def did(*kinds: str, text: str = "") -> tuple[Happening, ...]:
    return tuple(Happening(Kind(kind), text=text) for kind in kinds)


def screens(*names: str) -> tuple[Happening, ...]:
    return tuple(Happening(Kind.SCREEN, app=TALK, screen=name) for name in names)


# What stands on the phone, or in the lesson, is named as it is.
_THEIR_WORDS = re.compile(r"'[^']*'")
TARGET = Box(100, 100, 200, 150)
CASES: dict[str, tuple[Evidence, str, str]] = {
    "another app": (Evidence(CHOOSE, app=TUBE), "wrong_app", "지금은 유튜브 화면이에요."),
    "an unknown app": (Evidence(CHOOSE, app="com.example.game"), "wrong_app", "지금은 다른 앱이 열려 있어요."),
    "another app, when one is to be opened": (Evidence(OPEN, app=TUBE), "wrong_app", "카카오톡 그림을 찾아보세요."),
    "back on the home screen": (Evidence(CHOOSE, app=HOME), "left_the_app", "카카오톡 그림을 한 번 눌러"),
    "the home screen, when an app is to be opened": (
        Evidence(OPEN, app=HOME, reports_taps=True),
        "no_taps",
        "노란색 카카오톡",
    ),
    "the app is open already": (Evidence(OPEN, app=TALK), "already_done", "벌써 열려 있어요."),
    "a step that only names its app": (Evidence(INSIDE, app=TALK, reports_taps=True), "no_taps", "이름을 눌러주세요"),
    "a permission window": (
        Evidence(CHOOSE, app="com.google.android.permissioncontroller"),
        "permission_window",
        "허락을 묻는 작은 창",
    ),
    "the notification shade": (Evidence(CHOOSE, app="com.android.systemui"), "notification_shade", "쓸어 올리면"),
    "the wrong thing again and again": (
        Evidence(CHOOSE, app=TALK, happenings=taps(4, "더보기")),
        "repeated_elsewhere",
        "'더보기'를 여러 번 누르셨어요. 이 단계에서 누를 곳은 '친구 목록의 이름'이에요.",
    ),
    "the same spot again and again": (
        Evidence(CHOOSE, happenings=taps(3, x=150.0, y=300.0)),
        "repeated_elsewhere",
        "같은 곳을 여러 번",
    ),
    "the right thing again and again": (
        Evidence(CHOOSE, app=TALK, happenings=taps(3, "이름")),
        "impatient",
        "맞게 찾으셨어요!",
    ),
    "below the target": (
        Evidence(CHOOSE, target=TARGET, happenings=taps(2, x=150.0, y=190.0)),
        "near_miss",
        "조금 더 위쪽을",
    ),
    "left of the target": (
        Evidence(CHOOSE, target=TARGET, happenings=taps(2, x=40.0, y=120.0)),
        "near_miss",
        "조금 더 오른쪽을",
    ),
    "far from the target": (
        Evidence(CHOOSE, target=TARGET, happenings=taps(2, "확인", x=900.0, y=1800.0)),
        "touched_other",
        "방금 '확인'을 누르셨어요",
    ),
    "pressing for too long": (Evidence(CHOOSE, happenings=did("LONG_TAP", "LONG_TAP")), "held_too_long", "톡 하고"),
    "pressing too shortly": (Evidence(HOLD, happenings=did("TAP", "TAP")), "tapped_too_short", "길게 눌러야 해요"),
    "taps where one scrolls": (Evidence(SCROLL, happenings=did("TAP", "TAP")), "taps_for_scroll", "밀어야 해요"),
    "a field that nobody touched": (Evidence(WRITE, happenings=did("SCROLL")), "field_not_found", "맨 위의 검색 칸을"),
    "a field, and no letter": (
        Evidence(WRITE, happenings=did("TAP", text="검색")),
        "keyboard_idle",
        "한 글자씩 천천히",
    ),
    "scrolling past everything": (
        Evidence(CHOOSE, happenings=did("SCROLL", "SCROLL", "SCROLL", "SCROLL")),
        "lost_in_scrolling",
        "맨 위로 되돌아가서",
    ),
    "back, back, back": (Evidence(CHOOSE, happenings=did("BACK", "BACK", "BACK")), "back_and_forth", "왔다 갔다"),
    "to and fro": (
        Evidence(CHOOSE, app=TALK, happenings=screens("친구", "채팅", "친구", "채팅", "친구")),
        "back_and_forth",
        "왔다 갔다",
    ),
    "one tap elsewhere": (Evidence(CHOOSE, happenings=taps(1, "설정")), "touched_other", "방금 '설정'을"),
    "the right tap, once": (Evidence(CHOOSE, happenings=taps(1, "이름")), "touched_once", "한 번 더 짧게"),
    "a phone that told of taps, and of none on this step": (
        Evidence(CHOOSE, reports_taps=True),
        "no_taps",
        "고장 나지 않으니",
    ),
    "a client that tells of no taps": (Evidence(CHOOSE), "", "친구 목록에서"),
    "a field, and a client that tells of no taps": (Evidence(WRITE), "", "맨 위 칸에"),
    "says: I cannot see it": (Evidence(CHOOSE, message="친구가 안 보여요"), "said_cannot_find", "위아래로 천천히"),
    "says: English keyboard": (
        Evidence(WRITE, message="자판이 영어로 나와요"),
        "said_keyboard_language",
        "'한/영'이나 지구 그림",
    ),
    "says: no sound": (Evidence(CHOOSE, message="소리가 안 나요"), "said_no_sound", "옆면의 긴 단추"),
    "says: an advertisement": (Evidence(CHOOSE, message="광고가 나왔어요"), "said_advertisement", "건너뛰기"),
    "says: too fast": (Evidence(CHOOSE, message="너무 빨라요"), "said_too_fast", "서두르지 않으셔도"),
    "says: it wants a password": (
        Evidence(CHOOSE, message="비밀번호를 넣으래요"),
        "said_careful",
        "혼자 누르지 마시고",
    ),
    "only asks": (Evidence(CHOOSE, message="이 단계가 어렵습니다"), "", "친구 목록에서"),
    "says one thing, and is somewhere else": (
        Evidence(CHOOSE, app=TUBE, message="친구가 안 보여요"),
        "wrong_app",
        "화면을 위아래로 천천히",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_found_and_said(case: str) -> None:
    evidence, finding, part = CASES[case]
    verdict = analyse(evidence)
    assert verdict.finding == finding
    assert part in verdict.help_content


@pytest.mark.parametrize("case", CASES)
def test_every_answer_is_polite_safe_and_spoken(case: str) -> None:
    verdict = analyse(CASES[case][0])
    assert is_polite(verdict.help_content), verdict.help_content
    assert is_safe(verdict.help_content)
    assert "'" not in verdict.voice_guide_text
    assert 10 < len(verdict.help_content) <= 400
    assert verdict.problem_diagnosis.endswith("요")
    assert 0.2 <= verdict.confidence_score <= 0.95
    assert verdict.evidence


@pytest.mark.parametrize("case", CASES)
def test_the_same_is_found_and_said_in_english(case: str) -> None:
    evidence = CASES[case][0]
    with speaking(Language.ENGLISH):
        english = analyse(evidence)
    korean = analyse(evidence)
    assert (english.finding, english.confidence_score) == (korean.finding, korean.confidence_score)
    for text in (english.help_content, english.problem_diagnosis, *english.evidence):
        own = _THEIR_WORDS.sub("", text).replace(evidence.step.guide, "").replace(evidence.screen or "\0", "")
        assert not re.search("[가-힣]", own.replace(thing(evidence) or "\0", "")), text
        assert "{" not in text
    assert is_safe(english.help_content) == is_safe(korean.help_content)
    assert 10 < len(english.help_content) <= 400
    assert len(english.evidence) == len(korean.evidence)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("label", ["카카오톡", "KakaoTalk"])
def test_an_icon_is_known_by_its_label_whatever_the_phone_and_its_owner_speak(label: str, language: Language) -> None:
    pressed = tuple(Happening(Kind.TAP, text=label, app=HOME) for _ in range(3))
    with speaking(language):
        assert analyse(Evidence(OPEN, happenings=pressed, app=HOME)).finding == "impatient"


def test_the_answers_differ_with_the_evidence() -> None:
    assert len({analyse(evidence).help_content for evidence, _, _ in CASES.values()}) > len(CASES) - 5


def test_the_guide_is_said_again_unless_the_step_is_done() -> None:
    assert "친구 목록에서 친구를 선택하세요." in analyse(CASES["another app"][0]).help_content
    assert "아이콘을 눌러주세요" not in analyse(CASES["the app is open already"][0]).help_content


def test_more_evidence_gives_more_confidence() -> None:
    nothing, something = analyse(Evidence(CHOOSE)), analyse(Evidence(CHOOSE, happenings=taps(4, "더보기")))
    agreeing = analyse(Evidence(CHOOSE, happenings=taps(4, "이름"), message="눌러도 안 돼요"))
    assert nothing.confidence_score < 0.4 < something.confidence_score
    assert agreeing.confidence_score > analyse(Evidence(CHOOSE, happenings=taps(4, "이름"))).confidence_score


def test_beginners_are_told_how_to_touch() -> None:
    beginner, advanced = (analyse(Evidence(CHOOSE, app=TUBE, level=level)) for level in ("BEGINNER", "ADVANCED"))
    assert "한 번만 짧게" in beginner.help_content
    assert len(advanced.help_content) < len(beginner.help_content)


def test_a_step_without_a_guide_is_told_by_its_target() -> None:
    bare = StepFacts(title="보내기", action="CLICK", hint="종이비행기")
    assert "종이비행기를 찾아서 눌러주세요." in analyse(Evidence(bare)).help_content
    verdict = analyse(Evidence(StepFacts(title="")))
    assert verdict.help_content


@pytest.mark.parametrize("guide", ["'송금'을 누르세요", "비밀번호를 쓰세요", "로그인을 누르세요", "대화를 삭제하세요"])
def test_what_only_a_teacher_may_say_is_not_said_again(guide: str) -> None:
    content = analyse(Evidence(StepFacts(title="마무리", guide=guide, action="CLICK"))).help_content
    assert is_safe(content)
    assert "선생님을 불러주세요" in content


def test_a_curt_guide_is_introduced_politely() -> None:
    step = StepFacts(title="확인", guide="확인 버튼 누르기", action="CLICK", hint="확인")
    assert "이렇게 해보세요. 확인 버튼 누르기." in analyse(Evidence(step)).help_content


def test_what_did_not_help_is_not_said_again() -> None:
    evidence = Evidence(CHOOSE, app=TUBE, happenings=taps(4, "더보기"), message="친구가 안 보여요")
    told: list[str] = []
    for _ in range(8):
        verdict = analyse(replace(evidence, tried=tuple(told)))
        told.append(verdict.help_content)
    assert told[0].startswith("지금은 유튜브 화면이에요.")
    assert "손을 들어 선생님을 불러주세요" in told[-1]
    assert len(set(told)) >= 4
    assert told.index(told[-1]) == len(set(told)) - 1  # once it knows no other way, it stays with the teacher


def test_the_teacher_sees_the_evidence() -> None:
    evidence = Evidence(CHOOSE, app=TALK, screen="채팅", stuck_seconds=75, happenings=taps(2, "더보기"))
    assert analyse(evidence).evidence == [
        "지금 화면: 카카오톡 · 채팅",
        "이 단계에 머문 시간: 75초",
        "최근 5분: 누르기 2번",
        "마지막으로 누른 곳: '더보기'",
    ]


# --- reading what clients send


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("CLICK", Kind.TAP),
        ("long_click", Kind.LONG_TAP),
        ("SCROLL", Kind.SCROLL),
        ("TEXT_INPUT", Kind.INPUT),
        ("BACK_PRESS", Kind.BACK),
        ("SCREEN_CHANGE", Kind.SCREEN),
        ("버튼", Kind.OTHER),
    ],
)
def test_event_types_are_understood(event_type: str, kind: Kind) -> None:
    assert kind_of(event_type) is kind


def test_an_event_as_the_document_shows_it() -> None:
    data = {"x": 150, "y": 300, "element": "Button", "text": "확인"}
    screen = {"package_name": TALK, "activity_name": "MainActivity", "screen_title": "친구 목록"}
    assert happening("CLICK", data, screen, 3) == Happening(Kind.TAP, 3, TALK, "친구 목록", "Button", "확인", 150, 300)


@pytest.mark.parametrize("odd", [{"x": "a", "text": ["x"]}, {"x": True, "element": 5}, {"y": float("inf")}, {}])
def test_odd_events_are_read_as_far_as_they_go(odd: dict[str, Any]) -> None:
    assert happening("CLICK", odd, odd, 0).x is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("com.kakao.talk.MainActivity", (TALK, "MainActivity")),
        ("com.kakao.talk", (TALK, "")),
        ("채팅방", ("", "채팅방")),
        ("", ("", "")),
    ],
)
def test_the_current_screen(text: str, place: tuple[str, str]) -> None:
    assert app_and_screen(text) == place


def test_boxes() -> None:
    assert box_from({"left": 1, "top": 2, "right": 3, "bottom": 4}) == Box(1, 2, 3, 4)
    assert box_from({"x": 10, "y": 20, "width": 5, "height": 6}) == Box(10, 20, 15, 26)
    odd: Any
    for odd in (None, [], {"left": 1}, {"left": 5, "top": 0, "right": 1, "bottom": 9}, {"x": "1"}):
        assert box_from(odd) is None


@pytest.mark.parametrize(
    ("word", "particle", "together"),
    [
        ("친구", "을", "친구를"),
        ("확인", "을", "확인을"),
        ("'확인'", "이", "'확인'이"),
        ("네이버", "으로", "네이버로"),
        ("설정", "으로", "설정으로"),
        ("교실", "으로", "교실로"),
        ("카카오톡", "과", "카카오톡과"),
    ],
)
def test_particles(word: str, particle: str, together: str) -> None:
    assert with_particle(word, particle) == together


def test_names_are_quoted_once() -> None:
    assert quoted("친구") == "'친구'"
    assert quoted("왼쪽의 '홈'") == "왼쪽의 '홈'"
