"""R27–R29: progress; rates from 0 to 1 (contract 7.4)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.selectors import live_subtasks
from mobilegpt.core.clock import iso
from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.step import Step
from mobilegpt.progress import selectors, services
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.selectors import LectureProgress
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import id_from_query
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import ProgressStatusChoice, TargetActionChoice


class MyStep(Struct, frozen=True, kw_only=True):
    id: int
    task_id: int
    lecture_id: int
    title: str
    order: int
    order_index: int
    position: int
    guide_text: str
    voice_guide_text: str
    status: ProgressStatusChoice


class ProgressSummary(Struct, frozen=True, kw_only=True):
    completed_subtasks: int
    total_subtasks: int
    completion_rate: float


class MyStepStatus(Struct, frozen=True, kw_only=True):
    subtask_id: int
    status: ProgressStatusChoice
    completed_at: str | None


class MyProgress(Struct, frozen=True, kw_only=True):
    """R27's answer. ``statuses`` has every step that was begun, for a phone that comes back."""

    current_subtask: MyStep | None
    progress_summary: ProgressSummary
    statuses: list[MyStepStatus]


class FollowingStep(Struct, frozen=True, kw_only=True):
    id: int
    task_id: int
    title: str
    order: int
    order_index: int
    position: int
    target_action: TargetActionChoice | None
    guide_text: str
    voice_guide_text: str


class UpdatedProgress(Struct, frozen=True, kw_only=True):
    """R28's answer."""

    subtask_id: int
    status: ProgressStatusChoice
    completed_at: str | None
    next_subtask: FollowingStep | None


class StudentName(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class LectureTitle(Struct, frozen=True, kw_only=True):
    id: int
    title: str


class StudentStep(Struct, frozen=True, kw_only=True):
    task_title: str
    subtask_id: int
    subtask_title: str
    position: int
    status: ProgressStatusChoice
    started_at: str | None
    completed_at: str | None


class StudentProgress(Struct, frozen=True, kw_only=True):
    """R29's answer: every step of the lecture in order."""

    user: StudentName
    lecture: LectureTitle
    progress: list[StudentStep]
    progress_summary: ProgressSummary


class Mine(Endpoint):
    guests = True

    @operation(
        "R27",
        "The caller's progress, in one lecture or in all enrolled ones",
        parameters=[OpenApiParameter("lecture_id", int)],
        responses={200: MyProgress, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Where the calling student stands, and how much is done, in one lecture or in all. Other roles get FORBIDDEN,
        a lecture without enrolment NOT_ENROLLED (403)."""
        lecture_id = id_from_query(request.query_params, "lecture_id")
        mine = selectors.my_lectures(self.actor, lecture_id)
        return Response(_my_progress(mine, live_subtasks(self.actor.user_id)))


class Update(Endpoint):
    guests = True

    @operation(
        "R28",
        "Say how a step stands",
        request=UpdateProgress,
        responses={200: UpdatedProgress, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Puts a step of the calling student into a status and names the step that follows; COMPLETED is final. Other
        roles get FORBIDDEN, a step of a lecture without enrolment NOT_ENROLLED, another's ``user_id`` USER_ID_MISMATCH
        (403)."""
        updated = services.update_progress(actor=self.actor, command=self.body(UpdateProgress))
        following = updated.next_step
        return Response(
            UpdatedProgress(
                subtask_id=updated.subtask_id,
                status=updated.status,
                completed_at=iso(updated.completed_at),
                next_subtask=_following(following) if following else None,
            )
        )


class OfStudent(Endpoint):
    audited = "read.progress"

    @operation(
        "R29",
        "A student's progress, for the lecture's instructor",
        responses={200: StudentProgress, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, user_id: int, lecture_id: int) -> Response:
        """Every step of a lecture with a student's status on it. The lecture's instructor and admins may; students get
        FORBIDDEN (403), other instructors, and for who is not enrolled there, NOT_FOUND (404)."""
        user, found = selectors.of_student(self.actor, user_id, lecture_id)
        return Response(
            StudentProgress(
                user=StudentName(id=user.pk, name=user.name),
                lecture=LectureTitle(id=found.lecture.pk, title=found.lecture.title),
                progress=[
                    _student_step(found, subtask, position) for position, subtask in enumerate(found.subtasks, start=1)
                ],
                progress_summary=_summary([found]),
            )
        )


def _my_progress(mine: list[LectureProgress], live: dict[int, int]) -> MyProgress:
    """The live session's step counts first, in whichever lecture it is; then the first open step (contract 6.11)."""
    in_class = [each for each in mine if each.lecture.pk in live]
    standing = next(
        ((each, step) for each in [*in_class, *mine] if (step := each.current(live.get(each.lecture.pk)))), None
    )
    return MyProgress(
        current_subtask=_my_step(*standing) if standing else None,
        progress_summary=_summary(mine),
        statuses=[
            MyStepStatus(subtask_id=row.subtask_id, status=row.status, completed_at=iso(row.completed_at))
            for each in mine
            for row in each.rows.values()
        ],
    )


def _summary(progress: list[LectureProgress]) -> ProgressSummary:
    completed, total = sum(each.completed for each in progress), sum(each.total for each in progress)
    rate = round(completed / total, 4) if total else 0.0
    return ProgressSummary(completed_subtasks=completed, total_subtasks=total, completion_rate=rate)


def _my_step(progress: LectureProgress, subtask: Subtask) -> MyStep:
    return MyStep(
        id=subtask.pk,
        task_id=subtask.task_id,
        lecture_id=progress.lecture.pk,
        title=subtask.title,
        order=subtask.order_index,
        order_index=subtask.order_index,
        position=progress.subtasks.index(subtask) + 1,
        guide_text=subtask.guide_text,
        voice_guide_text=subtask.voice_guide_text,
        status=progress.status_of(subtask.pk),
    )


def _following(step: Step) -> FollowingStep:
    return FollowingStep(
        id=step.id,
        task_id=step.task_id,
        title=step.title,
        order=step.order_index,
        order_index=step.order_index,
        position=step.position,
        target_action=step.target_action,
        guide_text=step.guide_text,
        voice_guide_text=step.voice_guide_text,
    )


def _student_step(progress: LectureProgress, subtask: Subtask, position: int) -> StudentStep:
    row = progress.rows.get(subtask.pk)
    return StudentStep(
        task_title=subtask.task.title,
        subtask_id=subtask.pk,
        subtask_title=subtask.title,
        position=position,
        status=progress.status_of(subtask.pk),
        started_at=iso(row.started_at) if row else None,
        completed_at=iso(row.completed_at) if row else None,
    )


urlpatterns: list[URLPattern] = [
    *both("api/progress/me", Mine),
    *both("api/progress/update", Update),
    *both("api/progress/users/<int:user_id>/lectures/<int:lecture_id>", OfStudent),
]
