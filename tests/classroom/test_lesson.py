"""What was taught stays (contract 11.5): a class keeps its lesson, whatever becomes of the lecture."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.events import LessonRefreshed, StepReworded
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.summary import summary
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.events.models import StreamEntry
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.selectors import case_of, counts_by_subtask, requests
from mobilegpt.lectures import services as lectures
from mobilegpt.lectures.commands import CreateSubtask, CreateTask, Reorder, UpdateLecture, UpdateSubtask
from mobilegpt.lectures.course import course_of
from mobilegpt.lectures.models import Lecture, LectureRevision, Subtask, Task
from mobilegpt.lectures.revisions import keep, lesson_at, lesson_of
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.selectors import of_learner, place_of
from mobilegpt.progress.services import update_progress
from mobilegpt.rest.classroom import answers
from tests import cast, classes
from tests.refusals import refused


def titles(session: LectureSession) -> list[str]:
    session.refresh_from_db()
    return [step.title for step in course_of_class(session).steps]


def reword(step: Subtask, title: str) -> None:
    owner = cast.actor(step.task.lecture.instructor)
    lectures.update_subtask(actor=owner, subtask_id=step.pk, command=UpdateSubtask(title=title))


def refresh(session: LectureSession) -> services.Refreshed:
    return services.refresh_lesson(actor=classes.owner_of(session), session_ref=session.code)


def advance(session: LectureSession, subtask_id: int | None = None) -> None:
    command = AdvanceStep(subtask_id=subtask_id)
    services.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=command)


def complete(user: User, subtask_id: int) -> None:
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=subtask_id, status="COMPLETED"))


def ask(user: User, subtask_id: int) -> HelpRequest:
    return helpdesk.request_help(actor=cast.actor(user), command=RequestHelp(subtask_id=subtask_id)).request


def report(session: LectureSession) -> Any:
    """Everything that is told of a class afterwards, as it goes out; but not whether its lecture is another now."""
    owner, ref = classes.owner_of(session), str(session.pk)
    found = selectors.run_by(owner, ref)
    lesson = answers.lesson_body(selectors.lesson_seen_by(owner, ref))
    cases = [case_of(request) for request in requests().filter(session=found).order_by("pk")]
    return msgspec.to_builtins(
        [
            answers.summary_body(summary(found, counts_by_subtask(found.pk)), counts_by_subtask(found.pk)),
            msgspec.structs.replace(lesson, changed=False),
            answers.current_state(selectors.viewed_by(owner, ref), None),
            [[case.subtask_title, case.lecture_title] for case in cases],
            [
                [answers.listed_session(row, "").lecture.title]
                for row in selectors.sessions_of_lecture(found.lecture_id).filter(pk=found.pk)
            ],
        ]
    )


@pytest.fixture
def running(session: LectureSession, kim: User) -> LectureSession:
    classes.seat(session, kim)
    classes.start(session)
    return session


# --- keeping


@pytest.mark.django_db
def test_who_waits_sees_the_lecture_as_it_is_and_who_runs_what_it_began_with(session: LectureSession) -> None:
    one, *_ = classes.steps(session.lecture)
    reword(one, "먼저 고친 말")
    assert titles(LectureSession.objects.get(pk=session.pk))[0] == "먼저 고친 말"
    classes.start(session)
    reword(one, "나중에 고친 말")
    lectures.update_lecture(
        actor=classes.owner_of(session), lecture_id=session.lecture_id, command=UpdateLecture(title="다른 이름")
    )
    assert titles(session)[0] == "먼저 고친 말"
    body = answers.current_state(selectors.viewed_by(classes.owner_of(session), session.code), None)
    assert body.lecture.title == "카카오톡 기초"


@pytest.mark.django_db
def test_classes_at_the_same_version_share_what_they_keep(lecture: Lecture) -> None:
    first, second, third = (classes.open_class(lecture) for _ in range(3))
    classes.start(first)
    classes.start(second)
    reword(classes.steps(lecture)[0], "새 말")
    classes.start(third)
    versions = list(LectureRevision.objects.order_by("version").values_list("version", flat=True))
    assert versions == [first.lecture_version, third.lecture_version]
    assert second.lecture_version == first.lecture_version


@pytest.mark.django_db
def test_what_is_kept_is_what_the_version_says_and_not_what_a_cache_has(lecture: Lecture) -> None:
    """A reader may have filled the cache between somebody's write and the version's."""
    lesson = classes.steps(lecture)
    Subtask.objects.filter(pk=lesson[0].pk).update(title="그 사이에")
    keep(lecture.pk)
    assert lesson_at(lecture.pk, lecture.version).course.steps[0].title == "그 사이에"


@pytest.mark.django_db
def test_the_lesson_costs_a_running_class_no_question(
    running: LectureSession, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reword(classes.steps(running.lecture)[1], "새 말")
    running.refresh_from_db()
    with django_assert_num_queries(0):
        course_of_class(running)


@pytest.mark.django_db
def test_a_class_that_a_server_of_before_has_started_keeps_its_lesson_at_the_end(running: LectureSession) -> None:
    LectureSession.objects.update(lecture_version=None)
    reword(classes.steps(running.lecture)[0], "새 말")
    assert titles(running)[0] == "새 말", "nobody wrote down what it was"
    classes.end(running)
    reword(classes.steps(running.lecture)[0], "더 새 말")
    assert titles(running)[0] == "새 말"


# --- the learner


@pytest.mark.django_db
def test_a_step_that_left_the_lecture_is_done_and_asked_about_in_class(running: LectureSession, kim: User) -> None:
    one, two, three = classes.steps(running.lecture)
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=two.pk)
    advance(running)
    complete(kim, two.pk)
    asked = ask(kim, two.pk)
    place = place_of(kim.pk, two.pk)
    following = place.course.after(two.pk)
    assert (asked.session_id, place.step.position, following and following.id) == (running.pk, 2, three.pk)
    lessons = selectors.lessons_of(selectors.live_classes(kim.pk))
    (mine,) = of_learner(kim.pk, taught=lessons)
    assert (mine.total, mine.completed) == (3, 1)
    (alone,) = of_learner(kim.pk)
    assert (alone.total, alone.completed) == (2, 0), "the lecture as it is"
    assert one.pk in {step.id for step in alone.steps}


@pytest.mark.django_db
def test_after_the_class_its_people_still_find_the_step(running: LectureSession, kim: User, lee: User) -> None:
    _, two, _ = classes.steps(running.lecture)
    cast.enroll(running.lecture, lee)
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=two.pk)
    classes.end(running)
    complete(kim, two.pk)
    assert SubtaskProgress.objects.get(user=kim, subtask_id=two.pk).status == "COMPLETED"
    with refused(ErrorCode.NOT_FOUND):
        place_of(lee.pk, two.pk)


@pytest.mark.django_db
def test_a_request_on_a_step_that_nobody_was_taught_is_closed_all_the_same(
    lecture: Lecture, kim: User, park: User
) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[1]
    request = ask(kim, step.pk)
    lectures.delete_subtask(actor=cast.actor(park), subtask_id=step.pk)
    assert helpdesk.close_help(actor=cast.actor(park), request_id=request.pk).closed_at is not None


# --- taking the lesson anew


@pytest.mark.django_db
def test_a_change_comes_when_the_instructor_says_so_and_once(running: LectureSession) -> None:
    one, *_ = classes.steps(running.lecture)
    reword(one, "새 말")
    classes.forget_events()
    done = refresh(running)
    assert (done.changed, titles(running)[0]) == (True, "새 말")
    (told,), (reworded,) = classes.events_of(LessonRefreshed), classes.events_of(StepReworded)
    assert (told.total_steps, reworded.step.title) == (3, "새 말")
    assert AuditEntry.objects.filter(action="class.lesson_refreshed", subject=f"session:{running.pk}").count() == 1
    again = refresh(running)
    assert (again.changed, len(classes.events_of(LessonRefreshed))) == (False, 1)


@pytest.mark.django_db
def test_words_elsewhere_do_not_touch_the_step_of_the_class(running: LectureSession) -> None:
    reword(classes.steps(running.lecture)[2], "새 말")
    assert refresh(running).changed
    assert len(classes.events_of(LessonRefreshed)) == 1
    assert classes.events_of(StepReworded) == []


@pytest.mark.django_db
def test_a_saving_that_changes_no_word_is_told_to_nobody(running: LectureSession) -> None:
    one, *_ = classes.steps(running.lecture)
    reword(one, one.title)
    assert not refresh(running).changed
    assert classes.events_of(LessonRefreshed) == []


@pytest.mark.django_db
def test_the_step_of_the_class_has_to_be_in_the_new_lesson(running: LectureSession) -> None:
    _, two, three = classes.steps(running.lecture)
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=two.pk)
    advance(running)
    before = StreamEntry.objects.count()
    with refused(ErrorCode.STEP_NOT_IN_LESSON, LectureSession, LectureRevision, StreamEntry):
        refresh(running)
    assert (titles(running)[1], StreamEntry.objects.count()) == (two.title, before)
    advance(running, three.pk)
    assert len(refresh(running).after.course) == 2


@pytest.mark.django_db
def test_only_a_class_that_runs_takes_it(session: LectureSession) -> None:
    with refused(ErrorCode.INVALID_TRANSITION, LectureSession):
        refresh(session)
    classes.start(session)
    classes.end(session)
    reword(classes.steps(session.lecture)[0], "새 말")
    with refused(ErrorCode.INVALID_TRANSITION, LectureSession):
        refresh(session)
    assert titles(session)[0] == "카카오톡 앱 열기"


@pytest.mark.django_db
def test_whether_the_lecture_is_another_now_is_said(running: LectureSession) -> None:
    owner = classes.owner_of(running)
    one, *_ = classes.steps(running.lecture)
    assert not selectors.lesson_seen_by(owner, running.code).changed
    reword(one, "새 말")
    assert selectors.lesson_seen_by(owner, running.code).changed
    reword(one, one.title)
    assert not selectors.lesson_seen_by(owner, running.code).changed, "it says the same again"


# --- what is over


@pytest.mark.django_db
def test_nothing_that_is_left_of_a_lecture_changes_its_past(running: LectureSession, kim: User, park: User) -> None:
    one, two, three = classes.steps(running.lecture)
    complete(kim, one.pk)
    ask(kim, one.pk)
    advance(running)
    ask(kim, two.pk)
    classes.end(running)
    before = report(running)
    for number in range(6):
        lectures.create_subtask(
            actor=cast.actor(park), task_id=three.task_id, command=CreateSubtask(title=f"덧붙임 {number}")
        )
    complete(kim, three.pk)
    assert report(running) == before
    lectures.delete_subtask(actor=cast.actor(park), subtask_id=two.pk)
    lectures.delete_task(actor=cast.actor(park), task_id=three.task_id)
    assert report(running) == before
    lectures.delete_lecture(actor=cast.actor(park), lecture_id=running.lecture_id)
    assert report(running) == before
    summary = before[0]
    assert [step["completed_participants"] for step in summary["steps"]] == [1, 0, 0]
    assert [step["help_requests"] for step in summary["steps"]] == [1, 1, 0]
    assert (summary["total_help_requests"], HelpRequest.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_an_instructor_who_goes_takes_along_what_was_deleted(running: LectureSession, park: User) -> None:
    classes.end(running)
    lectures.delete_lecture(actor=cast.actor(park), lecture_id=running.lecture_id)
    park.delete()
    assert not Lecture.everything.exists()
    assert not LectureSession.objects.exists()


EDITS = ["reword", "rename", "add", "add task", "move", "delete step", "delete task", "reorder"]
IN_CLASS = ["advance", "complete", "ask", "refresh", "next class", "end"]
ACTS = st.lists(st.tuples(st.sampled_from(EDITS + IN_CLASS), st.integers(0, 50)), max_size=25)


class AnyOrder(TestCase):
    """Whatever is done to a lecture and to its classes, in any order, those that are over read as they did."""

    @settings(max_examples=20, deadline=None)
    @given(ACTS)
    def test_an_ended_class_reads_as_it_did(self, acts: list[tuple[str, int]]) -> None:
        cache.clear()  # the ids of an earlier example come again
        course_of.cache_clear()
        lesson_at.cache_clear()
        park, kim = cast.instructor_park(), cast.student_kim()
        lecture = cast.lecture(park, (2, 2))
        owner = cast.actor(park)
        past: dict[int, Any] = {}
        session = self.begin(lecture, kim)
        for name, which in acts:
            session = self.act(name, which, owner, lecture, session, kim, past)
            for over, told in past.items():
                assert report(LectureSession.objects.get(pk=over)) == told, (name, which)

    def begin(self, lecture: Lecture, kim: User) -> LectureSession:
        session = classes.open_class(lecture)
        classes.seat(session, kim)
        try:
            classes.start(session)
        except DomainError:  # everything was deleted
            session.refresh_from_db()
        return session

    def act(
        self,
        name: str,
        which: int,
        owner: Any,
        lecture: Lecture,
        session: LectureSession,
        kim: User,
        past: dict[int, Any],
    ) -> LectureSession:
        session.refresh_from_db()
        taught = course_of_class(session).steps
        steps, tasks = list(Subtask.objects.order_by("pk")), list(Task.objects.order_by("pk"))
        step = steps[which % len(steps)] if steps else None
        task = tasks[which % len(tasks)] if tasks else None
        try:
            if name == "rename":
                renaming = UpdateLecture(title=f"이름 {which}")
                lectures.update_lecture(actor=owner, lecture_id=lecture.pk, command=renaming)
            elif name == "add task":
                lectures.create_task(actor=owner, lecture_id=lecture.pk, command=CreateTask(title=f"과제 {which}"))
            elif name == "reorder":
                order = [
                    {"id": one.pk, "subtasks": [s.pk for s in steps if s.task_id == one.pk][::-1]} for one in tasks
                ]
                command = msgspec.convert({"tasks": order[::-1]}, Reorder)
                lectures.reorder(actor=owner, lecture_id=lecture.pk, command=command)
            elif name == "advance":
                advance(session)
            elif name == "refresh":
                refresh(session)
            elif name in ("end", "next class"):
                if session.status != "REVIEW_MODE":
                    classes.end(session)
                    past[session.pk] = report(session)
                if name == "next class":
                    return self.begin(lecture, kim)
            elif name in ("complete", "ask") and taught:
                (complete if name == "complete" else ask)(kim, taught[which % len(taught)].id)
            elif task is not None and name == "add":
                lectures.create_subtask(actor=owner, task_id=task.pk, command=CreateSubtask(title=f"단계 {which}"))
            elif task is not None and name == "delete task":
                lectures.delete_task(actor=owner, task_id=task.pk)
            elif step is not None and name == "delete step":
                lectures.delete_subtask(actor=owner, subtask_id=step.pk)
            elif step is not None and name == "reword":
                reword(step, f"말 {which}")
            elif step is not None and task is not None and name == "move":
                lectures.update_subtask(actor=owner, subtask_id=step.pk, command=UpdateSubtask(task_id=task.pk))
        except DomainError:  # refused, as it may be: what is over reads the same all the more
            pass
        return session


# --- classes of before


@pytest.mark.django_db
def test_classes_of_before_keep_their_lectures_as_they_are_at_the_update(lecture: Lecture, park: User) -> None:
    over, running, waiting = (classes.open_class(lecture) for _ in range(3))
    classes.start(over)
    classes.end(over)
    classes.start(running)
    empty = classes.open_class(cast.lecture(park, (), title="빈 강의"))
    classes.end(empty)
    lectures.delete_subtask(actor=cast.actor(park), subtask_id=classes.steps(lecture)[1].pk)
    LectureSession.objects.update(lecture_version=None)
    LectureRevision.objects.all().delete()
    lesson_at.cache_clear()
    migration = import_module("mobilegpt.classroom.migrations.0006_revisions_of_earlier_classes")
    for _ in range(2):  # again, it changes nothing
        migration.keep_what_is_left(apps, None)
    lecture.refresh_from_db()
    for session in (over, running, waiting, empty):
        session.refresh_from_db()
    assert (over.lecture_version, running.lecture_version) == (lecture.version, lecture.version)
    assert (waiting.lecture_version, empty.lecture_version) == (None, 0)
    kept, now = lesson_at(lecture.pk, lecture.version), lesson_of(lecture)
    assert kept.says_the_same(now)
    assert kept.course.steps == now.course.steps
    assert lesson_at(empty.lecture_id, 0).tasks == []
    assert LectureRevision.objects.count() == 2
