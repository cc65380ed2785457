"""The machine's own addresses, as other machines in the same network write them."""

from __future__ import annotations

import socket


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
