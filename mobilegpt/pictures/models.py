"""Links by which a phone sends pictures, and files that wait for their removal (contract 11.11)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.lectures.models import Lecture


class UploadLink(models.Model):
    """Lets one phone send pictures to a lecture for a few minutes, without signing in. Only hashes are kept: of the
    link's token, and of the phone that was the first to send something."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="+")
    # Numbers, not foreign keys: what was deleted meanwhile is noticed when pictures come.
    task_id = models.BigIntegerField(null=True, blank=True, help_text="the steps are added to this task")
    subtask_id = models.BigIntegerField(null=True, blank=True, help_text="one picture, for this step")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    phone_hash = models.CharField(max_length=64, null=True, blank=True)
    received = models.JSONField(default=list, editable=False, help_text="the steps that have pictures by it")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} to {self.lecture_id}"


class UnneededFile(models.Model):
    """A picture or a clip of lessons that nothing named when we looked; it goes when that is so for a day."""

    file = models.CharField(max_length=64, primary_key=True)
    noticed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file
