"""Refusals with stable codes (contract 4.1, 4.2). A surface gives each its shape and status; this module knows neither.

``ErrorCode`` is the whole vocabulary: a code is never renamed, only added.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class ErrorCode(StrEnum):
    """Stable codes; the comment says when a client meets them."""

    # 400
    INVALID_REQUEST = "INVALID_REQUEST"  # a field is missing, of the wrong type or out of range
    INVALID_JSON = "INVALID_JSON"  # the body or frame is not JSON, or not an object
    UNKNOWN_TYPE = "UNKNOWN_TYPE"  # a frame's type is not one of this socket's
    BAD_FORMAT = "BAD_FORMAT"  # a sheet is asked for in another form than JSON, CSV or XLSX
    WRONG_LECTURE = "WRONG_LECTURE"  # the subtask belongs to another lecture
    PASSWORD_TOO_COMMON = "PASSWORD_TOO_COMMON"  # production profile only
    BAD_LINK = "BAD_LINK"  # a link to confirm an e-mail that is made up, too old, or used
    UNSUPPORTED_FILE = "UNSUPPORTED_FILE"  # an upload of a type that is not taken, or that is not what its name says
    BAD_LESSON_FILE = "BAD_LESSON_FILE"  # what is sent is no lesson's file, or a broken one; details.reason says why
    ANSWER_NOT_SHAREABLE = "ANSWER_NOT_SHAREABLE"  # only a teacher in person may say this, or it repeats a phone
    # 401
    UNAUTHENTICATED = "UNAUTHENTICATED"  # no credential
    INVALID_TOKEN = "INVALID_TOKEN"  # expired, forged, revoked or of the wrong kind
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"  # wrong e-mail or password
    JOIN_REQUIRED = "JOIN_REQUIRED"  # a socket without a seat takes nothing but join
    # 403
    FORBIDDEN = "FORBIDDEN"  # the role may not do this
    GUEST_NOT_ALLOWED = "GUEST_NOT_ALLOWED"  # outside of the sessions in which a guest has a seat, and their lectures
    GUEST_JOIN_DISABLED = "GUEST_JOIN_DISABLED"  # GUEST_JOIN=off
    INSTRUCTOR_NEEDED = "INSTRUCTOR_NEEDED"  # a co-instructor has an instructor's account; supporters any
    INSTRUCTOR_SIGNUP_CLOSED = "INSTRUCTOR_SIGNUP_CLOSED"  # INSTRUCTOR_SIGNUP=closed
    EMAIL_NOT_CONFIRMED = "EMAIL_NOT_CONFIRMED"  # EMAIL_CONFIRMATION=on: right password, link not opened yet
    SEAT_REMOVED = "SEAT_REMOVED"  # the instructor took the seat away; details.may_return says whether for good
    SCREENS_OFF = "SCREENS_OFF"  # the class takes no screens of phones
    SCREEN_NOT_AGREED = "SCREEN_NOT_AGREED"  # the learner shows their screen no more, until they agree again
    JOIN_CODE_REQUIRED = "JOIN_CODE_REQUIRED"  # joining needs enrolment or the session's code
    NOT_ENROLLED = "NOT_ENROLLED"  # the lecture's students only
    USER_ID_MISMATCH = "USER_ID_MISMATCH"  # user_id in a body or path is not the caller
    NOT_A_MEMBER = "NOT_A_MEMBER"  # chat: the room's members only
    ROOM_READ_ONLY = "ROOM_READ_ONLY"  # chat: only the teacher writes here, or the class is over
    # 404
    NOT_FOUND = "NOT_FOUND"  # absent, or hidden from the caller
    # 405
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    # 406
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    # 415
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    # 409
    EMAIL_TAKEN = "EMAIL_TAKEN"
    PHONE_TAKEN = "PHONE_TAKEN"
    ALREADY_ENROLLED = "ALREADY_ENROLLED"
    LECTURE_CHANGED = "LECTURE_CHANGED"  # somebody changed the lecture since the caller looked at it
    ORDER_TAKEN = "ORDER_TAKEN"  # order_index is used by a sibling
    IN_USE = "IN_USE"  # a live session stands on this subtask, task or lecture
    INVALID_TRANSITION = "INVALID_TRANSITION"  # the session's state does not allow it
    NOTHING_RECORDED = "NOTHING_RECORDED"  # no step of a lesson can be made of this recording
    NO_NEXT_STEP = "NO_NEXT_STEP"  # past the last subtask, or a lecture without one
    STEP_NOT_IN_LESSON = "STEP_NOT_IN_LESSON"  # refresh-lesson: the lecture has lost the step that the class stands on
    SESSION_FULL = "SESSION_FULL"  # SESSION_MAX_SEATS reached
    CLASS_LOCKED = "CLASS_LOCKED"  # the instructor lets nobody new in; who was there comes back
    NAME_IN_CLASS = "NAME_IN_CLASS"  # somebody there is called so, and the instructor wants names told apart
    MERGE_REFUSED = "MERGE_REFUSED"  # these two seats cannot become one; details.reason says why
    DEVICE_SEATS_TAKEN = "DEVICE_SEATS_TAKEN"  # GUEST_SEATS_PER_DEVICE reached by this short device_id
    SESSION_OVER = "SESSION_OVER"  # no new seats in review mode or after it
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"  # as much is kept of the caller, or fits into a room, as may be
    CLASS_IN_OTHER_HANDS = "CLASS_IN_OTHER_HANDS"  # another instructor is there and in control; take over first
    ALREADY_COLLEAGUE = "ALREADY_COLLEAGUE"  # whoever accepts is what the link makes them, or more
    LINK_TAKEN = "LINK_TAKEN"  # an upload link is the phone's that was the first to send pictures by it
    ALREADY_CLAIMED = "ALREADY_CLAIMED"  # somebody else goes to help; details say who
    AUTO_HELP_OFF = "AUTO_HELP_OFF"  # the instructor wants no AUTO requests in this class; ask as MANUAL
    COMPLETION_NOT_SUGGESTED = "COMPLETION_NOT_SUGGESTED"  # no phone shows it, or it was declined or taken back
    NO_SUGGESTION = "NO_SUGGESTION"  # no answer was withheld, or a teacher has decided; details say what and who
    REQUEST_CLOSED = "REQUEST_CLOSED"  # the help request is closed
    ALREADY_MEMBER = "ALREADY_MEMBER"  # chat: added twice
    LAST_OWNER = "LAST_OWNER"  # chat: the room's last admin cannot be removed
    IDEMPOTENCY_IN_FLIGHT = "IDEMPOTENCY_IN_FLIGHT"  # the first try is still running
    # 413
    TOO_LARGE = "TOO_LARGE"  # the body, or a batch
    # 416
    RANGE_NOT_SATISFIABLE = "RANGE_NOT_SATISFIABLE"  # the file has no such bytes
    # 422
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"  # same key, another body
    # 429
    RATE_LIMITED = "RATE_LIMITED"  # too often; a login's details may hold a challenge whose answer lets it through
    # 500
    INTERNAL_ERROR = "INTERNAL_ERROR"
    # 503
    UNAVAILABLE = "UNAVAILABLE"  # a store is down; retry later


class DomainError(Exception):
    """A refusal: ``code`` is stable, ``message`` is for people, ``details`` for programs."""

    default: ClassVar[ErrorCode] = ErrorCode.INVALID_REQUEST

    def __init__(
        self,
        code: ErrorCode | None = None,
        message: str = "",
        *,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.code = code or self.default
        self.message = message or self.code.replace("_", " ").capitalize()
        self.details = details or {}
        self.retry_after = retry_after
        super().__init__(f"{self.code}: {self.message}")


class Invalid(DomainError):
    """The request makes no sense as it is."""


class Unauthenticated(DomainError):
    """No credential, or one that does not hold."""

    default = ErrorCode.UNAUTHENTICATED


class Forbidden(DomainError):
    """The caller is known and may not."""

    default = ErrorCode.FORBIDDEN


class NotFound(DomainError):
    """Absent, or hidden: the caller cannot tell which."""

    default = ErrorCode.NOT_FOUND

    def __init__(self, what: str = "Object") -> None:
        super().__init__(ErrorCode.NOT_FOUND, f"{what} not found")


class Conflict(DomainError):
    """The state does not allow it; nothing changed."""

    default = ErrorCode.INVALID_TRANSITION


class TooLarge(DomainError):
    """More than the surface accepts in one piece."""

    default = ErrorCode.TOO_LARGE


class KeyReused(DomainError):
    """An idempotency key came back with another body."""

    default = ErrorCode.IDEMPOTENCY_KEY_REUSED


class RateLimited(DomainError):
    """Too often; ``retry_after`` is in seconds."""

    default = ErrorCode.RATE_LIMITED


class Unavailable(DomainError):
    """A store is down; ``retry_after`` is in seconds."""

    default = ErrorCode.UNAVAILABLE


def database_away() -> Unavailable:
    """The database does not answer; it is asked again in a moment (reliability F9)."""
    return Unavailable(message="The database does not answer", retry_after=5)
