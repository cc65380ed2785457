"""The line that each request leaves in the log (reliability X18), whichever part of the server answered it."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings

from mobilegpt.core.network import client_address

log = structlog.get_logger("mobilegpt.access")


def write_access_line(
    method: str, path: str, status: int, milliseconds: float, *, peer: str, forwarded_for: str, **facts: Any
) -> None:
    """``peer`` is the other end of the connection; of ``facts`` those that are ``None`` are left out.

    Query strings are never logged (P21).
    """
    address = client_address(peer, forwarded_for, settings.TRUSTED_PROXIES) or None
    said = {"method": method, "path": path, "status": status, "ms": round(milliseconds, 1), "address": address, **facts}
    write = log.info if status < 500 else log.error
    if status < 400 and settings.DEVELOPMENT and method in ("GET", "HEAD"):
        write = log.debug  # the terminal shows the QR code; reads would scroll it away
    write("request", **{name: value for name, value in said.items() if value is not None})
