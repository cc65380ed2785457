"""What sockets refuse, as REST does it: one structured line each (reliability X18)."""

from __future__ import annotations

from typing import NamedTuple

import structlog

log = structlog.get_logger("mobilegpt.access")

_LONGEST_PATH = 200


class Source(NamedTuple):
    """Where a socket comes from, as log lines name it. ``path`` is without its query, which may hold a token (P21)."""

    path: str
    address: str
    request_id: str


def socket_refused(
    source: Source,
    code: str,
    *,
    user_id: int | None = None,
    status: int | None = None,
    close: int | None = None,
    reason: str = "",
) -> None:
    """A socket that was not let in, or not any longer: ``status`` over HTTP, ``close`` after it was accepted."""
    _write("socket_refused", source, code=code, user=user_id, status=status, close=close, reason=reason or None)


def command_refused(source: Source, code: str, *, user_id: int | None) -> None:
    """A frame that got an error; its socket stays."""
    _write("command_refused", source, code=code, user=user_id)


def _write(event: str, source: Source, **facts: object) -> None:
    log.info(
        event,
        path=source.path[:_LONGEST_PATH],
        address=source.address or None,
        request_id=source.request_id,
        **{name: value for name, value in facts.items() if value is not None},
    )
