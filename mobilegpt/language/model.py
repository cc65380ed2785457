"""A language model behind any OpenAI-compatible address: bounded in time, in number and in what it may say.

Every failure is the caller's cue to go on without it; nothing here raises.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
import structlog
from django.conf import settings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

log = structlog.get_logger(__name__)
T = TypeVar("T")

TRIES = 2
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE = 2.0


def enabled() -> bool:
    return bool(settings.OPENAI["API_KEY"])


class Breaker:
    """Open after some failures in a row: then nobody waits for a model that is away, until one try may look again."""

    def __init__(self, failures: int = 3, seconds: float = 30, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures, self._seconds, self._clock = failures, seconds, clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._closed_from = 0.0

    def lets_through(self) -> bool:
        """Whether to try. While open, one try per interval is let through."""
        with self._lock:
            if self._in_a_row < self._failures:
                return True
            if self._clock() < self._closed_from:
                return False
            self._closed_from = self._clock() + self._seconds
            return True

    def note(self, worked: bool) -> None:
        with self._lock:
            self._in_a_row = 0 if worked else self._in_a_row + 1
            if self._in_a_row >= self._failures:
                self._closed_from = self._clock() + self._seconds


breaker = Breaker()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer. ``again`` after a pause of so many seconds at least, or ``None`` when it is no use."""

    why: str
    again: float | None = _PAUSE_SECONDS


@dataclass(slots=True)
class Budget:
    """``reserve`` counts a call before it is made and says whether it may be; ``note`` tells what it came to."""

    reserve: Callable[[], int | None]
    note: Callable[[int, str, int], None]


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked: ``messages``, and the shape of the answer, as a JSON schema called ``name`` and as a type."""

    name: str
    messages: list[dict[str, str]]
    schema: dict[str, Any]
    answer: type[T]


def ask(question: Question[T], budget: Budget, *, seconds: float | None = None) -> T | None:
    """The answer, or ``None``: not configured, away, over budget, or of another shape.

    ``seconds`` is how long one of the two tries may take, ``OPENAI_TIMEOUT_SECONDS`` when it is not given.
    """
    if not enabled():
        return None
    seconds = seconds or settings.OPENAI["TIMEOUT_SECONDS"]
    plain_json = False
    for attempt in range(TRIES):
        if not breaker.lets_through():
            return None
        call = budget.reserve()
        if call is None:
            log.info("model_budget_spent")
            return None
        started = time.monotonic()
        outcome = _ask(question, seconds, plain_json=plain_json)
        why = outcome.why if isinstance(outcome, Failure) else "answered"
        budget.note(call, why, round((time.monotonic() - started) * 1000))
        breaker.note(not isinstance(outcome, Failure) or why == "refused_shape")
        if not isinstance(outcome, Failure):
            return outcome
        log.warning("model_failed", question=question.name, why=why, attempt=attempt + 1)
        if outcome.again is None or attempt == TRIES - 1:
            break
        plain_json = plain_json or why == "refused_shape"
        time.sleep(outcome.again + random.uniform(0, 0.2))  # noqa: S311
    return None


def _ask(question: Question[T], seconds: float, *, plain_json: bool) -> T | Failure:
    """One call, over within the time limit whatever the other side does: a drip of bytes counts as silence."""
    outcome: list[T | Failure] = []
    over = threading.Event()
    client = _client(seconds)  # of its own: a call that is cut off must not end another's

    def call() -> None:
        try:
            with client:
                answer = _call(client, question, plain_json=plain_json)
                outcome.append(answer)
        finally:
            over.set()

    threading.Thread(target=call, name="model", daemon=True).start()
    if over.wait(seconds) and outcome:
        return outcome[0]
    client.close()
    return Failure("timeout")


def _call(client: OpenAI, question: Question[T], *, plain_json: bool) -> T | Failure:
    import openai

    shape: dict[str, Any] = {"type": "json_object"}
    if not plain_json:
        shape = {
            "type": "json_schema",
            "json_schema": {"name": question.name, "strict": True, "schema": question.schema},
        }
    # No limit of tokens and no temperature: compatible servers differ in what they take, and time bounds both.
    request: dict[str, Any] = {
        "model": settings.OPENAI["MODEL"],
        "messages": question.messages,
        "response_format": shape,
    }
    try:
        completion: ChatCompletion = client.chat.completions.create(**request)
        return msgspec.json.decode(
            _json_in(completion.choices[0].message.content or ""), type=question.answer, strict=False
        )
    except openai.APITimeoutError:
        return Failure("timeout")
    except openai.RateLimitError as error:
        return Failure("rate_limited", _pause_of(error.response.headers.get("retry-after")))
    except openai.BadRequestError as error:
        known = "response_format" in str(error) and not plain_json
        return Failure("refused_shape", 0.0) if known else Failure("bad_request", None)
    except openai.APIStatusError as error:
        return Failure(f"status_{error.status_code}", _PAUSE_SECONDS if error.status_code >= 500 else None)
    except openai.OpenAIError:
        return Failure("unreachable")
    except Exception as error:  # a body of any shape: no JSON, no choices, other types
        return Failure(f"bad_answer_{type(error).__name__}")


def _json_in(content: str) -> str:
    """Models without structured output like to wrap their JSON in words or fences."""
    return content[content.find("{") : content.rfind("}") + 1]


def _pause_of(retry_after: str | None) -> float | None:
    """As the server asks, unless that is too long for somebody who waits."""
    try:
        seconds = float(retry_after) if retry_after else _PAUSE_SECONDS
    except ValueError:
        return _PAUSE_SECONDS
    return seconds if 0 <= seconds <= _LONGEST_PAUSE else None


def _client(seconds: float) -> OpenAI:
    from openai import OpenAI

    return OpenAI(
        api_key=settings.OPENAI["API_KEY"],
        base_url=settings.OPENAI["BASE_URL"] or None,
        timeout=seconds,
        max_retries=0,
    )
