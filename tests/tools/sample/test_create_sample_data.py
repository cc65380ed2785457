"""``create_sample_data`` (contract 8.10): complete, consistent, idempotent, and it takes only its own away."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from config.production import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.services import create_guests
from mobilegpt.activity.models import ActivityLog
from mobilegpt.chat.models import Room
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, SessionStatus, StepControl
from mobilegpt.core.clock import now
from mobilegpt.files import lesson_files
from mobilegpt.helpdesk.models import HelpRequest, RequestStatus
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, TargetAction
from mobilegpt.lectures.step import StepImage
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.tools.lessons.ready import READY
from mobilegpt.tools.sample.history import PAST_CLASSES
from mobilegpt.tools.sample.lessons import LESSONS, YOUTUBE
from tests import cast
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


def create(**options: Any) -> str:
    out = io.StringIO()
    call_command("create_sample_data", stdout=out, **options)
    return out.getvalue()


def counts() -> dict[str, int]:
    models = (User, Lecture, Subtask, Enrollment, LectureSession, SessionParticipant, StepControl)
    more = (SubtaskProgress, Achievement, HelpRequest)
    return {model.__name__: model._default_manager.count() for model in (*models, *more)}


def test_makes_the_accounts_and_lectures_of_the_contract() -> None:
    create()
    assert set(User.objects.values_list("email", flat=True)) == set(SAMPLE_ACCOUNTS)
    for email in SAMPLE_ACCOUNTS:
        login = Api().post("/api/auth/login", {"email": email, "password": SAMPLE_PASSWORD})
        assert login.status == 200
    assert User.objects.get(email="instructor@test.com").role == Role.INSTRUCTOR
    youtube = Lecture.objects.get(title="유튜브 사용법 배우기")
    assert youtube.tasks.count() == 3
    assert Subtask.objects.filter(task__lecture=youtube).count() == 12
    assert Lecture.objects.filter(title="카카오톡 기초", instructor=youtube.instructor).exists()


def test_steps_can_be_shown_and_spoken() -> None:
    create()
    for step in Subtask.objects.all():
        step.full_clean()
        assert step.guide_text
        assert step.voice_guide_text
        assert step.target_action in TargetAction.values


def test_past_classes_lie_in_the_last_week_and_are_over() -> None:
    create()
    sessions = list(LectureSession.objects.all())
    assert len(sessions) == len(PAST_CLASSES)
    for session in sessions:
        assert session.status == SessionStatus.REVIEW_MODE
        assert session.started_at is not None
        assert session.ended_at is not None
        assert now() - timedelta(days=7) < session.created_at < session.started_at < session.ended_at < now()
    days = {session.ended_at.date() for session in sessions if session.ended_at}
    assert len(days) == len(sessions)
    assert not SessionParticipant.objects.filter(is_present=True).exists()
    assert not SessionParticipant.objects.filter(joined_at__gt=F("session__started_at")).exists()


def test_progress_agrees_with_seats_achievements_and_help() -> None:
    create()
    completed = SubtaskProgress.objects.filter(status=ProgressStatus.COMPLETED)
    assert completed.exists()
    assert not completed.filter(completed_at__isnull=True).exists()
    assert not completed.exclude(completed_at__gt=F("started_at")).exists()
    assert not completed.exclude(updated_at=F("completed_at")).exists()
    last = Subtask.objects.filter(task__lecture__title=YOUTUBE.title).order_by("-task__order_index", "-order_index")[0]
    finishers = set(completed.filter(subtask=last).values_list("user_id", flat=True))
    seats = SessionParticipant.objects.filter(session__lecture__title=YOUTUBE.title)
    assert finishers == set(seats.filter(status=ParticipantStatus.COMPLETED).values_list("user_id", flat=True))
    many = dict(completed.values_list("user_id").annotate(Count("id")).order_by())
    assert set(Achievement.objects.values_list("user_id", flat=True)) == {u for u, n in many.items() if n >= 10}
    waiting = HelpRequest.objects.filter(closed_at__isnull=True)
    assert waiting.count() == 2
    for request in waiting:
        row = SubtaskProgress.objects.get(user=request.user, subtask=request.subtask)
        assert row.status == ProgressStatus.HELP_NEEDED
    needing = SubtaskProgress.objects.filter(status=ProgressStatus.HELP_NEEDED)
    assert needing.count() == waiting.count()


def test_nobody_is_left_waiting_for_an_answer_that_never_comes() -> None:
    create()
    assert not HelpRequest.objects.filter(status=RequestStatus.ANALYZING).exists()
    for request in HelpRequest.objects.filter(status=RequestStatus.RESOLVED):
        response = request.responses.get()
        assert request.created_at < response.created_at == request.resolved_at


def test_every_learner_of_a_class_was_enrolled_before() -> None:
    create()
    for seat in SessionParticipant.objects.select_related("session"):
        enrollment = Enrollment.objects.get(user_id=seat.user_id, lecture_id=seat.session.lecture_id)
        assert enrollment.enrolled_at < seat.joined_at


def test_a_second_run_changes_nothing() -> None:
    create()
    before = counts()
    assert "already" in create()
    assert counts() == before


def test_what_was_deleted_comes_back_and_what_was_edited_stays() -> None:
    create()
    Lecture.objects.get(title=LESSONS[1].title).delete()
    edited = Subtask.objects.filter(task__lecture__title=YOUTUBE.title).first()
    assert edited is not None
    edited.title = "선생님이 고친 제목"
    edited.save()
    before = LectureSession.objects.filter(lecture__title=YOUTUBE.title).count()
    create()
    assert Lecture.objects.filter(title=LESSONS[1].title).count() == 1
    assert LectureSession.objects.filter(lecture__title=LESSONS[1].title).exists()
    assert LectureSession.objects.filter(lecture__title=YOUTUBE.title).count() == before
    edited.refresh_from_db()
    assert edited.title == "선생님이 고친 제목"


def test_reset_takes_its_own_away_and_leaves_what_others_made() -> None:
    create()
    teacher, learner = cast.instructor_park(), cast.student_kim()
    theirs = cast.lecture(teacher)
    cast.enroll(theirs, learner, User.objects.get(email="student1@test.com"))
    tried_out = LectureSession.objects.create(
        lecture=Lecture.objects.get(title=YOUTUBE.title), code="TRYOUT", title="시험 삼아"
    )
    (guest,) = create_guests(["손님"], tried_out.pk)
    first_run = User.objects.get(email="instructor@test.com").pk
    create(reset=True)
    assert User.objects.get(email="instructor@test.com").pk != first_run
    assert not LectureSession.objects.filter(pk=tried_out.pk).exists()
    assert not User.objects.filter(pk=guest.pk).exists()
    assert list(theirs.enrollments.values_list("user_id", flat=True)) == [learner.pk]
    assert Lecture.objects.count() == len(LESSONS) + len(READY) + 1


def test_reset_ends_as_a_first_run_does() -> None:
    create()
    before = counts()
    create(reset=True)
    assert counts() == before


def test_is_refused_in_the_production_profile(settings: Any) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="production"):
        create()
    assert not User.objects.exists()


def test_costs_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(190):
        create()


def test_the_class_has_a_room_with_something_said_in_it() -> None:
    create()
    room = Room.objects.get()
    assert (room.owner.email if room.owner else None) == SAMPLE_ACCOUNTS[0]
    assert list(room.messages.order_by("number").values_list("number", flat=True)) == list(range(1, 10))
    assert (room.message_count, room.members.count()) == (9, 11)
    assert room.last_message == room.messages.order_by("-id").first()
    times = list(room.messages.order_by("number").values_list("created_at", flat=True))
    assert times == sorted(times)
    create(reset=True)
    assert Room.objects.count() == 1


def test_the_phones_reported_what_their_owners_did() -> None:
    create()
    logs = ActivityLog.objects.select_related("subtask__task__lecture")
    assert {log.subtask.task.lecture.title for log in logs if log.subtask} == {lesson.title for lesson in LESSONS}
    done = SubtaskProgress.objects.filter(status=ProgressStatus.COMPLETED).count()
    begun = SubtaskProgress.objects.exclude(started_at=None).count()
    assert logs.count() == done + begun
    assert all(log.timestamp is not None and log.timestamp < log.received_at <= now() for log in logs)
    create()
    assert logs.count() == done + begun


def test_the_ready_lessons_are_there_with_their_pictures() -> None:
    create()
    made = {lecture.title: lecture for lecture in Lecture.objects.prefetch_related("tasks__subtasks")}
    for lesson in READY:
        steps = [step for task in made[lesson.title].tasks.all() for step in task.subtasks.all()]
        assert [step.title for step in steps] == [step.title for step in lesson.steps]
        assert made[lesson.title].thumbnail_url
        for step in steps:
            image = msgspec.convert(step.image, StepImage)
            assert image.alt
            assert len(image.marks) == 1
            with lesson_files.open_file(image.whole.file) as file:
                assert file.read(4) == b"RIFF"
