"""Callers without a token who may say who they are (contract 3.8).

``CHAT_V3_TRUST_USER_ID``: ``off``; ``loopback``, for programs on this machine that talk to it directly; or networks of
gateways, which have asked their users for credentials. A page from elsewhere in a browser on this machine is not
trusted: it shows its Origin; nor is what a proxy passes on, or a name that was pointed at this machine (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from mobilegpt.core.network import is_trusted

_FORWARDING = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-client-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "via",
)


def may_name_itself(peer: str, headers: Mapping[str, str]) -> bool:
    """Whether this caller's ``user_id`` counts. ``peer`` is the connection's address; header names are lower case."""
    trusted: str | list[str] = settings.CHAT_V3_TRUST_USER_ID
    if trusted == "off":
        return False
    if trusted != "loopback":
        return is_trusted(peer, list(trusted))
    if not _is_loopback(peer) or any(name in headers for name in _FORWARDING):
        return False
    origin = headers.get("origin")
    return _is_loopback(_host_of(f"//{headers.get('host', '')}")) and (origin is None or _is_loopback(_host_of(origin)))


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
