"""Lectures, their tasks and subtasks, and enrolments (contract 5.1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models


class TargetAction(models.TextChoices):
    CLICK = "CLICK", "Tap"
    LONG_CLICK = "LONG_CLICK", "Long tap"
    SCROLL = "SCROLL", "Scroll"
    INPUT = "INPUT", "Type"
    NAVIGATE = "NAVIGATE", "Navigate"


_Row = TypeVar("_Row", bound="Deletable")


class Present(models.Manager[_Row]):
    """What has not been deleted: the lecture as it is."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Deletable(models.Model):
    """Leaves the lecture when it is deleted, and stays for the classes that taught it (contract 11.5).

    ``objects``, and what leads down from a row (``lecture.tasks``), have what is in the lecture; ``everything`` has
    what was deleted as well. What leads up (``session.lecture``, ``request.subtask``, ``select_related``) finds both. A
    join of a filter (``task__lecture``) knows no managers: what is deleted is marked with everything below it, so that
    asking for a row's own ``objects`` is enough.
    """

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Present[Self]] = Present()
    everything: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """No form has ``deleted_at``, or ``is_drawer``; what is unique among the rest is checked all the same."""
        super().validate_constraints(exclude=set(exclude or ()) - {"deleted_at", "is_drawer"})


class Lecture(Deletable):
    """A course of steps that one instructor owns."""

    instructor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lectures")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    thumbnail_url = models.CharField(max_length=500, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    shared_at = models.DateTimeField(null=True, blank=True, help_text="in the library since then (contract 11.11)")
    is_drawer = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="no lecture: tasks of its instructor that stand in none",
    )
    version = models.BigIntegerField(default=0, editable=False, help_text="grows with every change of its content")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["instructor"],
                condition=models.Q(is_drawer=True, deleted_at__isnull=True),
                name="one_drawer_per_instructor",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Task(Deletable):
    """A named part of a lecture."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    order_index = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["order_index", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lecture", "order_index"], condition=models.Q(deleted_at__isnull=True), name="order_of_tasks"
            ),
        ]
        # The constraint has the others only.
        indexes: ClassVar = [models.Index(fields=["lecture"], name="tasks_of_a_lecture")]

    def __str__(self) -> str:
        return self.title


class Subtask(Deletable):
    """One step, as every phone shows and speaks it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="subtasks", db_index=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    order_index = models.IntegerField()
    target_action = models.CharField(max_length=12, choices=TargetAction.choices, null=True, blank=True)
    target_element_hint = models.CharField(max_length=500, null=True, blank=True)
    guide_text = models.TextField(blank=True)
    voice_guide_text = models.TextField(blank=True)
    image = models.JSONField(null=True, blank=True, editable=False, help_text="as StepImage (lectures/step.py)")
    audio = models.JSONField(null=True, blank=True, editable=False, help_text="as StepAudio (lectures/step.py)")
    expectation = models.JSONField(
        null=True, blank=True, editable=False, help_text="as Expectation (guidance/expectation.py)"
    )

    class Meta:
        ordering: ClassVar = ["order_index", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "order_index"], condition=models.Q(deleted_at__isnull=True), name="order_of_subtasks"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["task"], name="subtasks_of_a_task")]

    def __str__(self) -> str:
        return self.title


class LectureRevision(models.Model):
    """What a lecture said at one version of it: kept for the classes that taught it, changed by nobody
    (contract 11.5), or as a part of its history."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    version = models.BigIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taught = models.BooleanField(default=True, db_default=True, help_text="kept for a class, and with it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lecture", "version"], name="one_revision_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.lecture_id} at {self.version}"


class ColleagueRole(models.TextChoices):
    """What the owner lets somebody do (contract 11.8)."""

    CO_INSTRUCTOR = "co_instructor", "Co-instructor"
    SUPPORTER = "supporter", "Supporter"


class Colleague(models.Model):
    """Somebody who teaches or helps beside the owner: in all classes of a lecture, or in one (contract 11.8)."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="colleagues")
    # A number, not a foreign key: lectures lie below the classroom.
    session_id = models.BigIntegerField(null=True, blank=True, help_text="of one class only; null: of the lecture")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="colleague_of")
    role = models.CharField(max_length=16, choices=ColleagueRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lecture", "user"], condition=models.Q(session_id__isnull=True), name="colleague_of_a_lecture"
            ),
            models.UniqueConstraint(
                fields=["lecture", "user", "session_id"],
                condition=models.Q(session_id__isnull=False),
                name="colleague_of_a_class",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.lecture_id}"


class ColleagueInvitation(models.Model):
    """A link that makes its first visitor a colleague, until it expires (contract 11.8). Only its hash is kept."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="colleague_invitations")
    session_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=16, choices=ColleagueRole.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.role} of {self.lecture_id}"


class Enrollment(models.Model):
    """A student of a lecture."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments", db_index=False
    )
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="enrollments")
    enrolled_at = models.DateTimeField(auto_now_add=True)
    # Enrolling oneself opens the lecture alone; a seat, or an instructor's hand, opens its classes too (contract 6.4).
    opens_classes = models.BooleanField(default=True, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "lecture"], name="enrolled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.lecture_id}"
