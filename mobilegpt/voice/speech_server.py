"""Speech from any OpenAI-compatible ``/audio/speech`` address: bounded in time, in number and in size."""

from __future__ import annotations

import random
import time
from datetime import datetime
from datetime import time as time_of_day
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from mobilegpt.core.clock import SEOUL, now, seoul_day
from mobilegpt.files.sounds import MAX_BYTES
from mobilegpt.language.model import Breaker
from mobilegpt.voice.failure import SpeechFailure
from mobilegpt.voice.models import SpeechCall

if TYPE_CHECKING:
    import httpx

log = structlog.get_logger(__name__)

TRIES = 2
MOST_LETTERS = 4_000
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE = 5.0
_CONNECT_SECONDS = 5.0

breaker = Breaker()


def speak(words: str) -> bytes:
    """A sound file of the server's choice. Raises ``SpeechFailure``."""
    if len(words) > MOST_LETTERS:
        raise SpeechFailure("too_long", again=False)
    for attempt in range(TRIES):
        if not breaker.lets_through():
            raise SpeechFailure("server_away", again=True)
        try:
            spoken = _counted(words)
        except SpeechFailure as failure:
            log.warning("speech_failed", why=failure.why, attempt=attempt + 1)
            if not failure.again or attempt == TRIES - 1:
                raise
            time.sleep(failure.pause + random.uniform(0, 0.2))  # noqa: S311
        else:
            return spoken
    raise AssertionError("the last try returns or raises")


def _counted(words: str) -> bytes:
    """One call, counted before it is made, so that none gets beyond the limit."""
    call = SpeechCall.objects.create()
    if SpeechCall.objects.filter(created_at__gte=_midnight()).count() > settings.SPEECH["CALLS_PER_DAY"]:
        call.delete()
        raise SpeechFailure("budget_spent", again=False)
    started = time.monotonic()
    outcome = "failed"
    try:
        spoken = _asked(words, started + settings.SPEECH["TIMEOUT_SECONDS"])
        outcome = "spoken"
        return spoken
    except SpeechFailure as failure:
        outcome = failure.why
        raise
    finally:
        # What one text is refused for says nothing of the next.
        breaker.note(outcome == "spoken" or outcome in ("status_400", "status_422", "status_413"))
        milliseconds = round((time.monotonic() - started) * 1000)
        SpeechCall.objects.filter(pk=call.pk).update(outcome=outcome[:40], milliseconds=milliseconds)


def _asked(words: str, deadline: float) -> bytes:
    """One call, over by ``deadline`` whatever the other side does: a drip of bytes counts as silence."""
    import httpx  # half a second of processor: only where there is such an address

    speech = settings.SPEECH
    request = {"model": speech["MODEL"], "voice": speech["VOICE"], "input": words, "response_format": "mp3"}
    headers = {"Authorization": f"Bearer {speech['API_KEY']}"} if speech["API_KEY"] else {}
    url = f"{speech['BASE_URL'].rstrip('/')}/audio/speech"
    try:
        timeout = httpx.Timeout(speech["TIMEOUT_SECONDS"], connect=_CONNECT_SECONDS)
        with (
            httpx.Client(timeout=timeout) as client,
            client.stream("POST", url, json=request, headers=headers) as response,
        ):
            _require_sound(response)
            return _body_of(response, deadline)
    except httpx.TimeoutException:
        raise SpeechFailure("timeout", again=True) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise SpeechFailure("unreachable", again=True) from None


def _require_sound(response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise SpeechFailure("rate_limited", again=True, pause=_pause_of(response.headers.get("retry-after")))
    if status != HTTPStatus.OK:
        raise SpeechFailure(f"status_{status}", again=status >= 500)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind == "application/json":
        raise SpeechFailure("no_sound", again=True)


def _body_of(response: httpx.Response, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MAX_BYTES:
            raise SpeechFailure("too_large", again=False)
        if time.monotonic() > deadline:
            raise SpeechFailure("timeout", again=True)
    return bytes(body)


def _pause_of(retry_after: str | None) -> float:
    """As the server asks, within reason: who asks for more is tried again with the job."""
    try:
        seconds = float(retry_after) if retry_after else _PAUSE_SECONDS
    except ValueError:
        return _PAUSE_SECONDS
    return min(max(seconds, 0.0), _LONGEST_PAUSE)


def _midnight() -> datetime:
    return datetime.combine(seoul_day(now()), time_of_day(), tzinfo=SEOUL)
