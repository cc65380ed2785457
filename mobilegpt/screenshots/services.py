"""Writes of screens: agreeing, showing one, and letting them go (contract 12)."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from msgspec.structs import replace
from PIL import Image

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.person import Person
from mobilegpt.activity.selectors import told_last
from mobilegpt.audit import trail
from mobilegpt.classroom import policies as classes
from mobilegpt.classroom.events import SeatRemoved, SessionArchived, SessionEnded, SettingsChanged
from mobilegpt.classroom.models import LIVE, LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import room_of
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.base64_text import from_base64
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Invalid, RateLimited, TooLarge
from mobilegpt.core.event_times import Time, instant, instant_of, moment_at
from mobilegpt.database.throttle import Limit, spend
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.files import pictures
from mobilegpt.privacy import masking
from mobilegpt.screenshots import policies, queries, selectors
from mobilegpt.screenshots.commands import SayConsent, ShowScreen
from mobilegpt.screenshots.events import ScreenshotUpdated
from mobilegpt.screenshots.models import ScreenConsent, Screenshot

_FORMATS = ("PNG", "JPEG", "WEBP", "HEIF")
_CLOCK = timedelta(minutes=5)
"""So far a phone's clock may be from ours and is believed."""
_LATE = timedelta(minutes=1)
"""A screen that is so much older than the kept one has come late; older still, the phone's clock was set."""


def show_screen(*, actor: Actor, session_ref: str, command: ShowScreen) -> tuple[SessionParticipant, Screenshot, bool]:
    """Keep a learner's newest screen in place of the one before; returns whether it was kept, or what is newer was.

    The first one says that they agree: the app asks them, and sends nothing before. Nothing is kept of a screen that
    ``policies.withheld`` names. The picture is drawn anew before any transaction.

    Raises ``Forbidden`` (SCREENS_OFF, SCREEN_NOT_AGREED; who is no student), ``NotFound`` without a seat, ``Conflict``
    INVALID_TRANSITION when the class is over, ``Invalid`` UNSUPPORTED_FILE, ``TooLarge``, ``RateLimited``.
    """
    seat = selectors.own_seat(actor, session_ref)
    classes.require_status(seat.session, *LIVE)
    policies.require_shows(seat.session, queries.consent_of(actor.user_id, seat.session_id))
    captured_at = _moment(command.captured_at)
    before = queries.newest_of(actor.user_id, seat.session_id)
    if before is not None and _is_late(captured_at, before):
        return seat, before, False
    _require_pause(before)
    kept = Screenshot(session_id=seat.session_id, user_id=actor.user_id, captured_at=captured_at)
    picture = _drawn(_decoded(command.image_data))
    kept.withheld = _withheld(actor.user_id, command)
    kept.content = b"" if kept.withheld else picture
    return seat, *_replace(seat, kept)


def _replace(seat: SessionParticipant, kept: Screenshot) -> tuple[Screenshot, bool]:
    with unit_of_work():
        session = lock(seat.session_id)
        classes.require_status(session, *LIVE)  # it may have ended while the picture was drawn
        consent = queries.consent_of(kept.user_id, session.pk)
        policies.require_shows(session, consent)
        if consent is None:
            _say(session, kept.user_id, agreed=True)
        before = queries.newest_of(kept.user_id, session.pk)
        if before is not None and _is_late(kept.captured_at, before):
            return before, False
        _require_pause(before)  # of many that came at once, one
        if before is not None:
            kept.pk = before.pk
        kept.created_at = now()  # not when it was begun: drawing waits its turn
        kept.save()
        _tell(session, seat, kept)
        return kept, True


def _require_pause(before: Screenshot | None) -> None:
    """Raises ``RateLimited``."""
    if before is not None and now() - before.created_at < policies.EVERY:
        raise RateLimited(message="One screen a second is enough", retry_after=1)


