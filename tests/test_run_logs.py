"""Logs never hold what lets somebody in (reliability P21, X6), whoever writes the record."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import _redact_every_record, configure_logging, redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"GET /ws/sessions/ABC/?token=abc.def&x=1 HTTP/1.1"', '"GET /ws/sessions/ABC/?token=[redacted]&x=1 HTTP/1.1"'),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [redacted]"),
        ("subprotocol bearer.abc.def", "subprotocol bearer.[redacted]"),
        (f"odd place {JWT} here", "odd place [redacted] here"),
        ("/media/1?sig=0123abcd", "/media/1?sig=[redacted]"),
        (
            "/api/sessions/8/screenshots/by-device/9774d56d682e549c/",
            "/api/sessions/8/screenshots/by-device/[redacted]/",
        ),
        ("path=/api/invitations/oyCqGvj_8LqX/accept/ x", "path=/api/invitations/[redacted]/accept/ x"),
        ("/invite/oyCqGvj_8LqX", "/invite/[redacted]"),
        ("/api/upload-links/oyCq-8LqX/pictures?page=2", "/api/upload-links/[redacted]/pictures?page=2"),
        ('"GET /upload/oyCq-8LqX HTTP/1.1"', '"GET /upload/[redacted] HTTP/1.1"'),
        ("POST /api/sessions/8/screenshots/upload/ 201", "POST /api/sessions/8/screenshots/upload/ 201"),
        ("/api/lectures/3/invitations/5", "/api/lectures/3/invitations/5"),
        ("/join/ABC234?next=/teach", "/join/ABC234?next=/teach"),
    ],
)
def test_secrets_in_text_are_hidden(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    handlers, level = root.handlers[:], root.level
    configuration = structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    logging.setLogRecordFactory(factory)
    structlog.configure(**configuration)


@pytest.mark.parametrize("machine_readable", [True, False])
def test_lines_keep_their_facts_and_lose_their_secrets(
    logging_as_it_was: None, capsys: pytest.CaptureFixture[str], machine_readable: bool
) -> None:
    configure_logging("INFO", machine_readable=machine_readable)
    structlog.get_logger("test").info("signed_in", user=7, password="hunter2", note=f"with {JWT}")
    try:
        raise ValueError(f"refused ?token={JWT}")
    except ValueError:
        logging.getLogger("elsewhere").exception("failed for %s", "?access_token=abc")
    written = capsys.readouterr().err
    assert "signed_in" in written
    assert "ValueError" in written
    assert not any(secret in written for secret in ("hunter2", JWT, "=abc"))


def test_handlers_of_others_get_clean_records(logging_as_it_was: None) -> None:
    _redact_every_record()
    _redact_every_record()
    record = logging.getLogger("uvicorn.access").makeRecord(
        "uvicorn.access", logging.INFO, "f", 1, '%s - "%s %s"', ("1.2.3.4", "GET", "/ws/?token=abc"), None
    )
    assert record.getMessage() == '1.2.3.4 - "GET /ws/?token=[redacted]"'
