"""Whose name a socket was opened under, and by which page (contract 2.5, 3.7; reliability X5)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid
from mobilegpt.realtime.handshake import Credential, Request

COOKIE = Credential("cookie", "x")
TOKEN = Credential("token", "x")
PROXY = "10.0.0.1"


def request(peer: str = "203.0.113.9", scheme: str = "ws", **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"path": "/ws/help/1", "client": (peer, 5), "scheme": scheme, "headers": sent})


@pytest.mark.parametrize("host", ["class.example", "CLASS.example:8443", "[2001:db8::7]:8000", "a.school.example"])
def test_the_names_of_this_server(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["class.example", "[2001:db8::7]", ".school.example"]
    request(host=host).check_host()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": ""},
        {"host": "evil.example"},
        {"host": "class.example.evil.example"},
        {"host": "class.example@evil.example"},
        {"host": "class.example/evil"},
        {"host": "evil.example", "x_forwarded_host": "class.example"},
        {"host": "198.51.100.9"},
    ],
)
def test_another_name_is_not_ours(settings: Settings, headers: dict[str, str]) -> None:
    """A page that had its own name point to us would otherwise be taken for one of ours."""
    settings.ALLOWED_HOSTS = ["class.example"]
    with pytest.raises(Invalid):
        request(**headers).check_host()


def test_a_repeated_host_is_not_ours(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["class.example"]
    twice = [(b"host", b"class.example"), (b"host", b"evil.example")]
    with pytest.raises(Invalid):
        Request({"path": "/", "client": ("203.0.113.9", 5), "headers": twice}).check_host()


HTTPS = {"scheme": "wss"}
BEHIND = {"peer": PROXY, "x_forwarded_proto": "https"}


@pytest.mark.parametrize(
    ("origin", "named", "own"),
    [
        ("http://class.example", {}, True),
        ("HTTP://Class.Example", {}, True),
        ("http://class.example:80", {}, True),
        ("https://class.example", {}, False),  # the same name by another scheme is another page
        ("http://class.example:8080", {}, False),
        ("https://class.example", HTTPS, True),
        ("http://class.example", HTTPS, False),
        ("https://class.example", BEHIND, True),
        ("https://class.example", {**BEHIND, "x_forwarded_proto": "https, http"}, True),
        ("http://class.example", BEHIND, False),
        ("https://class.example", {**BEHIND, "peer": "203.0.113.9"}, False),  # anybody could say so
        ("https://listed.example", {}, True),
        ("http://listed.example", {}, False),
        ("https://public.example", {}, True),  # PUBLIC_URL
        ("null", {}, False),
        ("", {}, False),
        ("http://", {}, False),
        ("http://[", {}, False),
        ("file://class.example", {}, False),
        ("http://class.example.evil.example", {}, False),
        ("http://class.example,http://evil.example", {}, False),
    ],
)
@pytest.mark.parametrize("development", [True, False])
def test_a_cookie_needs_a_page_of_ours(
    settings: Settings, origin: str, named: dict[str, Any], own: bool, development: bool
) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    settings.CORS_ORIGINS = ["https://Listed.example/"]
    settings.PUBLIC_URL = "https://public.example"
    settings.DEVELOPMENT = development
    asked = request(host="class.example", origin=origin, **named)
    if own:
        asked.check_origin(COOKIE)
    else:
        with pytest.raises(Forbidden) as refused:
            asked.check_origin(COOKIE)
        assert refused.value.code == ErrorCode.FORBIDDEN
    if own or development or not origin:
        asked.check_origin(TOKEN)
        asked.check_origin(None)
    else:
        with pytest.raises(Forbidden):
            asked.check_origin(TOKEN)


def test_no_page_at_all_needs_no_origin_unless_by_cookie(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    request(host="class.example").check_origin(TOKEN)
    request(host="class.example").check_origin(None)
    with pytest.raises(Forbidden):
        request(host="class.example").check_origin(COOKIE)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (f"::ffff:{PROXY}", "198.51.100.1:4000", "198.51.100.1"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_its_address_is_the_real_clients(settings: Settings, peer: str, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    asked = request(peer, x_forwarded_for=forwarded)
    assert (asked.address, asked.source.address) == (address, address)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123.XYZ_9", True), ("short", False), ("a\nb" * 5, False), ("x" * 65, False)]
)
def test_a_request_is_named_by_its_caller_where_the_name_is_one(given: str, kept: bool) -> None:
    assert (request(x_request_id=given).source.request_id == given) is kept