def say_consent(*, actor: Actor, session_ref: str, command: SayConsent) -> LectureSession:
    """Agree to show one's screen, or show it no more: then it is gone at once. Again changes nothing.

    Raises ``Forbidden``, ``NotFound`` as ``selectors.own_seat``, ``RateLimited`` for who agrees again and again.
    """
    seat = selectors.own_seat(actor, session_ref)
    with unit_of_work():
        session = lock(seat.session_id)
        consent = queries.consent_of(actor.user_id, session.pk)
        if consent is None or consent.agreed != command.agreed:
            if command.agreed:
                again = Limit(f"screens:{session.pk}:{actor.user_id}", policies.AGAIN_IN_TEN_MINUTES, 600)
                spend(again, 1, "That was said too often, wait a little")
            _say(session, actor.user_id, agreed=command.agreed)
        shown = queries.newest_of(actor.user_id, session.pk)
        if shown is not None and not command.agreed:
            _tell(session, seat, Screenshot(pk=shown.pk, captured_at=shown.captured_at))
            queries.delete(session.pk, actor.user_id)
        return session


def _say(session: LectureSession, user_id: int, *, agreed: bool) -> None:
    ScreenConsent.objects.update_or_create(session=session, user_id=user_id, defaults={"agreed": agreed, "at": now()})
    trail.record("screen.agree" if agreed else "screen.withdraw", subject=f"session:{session.pk}", actor_id=user_id)


def _tell(session: LectureSession, seat: SessionParticipant, shown: Screenshot) -> None:
    emit(
        ScreenshotUpdated(
            room=room_of(session),
            screenshot_id=shown.pk,
            participant_id=seat.pk,
            user=_called(seat),
            has_picture=bool(shown.content),
            withheld=shown.withheld,
            captured_at=shown.captured_at,
            at=now(),
        )
    )


def _called(seat: SessionParticipant) -> Person:
    return replace(person_of(seat.user), name=seat.shown_name)


# --- the picture


def _withheld(user_id: int, command: ShowScreen) -> str:
    """By what is told with the screen, and by what the phone told last: it is what stands on it."""
    info = command.screen_info or {}
    hidden = masking.mask_event({}, info)[1]
    last = told_last(user_id)
    told = [info, hidden] if last is None else [info, hidden, last.event_data, last.screen_info]
    return policies.withheld(*(each for each in told if isinstance(each, dict)))


def _decoded(sent: str) -> bytes:
    try:
        content = from_base64(sent)
    except ValueError:
        raise _no_picture("image_data is a picture in base64") from None
    if len(content) > policies.MAX_BYTES:
        raise TooLarge(message=f"A screen has at most {policies.MAX_BYTES // 1000} kB", details={"field": "image_data"})
    return content


def _drawn(content: bytes) -> bytes:
    """As it is kept: upright, in sRGB, without anything that the file said besides its pixels. Raises ``Invalid``,
    ``Unavailable``."""
    format = pictures.format_of(content[:64])
    if format not in _FORMATS:
        raise _no_picture("A screen is PNG, JPEG, WebP or HEIC")
    with pictures.opened(io.BytesIO(content), format) as image:
        drawn = pictures.bare(pictures.upright(image, format, _fitting).convert("RGB"))
        out = io.BytesIO()
        drawn.save(out, "WEBP", quality=70, method=1)
    return out.getvalue()


def _fitting(image: Image.Image) -> Image.Image:
    scale = min(1.0, policies.LONG_SIDE / max(image.size))
    return pictures.smaller(image, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))


def _no_picture(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "image_data"})


# --- time


def _moment(sent: Time | None) -> datetime:
    """When it was captured by the phone's clock, where that can be believed; else now. Raises ``Invalid``."""
    at = now()
    if sent is None:
        return at
    told, here = instant(sent, "captured_at"), instant_of(at)
    off = timedelta(microseconds=min(abs(told - here), 10**15))
    return moment_at(told) if off <= _CLOCK else at


def _is_late(captured_at: datetime, before: Screenshot) -> bool:
    """Whether the kept one is the same, or newer."""
    return timedelta(0) <= before.captured_at - captured_at <= _LATE


# --- what ends it


def forget_class(event: SessionEnded | SessionArchived) -> None:
    """Reacts to the end of a class: nothing of its screens stays."""
    queries.delete(event.room.id)


def forget_removed(event: SeatRemoved) -> None:
    """Reacts to the loss of a seat."""
    queries.delete(event.room.id, event.user_id)


def forget_where_off(event: SettingsChanged) -> None:
    """Reacts to a class that takes no screens any more."""
    if not event.screens:
        queries.delete(event.room.id)
