"""Who teaches and helps beside the owner: inviting, accepting, parting (contract 11.8)."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from mobilegpt.accounts.models import Role, User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.chat.models import Member, MemberRole, Room
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import OpenSession
from mobilegpt.classroom.events import StaffLeft
from mobilegpt.classroom.helping import helped_in
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services import colleagues
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.lectures.events import ColleaguesChanged
from mobilegpt.lectures.models import Colleague, ColleagueInvitation, ColleagueRole, Lecture
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

ADDRESS = "192.0.2.1"


@pytest.fixture
def choi() -> User:
    return cast.instructor_choi()


def invite(lecture: Lecture, role: str = "supporter", session: LectureSession | None = None) -> services.Invited:
    owner = cast.actor(lecture.instructor)
    session_id = session.pk if session is not None else None
    return services.invite(actor=owner, lecture_id=lecture.pk, role=role, session_id=session_id)


def accept(user: User, token: str) -> services.Accepted:
    return services.accept(actor=cast.actor(user), token=token, address=ADDRESS)


def test_a_link_makes_its_first_visitor_a_colleague_and_nobody_else(lecture: Lecture, choi: User, kim: User) -> None:
    made = invite(lecture)
    assert made.invitation.expires_at - now() > timedelta(days=6, hours=23)
    assert accept(kim, made.token).colleague.role == ColleagueRole.SUPPORTER
    with refused(ErrorCode.NOT_FOUND, Colleague, ColleagueInvitation):
        accept(choi, made.token)
    assert list(Colleague.objects.values_list("user_id", "role")) == [(kim.pk, "supporter")]


def test_only_the_hash_of_a_link_is_kept(lecture: Lecture) -> None:
    made = invite(lecture)
    row = ColleagueInvitation.objects.values().get()
    assert made.token not in str(row)
    assert len(made.token) >= 32
    assert invite(lecture).token != made.token


def test_who_accepted_is_answered_the_same_again_until_they_part(lecture: Lecture, choi: User) -> None:
    token = invite(lecture, "co_instructor").token
    first = accept(choi, token)
    classes.forget_events()
    assert accept(choi, token).colleague == first.colleague
    assert classes.events() == []
    services.remove_colleague(actor=cast.actor(choi), lecture_id=lecture.pk, colleague_id=first.colleague.pk)
    with refused(ErrorCode.NOT_FOUND, Colleague, ColleagueInvitation):
        accept(choi, token)


@pytest.mark.parametrize("state", ["wrong", "expired", "withdrawn", "of a class that is archived"])
def test_a_link_that_does_not_hold_looks_like_none(
    lecture: Lecture, session: LectureSession, choi: User, state: str
) -> None:
    made = invite(lecture, session=session)
    token, later = made.token, now()
    if state == "wrong":
        token = made.token[:-1] + ("A" if made.token[-1] != "A" else "B")
    elif state == "expired":
        later += colleagues.INVITATION_LASTS + timedelta(seconds=1)
    elif state == "withdrawn":
        owner = cast.actor(lecture.instructor)
        services.withdraw(actor=owner, lecture_id=lecture.pk, invitation_id=made.invitation.pk)
    else:
        LectureSession.objects.filter(pk=session.pk).update(status="ENDED")
    with time_machine.travel(later):
        with refused(ErrorCode.NOT_FOUND, Colleague, ColleagueInvitation):
            accept(choi, token)
        with refused(ErrorCode.NOT_FOUND, Colleague, ColleagueInvitation):
            services.offer_of(token=token, address=ADDRESS)


@pytest.mark.parametrize("state", ["expired", "of a class that is archived", "of a lecture that is deleted", "erased"])
def test_what_ends_while_somebody_accepts_is_no_link_any_more(
    lecture: Lecture, session: LectureSession, choi: User, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invite(lecture, session=session).token
    look_up = colleagues._look_up
    with time_machine.travel(now(), tick=False) as clock:

        def slowly(*args: Any, **named: Any) -> ColleagueInvitation:
            found = look_up(*args, **named)
            if state == "expired":
                clock.shift(colleagues.INVITATION_LASTS)
            elif state == "erased":
                ColleagueInvitation.objects.all().delete()
            elif state == "of a lecture that is deleted":
                Lecture.objects.update(deleted_at=now())
            else:
                LectureSession.objects.update(status="ENDED")
            return found

        monkeypatch.setattr(colleagues, "_look_up", slowly)
        with refused(ErrorCode.NOT_FOUND, Colleague):
            accept(choi, token)


def test_guessing_links_ends_soon_and_right_ones_never_count(lecture: Lecture) -> None:
    token = invite(lecture).token
    for _ in range(3 * colleagues.WRONG_LINKS_A_MINUTE_PER_ADDRESS):
        services.offer_of(token=token, address=ADDRESS)
    codes: Counter[str] = Counter()
    for number in range(colleagues.WRONG_LINKS_A_MINUTE_PER_ADDRESS + 5):
        try:
            services.offer_of(token=f"guess-{number}", address=ADDRESS)
        except DomainError as error:
            codes[error.code.value] += 1
    assert codes == {"NOT_FOUND": colleagues.WRONG_LINKS_A_MINUTE_PER_ADDRESS, "RATE_LIMITED": 5}


def test_the_owner_alone_invites_withdraws_and_parts(lecture: Lecture, choi: User, kim: User) -> None:
    mine = accept(choi, invite(lecture, "co_instructor").token).colleague
    waiting = invite(lecture).invitation
    for user in (choi, kim, cast.person("other@example.com", "남강사", Role.INSTRUCTOR)):
        actor = cast.actor(user)
        with refused(ErrorCode.FORBIDDEN, ColleagueInvitation):
            services.invite(actor=actor, lecture_id=lecture.pk, role="supporter", session_id=None)
        with refused(ErrorCode.FORBIDDEN, ColleagueInvitation):
            services.withdraw(actor=actor, lecture_id=lecture.pk, invitation_id=waiting.pk)
        if user != choi:
            with refused(ErrorCode.FORBIDDEN, Colleague):
                services.remove_colleague(actor=actor, lecture_id=lecture.pk, colleague_id=mine.pk)


def test_what_makes_no_sense_is_refused(lecture: Lecture, choi: User, kim: User) -> None:
    owner = cast.actor(lecture.instructor)
    foreign = classes.open_class(cast.lecture(choi))
    with refused(ErrorCode.INVALID_REQUEST, ColleagueInvitation):
        services.invite(actor=owner, lecture_id=lecture.pk, role="owner", session_id=None)
    with refused(ErrorCode.NOT_FOUND, ColleagueInvitation):
        services.invite(actor=owner, lecture_id=lecture.pk, role="supporter", session_id=foreign.pk)
    teaching = invite(lecture, "co_instructor").token
    with refused(ErrorCode.INSTRUCTOR_NEEDED, Colleague, ColleagueInvitation):
        accept(kim, teaching)
    with refused(ErrorCode.ALREADY_COLLEAGUE, Colleague, ColleagueInvitation):
        accept(lecture.instructor, teaching)
    accept(choi, teaching)
    helping = invite(lecture).token
    with refused(ErrorCode.ALREADY_COLLEAGUE, Colleague, ColleagueInvitation):
        accept(choi, helping)


def test_a_lecture_has_so_many_open_links(lecture: Lecture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colleagues, "OPEN_INVITATIONS", 2)
    first = invite(lecture)
    invite(lecture)
    with refused(ErrorCode.QUOTA_EXCEEDED, ColleagueInvitation):
        invite(lecture)
    owner = cast.actor(lecture.instructor)
    services.withdraw(actor=owner, lecture_id=lecture.pk, invitation_id=first.invitation.pk)
    assert invite(lecture).token


def test_a_supporter_may_become_a_co_instructor(lecture: Lecture, choi: User) -> None:
    accept(choi, invite(lecture).token)
    accept(choi, invite(lecture, "co_instructor").token)
    assert list(Colleague.objects.values_list("role", flat=True)) == ["co_instructor"]


def test_everything_about_people_is_audited(lecture: Lecture, choi: User) -> None:
    made = invite(lecture, "co_instructor")
    colleague = accept(choi, made.token).colleague
    services.remove_colleague(actor=cast.actor(lecture.instructor), lecture_id=lecture.pk, colleague_id=colleague.pk)
    gone = invite(lecture).invitation
    services.withdraw(actor=cast.actor(lecture.instructor), lecture_id=lecture.pk, invitation_id=gone.pk)
    lines = AuditEntry.objects.filter(action__startswith="colleague.").order_by("id")
    assert list(lines.values_list("action", flat=True)) == [
        "colleague.invited",
        "colleague.joined",
        "colleague.removed",
        "colleague.invited",
        "colleague.withdrawn",
    ]
    assert made.token not in str(list(lines.values()))


def test_who_is_removed_is_shown_out_of_every_class(lecture: Lecture, session: LectureSession, choi: User) -> None:
    other = classes.open_class(lecture)
    colleague = accept(choi, invite(lecture, "co_instructor").token).colleague
    classes.forget_events()
    services.remove_colleague(actor=cast.actor(lecture.instructor), lecture_id=lecture.pk, colleague_id=colleague.pk)
    (changed,) = classes.events_of(ColleaguesChanged)
    assert set(changed.topics()) == {f"instructor:{choi.pk}", f"lecture:{lecture.pk}"}
    closing = changed.closes()
    assert closing is not None
    assert closing.user_id == choi.pk
    assert {event.room.id for event in classes.events_of(StaffLeft)} == {session.pk, other.pk}


def test_a_co_instructor_runs_the_chat_of_classes_and_a_supporter_is_not_in_it(
    lecture: Lecture, session: LectureSession, choi: User, kim: User
) -> None:
    accept(kim, invite(lecture).token)
    colleague = accept(choi, invite(lecture, "co_instructor").token).colleague
    later = classes.open_class(lecture)
    rooms = [Room.objects.get(session_id=one.pk) for one in (session, later)]
    for room in rooms:
        roles = dict(Member.objects.filter(room=room).values_list("user_id", "role"))
        assert roles == {lecture.instructor_id: MemberRole.ADMIN, choi.pk: MemberRole.ADMIN}
    services.remove_colleague(actor=cast.actor(choi), lecture_id=lecture.pk, colleague_id=colleague.pk)
    assert not Member.objects.filter(user=choi).exists()


# --- what they may


def test_roles_hold_where_they_were_given(lecture: Lecture, session: LectureSession, choi: User, kim: User) -> None:
    other = classes.open_class(lecture)
    accept(choi, invite(lecture, "co_instructor", session).token)
    accept(kim, invite(lecture, "supporter", session).token)
    assert selectors.run_by(cast.actor(choi), str(session.pk)) == session
    assert selectors.helped_by(cast.actor(kim), str(session.pk)) == session
    with refused(ErrorCode.NOT_FOUND):
        selectors.run_by(cast.actor(choi), str(other.pk))
    for find in (selectors.run_by, selectors.session_step_of):
        with refused(ErrorCode.FORBIDDEN):
            find(cast.actor(kim), str(session.pk))
    with refused(ErrorCode.FORBIDDEN):
        selectors.helped_by(cast.actor(kim), str(other.pk))
    with refused(ErrorCode.FORBIDDEN):
        services.open_session(actor=cast.actor(choi), lecture_id=lecture.pk, command=OpenSession())


def test_a_co_instructor_who_becomes_a_student_leads_nothing(
    lecture: Lecture, session: LectureSession, choi: User
) -> None:
    accept(choi, invite(lecture, "co_instructor").token)
    choi.role = Role.STUDENT
    choi.save()
    with refused(ErrorCode.FORBIDDEN):
        selectors.run_by(cast.actor(choi), str(session.pk))
    assert selectors.helped_by(cast.actor(choi), str(session.pk)) == session


def test_where_somebody_helps(lecture: Lecture, session: LectureSession, choi: User) -> None:
    accept(choi, invite(lecture).token)
    accept(choi, invite(lecture, "co_instructor", session).token)
    other = classes.open_class(lecture)
    classes.start(other)
    found = helped_in(cast.actor(choi))
    assert [(one.pk, role) for one, role in found.classes] == [(other.pk, "supporter"), (session.pk, "co_instructor")]
    assert {(role.session_id, role.role) for role in found.roles} == {
        (None, "supporter"),
        (session.pk, "co_instructor"),
    }
    assert helped_in(cast.actor(lecture.instructor)) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_of_several_visitors_one_wins(lecture: Lecture) -> None:
    token = invite(lecture).token
    people = [cast.person(f"visitor{number}@example.com", "손님", Role.INSTRUCTOR) for number in range(6)]
    gate, ends = threading.Barrier(len(people)), Counter[str]()

    def run(user: User) -> None:
        try:
            gate.wait()
            accept(user, token)
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {"done": 1, "NOT_FOUND": 5}
    assert Colleague.objects.count() == 1
