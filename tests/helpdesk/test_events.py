"""Who hears of what happens at the help desk, and what is left of it when its person is erased (contract 8.3, 8.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mobilegpt.accounts.person import Person
from mobilegpt.events.event import Event, decode_event, encode_event
from mobilegpt.helpdesk.events import HelpAnswered, HelpCase, HelpClosed, HelpRequested, Nudged

NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)
KIM, PARK, LEE = 7, 3, 8
GONE = "탈퇴한 회원"


def case(session_id: int | None = 5) -> HelpCase:
    return HelpCase(
        id=11,
        user=Person(id=KIM, name="김학생", email="student1@example.com", role="STUDENT"),
        subtask_id=21,
        subtask_title="친구 선택하기",
        lecture_id=31,
        lecture_title="카카오톡 기초",
        instructor_id=PARK,
        session_id=session_id,
        session_code="AB2CD3" if session_id else None,
    )


def requested(session_id: int | None = 5) -> HelpRequested:
    return HelpRequested(
        case=case(session_id),
        request_type="MANUAL",
        priority="NORMAL",
        message="딸 이름이 안 보여요",
        stuck_seconds=30,
        at=NOON,
    )


def answered(session_id: int | None = 5) -> HelpAnswered:
    return HelpAnswered(
        case=case(session_id),
        help_response_id=41,
        source="TEACHER",
        help_type="TEXT",
        help_content="김학생님, 위쪽을 눌러보세요",
        voice_guide_text="김학생님, 위쪽을 눌러보세요",
        at=NOON,
    )


def closed(session_id: int | None = 5) -> HelpClosed:
    return HelpClosed(case=case(session_id), at=NOON)


def nudged() -> Nudged:
    return Nudged(user_id=KIM, session_id=5, subtask_id=21, message="천천히요", voice_guide_text="천천히요", at=NOON)


@pytest.mark.parametrize("event", [requested(), answered(), closed(), nudged(), requested(None), answered(None)])
def test_every_event_comes_back_from_the_table_as_it_was(event: Event) -> None:
    assert decode_event(type(event).__name__, encode_event(event)) == event


@pytest.mark.parametrize("event", [requested(), answered(), closed()])
def test_the_staff_of_the_class_and_three_kinds_of_dashboards_hear_of_it(event: Event) -> None:
    assert "session-staff:5" in event.streams()
    assert event.topics() == ("lecture:31", f"instructor:{PARK}", "lectures")


@pytest.mark.parametrize("event", [requested(None), answered(None), closed(None)])
def test_outside_of_a_class_there_is_no_staff_to_tell(event: Event) -> None:
    assert not any(stream.startswith("session") for stream in event.streams())


@pytest.mark.parametrize("session_id", [5, None])
def test_only_an_answer_is_told_to_who_asked(session_id: int | None) -> None:
    assert answered(session_id).streams()[0] == f"user:{KIM}"
    for event in (requested(session_id), closed(session_id)):
        assert f"user:{KIM}" not in (*event.streams(), *event.topics())


def test_a_kind_word_is_for_one_phone_and_is_not_kept() -> None:
    assert (nudged().streams(), nudged().topics()) == ((), (f"hint:{KIM}",))


@pytest.mark.parametrize("event", [requested(), answered(), closed()])
def test_nothing_of_an_erased_person_stays_in_it(event: Event) -> None:
    kept = encode_event(event.forgetting(KIM)).decode()
    for trace in ("김학생", "student1@example.com", "딸 이름이", "위쪽을 눌러보세요"):
        assert trace not in kept
    assert GONE in kept
    assert "친구 선택하기" in kept, "the step is the lecture's"


@pytest.mark.parametrize("event", [requested(), answered(), closed(), nudged()])
@pytest.mark.parametrize("somebody_else", [PARK, LEE, 11, 21, 31])
def test_another_persons_erasure_changes_nothing(event: Event, somebody_else: int) -> None:
    """Numbers of requests, steps and lectures are no people, though they may be the same numbers."""
    assert event.forgetting(somebody_else) == event


def test_who_is_erased_has_still_asked() -> None:
    """Counts of the dashboards stay right: the case keeps its numbers."""
    kept = requested().forgetting(KIM)
    assert (kept.case.id, kept.case.user.id, kept.case.user.email, kept.message) == (11, KIM, None, None)
    assert (kept.priority, kept.stuck_seconds, kept.at) == ("NORMAL", 30, NOON)
