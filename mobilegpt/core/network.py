"""The machine's own addresses, as other machines in the same network write them."""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache

_LONGEST_ADDRESS = 64  # with a zone; what is cached must not be as long as somebody likes


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine, the one of the default route first; loopback is not among them."""
    found = [_default_route_address()]
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        infos = []
    found += [str(info[4][0]) for info in infos]
    return [address for address in dict.fromkeys(found) if address and not address.startswith("127.")]


def _default_route_address() -> str:
    """The source address towards another network; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def client_address(peer: str, forwarded_for: str, trusted: list[str]) -> str:
    """The client's own address: the right-most of ``X-Forwarded-For`` that no trusted proxy wrote.

    Without a trusted proxy as peer the header counts for nothing, so it cannot be used to look like somebody else.
    """
    networks = _networks(tuple(trusted))
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()] + [peer]
    while len(hops) > 1 and _is_in(hops[-1], networks):
        hops.pop()
    return hops[-1] if _address(hops[-1]) else peer


def is_trusted(peer: str, trusted: list[str]) -> bool:
    """Whether the peer is a proxy whose ``X-Forwarded-*`` headers count."""
    return _is_in(peer, _networks(tuple(trusted)))


# Read for every request and every socket, of which the same addresses send many.


@lru_cache(maxsize=4)
def _networks(trusted: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(item, strict=False) for item in trusted]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    return _parsed(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_in(text: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)
