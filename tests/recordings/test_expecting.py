"""What a recording lets a step expect of other phones: what is the same there, and nothing of the person's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mobilegpt.guidance.events import phone_event
from mobilegpt.guidance.expectation import Expectation, State, Target
from mobilegpt.guidance.matcher import Verdict, match_events
from mobilegpt.recordings.draft import draft_of

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
TALK = "com.kakao.talk"
Recorded = tuple[str, dict[str, Any]]
SEND: Recorded = ("CLICK", {"element_id": f"{TALK}:id/send_button", "text": "전송", "class": "android.widget.Button"})
OPENED: Recorded = ("app_open", {"app": TALK, "screen": "ChatRoom"})


def expected(*events: Recorded, names: tuple[str, ...] = ()) -> list[Expectation | None]:
    timed = [(kind, START + timedelta(seconds=3 * place), data) for place, (kind, data) in enumerate(events)]
    return [step.expectation for step in draft_of("연습", timed, names=names).steps]


def done(expectation: Expectation | None, *events: Recorded) -> bool:
    assert expectation is not None
    read = [phone_event(kind, data, at=START + timedelta(seconds=place)) for place, (kind, data) in enumerate(events)]
    return match_events(expectation, read).verdict is Verdict.DONE


def test_an_app_that_was_opened_is_the_screen_to_come_to() -> None:
    [opened] = expected(("app_open", {"app": TALK}))
    assert opened is not None
    assert (opened.action, opened.where, opened.after) == ("OPEN", State(apps=[TALK]), None)


def test_a_button_is_known_by_its_id_its_label_and_its_role() -> None:
    _, send = expected(OPENED, SEND)
    assert send is not None
    assert send.target == Target(id_suffix="send_button", role="button", labels=["전송"])
    assert send.where == State(apps=[TALK], screens=["ChatRoom"])
    assert send.source == "recording"
    assert send.time == round((START + timedelta(seconds=3)).timestamp() * 1000)


def test_what_a_tap_led_to_is_what_is_shown_afterwards() -> None:
    [tap] = expected(("CLICK", {"text": "채팅", "class": "TabWidget"}), ("screen", {"screen": "채팅 목록"}))[:1]
    assert tap is not None
    assert tap.after == State(screens=["채팅 목록"])


def test_the_same_act_on_another_phone_is_done_and_another_is_not() -> None:
    _, send = expected(OPENED, SEND)
    assert done(send, OPENED, SEND)
    assert not done(send, OPENED, ("CLICK", {"element_id": f"{TALK}:id/plus", "text": "더하기", "class": "Button"}))


@pytest.mark.parametrize(
    "row",
    [
        {"text": "김영희", "class": "ListItem", "app": TALK},
        {"text": "우리 손녀 ♥", "class": "ListItem", "app": TALK},
        {"text": "박철수", "app": "com.samsung.android.contacts"},
    ],
)
def test_a_persons_name_is_a_class_and_nowhere_a_word(row: dict[str, str]) -> None:
    [tap] = expected(("CLICK", row))
    assert tap is not None
    assert (tap.target.label_class, tap.target.labels) == ("person", [])


def test_a_name_of_the_class_is_found_inside_of_a_label() -> None:
    [tap] = expected(("CLICK", {"text": "김영희 프로필", "class": "Button", "id": "x:id/a"}), names=("김영희",))
    assert tap is not None
    assert "김영희" not in str(tap)


@pytest.mark.parametrize("title", ["김순자", "순자네 모임방"])
def test_a_conversation_is_no_screen_by_its_title(title: str) -> None:
    friend = ("CLICK", {"text": "김순자", "class": "ListItem", "app": TALK})
    tap, *later = expected(OPENED, friend, ("screen", {"app": TALK, "title": title}), SEND, names=("순자",))[1:]
    assert tap is not None
    assert tap.target.label_class == "person"
    assert "순자" not in str([tap, *later])


def test_a_row_of_a_list_is_any_row_unless_every_phone_says_it() -> None:
    [video] = expected(
        ("CLICK", {"text": "가을 산 풍경 2시간", "class": "ListItem", "app": "com.google.android.youtube"})
    )
    [wifi] = expected(("CLICK", {"text": "와이파이", "class": "ListItem", "app": "com.android.settings"}))
    assert video is not None
    assert wifi is not None
    assert (video.target.label_class, video.target.labels) == ("any", [])
    assert (wifi.target.label_class, wifi.target.labels) == ("", ["와이파이"])


def test_typed_words_are_the_persons_own() -> None:
    [typed] = expected(
        ("text_input", {"text": "사랑해 우리 딸", "hint": "메시지 입력", "element_id": f"{TALK}:id/msg"})
    )
    assert typed is not None
    assert (typed.action, typed.target.label_class, typed.target.labels) == ("INPUT", "text", ["메시지 입력"])
    assert "사랑해" not in str(typed)


@pytest.mark.parametrize("event", [("CLICK", {"x": 3, "y": 4}), ("back", {})])
def test_what_cannot_be_known_again_is_not_expected(event: Recorded) -> None:
    assert expected(event) == [None]
