"""Help requests and responses (contract 8.3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Value

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.locale import Language
from mobilegpt.lectures.models import Lecture, Subtask


class RequestType(models.TextChoices):
    MANUAL = "MANUAL", "Asked"
    AUTO = "AUTO", "Noticed"


class RequestStatus(models.TextChoices):
    ANALYZING = "ANALYZING", "Waiting for an answer"
    RESOLVED = "RESOLVED", "Answered"
    FAILED = "FAILED", "No answer"


class CloseReason(models.TextChoices):
    """Why a request is open no more (contract 11.3)."""

    CLOSED = "CLOSED", "By its asker or a teacher"
    COMPLETED = "COMPLETED", "The step is done"
    MOVED_ON = "MOVED_ON", "The class went on"
    ENDED = "ENDED", "The class is over"


class Priority(models.TextChoices):
    LOW = "LOW", "Low"
    NORMAL = "NORMAL", "Normal"
    HIGH = "HIGH", "High"


class HelpType(models.TextChoices):
    TEXT = "TEXT", "Text"
    VOICE = "VOICE", "Voice"
    OVERLAY = "OVERLAY", "Overlay"
    VIDEO = "VIDEO", "Video"


class Reason(models.TextChoices):
    """What somebody who asks says by pressing a picture (contract 11.17)."""

    CANNOT_FIND = "CANNOT_FIND", "Cannot find it"
    NO_REACTION = "NO_REACTION", "Pressed, nothing happens"
    OTHER_SCREEN = "OTHER_SCREEN", "Another screen came up"
    CANNOT_TYPE = "CANNOT_TYPE", "Cannot write"


class Withheld(models.TextChoices):
    """Why an answer is not given, and a teacher is asked (contract 11.17)."""

    NOT_SURE = "NOT_SURE", "It may not help"
    RISK = "RISK", "Only a person may say it"


class Decision(models.TextChoices):
    """What a teacher made of an answer that was withheld."""

    SENT = "SENT", "Sent as it was"
    EDITED = "EDITED", "Sent in other words"
    DECLINED = "DECLINED", "Not sent"


class AnswerSource(models.TextChoices):
    """Whose an answer is."""

    TEACHER = "TEACHER", "Written by the teacher"
    MEMORY = "MEMORY", "Helped somebody before"
    MODEL = "MODEL", "Language model"
    LOCAL = "LOCAL", "Local analysis"
    FALLBACK = "FALLBACK", "No analysis in time"
    DEFERRED = "DEFERRED", "The teacher was asked"


ANSWERS_NOTHING = (AnswerSource.FALLBACK, AnswerSource.DEFERRED)
"""What is said so that nobody is left alone; who hears it still waits for an answer."""


class HelpRequest(models.Model):
    """One learner is stuck on one subtask. Open until ``closed_at`` is set; one open per learner, subtask and
    class."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="help_requests")
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE, related_name="help_requests")
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="help_requests", db_index=False)
    session = models.ForeignKey(
        LectureSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="help_requests"
    )
    request_type = models.CharField(max_length=8, choices=RequestType.choices, default=RequestType.MANUAL)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=12, choices=RequestStatus.choices, default=RequestStatus.ANALYZING)
    context_data = models.JSONField(default=dict, blank=True)
    stuck_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="as the phone said; null when it did not"
    )
    language = models.CharField(
        max_length=2, default=Language.KOREAN.value, db_default=Language.KOREAN.value, help_text="the asker's"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    asked_anew_at = models.DateTimeField(
        null=True, blank=True, help_text="when they said more of what is wrong, after an answer had reached them"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(
        max_length=12,
        choices=CloseReason.choices,
        blank=True,
        default="",
        db_default="",
        help_text="empty: open, or not known",
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "subtask", "session"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_request_per_class",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lecture", "closed_at"]),
            models.Index(fields=["created_at"], condition=models.Q(status="ANALYZING"), name="requests_being_analysed"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class HelpResponse(models.Model):
    """An answer that was delivered; at most one that no teacher wrote. ``author`` is null for that one."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="responses")
    source = models.CharField(max_length=8, choices=AnswerSource.choices, default=AnswerSource.TEACHER)
    help_type = models.CharField(max_length=8, choices=HelpType.choices, default=HelpType.TEXT)
    help_content = models.TextField()
    voice_guide_text = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    remembered = models.ForeignKey(
        "RememberedAnswer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="given_as",
        help_text="the shared answer that this is",
    )
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    feedback_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=~models.Q(source="TEACHER"), name="one_analysed_answer_per_request"
            ),
        ]

    def __str__(self) -> str:
        return self.help_content[:40]


class HelpAnalysis(models.Model):
    """What the analysis made of a request: what seems wrong, what to say, how sure it is, what it saw (contract 8.4).

    Its answer was delivered unless a teacher's came first, or it was ``withheld`` (contract 11.17). Then only the
    teacher sees it; ``decision`` is what became of it.
    """

    request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, related_name="analysis")
    source = models.CharField(max_length=8, choices=AnswerSource.choices)
    problem_diagnosis = models.TextField()
    confidence_score = models.FloatField(help_text="0 to 1")
    help_content = models.TextField()
    voice_guide_text = models.TextField()
    finding = models.CharField(max_length=40, blank=True, help_text="the rule that fits best")
    evidence = models.JSONField(default=list, help_text="what was seen, in sentences for the teacher")
    rests_on = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), help_text="which kinds of knowledge the answer rests on"
    )
    withheld = models.CharField(max_length=8, choices=Withheld.choices, blank=True, default="", db_default="")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    english = models.JSONField(null=True, blank=True, help_text="what of it is for the teacher, in English")
    app = models.CharField(max_length=200, blank=True)
    screen = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "help analyses"

    def __str__(self) -> str:
        return self.problem_diagnosis[:40]


class RememberedAnswer(models.Model):
    """An answer that a teacher shares with everybody on a step. Given again without asking a model (reliability X20).

    Nothing in it is a learner's: ``problem`` is the teacher's wording, ``complaint`` one of our own kinds of trouble.
    """

    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE, related_name="remembered_answers")
    response = models.OneToOneField(HelpResponse, on_delete=models.SET_NULL, null=True, related_name="memory")
    app = models.CharField(max_length=200, blank=True)
    screen = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="how people say it, in the teacher's words")
    complaint = models.CharField(
        max_length=40, blank=True, db_default="", help_text="the kind of trouble it helps with"
    )
    finding = models.CharField(max_length=40, blank=True, help_text="of earlier versions; nothing reads it")
    help_content = models.TextField()
    voice_guide_text = models.TextField(blank=True)
    rating = models.PositiveSmallIntegerField()
    step_words = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="the version of the step's words; empty: any"
    )
    pinned = models.BooleanField(default=False, db_default=False, help_text="before all others that fit")
    # Without an approval nobody gets it.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="since then three people were not helped")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.help_content[:40]


class Silence(models.Model):
    """A learner on whose phone nothing happened on a step of a class: first nudged, then told to the instructor."""

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="silences", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE, related_name="+")
    nudged_at = models.DateTimeField()
    requested_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True, help_text="they said that they are fine; nothing more on this step")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user", "subtask"], name="one_silence_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.subtask_id}"
