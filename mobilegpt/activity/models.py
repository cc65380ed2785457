"""One row for each thing that a phone reported (contract 8.1)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.event_times import SENT_LENGTH
from mobilegpt.lectures.models import Subtask

EVENT_TYPE_LENGTH = 50


class ActivityLog(models.Model):
    """A tap, a scroll, a screen. Personal data is masked before it comes here.

    ``event_id`` makes a retry harmless: one row for each person and event. ``timestamp`` is when it happened by the
    phone's own clock (null when it did not say), ``received_at`` the server's. Where that clock was far from ours it is
    the place that the event was given, and ``sent_timestamp`` what the phone said.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="activity_logs", db_index=False
    )
    subtask = models.ForeignKey(Subtask, on_delete=models.SET_NULL, null=True, blank=True, related_name="activity_logs")
    event_type = models.CharField(max_length=EVENT_TYPE_LENGTH)
    event_data = models.JSONField(default=dict, blank=True)
    screen_info = models.JSONField(default=dict, blank=True)
    timestamp = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=now)
    event_id = models.UUIDField(default=uuid.uuid4)
    sent_timestamp = models.CharField(max_length=SENT_LENGTH, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "event_id"], name="one_row_per_event"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "received_at"], name="activity_of_user"),
            models.Index(fields=["received_at"], name="activity_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.event_type}"


class StepMatch(models.Model):
    """Where somebody is with the step of a class, by what their phone reported (contract 11.15): the newest step alone.

    ``match`` is a ``guidance.matcher.Match`` as JSON, ``since`` when its verdict began, ``completed``: the step was
    completed by it. ``silenced_steps``: those that they took back, or whose suggestion was declined: nothing is
    suggested or completed there any more, also when the class comes back to them.
    """

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subtask = models.ForeignKey(
        Subtask, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    match = models.JSONField(default=dict)
    since = models.DateTimeField(default=now)
    completed = models.BooleanField(default=False)
    silenced_steps = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user"], name="one_match_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.subtask_id} in {self.session_id}"

    @property
    def silenced(self) -> bool:
        """On the step that ``match`` is about."""
        return self.silenced_on(self.subtask_id)

    def silenced_on(self, subtask_id: int) -> bool:
        return subtask_id in self.silenced_steps
