"""Who may look at the screens of a class, and what may be kept of one (contract 12; reliability, section 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mobilegpt.classroom import policies as classes
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden
from mobilegpt.privacy import masking
from mobilegpt.screenshots.models import ScreenConsent, Withheld

MAX_BYTES = 1_000_000
"""Of a picture before it is drawn anew; with the base64 around it a body ends before (contract 10.5)."""
LONG_SIDE = 1280
"""In pixels, of a picture as it is kept: words on it can be read."""
EVERY = timedelta(seconds=1)
"""A phone shows its screen so often at most."""
AGAIN_IN_TEN_MINUTES = 10
"""So often somebody may agree again in a class; each time is audited. To take it back is never refused."""


def require_looks(actor: Actor, session: LectureSession | None) -> LectureSession:
    """The owner, co-instructors and supporters of the class; nobody agreed to show anything to an admin.

    Raises ``Forbidden`` for students and admins, ``NotFound`` for other instructors.
    """
    if actor.is_admin:
        raise Forbidden(message="Screens are shown to the teachers of the class only")
    return classes.require_helps(actor, session)


def require_shows(session: LectureSession, consent: ScreenConsent | None) -> None:
    """Raises ``Forbidden`` SCREENS_OFF where the class takes none, SCREEN_NOT_AGREED for who has taken it back."""
    if not session.screens:
        raise Forbidden(ErrorCode.SCREENS_OFF, "This class takes no screens")
    if consent is not None and not consent.agreed:
        raise Forbidden(ErrorCode.SCREEN_NOT_AGREED, "The screen is not shown any more")


def withheld(*told: dict[str, Any]) -> str:
    """Why a screen must not be kept, by what its phone told of it; empty where it may.

    A picture cannot be masked: as with recordings, one on which something had to be masked is not kept.
    """
    if masking.sensitive_app(*told) is not None:
        return str(Withheld.SENSITIVE_APP)
    return str(Withheld.PERSONAL_DATA) if any(masking.hides_something(each) for each in told) else ""
