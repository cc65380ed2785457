"""Colour profiles (ICC.1:2001), made by hand: what cameras, phones and printers put into pictures."""

from __future__ import annotations

import struct

Triple = tuple[float, float, float]

# The colours of pure red, green and blue as XYZ under D50.
SRGB: tuple[Triple, Triple, Triple] = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.71410),
)
DISPLAY_P3: tuple[Triple, Triple, Triple] = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
ADOBE_RGB: tuple[Triple, Triple, Triple] = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
_WHITE: Triple = (0.9642, 1.0, 0.8249)


def rgb_profile(primaries: tuple[Triple, Triple, Triple], gamma: float = 2.2) -> bytes:
    tags = {
        name + b"XYZ": b"XYZ \0\0\0\0" + _fixed(*value)
        for name, value in zip((b"r", b"g", b"b"), primaries, strict=True)
    }
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | {name + b"TRC": _curve(gamma) for name in (b"r", b"g", b"b")})


def grey_profile(gamma: float) -> bytes:
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def strange_ink_profile() -> bytes:
    """CMYK whose cyan ink is red: who does not read the profile sees something else."""
    nodes = bytearray()
    for node in range(16):  # cyan changes slowest
        cyan, others = node >> 3 & 1, bin(node & 7).count("1")
        light = max(0, 255 - 120 * cyan - 85 * others)
        nodes += bytes((light, 128 + 68 * cyan, 128 + 48 * cyan))
    straight = bytes(range(256))
    table = (
        b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + straight * 4 + nodes + straight * 3
    )
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table, b"A2B2": table})


def in_srgb(colour: tuple[int, ...], primaries: tuple[Triple, Triple, Triple], gamma: float = 2.2) -> tuple[int, ...]:
    """By arithmetic alone: a colour of such a profile in sRGB, cut off where sRGB ends."""
    linear = [(value / 255) ** gamma for value in colour]
    xyz = [sum(linear[column] * primaries[column][row] for column in range(3)) for row in range(3)]
    return tuple(_encoded(value) for value in _solved(xyz))


def grey_in_srgb(value: int, gamma: float) -> int:
    return _encoded((value / 255) ** gamma)


def _solved(xyz: list[float]) -> list[float]:
    """The amounts of sRGB's primaries that make this colour (Cramer's rule)."""
    whole = _determinant(SRGB)
    return [
        _determinant(tuple(tuple(xyz) if column == index else SRGB[column] for column in range(3))) / whole
        for index in range(3)
    ]


def _determinant(columns: tuple[tuple[float, ...], ...]) -> float:
    (a, d, g), (b, e, h), (c, f, i) = columns
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _encoded(linear: float) -> int:
    light = min(1.0, max(0.0, linear))
    return round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    name = b"SecretProfile\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(79)
    tags = {b"desc": described, b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_WHITE), b"cprt": b"text\0\0\0\0none\0", **tags}
    at = 128 + 4 + 12 * len(tags)
    directory, data = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        directory += tag + struct.pack(">II", at + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(data), b"none", 0x02400000, device, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + _fixed(*_WHITE)
    return head.ljust(128, b"\0") + directory + data
