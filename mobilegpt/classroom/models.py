"""Live sessions, their seats and their step log (contract 6)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from msgspec.structs import replace

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.person import Person
from mobilegpt.lectures.models import Lecture, Subtask


class SessionStatus(models.TextChoices):
    WAITING = "WAITING", "Waiting room"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    PAUSED = "PAUSED", "Paused"
    REVIEW_MODE = "REVIEW_MODE", "Review"
    ENDED = "ENDED", "Archived"


LIVE = (SessionStatus.WAITING, SessionStatus.IN_PROGRESS, SessionStatus.PAUSED)
"""A class that has not been ended yet."""
RUNNING = (SessionStatus.IN_PROGRESS, SessionStatus.PAUSED)
"""A class that stands on a step."""


class ParticipantStatus(models.TextChoices):
    WAITING = "WAITING", "Waiting"
    ACTIVE = "ACTIVE", "Active"
    COMPLETED = "COMPLETED", "Completed"
    DISCONNECTED = "DISCONNECTED", "Disconnected"


class StepAction(models.TextChoices):
    START_STEP = "START_STEP", "Step started"
    END_STEP = "END_STEP", "Step ended"
    PAUSE = "PAUSE", "Paused"
    RESUME = "RESUME", "Resumed"
    SKIP = "SKIP", "Jumped"


class Completion(models.TextChoices):
    """How a step of a phone that reports its taps is done (contract 11.15)."""

    BY_HAND = "by_hand", "By hand"
    SUGGESTED = "suggested", "Suggested to the instructor"
    BY_ITSELF = "by_itself", "By itself"


class LectureSession(models.Model):
    """One class: a lecture held for the people in one hall at one time."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="sessions")
    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=SessionStatus.choices, default=SessionStatus.WAITING)
    # Changes with every step: an index of it would have the whole row indexed anew each time.
    current_subtask = models.ForeignKey(
        Subtask, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    instructor_message = models.TextField(blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    lecture_version = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="the revision that is taught; null: the lecture as it is"
    )
    locked = models.BooleanField(default=False, db_default=False, help_text="nobody new takes a seat")
    auto_help = models.BooleanField(default=True, db_default=True, help_text="who seems stuck is nudged and noticed")
    gate_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how many should be done before the class moves on; null: no matter"
    )
    distinct_names = models.BooleanField(
        default=False, db_default=False, help_text="a newcomer of the same name is asked for one more word"
    )
    completion = models.CharField(
        max_length=10,
        choices=Completion.choices,
        default=Completion.SUGGESTED,
        db_default=Completion.SUGGESTED,
        help_text="what becomes of a step that a phone's taps show to be done",
    )
    screens = models.BooleanField(
        default=True, db_default=True, help_text="learners who agree may show their phone's screen to the teachers"
    )
    controller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    break_ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["status", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class SessionParticipant(models.Model):
    """A seat. ``is_present`` turns once per joined/left pair; ``status`` is what the documents show."""

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="participants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    status = models.CharField(max_length=12, choices=ParticipantStatus.choices, default=ParticipantStatus.WAITING)
    # Follows the session's, which is checked: every step changes it in every seat of the hall.
    current_subtask = models.ForeignKey(
        Subtask,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    is_present = models.BooleanField(default=True)
    # SHA-256 of the device id that may take this seat up again (contract 3.9); null when there is none.
    device_hash = models.CharField(max_length=64, null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="what this class calls them; empty: as the account does",
    )
    hidden_since = models.DateTimeField(null=True, blank=True, help_text="their page is not to be seen; null: it is")
    left_at = models.DateTimeField(null=True, blank=True, help_text="they said goodbye themselves; null: or are back")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="by the instructor")
    may_return = models.BooleanField(default=True, db_default=True, help_text="of who was removed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user"], name="one_seat_per_user"),
            models.UniqueConstraint(
                fields=["session", "device_hash"],
                condition=models.Q(device_hash__isnull=False),
                name="one_seat_per_device",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["is_present", "last_seen_at"]),
            # A phone that comes to another class of the same instructor (contract 11.4).
            models.Index(
                fields=["device_hash"], condition=models.Q(device_hash__isnull=False), name="seats_of_a_device"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}"

    def called(self, own_name: str) -> str:
        """What this class calls whose account is called so (contract 11.4)."""
        return self.name or own_name

    @property
    def shown_name(self) -> str:
        """As ``called``; ``user`` is loaded."""
        return self.called(self.user.name)

    @property
    def person(self) -> Person:
        """Who sits there, by the name that this class has for them; ``user`` is loaded."""
        return replace(person_of(self.user), name=self.shown_name)

    @property
    def is_barred(self) -> bool:
        """Removed, without a way back."""
        return self.removed_at is not None and not self.may_return


class GuestPhone(models.Model):
    """A further phone that finds a guest: of two people who were merged, or one that several people share.

    The phone that they sat down with is in their seat (``SessionParticipant.device_hash``), and here too once they are
    called otherwise than the phone remembers.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    device_hash = models.CharField(max_length=64)
    earlier_names = models.JSONField(
        null=True, blank=True, help_text="by which the phone may still ask for them, oldest first; null: none"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device_hash", "user"], name="one_row_per_phone_and_guest"),
        ]

    def __str__(self) -> str:
        return f"a phone of {self.user_id}"


class SeatStep(models.Model):
    """How one person stands on one step of one class: their phone has it, they have done it (contract 11.1).

    Their progress on the lecture (contract 7.3) knows no classes: who comes a second time has done everything there.
    """

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="seat_steps", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subtask = models.ForeignKey(
        Subtask, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    received_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "subtask", "user"], name="one_row_per_seat_and_step"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.subtask_id} in {self.session_id}"


class PresenceInterval(models.Model):
    """Somebody was in a class from ``began_at`` to ``ended_at``, null while they are (contract 11.6)."""

    session = models.ForeignKey(
        LectureSession, on_delete=models.CASCADE, related_name="presence_intervals", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "user"], condition=models.Q(ended_at__isnull=True), name="one_open_interval_per_seat"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["session", "user", "began_at"], name="presence_in_a_class")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id} from {self.began_at}"


class StepControl(models.Model):
    """What the instructor did, and when."""

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="step_controls", db_index=False)
    subtask = models.ForeignKey(Subtask, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=12, choices=StepAction.choices)
    message = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["session", "created_at"])]

    def __str__(self) -> str:
        return f"{self.session_id} {self.action}"


class CodeLookup(models.Model):
    """A student who looked a session up by its code may join it within the hour (contract 6.4)."""

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    looked_up_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user"], name="one_lookup_per_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} looked up {self.session_id}"
