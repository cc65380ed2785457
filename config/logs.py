"""Logs: one structured line per event on stderr, without secrets (reliability P21, X6).

Text for people in the development profile, JSON for machines in production. Every record passes the redaction below,
whoever wrote it: the servers' own access logs print query strings, and ours must not.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from typing import Any

import structlog

_SECRET_KEYS = frozenset(
    {"password", "password_confirm", "token", "access", "refresh", "access_token", "refresh_token", "device_id",
     "authorization", "cookie", "secret_key"}
)  # fmt: skip
_SECRET_TEXT = re.compile(
    r"(?P<name>\b(?:token|access_token|refresh_token|refresh|access|password|device_id|sig)=)[^\s&\"'#]+"
    r"|(?P<place>/(?:by-device|invite|upload|api/invitations|api/upload-links)/)[^\s/?\"']+"
    r"|(?P<scheme>\b[Bb]earer[ .])[A-Za-z0-9_\-.~+/=]+"
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]++\.[A-Za-z0-9_-]++\.[A-Za-z0-9_-]*"
)
_HIDDEN = "[redacted]"


def redact(text: str) -> str:
    """``?token=abc`` becomes ``?token=[redacted]``; bearer values, bare JWTs, and segments of a path
    that let somebody in go the same way."""
    return _SECRET_TEXT.sub(lambda match: f"{match['name'] or match['place'] or match['scheme'] or ''}{_HIDDEN}", text)


def configure_logging(level: str, *, machine_readable: bool = False) -> None:
    """Route ``logging`` and structlog to one handler. ``level`` is a name of ``logging``; an unknown one means INFO."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=machine_readable),
        structlog.processors.StackInfoRenderer(),
        _hide_secret_fields,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_rendering(machine_readable=machine_readable)
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.getLevelNamesMapping().get(level, logging.INFO))
    _quiet_third_parties()
    _redact_every_record()
    _redact_daphne()


def _rendering(*, machine_readable: bool) -> list[structlog.types.Processor]:
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if machine_readable:
        return [meta, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(), _redact_line]
    # Plain tracebacks: pretty ones print local variables, and those hold passwords.
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return [meta, console, _redact_line]


def _hide_secret_fields(logger: Any, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    for key in event.keys() & _SECRET_KEYS:
        event[key] = _HIDDEN
    return event


def _redact_line(logger: Any, method: str, line: Any) -> Any:
    return redact(line) if isinstance(line, str) else line


def _quiet_third_parties() -> None:
    # What these say of each request, our own access line says with the request id. What Django calls suspicious is a
    # refusal like any other; with a traceback each, anybody could fill the log.
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    for name in ("django.request", "django.server", "asyncio", "httpx", "websockets"):
        logging.getLogger(name).setLevel(logging.ERROR)
    # No level tells harmless handshakes that were cut from real trouble there.
    servers = logging.getLogger("uvicorn.error")
    servers.setLevel(logging.WARNING)
    servers.addFilter(_is_our_fault)


def _is_our_fault(record: logging.LogRecord) -> bool:
    """A frame that is no UTF-8 closes its socket with 1007; with a traceback each, anybody could fill the log."""
    return record.exc_info is None or not isinstance(record.exc_info[1], UnicodeDecodeError)


def _redact_every_record() -> None:
    """Also for handlers that are not ours: uvicorn's and gunicorn's own access logs."""
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return
    logging.setLogRecordFactory(_redacting(make))


def _redacting(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(redact(arg) if isinstance(arg, str) else arg for arg in record.args)
        return record

    factory.redacts = True  # type: ignore[attr-defined]
    return factory


def _redact_daphne() -> None:
    """daphne writes its access log past ``logging``; when it is the server, it is loaded by now."""
    access = sys.modules.get("daphne.access")
    if access is None or getattr(access.AccessLogGenerator, "redacts", False):
        return
    write: Callable[..., None] = access.AccessLogGenerator.write_entry

    def write_entry(self: Any, host: Any, date: Any, request: str, *args: Any, **kwargs: Any) -> None:
        write(self, host, date, redact(request), *args, **kwargs)

    access.AccessLogGenerator.write_entry = write_entry
    access.AccessLogGenerator.redacts = True
