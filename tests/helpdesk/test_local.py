"""The local analyser, case by case: what the phone shows, what they say, and what is said about it (contract 11.17)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from mobilegpt.core.locale import Language, speaking
from mobilegpt.guidance.events import Kind, PhoneEvent
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.guidance.matcher import Match, Verdict
from mobilegpt.guidance.transparent import window_of
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts, app_and_screen
from mobilegpt.helpdesk.analysis.findings import find
from mobilegpt.helpdesk.analysis.hints import expectation_by_hint
from mobilegpt.helpdesk.analysis.korean import is_polite, quoted, with_particle
from mobilegpt.helpdesk.analysis.local import analyse
from mobilegpt.helpdesk.analysis.withholding import checked
from mobilegpt.helpdesk.models import Reason
from mobilegpt.language.safety import is_safe

TALK, HOME, TUBE = "com.kakao.talk", "com.sec.android.app.launcher", "com.google.android.youtube"
PERMISSION, CALL, SHADE = (
    "com.google.android.permissioncontroller",
    "com.samsung.android.incallui",
    "com.android.systemui",
)
CHATS = StepFacts(
    title="채팅 목록 열기",
    guide="아래 '채팅'을 누르세요.",
    action="CLICK",
    expectation=Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=[TALK], screens=["친구"]),
        target=Target(labels=["채팅"]),
        after=State(apps=[TALK], screens=["채팅"]),
    ),
)
OPEN = StepFacts(
    title="카카오톡 열기",
    guide="노란 말풍선을 누르세요.",
    action="CLICK",
    expectation=Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=[HOME]),
        target=Target(labels=["카카오톡"]),
        after=State(apps=[TALK]),
    ),
)
SEND = StepFacts(
    title="보내기",
    guide="종이비행기를 누르세요.",
    action="CLICK",
    expectation=Expectation(
        action="TAP", source="recording", where=State(apps=[TALK]), target=Target(id_suffix="send_button")
    ),
)
WRITE = StepFacts(
    title="글 쓰기",
    guide="맨 아래 칸에 쓰세요.",
    action="INPUT",
    expectation=Expectation(
        action="INPUT",
        source="recording",
        where=State(apps=[TALK]),
        target=Target(id_suffix="edit", label_class="text"),
    ),
)
HOLD = StepFacts(
    title="말풍선 길게 누르기",
    guide="말풍선을 길게 누르세요.",
    action="LONG_CLICK",
    expectation=Expectation(
        action="LONG_TAP", source="teacher", where=State(apps=[TALK]), target=Target(labels=["말풍선"])
    ),
)
SWIPE = StepFacts(
    title="영상 둘러보기",
    guide="화면을 위로 미세요.",
    action="SCROLL",
    expectation=Expectation(
        action="SCROLL", source="recording", where=State(apps=[TUBE]), target=Target(id_suffix="list")
    ),
)
INSTALL = StepFacts(
    title="설치하지 않기",
    guide="설치를 물으면 '취소'를 누르세요.",
    action="CLICK",
    expectation=Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=["com.google.android.packageinstaller"]),
        target=Target(labels=["취소"]),
        after=State(apps=["com.samsung.android.messaging"]),
    ),
)
PLAIN = StepFacts(title="친구 선택하기", guide="친구 목록에서 친구를 선택하세요", action="CLICK")
HINTED = StepFacts(
    title="친구 고르기",
    guide="이름을 눌러주세요",
    action="CLICK",
    hint=TALK,
    expectation=expectation_by_hint("친구 고르기", "", TALK, ()),
    by_hint=True,
)


def shown(app: str, screen: str = "", title: str = "", *texts: str) -> PhoneEvent:
    window = window_of(app, screen, title, texts)
    return PhoneEvent(kind=Kind.SCREEN, app=app, screen=screen, title=title, texts=texts, window=window)


def tap(label: str = "", kind: Kind = Kind.TAP, app: str = TALK, **fields: Any) -> PhoneEvent:
    return PhoneEvent(kind=kind, app=app, label=label, texts=(label,) if label else (), **fields)


FRIENDS, IN_CHATS = shown(TALK, "MainActivity", "친구"), shown(TALK, "MainActivity", "채팅")


def phone(step: StepFacts, *events: PhoneEvent, message: str = "", **fields: Any) -> Evidence:
    return Evidence(step, events=events, message=message, reports_taps=True, **fields)


# By the rule: what is known, the finding, and what the learner is told of it.
GIVEN: dict[str, tuple[Evidence, str, str]] = {
    "another app": (phone(CHATS, FRIENDS, shown(HOME), shown(TUBE)), "wrong_app", "지금은 유튜브 화면이에요."),
    "an app that has no name here": (phone(CHATS, FRIENDS, shown("com.example.game")), "wrong_app", "다른 앱이 열려"),
    "another app, when one is to be opened": (phone(OPEN, shown(HOME), shown(TUBE)), "wrong_app", "첫 화면으로 나오세"),
    "another app, that only the request tells of": (phone(CHATS, app=TUBE), "wrong_app", "카카오톡 그림을"),
    "another app, by the hint alone": (phone(HINTED, shown(TUBE)), "wrong_app", "카카오톡 그림을"),
    "back on the home screen": (phone(CHATS, FRIENDS, shown(HOME)), "left_the_app", "카카오톡 그림을 한 번 눌러"),
    "another screen": (phone(CHATS, FRIENDS, tap("쇼핑"), shown(TALK, "Main", "쇼핑")), "wrong_screen", "'뒤로'를"),
    "where the step begins": (phone(CHATS, FRIENDS), "in_place", "아래 '채팅'을 누르세요."),
    "and asks what comes next": (phone(CHATS, FRIENDS, message="이제 뭐 해요"), "in_place", "'채팅'을 누르세요."),
    "done": (phone(CHATS, FRIENDS, tap("채팅"), IN_CHATS, message="다음은요"), "done", "다 하셨어요. 잘하셨어요!"),
    "done already, without a tap": (phone(CHATS, IN_CHATS, message="채팅이 어디 있어요"), "done", "'다 했어요'를"),
    "done, and asks whether it is right": (
        phone(CHATS, FRIENDS, tap("채팅"), IN_CHATS, message="맞나요"),
        "done",
        "다 하",
    ),
    "the right thing, and a phone that is slow": (phone(CHATS, FRIENDS, tap("채팅")), "waiting", "맞게 누르셨어요!"),
    "the right thing, again and again": (
        phone(CHATS, FRIENDS, *[tap("채팅")] * 5, message="눌러도 안 돼요"),
        "waiting",
        "다섯까지 세며 기다려",
    ),
    "another thing, again and again": (phone(CHATS, FRIENDS, *[tap("더보기")] * 4), "repeated", "같은 곳을 여러 번"),
    "another thing, once": (phone(CHATS, FRIENDS, tap("더보기")), "pressed", "'채팅'을 누르세요."),
    "an app that does not respond": (
        phone(CHATS, FRIENDS, tap("채팅"), shown("android", "AppErrorDialog", "앱이 응답하지 않음")),
        "not_responding",
        "아무것도 누르지 말고",
    ),
    "a call": (phone(CHATS, FRIENDS, shown(CALL, "InCallActivity")), "call", "통화가 끝나면"),
    "a call, of which they tell": (
        phone(CHATS, FRIENDS, message="전화가 왔어요 받아도 되나요"),
        "said_call",
        "통화가 끝나면",
    ),
    "the notifications": (
        phone(CHATS, FRIENDS, shown(SHADE, "NotificationShade")),
        "notification_shade",
        "쓸어 올리면",
    ),
    "an advertisement": (
        phone(CHATS, FRIENDS, shown(TALK, "com.google.android.gms.ads.AdActivity")),
        "advertisement",
        "✕나 '건너뛰기'",
    ),
    "an advertisement, of which they tell": (
        phone(CHATS, message="광고가 나와요"),
        "said_advertisement",
        "✕나 '건너뛰기'",
    ),
    "the keyboard over the screen": (
        phone(CHATS, FRIENDS, shown("com.samsung.android.honeyboard", "SoftInputWindow")),
        "keyboard_over",
        "내려 주세요",
    ),
    "holding where one taps": (
        phone(CHATS, FRIENDS, *[tap("채팅", Kind.LONG_TAP)] * 2),
        "held_too_long",
        "톡 하고 한 번만",
    ),
    "tapping where one holds": (phone(HOLD, shown(TALK), *[tap("말풍선")] * 2), "tapped_too_short", "길게 눌러야"),
    "tapping where one swipes": (phone(SWIPE, shown(TUBE), *[tap("영상", app=TUBE)] * 2), "taps_for_scroll", "밀어야"),
    "scrolling past it": (phone(CHATS, FRIENDS, *[tap(kind=Kind.SCROLL)] * 4), "lost_in_scrolling", "맨 위로 올려서"),
    "to and fro": (
        phone(SEND, *[shown(TALK, "Main", title) for title in ("친구", "채팅", "친구", "채팅", "친구")]),
        "back_and_forth",
        "종이비행기를",
    ),
    "the field, and no letter": (
        phone(WRITE, shown(TALK), tap(element="edit", element_id="edit")),
        "keyboard_idle",
        "한 글자씩",
    ),
    "English letters for Korean ones": (
        phone(WRITE, shown(TALK), tap(kind=Kind.INPUT, element_id="edit", typed="dkssudgktpdy")),
        "keyboard_in_english",
        "'한/영'이나",
    ),
    "says: the keyboard is English": (
        phone(WRITE, message="글자가 영어로 나와요"),
        "said_keyboard_language",
        "'한/영'이나",
    ),
    "says: no keyboard": (phone(WRITE, message="글자판이 안 나와요"), "said_no_keyboard", "글 쓰는 칸을"),
    "says: no sound": (phone(CHATS, FRIENDS, message="소리가 너무 작아요"), "said_no_sound", "옆면의 긴 단추"),
    "says: small letters": (phone(CHATS, FRIENDS, message="글씨가 작아요"), "said_small_text", "두 손가락을"),
    "says: another screen": (phone(SEND, shown(TALK), message="딴 화면이 나왔어요"), "said_wrong_place", "'뒤로'를"),
    "in a browser: I cannot see it": (
        Evidence(PLAIN, message="친구가 안 보여요"),
        "said_cannot_find",
        "위아래로 천천히",
    ),
    "in a browser: spelt by ear": (Evidence(PLAIN, message="칭구 목록이 업서요"), "said_cannot_find", "친구 목록에서"),
    "in a browser: nothing happens": (Evidence(PLAIN, message="눌러도 안되요"), "said_no_reaction", "다섯까지 세며"),
    "in a browser: another screen": (Evidence(PLAIN, message="이상한데로 들어갔어요"), "said_wrong_place", "'뒤로'를"),
    "in a browser: what next": (Evidence(PLAIN, message="이제 뭐 해요"), "said_what_next", "다 하셨으면"),
    "a picture: cannot find": (Evidence(PLAIN, reason="CANNOT_FIND"), "said_cannot_find", "친구 목록에서"),
    "a picture: no reaction": (Evidence(PLAIN, reason="NO_REACTION"), "said_no_reaction", "기다려 보세요"),
    "a picture: another screen": (Evidence(PLAIN, reason="OTHER_SCREEN"), "said_wrong_place", "'뒤로'를"),
    "a picture: cannot type": (Evidence(WRITE, reason="CANNOT_TYPE"), "said_no_keyboard", "글 쓰는 칸을"),
    "words beside a picture": (
        Evidence(PLAIN, reason="NO_REACTION", message="글씨가 너무 작아요"),
        "said_small_text",
        "두 손가락을",
    ),
}

# What is not sure enough, or that only a person can see: the finding, which goes to the teacher.
NOT_SURE: dict[str, tuple[Evidence, str]] = {
    "in a browser, without a word": (Evidence(PLAIN), ""),
    "in a browser, that it is difficult": (Evidence(PLAIN, message="어려워요"), ""),
    "whether it is right": (Evidence(PLAIN, message="저 다 한 것 같은데 맞나요"), "said_is_it_right"),
    "done, and nothing happens": (
        phone(CHATS, FRIENDS, tap("채팅"), IN_CHATS, message="눌러도 안 돼요"),
        "done_and_more",
    ),
    "pressed something that is not told": (phone(SEND, shown(TALK), tap()), "pressed_something"),
    "pressed something, and asks": (phone(SEND, shown(TALK), tap(), message="됐나요"), "pressed_and_asks"),
    "it may have been the right thing": (
        phone(CHATS, FRIENDS, tap(), shown(TALK, "Main", "쇼핑")),
        "strayed_or_done",
    ),
    "no keyboard, at a step that types nothing": (phone(CHATS, FRIENDS, reason="CANNOT_TYPE"), "no_keyboard_here"),
    "words that nobody has understood": (phone(CHATS, FRIENDS, message="손주가 보낸 그 영상 말인데"), "in_place"),
}


@pytest.mark.parametrize("case", GIVEN)
def test_what_is_found_and_said(case: str) -> None:
    evidence, finding, part = GIVEN[case]
    verdict = checked(analyse(evidence), evidence)
    assert (verdict.finding, verdict.withheld) == (finding, "")
    assert part in verdict.help_content
    assert verdict.confidence_score >= 0.7


@pytest.mark.parametrize("case", NOT_SURE)
def test_what_is_not_sure_goes_to_the_teacher(case: str) -> None:
    evidence, finding = NOT_SURE[case]
    verdict = checked(analyse(evidence), evidence)
    assert (verdict.finding, verdict.withheld) == (finding, "NOT_SURE")
    assert verdict.help_content, "a suggestion"


ALL = {name: row[0] for name, row in (GIVEN | NOT_SURE).items()}


@pytest.mark.parametrize("case", ALL)
def test_every_answer_is_polite_safe_and_spoken(case: str) -> None:
    verdict = analyse(ALL[case])
    assert is_polite(verdict.help_content), verdict.help_content
    assert is_safe(verdict.help_content)
    assert "'" not in verdict.voice_guide_text
    assert 10 < len(verdict.help_content) <= 400
    assert verdict.problem_diagnosis.endswith("요")
    assert 0 <= verdict.confidence_score <= 1
    assert verdict.evidence


@pytest.mark.parametrize("case", ALL)
def test_the_same_is_found_and_said_in_english(case: str) -> None:
    evidence = ALL[case]
    with speaking(Language.ENGLISH):
        english = analyse(evidence)
    korean = analyse(evidence)
    assert (english.finding, english.confidence_score) == (korean.finding, korean.confidence_score)
    assert english.rests_on == korean.rests_on
    for text in (english.help_content, english.problem_diagnosis, *english.evidence):
        own = re.sub(r"'[^']*'", "", text.replace(evidence.step.guide, ""))
        assert not re.search("[가-힣]", own.replace(evidence.screen or "\0", "").replace("채팅", "")), text
        assert "{" not in text
    assert 10 < len(english.help_content) <= 400
    assert len(english.evidence) == len(korean.evidence)


OF_TAPS = re.compile(r"누르셨|눌렀|누르지 않|누른 |밀지 않|쓰지 않")


@pytest.mark.parametrize("step", [CHATS, SEND, WRITE, HOLD, SWIPE, PLAIN, HINTED])
def test_who_reports_no_taps_is_told_nothing_of_taps(step: StepFacts) -> None:
    messages = ("", "안 보여요", "눌러도 안 돼요", "딴 화면이 나왔어요", "글자가 안 써져요", "도와주세요", "맞나요")
    for message, reason, app in product(messages, ("", *Reason.values), ("", TALK, TUBE, HOME)):
        verdict = analyse(Evidence(step, message=message, reason=reason, app=app))
        assert not OF_TAPS.search(verdict.help_content.replace(step.guide, ""))
        assert verdict.evidence[-1] == "이 휴대폰은 어디를 눌렀는지 알려 주지 않아요."
        assert "TAPS" not in verdict.rests_on


def test_nobody_is_told_that_a_thing_was_the_wrong_one() -> None:
    """Its label may be another on this phone: it is not named, and not blamed."""
    for times in range(1, 7):
        content = analyse(phone(CHATS, FRIENDS, *[tap("메뉴")] * times)).help_content
        assert "메뉴" not in content
        assert "대신" not in content
        assert "잘못" not in content


def test_what_an_alternative_leads_to_is_done_too() -> None:
    assert CHATS.expectation is not None
    other = Alternative(action="OPEN", where=State(apps=[TALK], screens=["채팅방"]))
    step = replace(CHATS, expectation=Expectation(
        action="TAP", source="teacher", where=CHATS.expectation.where, target=CHATS.expectation.target,
        after=CHATS.expectation.after, alternatives=[other],
    ))  # fmt: skip
    assert analyse(phone(step, FRIENDS, shown(TALK, "Main", "채팅방"))).finding == "done"


def test_what_was_followed_in_the_class_is_known_here() -> None:
    """The events that led there may be long gone."""
    evidence = phone(CHATS, followed=Match(verdict=Verdict.DONE, done_by="act"))
    assert analyse(evidence).finding == "done"


def test_what_it_rests_on() -> None:
    assert analyse(Evidence(PLAIN, reason="CANNOT_FIND")).rests_on == ("REASON", "GUIDE")
    assert analyse(phone(CHATS, FRIENDS, message="이거 어디 있어요")).rests_on == ("WORDS", "GUIDE")
    assert analyse(phone(CHATS, FRIENDS, tap("채팅"), IN_CHATS)).rests_on == ("EXPECTATION", "TAPS", "SCREEN")
    assert analyse(phone(HINTED, shown(TUBE))).rests_on == ("SCREEN",), "nobody has said what it expects"


def test_beginners_are_told_how_to_touch() -> None:
    beginner, advanced = (analyse(phone(CHATS, FRIENDS, level=level)) for level in ("BEGINNER", "ADVANCED"))
    assert "한 번만 짧게" in beginner.help_content
    assert len(advanced.help_content) < len(beginner.help_content)


def test_a_step_without_a_guide_is_told_by_its_target() -> None:
    bare = StepFacts(title="보내기", action="CLICK", hint="종이비행기 @ 대화 화면")
    assert "종이비행기를 찾아서 눌러주세요." in analyse(Evidence(bare)).help_content
    assert analyse(Evidence(StepFacts(title=""))).help_content


@pytest.mark.parametrize("guide", ["'송금'을 누르세요", "비밀번호를 쓰세요", "로그인을 누르세요", "대화를 삭제하세요"])
def test_what_only_a_teacher_may_say_is_not_said_again(guide: str) -> None:
    verdict = analyse(Evidence(StepFacts(title="마무리", guide=guide, action="CLICK"), reason="CANNOT_FIND"))
    assert (verdict.withheld, verdict.finding) == ("RISK", "risk_step")
    assert is_safe(verdict.help_content)


def test_a_curt_guide_is_introduced_politely() -> None:
    step = StepFacts(title="확인", guide="확인 버튼 누르기", action="CLICK", hint="확인")
    assert "이렇게 해보세요. 확인 버튼 누르기." in analyse(Evidence(step)).help_content


def test_what_did_not_help_is_not_said_again_but_suggested_to_the_teacher() -> None:
    evidence = phone(CHATS, FRIENDS, shown(TUBE), message="채팅이 안 보여요")
    told: list[str] = []
    for _ in range(6):
        again = replace(evidence, tried=tuple(told))
        verdict = checked(analyse(again), again)
        assert (verdict.withheld == "NOT_SURE") is bool(told)
        told.append(verdict.help_content)
    assert told[0].startswith("지금은 유튜브 화면이에요.")
    assert "손을 들어 선생님을 불러주세요" in told[-1]
    assert told.index(told[-1]) == len(set(told)) - 1  # once it knows no other way, it stays with the teacher


def test_the_teacher_sees_the_evidence() -> None:
    evidence = phone(CHATS, *[tap("더보기")] * 2, app=TALK, screen="채팅", stuck_seconds=75)
    assert analyse(evidence).evidence == [
        "지금 화면: 카카오톡 · 채팅",
        "이 단계에 머문 시간: 75초",
        "최근 5분: 누르기 2번",
        "마지막으로 누른 곳: '더보기'",
    ]


def test_odd_evidence_is_no_reason_to_fail() -> None:
    for kind in Kind:
        for step in (CHATS, WRITE, PLAIN, INSTALL):
            assert find(phone(step, *[PhoneEvent(kind=kind)] * 5)) is not None
            assert analyse(phone(step, *[PhoneEvent(kind=kind)] * 5)).help_content


# --- words


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
