"""Statements on recordings' own tables."""

from __future__ import annotations

from django.db.models import TextField
from django.db.models.functions import Cast

from mobilegpt.files import lesson_files
from mobilegpt.recordings.models import RecordedPicture, Recording


def files_named() -> set[str]:
    """Every picture that a recording or its draft needs (contract 11.11)."""
    drafts = Recording.objects.exclude(draft=None).annotate(text=Cast("draft", TextField()))
    texts = drafts.values_list("text", flat=True).iterator(chunk_size=100)
    in_drafts = {name for text in texts for name in lesson_files.names_in(text)}
    return in_drafts | set(RecordedPicture.objects.values_list("file", flat=True))
