"""Attendance sheets of classes that are over (contract 11.6)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.classroom.models import LectureSession


class AttendanceRecord(models.Model):
    """One line of a sheet, as it was taken at the end of the class; it outlives the account.

    Null in ``present_seconds`` and ``steps_done`` is what nobody wrote down at the time.
    """

    session = models.ForeignKey(
        LectureSession, on_delete=models.CASCADE, related_name="attendance_records", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.BigIntegerField(help_text="the account's number, also when it is gone: the same in every class")
    name = models.CharField(max_length=100)
    first_in = models.DateTimeField()
    last_out = models.DateTimeField(null=True, blank=True)
    present_seconds = models.PositiveIntegerField(null=True, blank=True)
    steps_done = models.PositiveIntegerField(null=True, blank=True)
    hands_raised = models.PositiveIntegerField()
    answers = models.PositiveIntegerField()
    taken_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="one_record_per_person"),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="attendance_of_a_person")]

    def __str__(self) -> str:
        return f"{self.name} in {self.session_id}"
