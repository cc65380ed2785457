"""Who may open which socket (reliability, section 3; contract 3.6, 3.7, 3.9, 6.4), and what its commands do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep, EndSession, JoinSession, PauseSession, ResumeSession
from mobilegpt.classroom.events import ParticipantJoined
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, DomainError, Forbidden, NotFound, RateLimited, Unauthenticated
from mobilegpt.events.command import Command
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.services import enroll
from mobilegpt.progress.commands import GetMyProgress, MarkComplete, UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.realtime.route import Call, Handshake, Opening, Reply, SocketRoute
from mobilegpt.sockets import class_room, own_affairs
from mobilegpt.sockets import classes as class_sockets
from mobilegpt.wire.refusal import answer_to
from tests import cast, classes

pytestmark = pytest.mark.django_db
DEVICE = "f3b0c44298fc1c149afbf4c8"


@pytest.fixture
def people(park: User, kim: User, lee: User) -> dict[str, User]:
    """김학생 has a seat, 이학생 has nothing to do with the class."""
    return {"park": park, "kim": kim, "lee": lee, "choi": cast.instructor_choi(), "han": cast.admin_han()}


def shake(user: User | Actor | None, **params: str) -> Handshake:
    actor = cast.actor(user) if isinstance(user, User) else user
    return Handshake(params, {}, actor, "198.51.100.7")


def code_of(opened: Callable[[], Opening]) -> int | str:
    """The close code of a refusal, or how the socket opened."""
    try:
        opening = opened()
    except DomainError as refusal:
        return int(answer_to(refusal).close)
    return (
        "provisional"
        if opening.actor is None
        else "seat"
        if (opening.presence or "").startswith("session:")
        else "observer"
    )


@pytest.mark.parametrize(
    ("who", "room_code", "student", "instructor"),
    [
        ("nobody", "provisional", 4401, 4401),
        ("kim", "seat", "seat", 4403),
        ("lee", "provisional", 4404, 4403),
        ("park", "observer", 4403, "observer"),
        ("choi", 4403, 4403, 4404),
        ("han", "observer", 4403, "observer"),
    ],
)
def test_the_matrix(
    session: LectureSession,
    people: dict[str, User],
    who: str,
    room_code: int | str,
    student: int | str,
    instructor: int | str,
) -> None:
    classes.seat(session, people["kim"])
    user = people.get(who)
    assert code_of(lambda: class_room.open_room(shake(user, code=session.code))) == room_code
    for ref in (str(session.pk), session.code):
        assert code_of(lambda ref=ref: class_sockets.open_student(shake(user, session_ref=ref))) == student  # type: ignore[misc]
        assert code_of(lambda ref=ref: class_sockets.open_instructor(shake(user, session_ref=ref))) == instructor  # type: ignore[misc]


@pytest.mark.parametrize("opened", [own_affairs.open_progress, own_affairs.open_help])
def test_own_affairs_are_ones_own(people: dict[str, User], opened: Callable[[Handshake], Opening]) -> None:
    kim = people["kim"]
    assert opened(shake(kim, user_id=str(kim.pk))).topics == (f"user:{kim.pk}",)
    with pytest.raises(Unauthenticated):
        opened(shake(None, user_id=str(kim.pk)))
    for name in ("lee", "park", "choi", "han"):
        with pytest.raises(Forbidden):
            opened(shake(people[name], user_id=str(kim.pk)))


def test_staff_topics_are_the_staffs(session: LectureSession, people: dict[str, User]) -> None:
    classes.seat(session, people["kim"])
    staff = f"session-staff:{session.pk}"
    assert staff not in class_room.open_room(shake(people["kim"], code=session.code)).topics
    assert staff not in class_room.open_room(shake(None, code=session.code)).topics
    assert staff not in class_sockets.open_student(shake(people["kim"], session_ref=session.code)).topics
    assert staff in class_room.open_room(shake(people["park"], code=session.code)).topics


@pytest.mark.parametrize("ref", ["WRONG2", "999999", "ABC", "%00"])
def test_unknown_sessions_are_absent(session: LectureSession, people: dict[str, User], ref: str) -> None:
    for user in (None, people["kim"], people["park"]):
        with pytest.raises(NotFound):
            class_room.open_room(shake(user, code=ref))


def test_the_room_takes_the_id_from_its_people_only(session: LectureSession, people: dict[str, User]) -> None:
    classes.seat(session, people["kim"])
    ref = str(session.pk)
    opened = {name: code_of(partial(class_room.open_room, shake(user, code=ref))) for name, user in people.items()}
    assert opened == {"park": "observer", "kim": "seat", "lee": 4404, "choi": 4404, "han": "observer"}
    with pytest.raises(NotFound):
        class_room.open_room(shake(None, code=ref))


def test_wrong_codes_count_on_sockets_too(session: LectureSession, lee: User) -> None:
    for _ in range(10):
        with pytest.raises(NotFound):
            class_room.open_room(shake(lee, code="WRONG2"))
    with pytest.raises(RateLimited):
        class_room.open_room(shake(lee, code=session.code))


@pytest.mark.parametrize("route", ["room", "student"])
def test_an_enrolled_students_connection_is_a_join(session: LectureSession, kim: User, route: str) -> None:
    cast.enroll(session.lecture, kim)
    for _ in range(2):
        if route == "room":
            class_room.open_room(shake(kim, code=session.code.lower()))
        else:
            class_sockets.open_student(shake(kim, session_ref=str(session.pk)))
    assert SessionParticipant.objects.get().user == kim
    assert len(classes.events_of(ParticipantJoined)) == 1


def test_who_enrolled_by_themselves_is_let_in_by_the_code_alone(session: LectureSession, kim: User) -> None:
    enroll(actor=cast.actor(kim), lecture_id=session.lecture_id)
    by_id = shake(kim, session_ref=str(session.pk))
    assert code_of(lambda: class_sockets.open_student(by_id)) == 4404
    assert code_of(lambda: class_room.open_room(shake(kim, code=str(session.pk)))) == 4404
    assert class_room.open_room(shake(kim, code=session.code)).actor is None, "seated by its join frame"
    assert not SessionParticipant.objects.exists()
    services.look_up(actor=cast.actor(kim), ref=session.code, address="192.0.2.1")
    class_sockets.open_student(by_id)
    assert SessionParticipant.objects.get().user == kim


def test_after_the_end_strangers_stay_out(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    cast.enroll(session.lecture, lee)
    classes.end(session)
    assert code_of(lambda: class_room.open_room(shake(kim, code=session.code))) == "seat"
    assert code_of(lambda: class_room.open_room(shake(lee, code=session.code))) == 4403
    services.archive_session(session.pk)
    for user in (kim, lee, session.lecture.instructor):
        assert code_of(lambda user=user: class_room.open_room(shake(user, code=session.code))) == 4404  # type: ignore[misc]
        with pytest.raises(DomainError):
            class_sockets.open_student(shake(user, session_ref=str(session.pk)))


def test_a_full_class_refuses(session: LectureSession, kim: User, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = 0
    cast.enroll(session.lecture, kim)
    assert code_of(lambda: class_room.open_room(shake(kim, code=session.code))) == 4403


def test_without_guests_a_credential_is_needed(session: LectureSession, settings: Any) -> None:
    settings.GUEST_JOIN = False
    with pytest.raises(Unauthenticated):
        class_room.open_room(shake(None, code=session.code))


def test_a_guest_opens_its_own_class_only(session: LectureSession) -> None:
    other = classes.open_class(session.lecture)
    guest = services.take_guest_seat(session=session, name="홍길동", device_id=DEVICE, address="192.0.2.1").login.user
    assert code_of(lambda: class_room.open_room(shake(guest, code=session.code))) == "seat"
    assert code_of(lambda: class_room.open_room(shake(guest, code=other.code))) == 4403
    assert code_of(lambda: class_sockets.open_student(shake(guest, session_ref=str(other.pk)))) == 4403


# --- commands


def call(route: SocketRoute, opening: Opening, command: Command) -> Reply:
    reply = route.handlers[type(command)](Call(opening.actor, opening.context, command, "198.51.100.7"))
    return reply or Reply()


def frame_of(reply: Reply) -> dict[str, Any]:
    (frame,) = reply.frames
    shaped: dict[str, Any] = msgspec.to_builtins(frame)
    return shaped


def test_who_runs_a_class_is_not_told_to_wait_for_the_instructor(session: LectureSession, kim: User) -> None:
    park = session.lecture.instructor
    mine = frame_of(call(class_room.ROUTE, class_room.open_room(shake(park, code=session.code)), JoinSession()))
    cast.enroll(session.lecture, kim)
    theirs = frame_of(call(class_room.ROUTE, class_room.open_room(shake(kim, code=session.code)), JoinSession()))
    assert "기다려" in theirs["message"]
    assert "기다려" not in mine["message"]
    assert mine["participant_id"] is None


def test_a_guests_first_frame_takes_a_seat(session: LectureSession) -> None:
    opening = class_room.open_room(shake(None, code=session.code))
    reply = call(class_room.ROUTE, opening, JoinSession(device_id="test", name="tester"))
    confirmed = frame_of(reply)
    seat = SessionParticipant.objects.get()
    assert list(confirmed) == [
        "type", "session_id", "session_code", "participant_id", "user_id", "role", "status", "session_status",
        "current_subtask", "joined_at", "message", "access_token", "refresh_token",
    ]  # fmt: skip
    assert (confirmed["type"], confirmed["participant_id"]) == ("join_confirmed", seat.pk)
    assert reply.admit is not None
    assert reply.admit.actor is not None
    assert (reply.admit.actor.user_id, reply.admit.actor.is_guest) == (seat.user_id, True)
    assert reply.admit.presence == f"session:{session.pk}"
    again = call(class_room.ROUTE, reply.admit, JoinSession(device_id="test", name="tester"))
    assert again.admit is None
    assert frame_of(again)["participant_id"] == seat.pk
    assert "access_token" not in frame_of(again)
    assert len(classes.events_of(ParticipantJoined)) == 1


def test_a_guest_without_a_device_stays_out(session: LectureSession) -> None:
    opening = class_room.open_room(shake(None, code=session.code))
    with pytest.raises(Unauthenticated):
        call(class_room.ROUTE, opening, JoinSession(name="tester"))
    for command in (AdvanceStep(), UpdateProgress(subtask_id=1, status="COMPLETED"), RequestHelp()):
        with pytest.raises((Unauthenticated, Forbidden)):
            call(class_room.ROUTE, opening, command)
    assert not SessionParticipant.objects.exists()


def test_a_signed_in_newcomer_is_seated_by_join(session: LectureSession, kim: User) -> None:
    classes.start(session)
    opening = class_room.open_room(shake(kim, code=session.code))
    assert opening.actor is None
    reply = call(class_room.ROUTE, opening, JoinSession())
    confirmed = frame_of(reply)
    assert (confirmed["user_id"], confirmed["status"], confirmed["role"]) == (kim.pk, "ACTIVE", "STUDENT")
    assert confirmed["current_subtask"]["position"] == 1
    assert "access_token" not in confirmed
    assert reply.admit is not None
    with pytest.raises(Forbidden):
        call(class_room.ROUTE, opening, JoinSession(user_id=kim.pk + 1))


def test_who_runs_it_is_confirmed_without_a_seat(session: LectureSession, park: User) -> None:
    opening = class_room.open_room(shake(park, code=session.code))
    confirmed = frame_of(call(class_room.ROUTE, opening, JoinSession()))
    assert (confirmed["participant_id"], confirmed["status"], confirmed["role"]) == (None, None, "INSTRUCTOR")
    assert not SessionParticipant.objects.exists()


def test_a_socket_that_opened_before_the_start_is_told_of_the_start(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    opening = class_room.open_room(shake(kim, code=session.code))
    classes.start(session)
    confirmed = frame_of(call(class_room.ROUTE, opening, JoinSession()))
    assert (confirmed["session_status"], confirmed["status"]) == ("IN_PROGRESS", "ACTIVE")
    assert confirmed["current_subtask"]["position"] == 1


@pytest.mark.parametrize("command", [AdvanceStep(), PauseSession(), ResumeSession(), EndSession()])
def test_only_the_instructor_moves_the_class(
    session: LectureSession, people: dict[str, User], command: Command
) -> None:
    classes.seat(session, people["kim"])
    for name in ("kim", "han"):
        opening = class_room.open_room(shake(people[name], code=session.code))
        with pytest.raises(Forbidden):
            call(class_room.ROUTE, opening, command)


def test_the_instructor_moves_the_class(session: LectureSession, park: User) -> None:
    opening = class_room.open_room(shake(park, code=session.code))
    with pytest.raises(Conflict):
        call(class_room.ROUTE, opening, AdvanceStep())
    classes.start(session)
    for command in (AdvanceStep(), PauseSession(message="쉬어요"), ResumeSession(), EndSession()):
        call(class_room.ROUTE, opening, command)
    session.refresh_from_db()
    assert session.status == "REVIEW_MODE"


def test_progress_and_help_are_the_students(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    opening = class_room.open_room(shake(kim, code=session.code))
    call(class_room.ROUTE, opening, UpdateProgress(subtask_id=step.pk, status="completed"))
    services.advance_step(actor=cast.actor(park), session_ref=session.code, command=AdvanceStep())
    asked = call(class_room.ROUTE, opening, RequestHelp(message="이 단계가 어렵습니다"))
    request = HelpRequest.objects.get()
    assert (asked.id, request.session_id, request.subtask.title) == (request.pk, session.pk, "친구 선택하기")
    staff = class_room.open_room(shake(park, code=session.code))
    for command in (UpdateProgress(subtask_id=step.pk, status="COMPLETED"), RequestHelp(subtask_id=step.pk)):
        with pytest.raises(Forbidden):
            call(class_room.ROUTE, staff, command)


def test_done_is_taken_back_on_the_socket_until_the_class_goes_on(
    session: LectureSession, kim: User, park: User
) -> None:
    classes.seat(session, kim)
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    opening = class_room.open_room(shake(kim, code=session.code))

    def say(status: str) -> str:
        assert call(class_room.ROUTE, opening, UpdateProgress(subtask_id=step.pk, status=status)).id == step.pk
        return SubtaskProgress.objects.get(user=kim, subtask=step).status

    assert [say(status) for status in ("COMPLETED", "in_progress", "COMPLETED")] == [
        "COMPLETED", "IN_PROGRESS", "COMPLETED",
    ]  # fmt: skip
    services.advance_step(actor=cast.actor(park), session_ref=session.code, command=AdvanceStep())
    assert say("IN_PROGRESS") == "COMPLETED"


def test_the_state_for_who_missed_too_much(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    for user, status in ((kim, "ACTIVE"), (park, None)):
        opening = class_room.open_room(shake(user, code=session.code))
        assert opening.snapshot is None
        assert opening.state is not None
        (state,) = msgspec.to_builtins(opening.state())
        assert (state["session_status"], state["status"]) == ("IN_PROGRESS", status)


def test_progress_on_request_and_completion(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    one, two, _ = classes.steps(session.lecture)
    opening = own_affairs.open_progress(shake(kim, user_id=str(kim.pk)))
    assert call(own_affairs.PROGRESS, opening, MarkComplete(subtask_id=one.pk)).frames == []
    (again,) = call(own_affairs.PROGRESS, opening, MarkComplete(subtask_id=one.pk)).frames
    assert msgspec.to_builtins(again)["next_subtask"]["id"] == two.pk
    progress = frame_of(call(own_affairs.PROGRESS, opening, GetMyProgress()))
    assert progress["data"]["user"] == {"id": kim.pk, "name": "김학생", "email": kim.email}
    (lecture,) = progress["data"]["lectures"]
    assert (lecture["completed_subtasks"], lecture["progress_rate"]) == (1, 33.3)
    assert (lecture["current_subtask"]["id"], lecture["current_subtask"]["order"]) == (two.pk, 2)
