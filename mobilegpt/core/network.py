"""Addresses: the machine's own, as others in the same network write them, and whose a caller's is."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache

_LONGEST_ADDRESS = 64  # with a zone; what is cached must not be as long as somebody likes
_WITH_PORT = re.compile(r"(?P<v4>[0-9.]+):[0-9]+|\[(?P<v6>[\w:.%]+)\](?::[0-9]+)?", re.ASCII)
_HOST_BITS = 64  # of an IPv6 address: what a customer shares out as they like


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
    Some proxies write a port beside the address; an IPv4 address inside an IPv6 one comes back as itself.
    """
    networks = _networks(tuple(trusted))
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()] + [peer]
    while len(hops) > 1 and _is_in(hops[-1], networks):
        hops.pop()
    return str(_address(hops[-1]) or _address(peer) or peer)


def counted_address(address: str) -> str:
    """Who counts as one caller, for every count, limit and key that goes by address (reliability X4, X14).

    An IPv4 address is itself, also where it is written inside an IPv6 one (``::ffff:192.0.2.1``). An IPv6 address is
    its network of 64 bits, ``2001:db8:1:2::/64``: that much belongs to one customer, who could use a fresh address for
    every try. What is no address (``testserver``, a socket file, nothing) is itself, cut to 64 characters.
    """
    return _counted(address) if len(address) <= _LONGEST_ADDRESS else address[:_LONGEST_ADDRESS]


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
    bare = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((bare["v4"] or bare["v6"]) if bare else text)
    except ValueError:
        return None
    # What listens to both families sees IPv4 clients so.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)
def _counted(address: str) -> str:
    parsed = _parsed(address)
    if not isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed or address)
    return f"{ipaddress.IPv6Address(int(parsed) >> _HOST_BITS << _HOST_BITS)}/{_HOST_BITS}"


def _is_in(text: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)
