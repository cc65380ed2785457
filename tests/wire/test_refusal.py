"""Every kind of refusal has one row: a status, what a handshake answers, a close code (contract 4.1, 10.4)."""

from __future__ import annotations

import inspect
import re

import pytest

from mobilegpt.core import errors
from mobilegpt.core.errors import DomainError, NotFound, RateLimited, Unavailable
from mobilegpt.realtime.close import REFUSALS, CloseCode
from mobilegpt.wire.refusal import TooManySockets, answer_to, envelope, retry_after
from tests.architecture.sources import ROOT

_KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, DomainError)]
_KINDS.remove(DomainError)
_DOCUMENTED = {
    code: int(status)
    for status, code in re.findall(
        r"^\| (\d{3}) \| `([A-Z_]+)` \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE
    )
}


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_answers_with_the_status_of_its_code(kind: type[DomainError]) -> None:
    assert answer_to(kind()).status == _DOCUMENTED[kind.default]


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_a_handshake_answers_what_clients_of_sockets_know(kind: type[DomainError]) -> None:
    answer = answer_to(kind())
    assert answer.handshake in {400, 401, 403, 404, 429, 503}
    assert answer.handshake == answer.status or answer.handshake == 403


@pytest.mark.parametrize(
    ("status", "close"),
    [(400, 4400), (401, 4401), (403, 4403), (404, 4404), (429, 4429), (503, 1013)],
)
def test_a_status_and_a_close_code_mean_the_same(status: int, close: int) -> None:
    closes = {int(answer_to(kind()).close) for kind in _KINDS if answer_to(kind()).status == status}
    assert closes == {close}
    assert _DOCUMENTED[REFUSALS[CloseCode(close)]] == status


def test_what_stands_in_the_state_s_way_is_forbidden_to_a_socket() -> None:
    assert answer_to(errors.Conflict()) == (409, 403, CloseCode.FORBIDDEN)


def test_too_many_sockets_are_told_by_a_close_code_of_their_own() -> None:
    assert answer_to(TooManySockets()).close is CloseCode.CONNECTION_LIMIT
    assert answer_to(RateLimited()).close is CloseCode.RATE


def test_a_kind_without_a_row_is_told_as_the_nearest_above_it() -> None:
    class Odd(errors.Invalid):
        pass

    class Unheard(DomainError):
        pass

    assert answer_to(Odd()) == answer_to(errors.Invalid())
    assert answer_to(Unheard()) == (500, 500, CloseCode.INTERNAL)


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_too_often_and_out_of_order_say_when_to_come_again(kind: type[DomainError]) -> None:
    expected = 1 if kind in (RateLimited, Unavailable) else None
    assert retry_after(kind()) == expected


def test_the_refusal_s_own_wait_counts() -> None:
    assert retry_after(Unavailable(retry_after=30)) == 30


def test_the_envelope_has_three_keys_whatever_there_is_to_say() -> None:
    refusal = NotFound("Lecture")
    body = envelope(refusal.code, refusal.message)
    assert body == {"error": {"code": "NOT_FOUND", "message": "Lecture not found", "details": {}}}
    assert envelope("X", "y", {"field": "z"})["error"]["details"] == {"field": "z"}
