"""The sheet of a class: taken at its end, kept longer than guests, without names of who was erased (contract 11.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.attendance import selectors
from mobilegpt.attendance import services as attendance
from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.attendance.sheet import Attendance, Sheet
from mobilegpt.attendance.tables import table_of_session
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import MergeSeat
from mobilegpt.classroom.models import LectureSession, PresenceInterval, SeatStep, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.core.gone import GONE_NAME
from mobilegpt.helpdesk.models import AnswerSource, HelpRequest, HelpResponse, RequestType
from mobilegpt.jobs.models import Job
from mobilegpt.jobs.work import claim, run
from mobilegpt.lectures.models import Lecture
from tests import cast, classes
from tests.attendance.clock import Hall, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(hall: Hall, kim: User, lee: User) -> LectureSession:
    """김학생 stayed for ten minutes, 이학생 came after two and left after five; the sheet is not taken yet."""
    classes.seat(hall.session, kim)
    classes.start(hall.session)
    hall.turn_to(120)
    classes.seat(hall.session, lee)
    hall.cut(310, {lee: 300})
    hall.turn_to(600)
    services.touch([kim.pk], now())
    classes.end(hall.session)
    return hall.session


def sheet(session: LectureSession) -> Sheet:
    return selectors.sheet_of_session(classes.owner_of(session), str(session.pk))


def lines(session: LectureSession) -> dict[str, Attendance]:
    return {one.name: one for one in sheet(session).people}


def do_jobs() -> int:
    """Run what is due; returns how many jobs that were."""
    done = 0
    while (claimed := claim()) is not None:
        run(claimed)
        done += 1
    return done


def test_it_is_taken_when_the_class_ends_and_again_when_the_last_silence_is_noticed(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    classes.start(hall.session)
    hall.turn_to(600)
    services.touch([kim.pk], now())
    classes.end(hall.session)
    assert (do_jobs(), AttendanceRecord.objects.get().present_seconds) == (1, 600)
    hall.cut(640, {kim: 590})
    hall.turn_to(730)
    assert (do_jobs(), AttendanceRecord.objects.get().present_seconds) == (1, 590)
    assert Job.objects.filter(finished_at__isnull=True).count() == 0


def test_what_is_asked_and_answered_in_review_is_on_no_sheet(held: LectureSession, kim: User) -> None:
    """Also when the sheet is taken once more."""
    attendance.take(held.pk)
    first = classes.steps(held.lecture)[0]
    request = HelpRequest.objects.create(user=kim, subtask=first, lecture=held.lecture, session=held)
    HelpResponse.objects.create(request=request, source=AnswerSource.TEACHER, help_content="여기를 누르세요")
    HelpRequest.objects.update(created_at=at(640))
    HelpResponse.objects.update(created_at=at(650))
    attendance.take(held.pk)
    line = lines(held)["김학생"]
    assert (line.hands_raised, line.answers) == (0, 0)


def test_whose_seat_is_merged_into_an_absent_ones_is_not_there_any_more(hall: Hall) -> None:
    """The phone that goes was there until then; the person comes again by their next visit only."""
    gone, kept = (
        services.join_as_guest(
            ref=hall.session.code, name="이순자", device_id=device, address="198.51.100.7"
        ).seating.seat
        for device in ("f3b0c44298fc1c149afbf4c8", "a03c44298fc1c149afbf4c88")
    )
    classes.start(hall.session)
    hall.cut(70, {kept.user: 60})
    hall.turn_to(120)
    services.merge_seat(
        actor=classes.owner_of(hall.session),
        session_ref=hall.session.code,
        participant_id=gone.pk,
        command=MergeSeat(into=kept.pk),
    )
    hall.turn_to(400)
    line = hall.line_of(kept.user)
    assert (line.is_present, line.last_out, line.present_seconds) == (False, at(120), 120)


def test_what_is_taken_is_what_was_shown_live(held: LectureSession) -> None:
    before = sheet(held)
    assert before.taken_at is None
    attendance.take(held.pk)
    after = sheet(held)
    assert after.people == before.people
    assert after.taken_at == now()
    assert [(one.name, one.present_seconds) for one in after.people] == [("김학생", 600), ("이학생", 180)]
    assert (after.people[1].first_in, after.people[1].last_out) == (at(120), at(300))


def test_a_sheet_that_was_taken_changes_no_more(held: LectureSession, kim: User) -> None:
    attendance.take(held.pk)
    PresenceInterval.objects.all().delete()
    assert lines(held)["김학생"].present_seconds == 600


def test_steps_hands_and_answers_of_this_class_only(hall: Hall, kim: User, lee: User) -> None:
    for user in (kim, lee):
        classes.seat(hall.session, user)
    first, second, third = classes.steps(hall.session.lecture)
    other = classes.open_class(hall.session.lecture)
    for session, step, done in [(hall.session, first, now()), (hall.session, second, None), (other, third, now())]:
        SeatStep.objects.create(session=session, subtask=step, user=kim, done_at=done)

    def ask(kind: RequestType, session: LectureSession, **fields: object) -> HelpRequest:
        asked = {"user": kim, "subtask": first, "lecture": session.lecture, "session": session}
        return HelpRequest.objects.create(request_type=kind, **{**asked, **fields})

    asked = ask(RequestType.MANUAL, hall.session)
    noticed = ask(RequestType.AUTO, hall.session, subtask=second)
    ask(RequestType.MANUAL, other)
    too_late = ask(RequestType.MANUAL, hall.session, subtask=third, closed_at=now() - timedelta(seconds=9))
    for request in (asked, noticed, too_late):
        HelpResponse.objects.create(request=request, source=AnswerSource.TEACHER, help_content="여기를 누르세요")
    HelpResponse.objects.create(request=asked, source=AnswerSource.FALLBACK, help_content="잠시만요")
    mine, hers = lines(hall.session)["김학생"], lines(hall.session)["이학생"]
    assert (mine.steps_done, mine.hands_raised, mine.answers) == (1, 2, 2)
    assert (hers.steps_done, hers.hands_raised, hers.answers) == (0, 0, 0)


def test_hands_and_answers_of_the_review_are_not_of_the_class(held: LectureSession, hall: Hall, kim: User) -> None:
    attendance.take(held.pk)
    hall.turn_to(610)
    subtask = classes.steps(held.lecture)[0]
    asked = HelpRequest.objects.create(user=kim, subtask=subtask, lecture=held.lecture, session=held)
    HelpResponse.objects.create(request=asked, source=AnswerSource.TEACHER, help_content="여기를 누르세요")
    attendance.take(held.pk)
    line = lines(held)["김학생"]
    assert (line.hands_raised, line.answers) == (0, 0)


def test_who_was_removed_stays_on_the_sheet(held: LectureSession, lee: User) -> None:
    SessionParticipant.objects.filter(user=lee).update(removed_at=now(), is_present=False)
    assert lines(held)["이학생"].present_seconds == 180
    attendance.take(held.pk)
    assert set(lines(held)) == {"김학생", "이학생"}


def test_the_name_is_the_one_that_the_class_uses(held: LectureSession, lee: User) -> None:
    attendance.take(held.pk)
    SessionParticipant.objects.filter(user=lee).update(name="이순자 · 2")
    assert lines(held)["이순자 · 2"].present_seconds == 180


def test_two_of_one_name_have_the_numbers_of_the_roster_also_when_one_was_removed(
    held: LectureSession, kim: User, lee: User
) -> None:
    SessionParticipant.objects.filter(user=lee).update(name=kim.name)
    SessionParticipant.objects.filter(user=kim).update(removed_at=now())

    def numbers() -> list[tuple[int, int | None]]:
        return [(one.person, one.same_name_number) for one in sheet(held).people]

    assert numbers() == [(kim.pk, 1), (lee.pk, 2)]
    attendance.take(held.pk)
    assert numbers() == [(kim.pk, 1), (lee.pk, 2)]
    assert [row[1] for row in table_of_session(sheet(held), "ko").rows] == ["김학생 · 1", "김학생 · 2"]


def test_the_sheet_of_a_lecture_outlives_it(held: LectureSession) -> None:
    owner = classes.owner_of(held)
    Lecture.objects.filter(pk=held.lecture_id).update(deleted_at=now())
    assert [one.name for one in selectors.sheet_of_lecture(owner, held.lecture_id).people] == ["김학생", "이학생"]


def test_nothing_is_guessed_of_a_class_from_before_intervals_were_kept(held: LectureSession, kim: User) -> None:
    PresenceInterval.objects.all().delete()
    line = lines(held)["김학생"]
    assert (line.first_in, line.last_out, line.present_seconds, line.steps_done) == (at(0), None, None, None)
    attendance.take(held.pk)
    assert AttendanceRecord.objects.get(user=kim).present_seconds is None


def test_erasing_a_person_takes_the_name_and_leaves_the_numbers(held: LectureSession, lee: User) -> None:
    attendance.take(held.pk)
    lee.delete()
    gone = lines(held)[GONE_NAME]
    assert (gone.present_seconds, set(lines(held))) == (180, {"김학생", GONE_NAME})
    assert not AttendanceRecord.objects.filter(name="이학생").exists()


def test_erasing_before_a_sheet_is_taken_leaves_the_numbers_too(held: LectureSession, lee: User) -> None:
    lee.delete()
    assert lines(held)[GONE_NAME].present_seconds == 180
    assert lines(held)["김학생"].present_seconds == 600
    attendance.take(held.pk)
    assert set(lines(held)) == {"김학생", GONE_NAME}


def test_a_guest_whose_time_is_over_stays_on_the_sheet(hall: Hall, settings: Settings) -> None:
    seating = services.take_guest_seat(
        session=hall.session, name="김영자", device_id="3f2c9a54-1d5e-4f5b-9a63-1d2c3b4a5f6e", address="192.0.2.1"
    )
    classes.start(hall.session)
    hall.turn_to(300)
    services.touch([seating.login.user.pk], now())
    classes.end(hall.session)
    attendance.take(hall.session.pk)
    hall.turn_to(31 * 86_400)
    assert services.delete_expired_guests() == 1
    (record,) = AttendanceRecord.objects.all()
    assert (record.user, record.person, record.name) == (None, seating.login.user.pk, "김영자")
    assert lines(hall.session)["김영자"].present_seconds == 300


def test_sheets_go_after_their_days(held: LectureSession, hall: Hall, settings: Settings) -> None:
    attendance.take(held.pk)
    settings.ATTENDANCE_DAYS = 0
    hall.turn_to(3_000 * 86_400)
    assert attendance.delete_old() == 0
    settings.ATTENDANCE_DAYS = 1_825
    hall.turn_to(1_824 * 86_400)
    assert attendance.delete_old() == 0
    hall.turn_to(1_826 * 86_400)
    assert attendance.delete_old() == 2
    assert not PresenceInterval.objects.exists()
    assert {one.present_seconds for one in sheet(held).people} == {None}


def test_a_running_class_has_no_kept_sheet(hall: Hall, kim: User) -> None:
    classes.seat(hall.session, kim)
    assert attendance.take(hall.session.pk) == 0
    assert (sheet(hall.session).taken_at, lines(hall.session)["김학생"].is_present) == (None, True)


def test_two_accounts_of_one_person_become_one_line(held: LectureSession, kim: User, lee: User) -> None:
    """As a merge leaves it: everything of the one is the other's, and their seat is gone."""
    attendance.take(held.pk)
    PresenceInterval.objects.filter(user=lee).update(user=kim)
    SessionParticipant.objects.filter(user=lee).delete()
    attendance.merge_people(lee.pk, kim.pk)
    lee.delete()
    assert [(one.name, one.present_seconds) for one in sheet(held).people] == [("김학생", 600)]


