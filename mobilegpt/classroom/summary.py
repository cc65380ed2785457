"""What an instructor sees of a class at the end: who came, and how many did each of its steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q
from msgspec.structs import replace

from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, StepControl
from mobilegpt.classroom.selectors import done_by_step, minutes_of
from mobilegpt.lectures.models import LectureRevision, Subtask
from mobilegpt.lectures.outline import subtask_outline
from mobilegpt.lectures.revisions import lesson_at
from mobilegpt.lectures.step import Step


@dataclass(frozen=True, slots=True)
class Summary:
    """Per step of the class's lesson, how many completed it in this class."""

    session: LectureSession
    steps: list[tuple[Step, int]]
    total_participants: int
    completed_participants: int
    duration_minutes: int


def summary(session: LectureSession, asked_about: Collection[int] = ()) -> Summary:
    """Counts over everyone who has a seat: who was removed is in none of them. Three queries.

    What happens after the end changes nothing, and what the class did with a step stays when its lesson is taken anew
    without it (contract 11.5): ``asked_about`` are the steps with which anybody in it asked for help.
    """
    members = SessionParticipant.objects.filter(session_id=session.pk, removed_at__isnull=True)
    people = members.aggregate(total=Count("id"), completed=Count("id", filter=Q(status=ParticipantStatus.COMPLETED)))
    counts = done_by_step(session.pk)
    stood_on = StepControl.objects.filter(session_id=session.pk, subtask__isnull=False).order_by()
    known = {*counts, *asked_about, *stood_on.values_list("subtask_id", flat=True)}
    return Summary(
        session=session,
        steps=[(step, counts.get(step.id, 0)) for step in _steps(session, known)],
        total_participants=people["total"],
        completed_participants=people["completed"],
        duration_minutes=minutes_of(session),
    )


def _steps(session: LectureSession, known: Collection[int]) -> list[Step]:
    """The lesson of the class, and each of ``known`` that an earlier lesson of it had, at its place there."""
    steps: list[Step] = list(course_of_class(session).steps)
    lost = set(known) - {step.id for step in steps}
    if not lost:
        return steps
    older = LectureRevision.objects.filter(
        lecture_id=session.lecture_id, version__lt=session.lecture_version or 0, taught=True
    )
    for version in older.order_by("-version").values_list("version", flat=True):
        for step in lesson_at(session.lecture_id, version).course.steps:
            if step.id in lost:
                steps.insert(step.position - 1, step)
                lost.remove(step.id)
    # A server of before kept no lesson of the classes that it began.
    steps += [subtask_outline(row, 0) for row in Subtask.everything.filter(pk__in=lost).order_by("pk")]
    return [replace(step, position=place) for place, step in enumerate(steps, start=1)]
