"""Whose address a request has (reliability X4, X16)."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.network import client_address, counted_address, is_trusted, own_addresses


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
        ("::ffff:10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:52011", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::7]:52011, 10.0.0.2:80", ["10.0.0.0/8"], "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]", ["10.0.0.0/8"], "2001:db8::7"),
        ("10.0.0.1", "198.51.100.1:port", ["10.0.0.0/8"], "10.0.0.1"),
        ("::ffff:203.0.113.9", "", [], "203.0.113.9"),
        ("testserver", "", [], "testserver"),
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


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::FFFF:cb00:7109", "203.0.113.9"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("testserver", "testserver"),
        ("", ""),
        ("x" * 500, "x" * 64),
    ],
)
def test_one_caller_is_an_ipv4_address_or_a_network_of_64_bits(address: str, counted: str) -> None:
    assert counted_address(address) == counted


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_every_address_of_a_customers_network_counts_as_one(address: IPv6Address, host: int) -> None:
    sibling = IPv6Address((int(address) >> 64 << 64) | host)
    if address.ipv4_mapped is None and sibling.ipv4_mapped is None:
        assert counted_address(str(address)) == counted_address(sibling.exploded)