def test_a_lecture_has_one_row_for_a_person_over_its_classes(
    hall: Hall, held: LectureSession, lecture: Lecture, park: User, kim: User, lee: User
) -> None:
    attendance.take(held.pk)
    hall.turn_to(5_000)
    second = classes.open_class(lecture)
    classes.seat(second, kim)
    classes.start(second)
    hall.turn_to(5_060)
    classes.open_class(lecture)  # never began
    found = selectors.sheet_of_lecture(cast.actor(park), lecture.pk)
    assert [session.pk for session in found.sessions] == [held.pk, second.pk]
    both, one = found.people
    assert [(one.name, one.attended, one.present_seconds) for one in (both, one)] == [
        ("김학생", 2, 660),
        ("이학생", 1, 180),
    ]
    assert [was and was.present_seconds for was in one.classes] == [180, None]


@pytest.mark.parametrize("people", [2, 30])
def test_queries_do_not_grow_with_people(
    hall: Hall, lecture: Lecture, park: User, people: int, django_assert_num_queries: object
) -> None:
    for student in cast.students(people):
        classes.seat(hall.session, student)
    classes.start(hall.session)
    with django_assert_num_queries(10):  # type: ignore[operator]
        found = selectors.sheet_of_lecture(cast.actor(park), lecture.pk)
    assert len(found.people) == people
