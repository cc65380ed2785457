"""The address under which other machines reach this server."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from mobilegpt.core.network import own_addresses

_LOOPBACK = ("localhost", "127.", "[::1]")


def own_base(request: HttpRequest) -> str:
    """``PUBLIC_URL``, else the address that this client used, without a slash at the end."""
    return str(settings.PUBLIC_URL) or f"{request.scheme}://{request.get_host()}"


def public_base(request: HttpRequest) -> str:
    """``PUBLIC_URL``, else the request's own address, without a slash at the end.

    An instructor who works at ``localhost`` in the development profile gets this machine's address in the network
    instead: a phone that scans the code could do nothing with ``localhost``.
    """
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    host = request.get_host()
    if settings.DEVELOPMENT and host.startswith(_LOOPBACK) and (addresses := own_addresses()):
        _, _, port = host.removeprefix("[::1]").rpartition(":")
        host = f"{addresses[0]}:{port}" if port.isdigit() else addresses[0]
    return f"{request.scheme}://{host}"
