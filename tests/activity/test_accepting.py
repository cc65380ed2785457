"""Who runs a class decides on what phones show to be done (contract 11.15)."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.activity import accepting, following
from mobilegpt.activity.commands import DecideCompletion
from mobilegpt.activity.events import WhereaboutsChanged
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.errors import Conflict, DomainError, NotFound
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.progress.services import update_progress
from mobilegpt.roster.selectors import roster_of
from mobilegpt.roster.states import State
from tests import cast, classes
from tests.activity.followed import CAME, FRIENDS, LOST, TAPPED, person, progress, reported, set_to
from tests.activity.followed import session as session

pytestmark = pytest.mark.django_db


def decided(session: LectureSession, user: User, what: str = "accept", step: int | None = None) -> list[int]:
    seat = SessionParticipant.objects.get(session=session, user=user)
    done = getattr(accepting, what)(
        actor=classes.owner_of(session),
        session_ref=str(session.pk),
        participant_id=seat.pk,
        command=DecideCompletion(subtask_id=step or session.current_subtask_id or 0),
    )
    return list(done.participant_ids)


def all_accepted(session: LectureSession) -> list[int]:
    command = DecideCompletion(subtask_id=session.current_subtask_id or 0)
    done = accepting.accept_all(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    return done.participant_ids


def take_back(session: LectureSession, user: User) -> None:
    command = UpdateProgress(subtask_id=session.current_subtask_id or 0, status="IN_PROGRESS")
    update_progress(actor=cast.actor(user), command=command, session_id=session.pk)


def refusal(session: LectureSession, user: User, what: str = "accept", step: int | None = None) -> str:
    with pytest.raises(DomainError) as refused:
        decided(session, user, what, step)
    return refused.value.code


def test_an_accepted_step_is_done_as_by_the_person(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    decided(session, kim)
    assert progress(kim, session) == ProgressStatus.COMPLETED
    assert (person(session).state, person(session).whereabouts) == (State.DONE, None)
    (told,) = classes.events_of(ProgressChanged)
    assert (told.user.id, told.session_id, told.new_status) == (kim.pk, session.pk, "COMPLETED")
    line = AuditEntry.objects.get(action="progress.accepted")
    assert line.actor_id == session.lecture.instructor_id
    assert line.details == {"user": kim.pk, "subtask": session.current_subtask_id, "rests_on": "act"}


def test_accepting_again_says_the_same_and_does_nothing(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    assert decided(session, kim) == decided(session, kim)
    assert len(classes.events_of(ProgressChanged)) == 1
    assert AuditEntry.objects.filter(action="progress.accepted").count() == 1


def test_who_has_said_so_already_is_left_as_they_are(session: LectureSession, kim: User) -> None:
    command = UpdateProgress(subtask_id=session.current_subtask_id or 0, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command, session_id=session.pk)
    decided(session, kim)
    assert not AuditEntry.objects.filter(action="progress.accepted").exists()
    assert refusal(session, kim, "decline") == "COMPLETION_NOT_SUGGESTED"
    assert person(session).state is State.DONE


def test_what_a_phone_does_not_show_is_not_accepted(session: LectureSession, kim: User) -> None:
    assert refusal(session, kim) == "COMPLETION_NOT_SUGGESTED"
    reported(kim, FRIENDS, LOST)
    assert refusal(session, kim) == refusal(session, kim, "decline") == "COMPLETION_NOT_SUGGESTED"
    assert progress(kim, session) != ProgressStatus.COMPLETED


def test_by_hand_nothing_is_accepted(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    set_to(session, "by_hand")
    assert refusal(session, kim) == "COMPLETION_NOT_SUGGESTED"
    assert all_accepted(session) == []


def test_a_step_that_the_class_does_not_stand_on_is_not_decided(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    first, second, *_ = classes.steps(session.lecture)
    assert refusal(session, kim, step=second.pk) == "INVALID_TRANSITION"
    go_to(session, second.pk)
    assert refusal(session, kim, step=first.pk) == refusal(session, kim, "decline", first.pk) == "INVALID_TRANSITION"
    classes.end(session)
    session.refresh_from_db()
    assert refusal(session, kim) == "INVALID_TRANSITION"
    with pytest.raises(Conflict):
        all_accepted(session)


@pytest.mark.parametrize("what", ["accept", "decline"])
def test_who_has_gone_or_was_removed_is_decided_no_more(session: LectureSession, kim: User, what: str) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    seat = SessionParticipant.objects.get(session=session, user=kim)
    owner = classes.owner_of(session)
    classroom.remove_seat(actor=owner, session_ref=str(session.pk), participant_id=seat.pk, may_return=True)
    with pytest.raises(NotFound):
        decided(session, kim, what)
    assert all_accepted(session) == []


def test_a_seat_of_another_class_is_none(session: LectureSession, kim: User, lecture: Lecture) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    other = classes.open_class(lecture)
    seat = SessionParticipant.objects.get(session=session, user=kim)
    SessionParticipant.objects.filter(pk=seat.pk).update(session=other)
    command = DecideCompletion(subtask_id=session.current_subtask_id or 0)
    with pytest.raises(NotFound):
        accepting.accept(
            actor=classes.owner_of(session), session_ref=str(session.pk), participant_id=seat.pk, command=command
        )


def test_who_takes_an_accepted_step_back_is_believed(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    decided(session, kim)
    take_back(session, kim)
    reported(kim, FRIENDS, TAPPED, CAME)
    assert progress(kim, session) == ProgressStatus.IN_PROGRESS
    assert refusal(session, kim) == "COMPLETION_NOT_SUGGESTED"
    assert all_accepted(session) == []


def test_declined_is_suggested_no_more(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    assert decided(session, kim, "decline") == decided(session, kim, "decline")
    shown = person(session).whereabouts
    assert shown is not None
    assert (shown.verdict, shown.suggested) == ("done", False)
    assert classes.events_of(WhereaboutsChanged)[-1].people[0].whereabouts == shown
    reported(kim, FRIENDS, TAPPED, CAME)
    assert refusal(session, kim) == "COMPLETION_NOT_SUGGESTED"
    line = AuditEntry.objects.get(action="progress.declined")
    assert (line.actor_id, line.details["user"]) == (session.lecture.instructor_id, kim.pk)
    set_to(session, "by_itself")
    reported(kim, FRIENDS, TAPPED, CAME)
    assert progress(kim, session) != ProgressStatus.COMPLETED


def test_declined_stays_so_when_the_class_comes_back(session: LectureSession, kim: User) -> None:
    first, second, *_ = classes.steps(session.lecture)
    reported(kim, FRIENDS, TAPPED, CAME)
    decided(session, kim, "decline")
    go_to(session, second.pk)
    reported(kim, CAME)
    go_to(session, first.pk)
    following.begin_step(session.pk)
    reported(kim, FRIENDS, TAPPED, CAME)
    shown = person(session).whereabouts
    assert shown is not None
    assert (shown.verdict, shown.suggested) == ("done", False)


def test_all_at_once_takes_those_who_are_seen_to_be_done(session: LectureSession, kim: User) -> None:
    lee, choi = cast.person("lee@example.com", "이순자"), cast.person("choi@example.com", "최말자")
    seats = {user.pk: classes.seat(session, user).pk for user in (lee, choi)}
    reported(kim, FRIENDS, TAPPED, CAME)
    reported(lee, FRIENDS, LOST)
    reported(choi, FRIENDS, TAPPED, CAME)
    decided(session, kim, "decline")
    assert all_accepted(session) == [seats[choi.pk]]
    assert all_accepted(session) == []
    assert roster_of(session).states[State.DONE] == 1
    assert AuditEntry.objects.get(action="progress.accepted").details["user"] == choi.pk


def test_who_cannot_be_completed_keeps_nobody_else_from_it(session: LectureSession, kim: User) -> None:
    choi = cast.person("choi@example.com", "최말자")
    seat = classes.seat(session, choi)
    reported(kim, FRIENDS, TAPPED, CAME)
    reported(choi, FRIENDS, TAPPED, CAME)
    User.objects.filter(pk=kim.pk).update(role="INSTRUCTOR")
    assert all_accepted(session) == [seat.pk]
    assert refusal(session, kim) == "NOT_FOUND"


def test_the_machine_takes_nothing_back_that_a_person_has_said(session: LectureSession, kim: User) -> None:
    _, second, *_ = classes.steps(session.lecture)
    go_to(session, second.pk)
    command = UpdateProgress(subtask_id=second.pk, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command, session_id=session.pk)
    set_to(session, "by_itself")
    reported(kim, ("CLICK", "com.kakao.talk", "딸", "보내기"))
    reported(kim, ("SCREEN_CHANGE", "android", "카카오톡이(가) 응답하지 않음", ""))
    assert progress(kim, session) == ProgressStatus.COMPLETED
    assert not AuditEntry.objects.filter(action="progress.by_itself").exists()


def go_to(session: LectureSession, subtask_id: int) -> None:
    command = AdvanceStep(subtask_id=subtask_id)
    classroom.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    session.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_that_it_was_decided(session: LectureSession, kim: User) -> None:
    reported(kim, FRIENDS, TAPPED, CAME)
    gate, ends = threading.Barrier(2), Counter[str]()

    def run(what: str) -> None:
        try:
            gate.wait()
            decided(session, kim, what)
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(what,)) for what in ("accept", "decline")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {"done": 1, "COMPLETION_NOT_SUGGESTED": 1}
    accepted = AuditEntry.objects.filter(action="progress.accepted").exists()
    assert (progress(kim, session) == ProgressStatus.COMPLETED) is accepted
