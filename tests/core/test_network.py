"""Whose address a request has (reliability X4, X16)."""

from __future__ import annotations

import ipaddress

import pytest

from mobilegpt.core.network import client_address, is_trusted, own_addresses


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
        ("::1", "2001:db8::7", ["::1"], "2001:db8::7"),
    ],
)
def test_the_right_most_address_that_no_trusted_proxy_wrote(
    peer: str, forwarded: str, trusted: list[str], expected: str
) -> None:
    assert client_address(peer, forwarded, trusted) == expected


def test_own_addresses_are_not_loopback() -> None:
    assert all(not ipaddress.ip_address(address).is_loopback for address in own_addresses())


@pytest.mark.parametrize(
    ("peer", "trusted", "expected"),
    [("10.0.0.1", ["10.0.0.0/8"], True), ("203.0.113.9", ["10.0.0.0/8"], False), ("", [], False)],
)
def test_only_listed_proxies_are_believed(peer: str, trusted: list[str], expected: bool) -> None:
    assert is_trusted(peer, trusted) is expected
