"""Who seems stuck without saying so (contract 11.2): a nudge in time, a request on evidence, silence after a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import msgspec
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog, StepMatch
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep, PauseSession, ResumeSession
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SeatStep, SessionParticipant
from mobilegpt.classroom.pace import Usual
from mobilegpt.core.errors import Forbidden, NotFound
from mobilegpt.events.event import decode_event
from mobilegpt.helpdesk import services, silencing, watching
from mobilegpt.helpdesk.commands import DismissNudge, RequestHelp
from mobilegpt.helpdesk.events import HelpRequested, Nudged
from mobilegpt.helpdesk.models import HelpRequest, Silence
from mobilegpt.helpdesk.watching import (
    Noticed,
    Watched,
    is_last,
    is_silent,
    last_sign,
    look_around,
    may_be_noticed,
    patience,
    wants_nudge,
)
from mobilegpt.lectures.models import Enrollment, Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.helpdesk.desk import TALK

BEGUN = datetime(2025, 10, 28, 10, tzinfo=UTC)
INTERVAL = timedelta(seconds=120)
TUBE = "com.google.android.youtube"


def after(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def seat(**signs: float) -> Watched:
    """A seat whose step began at ``BEGUN``; the signs in seconds after it."""
    at = {f"{name}_at": after(seconds) for name, seconds in signs.items()}
    nothing: dict[str, Any] = dict.fromkeys(("progress_at", "log_at", "nudged_at", "requested_at"))
    return Watched(session_id=1, user_id=1, subtask_id=1, came_at=BEGUN, begun_at=BEGUN, **(nothing | at))


@pytest.mark.parametrize(
    ("signs", "at", "wanted"),
    [
        ({}, 119, False),
        ({}, 120, True),
        ({"progress": 80}, 199, False),
        ({"progress": 80}, 200, True),
        ({"log": 100}, 219, False),
        ({"log": 100}, 220, True),
        ({"log": 599}, 600, True),  # taps on and on: a sign for eight minutes, no longer
        ({"nudged": 120}, 3600, False),  # once a step
    ],
)
def test_when_a_nudge_is_wanted(signs: dict[str, float], at: float, wanted: bool) -> None:
    assert wants_nudge(seat(**signs), after(at), INTERVAL) is wanted


@pytest.mark.parametrize(
    ("signs", "at", "may"),
    [
        ({"nudged": 120}, 3600, False),  # nothing but time
        ({"nudged": 120, "log": -1}, 3600, False),  # what was told before the class
        ({"nudged": 120, "log": 30}, 149, False),
        ({"nudged": 120, "log": 30}, 150, True),
        ({"nudged": 120, "log": 30, "requested": 240}, 3600, False),
        ({"log": 30}, 3600, False),  # a kind word comes first
    ],
)
def test_when_somebody_may_be_noticed(signs: dict[str, float], at: float, may: bool) -> None:
    assert may_be_noticed(seat(**signs), after(at), INTERVAL) is may


@pytest.mark.parametrize(
    ("signs", "at", "silent"),
    [
        ({"nudged": 120, "log": 30}, 239, False),  # the word has another interval to help
        ({"nudged": 120, "log": 30}, 240, True),
        ({"nudged": 120, "log": 200}, 319, False),
        ({"nudged": 120}, 3600, False),
        ({"log": 30}, 3600, False),
    ],
)
def test_when_a_phone_is_silent(signs: dict[str, float], at: float, silent: bool) -> None:
    assert is_silent(seat(**signs), after(at), INTERVAL) is silent


@pytest.mark.parametrize(
    ("p75", "tells_taps", "last", "seconds"),
    [
        (None, False, True, 120),
        (None, True, True, 120),
        (20, False, True, 120),
        (60, False, True, 210),
        (60, True, True, 132),  # of a phone that tells of taps, silence says more
        (None, False, False, 240),  # others are not done either
        (60, True, False, 264),
    ],
)
def test_patience_goes_by_the_step_and_by_the_class(
    p75: float | None, tells_taps: bool, last: bool, seconds: float
) -> None:
    usual = None if p75 is None else Usual(5, p75 / 2, p75)
    assert patience(usual, INTERVAL, last=last, tells_taps=tells_taps) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("done", "people", "last"), [(0, 4, True), (0, 5, False), (3, 5, False), (4, 5, True)])
def test_of_a_few_people_nobody_can_say_who_is_last(done: int, people: int, last: bool) -> None:
    assert is_last(done, people) is last


def test_the_last_sign_is_never_before_the_step() -> None:
    assert last_sign(seat(log=-40), INTERVAL) == BEGUN


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def running(clock: Any, session: LectureSession, kim: User) -> LectureSession:
    classes.seat(session, kim)
    classes.start(session)
    classes.forget_events()
    return session


def events(kind: type[Any]) -> list[Any]:
    return classes.events_of(kind)


def tapped(user: User, at: float, *, app: str = TALK, text: str = "", times: int = 1, kind: str = "CLICK") -> None:
    """The phone tells of ``times`` taps at so many seconds after the beginning."""
    for number in range(times):
        ActivityLog.objects.create(
            user=user,
            event_type=kind,
            event_data={"text": text},
            screen_info={"package_name": app},
            received_at=after(at + number),
        )


def look_until(clock: Any, seconds: float, *, since: float = 0) -> None:
    """Some rounds on the way there, and one then."""
    for at in (*range(int(since), int(seconds), 60), seconds):
        clock.move_to(after(at))
        look_around()


@pytest.mark.django_db
def test_one_nudge_in_time(clock: Any, running: LectureSession, kim: User) -> None:
    clock.move_to(after(119))
    look_around()
    assert events(Nudged) == []
    look_until(clock, 3600, since=121)
    (nudged,) = events(Nudged)
    assert (nudged.user_id, nudged.topics()) == (kim.pk, (f"hint:{kim.pk}",))
    assert nudged.message == (
        "지금은 '카카오톡 앱 열기' 단계예요. 카카오톡 앱 열기: 화면을 눌러주세요. "
        "잘 안 되시면 '도와주세요'를 눌러주세요."
    )
    assert events(HelpRequested) == []


@pytest.mark.django_db
def test_a_step_that_takes_long_gets_more_than_its_usual_time(clock: Any, lecture: Lecture, kim: User) -> None:
    step = classes.steps(lecture)[0]
    people = cast.students(5)
    cast.enroll(lecture, kim, *people)
    earlier = classes.open_class(lecture)
    classes.start(earlier)
    for user in people:
        classes.seat(earlier, user)
        SeatStep.objects.create(session=earlier, user=user, subtask=step, done_at=after(200))
    classes.end(earlier)
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    classes.start(session)
    clock.move_to(after(699))
    assert look_around().nudged == 0
    clock.move_to(after(700))
    assert look_around().nudged == 1


def _into(user: User, at: float, app: str) -> None:
    """A phone that tells of taps shows another app."""
    tapped(user, 20)
    tapped(user, at, app=app, kind="SCREEN_CHANGE")


SIGNS: dict[str, tuple[Callable[[User], None], str | None]] = {
    "nothing but time": (lambda kim: None, None),
    "a page in a browser, that tells of other things": (
        lambda kim: tapped(kim, 20, kind="NUDGE_ANSWERED", times=5), None,
    ),
    "a look into another app": (lambda kim: _into(kim, 225, TUBE), None),
    "another app for long": (lambda kim: _into(kim, 200, TUBE), "wrong_app"),
    "a window that asks for a permission": (
        lambda kim: _into(kim, 200, "com.google.android.permissioncontroller"), "permission_window",
    ),
    "a phone that tells of screens, and of no taps": (
        lambda kim: tapped(kim, 20, kind="SCREEN_CHANGE", app=TUBE, times=5), None,
    ),
    "taps before the class": (lambda kim: tapped(kim, -40, text="설정", times=4), None),
    "a tap a moment ago": (lambda kim: tapped(kim, 230, text="확인"), None),
    "a phone that fell silent": (lambda kim: tapped(kim, 20, text="확인"), "silent"),
    "the wrong place, again and again": (lambda kim: tapped(kim, 225, text="설정", times=4), "repeated"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("sign", SIGNS)
def test_a_request_on_evidence_only(clock: Any, running: LectureSession, kim: User, sign: str) -> None:
    act, noticed = SIGNS[sign]
    assert running.current_subtask is not None
    Silence.objects.create(session=running, user=kim, subtask=running.current_subtask, nudged_at=after(120))
    act(kim)
    clock.move_to(after(240))
    look_around()
    look_around()
    found = [request.context_data["noticed"] for request in HelpRequest.objects.all()]
    assert found == ([] if noticed is None else [noticed])


@pytest.mark.django_db
def test_a_page_that_tells_of_itself_is_no_phone_that_fell_silent(
    clock: Any, running: LectureSession, kim: User
) -> None:
    """Nor does it put the nudge off: to be looked at is no progress."""
    for at in (10, 60, 110):
        tapped(kim, at, kind="page.hidden")
    look_until(clock, 600)
    assert [nudge.at for nudge in events(Nudged)] == [after(120)]
    assert events(HelpRequested) == []


@pytest.mark.django_db
def test_what_the_server_notices_is_filed_as_its_own(clock: Any, running: LectureSession, kim: User) -> None:
    tapped(kim, 20, text="확인")
    look_until(clock, 330, since=10)
    (request,) = HelpRequest.objects.all()
    assert (request.request_type, request.priority, request.status) == ("AUTO", "LOW", "ANALYZING")
    assert (request.user, request.session) == (kim, running)
    assert request.context_data["stuck_duration_seconds"] == request.stuck_seconds
    assert [event.request_type for event in events(HelpRequested)] == ["AUTO"]
    assert not SubtaskProgress.objects.filter(user=kim, status="HELP_NEEDED").exists()  # they have not said so
    services.close_help(actor=classes.owner_of(running), request_id=request.pk)
    look_until(clock, 1200, since=340)
    assert HelpRequest.objects.count() == 1  # the instructor knows


@pytest.mark.django_db
@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(
    pauses=st.lists(st.integers(1, 600), max_size=8), words=st.lists(st.sampled_from(["", "tell", "come"]), min_size=8)
)
def test_time_alone_never_makes_a_request(lecture: Lecture, kim: User, pauses: list[int], words: list[str]) -> None:
    """Whatever the order of waiting, coming again, and of what a page in a browser tells."""
    Enrollment.objects.get_or_create(lecture=lecture, user=kim)
    with time_machine.travel(BEGUN, tick=False) as clock:
        session = classes.open_class(lecture)
        classes.seat(session, kim)
        classes.start(session)
        for seconds, word in zip(pauses, words, strict=False):
            clock.shift(timedelta(seconds=seconds))
            if word == "tell":
                ActivityLog.objects.create(user=kim, event_type="PAGE_SHOWN", subtask=session.current_subtask)
            if word == "come":
                classroom.mark_absent(session.pk, kim.pk)
                classes.seat(session, kim)
            look_around()
        assert not HelpRequest.objects.filter(session=session).exists()
        assert Silence.objects.filter(session=session).count() <= 1
        classes.end(session)


@pytest.mark.django_db
def test_off_means_neither_nudge_nor_request(clock: Any, running: LectureSession, kim: User) -> None:
    LectureSession.objects.update(auto_help=False)
    tapped(kim, 20, text="설정", times=4)
    look_until(clock, 900)
    assert events(Nudged) == events(HelpRequested) == []
    LectureSession.objects.update(auto_help=True)
    clock.move_to(after(910))
    look_around()
    LectureSession.objects.update(auto_help=False)  # after the nudge
    look_until(clock, 1800, since=920)
    assert (len(events(Nudged)), events(HelpRequested)) == (1, [])


@pytest.mark.django_db
@pytest.mark.parametrize("sign", [name for name, (_, noticed) in SIGNS.items() if noticed])
def test_off_means_that_nothing_is_made_of_evidence(clock: Any, running: LectureSession, kim: User, sign: str) -> None:
    """Contract 11.2: neither a word nor a request, whether somebody was nudged before or not."""
    LectureSession.objects.update(auto_help=False)
    SIGNS[sign][0](kim)
    for at in (240, 300):
        clock.move_to(after(at))
        assert look_around() == Noticed(0, 0)
        Silence.objects.get_or_create(
            session=running, user=kim, subtask_id=running.current_subtask_id, defaults={"nudged_at": after(120)}
        )
    assert events(Nudged) == events(HelpRequested) == []
    assert not HelpRequest.objects.exists()


def _fine(user: User) -> None:
    step = LectureSession.objects.get().current_subtask_id
    assert step is not None
    silencing.dismiss_nudge(actor=cast.actor(user), command=DismissNudge(subtask_id=step))
    silencing.dismiss_nudge(actor=cast.actor(user), command=DismissNudge(subtask_id=step))


def _undo(user: User) -> None:
    """As taking "다 했어요" back tells it."""
    _complete(user)
    SubtaskProgress.objects.filter(user=user).update(status="IN_PROGRESS")
    (done,) = (event for event in events(ProgressChanged) if event.new_status == "COMPLETED")
    here = LectureSession.objects.get().pk
    silencing.after_undoing(replace(done, old_status="COMPLETED", new_status="IN_PROGRESS", session_id=here))


def _ask_and_close(user: User) -> None:
    _ask(user)
    services.close_help(actor=cast.actor(user), request_id=HelpRequest.objects.get().pk)


@pytest.mark.django_db
@pytest.mark.parametrize("nudged", [False, True])
@pytest.mark.parametrize("word", [_fine, _undo, _ask_and_close])
def test_one_word_silences_the_step(
    clock: Any, running: LectureSession, kim: User, word: Callable[[User], None], nudged: bool
) -> None:
    tapped(kim, 20, text="확인")
    look_until(clock, 150 if nudged else 60)
    assert len(events(Nudged)) == nudged
    word(kim)
    look_until(clock, 1800, since=160)
    assert len(events(Nudged)) == nudged
    assert not HelpRequest.objects.filter(request_type="AUTO").exists()


@pytest.mark.django_db
def test_a_word_is_for_its_step(clock: Any, running: LectureSession, kim: User) -> None:
    _fine(kim)
    _advance(kim)
    clock.move_to(after(200))
    assert look_around().nudged == 1


@pytest.mark.django_db
def test_who_may_say_that_all_is_fine(running: LectureSession, kim: User, lee: User, park: User) -> None:
    step = running.current_subtask_id
    assert step is not None
    cast.enroll(running.lecture, lee)
    for somebody, refused in ((lee, NotFound), (park, Forbidden)):
        with pytest.raises(refused):
            silencing.dismiss_nudge(actor=cast.actor(somebody), command=DismissNudge(subtask_id=step))
    with pytest.raises(NotFound):
        silencing.dismiss_nudge(actor=cast.actor(kim), command=DismissNudge(subtask_id=step, session_id=999_999))
    assert not Silence.objects.exists()


@pytest.mark.django_db
def test_a_break_counts_for_nobody(clock: Any, running: LectureSession) -> None:
    LectureSession.objects.update(break_ends_at=after(300))
    look_until(clock, 410)
    assert events(Nudged) == []
    clock.move_to(after(421))
    assert look_around().nudged == 1


def _tap(user: User) -> None:
    ActivityLog.objects.create(user=user, event_type="CLICK")


def _complete(user: User) -> None:
    step = Lecture.objects.get().sessions.get().current_subtask_id
    assert step is not None
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step, status="COMPLETED"))


def _ask(user: User) -> None:
    services.request_help(actor=cast.actor(user), command=RequestHelp(), session=LectureSession.objects.get())


def _leave(user: User) -> None:
    classroom.mark_absent(LectureSession.objects.get().pk, user.pk)


def _finish_class(user: User) -> None:
    SessionParticipant.objects.filter(user=user).update(status=ParticipantStatus.COMPLETED)


def _pause(user: User) -> None:
    session = LectureSession.objects.get()
    classroom.pause_session(actor=classes.owner_of(session), session_ref=session.code, command=PauseSession())


def _end(user: User) -> None:
    classes.end(LectureSession.objects.get())


def _advance(user: User) -> None:
    session = LectureSession.objects.get()
    classroom.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=AdvanceStep())


@pytest.mark.django_db
@pytest.mark.parametrize("what", [_tap, _complete, _ask, _leave, _finish_class, _pause, _end, _advance])
def test_no_need_to_nudge(clock: Any, running: LectureSession, kim: User, what: Callable[[User], None]) -> None:
    clock.move_to(after(80))
    what(kim)
    clock.move_to(after(160))
    look_around()
    assert events(Nudged) == []


@pytest.mark.django_db
def test_the_waiting_room_is_silent(clock: Any, session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    clock.move_to(after(600))
    look_around()
    assert events(Nudged) == []


@pytest.mark.django_db
def test_a_pause_counts_for_nobody(clock: Any, running: LectureSession, kim: User) -> None:
    clock.move_to(after(20))
    _pause(kim)
    clock.move_to(after(300))
    command, owner = ResumeSession(), classes.owner_of(running)
    classroom.resume_session(actor=owner, session_ref=running.code, command=command)
    clock.move_to(after(419))
    look_around()
    assert events(Nudged) == []
    clock.move_to(after(421))
    look_around()
    assert len(events(Nudged)) == 1


@pytest.mark.django_db
def test_it_can_be_turned_off(
    clock: Any, running: LectureSession, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.STUCK_SECONDS = 0
    clock.move_to(after(600))
    with django_assert_num_queries(0):
        look_around()


@pytest.mark.django_db
def test_a_step_of_another_kind_is_not_read_out(clock: Any) -> None:
    assert not any("송금" in text for text in watching.nudge_words("마무리", "송금을 누르세요"))


@pytest.mark.django_db
def test_it_is_said_in_both_languages(clock: Any, running: LectureSession) -> None:
    clock.move_to(after(121))
    look_around()
    (nudge,) = events(Nudged)
    assert nudge.message.startswith("지금은 ")
    assert nudge.english is not None
    assert nudge.english.message.startswith("The step now is '")
    assert "도와주세요" not in nudge.english.message
    assert "'" not in nudge.english.voice_guide_text


@pytest.mark.django_db
def test_what_was_stored_before_english_words_is_read(clock: Any, running: LectureSession) -> None:
    clock.move_to(after(121))
    look_around()
    (nudge,) = events(Nudged)
    stored = msgspec.to_builtins(nudge)
    del stored["english"]
    assert decode_event("Nudged", msgspec.json.encode(stored)) == replace(nudge, english=None)


def _crowd(session: LectureSession, count: int) -> None:
    people = cast.students(count)
    cast.enroll(session.lecture, *people)
    SessionParticipant.objects.bulk_create(
        SessionParticipant(session=session, user=user, status=ParticipantStatus.ACTIVE) for user in people
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [10, 1000])
def test_a_round_has_the_same_queries_for_any_number(
    clock: Any, running: LectureSession, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _crowd(running, count)
    clock.move_to(after(241))  # nobody is done: twice as long
    with django_assert_max_num_queries(15 + count // 100 * 2):  # rows are inserted in batches of some hundreds
        noticed = look_around()
    assert noticed.nudged == count + 1
    clock.move_to(after(242))
    with django_assert_max_num_queries(3):
        look_around()
    assert Silence.objects.count() == count + 1


@pytest.mark.django_db
def test_many_who_are_stuck_come_to_the_instructor_by_and_by(clock: Any, running: LectureSession) -> None:
    _crowd(running, 60)
    for user in User.objects.filter(seats__session=running):
        tapped(user, 20, text="확인")
    clock.move_to(after(261))
    assert look_around().nudged == 61
    clock.move_to(after(382))
    assert look_around().requested == 50
    assert look_around().requested == 11
    assert look_around().requested == 0
    assert HelpRequest.objects.count() == 61


@pytest.mark.django_db
def test_what_a_phone_shows_comes_before_time(clock: Any, running: LectureSession, kim: User) -> None:
    """Repeated taps: a word at once, and the instructor hears when it has not helped."""
    clock.move_to(after(30))
    tapped(kim, 20, text="확인", times=4)
    assert look_around() == Noticed(1, 0)
    clock.move_to(after(59))
    assert look_around() == Noticed(0, 0)
    clock.move_to(after(60))
    assert look_around() == Noticed(0, 1)
    assert HelpRequest.objects.get().context_data["noticed"] == "repeated"


@pytest.mark.django_db
def test_who_gets_on_after_the_word_is_not_told_of(clock: Any, running: LectureSession, kim: User) -> None:
    tapped(kim, 20, text="확인", times=4)
    clock.move_to(after(30))
    assert look_around().nudged == 1
    tapped(kim, 40, kind="SCREEN_CHANGE")
    look_until(clock, 150, since=60)
    assert not HelpRequest.objects.exists()


@pytest.mark.django_db
def test_who_has_done_it_by_what_the_phone_shows_hears_nothing(clock: Any, running: LectureSession, kim: User) -> None:
    """They only forgot to say so."""
    tapped(kim, 20, text="확인", times=4)
    assert running.current_subtask is not None
    StepMatch.objects.create(
        session=running, user=kim, subtask=running.current_subtask, match={"verdict": "done", "done_by": "act"}
    )
    look_until(clock, 1800)
    assert events(Nudged) == events(HelpRequested) == []


@pytest.mark.django_db
def test_who_comes_back_to_the_page_again_and_again_hears_a_word(
    clock: Any, running: LectureSession, kim: User, lee: User
) -> None:
    """A page tells of no taps: it shows only that they do not get on."""
    classes.seat(running, lee)
    for user, times in ((kim, 3), (lee, 2)):
        for number in range(times):
            ActivityLog.objects.create(
                user=user,
                subtask=running.current_subtask,
                event_type="page.hidden",
                received_at=after(5 + 10 * number),
            )
    clock.move_to(after(40))
    assert look_around() == Noticed(1, 0)
    assert [nudge.user_id for nudge in events(Nudged)] == [kim.pk]


@pytest.mark.django_db
def test_while_others_are_not_done_either_there_is_more_time(clock: Any, running: LectureSession, kim: User) -> None:
    _crowd(running, 5)
    clock.move_to(after(239))
    assert look_around().nudged == 0
    step = running.current_subtask_id
    assert step is not None
    for user in User.objects.filter(seats__session=running).exclude(pk=kim.pk):
        SubtaskProgress.objects.create(user=user, subtask_id=step, status="COMPLETED")
    assert look_around().nudged == 1


@pytest.mark.django_db
def test_who_shows_nothing_wrong_does_not_stand_before_the_others(clock: Any, running: LectureSession) -> None:
    """Sixty phones tell of things that are no taps, before one that fell silent."""
    _crowd(running, 60)
    *others, last = User.objects.filter(seats__session=running).order_by("pk")
    for user in others:
        tapped(user, 20, kind="APP_STATE")
    tapped(last, 20, text="확인")
    look_until(clock, 420, since=141)
    (request,) = HelpRequest.objects.all()
    assert request.user == last
