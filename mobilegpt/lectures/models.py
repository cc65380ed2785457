"""Lectures, their tasks and subtasks, and enrolments (contract 5.1)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class TargetAction(models.TextChoices):
    CLICK = "CLICK", "Tap"
    LONG_CLICK = "LONG_CLICK", "Long tap"
    SCROLL = "SCROLL", "Scroll"
    INPUT = "INPUT", "Type"
    NAVIGATE = "NAVIGATE", "Navigate"


class Lecture(models.Model):
    """A course of steps that one instructor owns."""

    instructor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lectures")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    thumbnail_url = models.CharField(max_length=500, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0, editable=False, help_text="grows with every change of its content")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """A named part of a lecture."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    order_index = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["order_index", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lecture", "order_index"], name="task_order_in_lecture"),
        ]

    def __str__(self) -> str:
        return self.title


class Subtask(models.Model):
    """One step, as every phone shows and speaks it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="subtasks", db_index=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    order_index = models.IntegerField()
    target_action = models.CharField(max_length=12, choices=TargetAction.choices, null=True, blank=True)
    target_element_hint = models.CharField(max_length=500, null=True, blank=True)
    guide_text = models.TextField(blank=True)
    voice_guide_text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["order_index", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "order_index"], name="subtask_order_in_task"),
        ]

    def __str__(self) -> str:
        return self.title


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
