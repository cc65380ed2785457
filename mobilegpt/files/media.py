"""Sound and films: which type a file has, by its first bytes and, where a box holds both, by its tracks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_BOXES_WITH_BOXES = (b"moov", b"trak", b"mdia")
_MAX_BOXES = 2_000
# What QuickTime wrote before there was a box that names the type.
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip")


def type_of(head: bytes, file: BinaryIO) -> str | None:
    """The MIME type of sound or a film that begins with ``head``; ``None`` for everything else."""
    if head[4:8] == b"ftyp" or head[4:8] in _OLD_QUICKTIME:
        return _of_boxes(head, file)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _of_webm(head)
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    return _of_frames(head, file)


def _of_boxes(head: bytes, file: BinaryIO) -> str | None:
    """MP4 and its relatives (ISO/IEC 14496-12): the brand tells the family, the tracks tell whether there is a film."""
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
    handlers = set(_handlers(file))
    if head[4:8] != b"ftyp" and not handlers:
        return None
    film = b"vide" in handlers or (b"soun" not in handlers and brand not in (b"M4A ", b"M4B ", b"M4P "))
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp" if film else "audio/3gpp"
    if brand == b"qt  " and film:
        return "video/quicktime"
    return "video/mp4" if film else "audio/mp4"


def _handlers(file: BinaryIO) -> Iterator[bytes]:
    """What each track is for. Only the heads of boxes are read, wherever the table of contents lies."""
    size = file.seek(0, 2)
    open_until, at = [size], 0
    for _ in range(_MAX_BOXES):
        while open_until and at >= open_until[-1]:
            open_until.pop()
        if not open_until:
            return
        file.seek(at)
        box = file.read(32)
        if len(box) < 8:
            return
        length, kind, body = int.from_bytes(box[:4], "big"), box[4:8], 8
        if length == 1:
            length, body = int.from_bytes(box[8:16], "big"), 16
        elif length == 0:
            length = open_until[-1] - at
        if length < body:
            return
        if kind == b"hdlr":
            yield box[body + 8 : body + 12]
        if kind in _BOXES_WITH_BOXES:
            open_until.append(min(at + length, open_until[-1]))
            at += body
        else:
            at += length


def _of_webm(head: bytes) -> str | None:
    if b"matroska" in head[:64]:
        return None  # browsers show its smaller sister only
    sound_alone = (b"A_OPUS" in head or b"A_VORBIS" in head) and b"V_VP" not in head and b"V_AV1" not in head
    return "audio/webm" if sound_alone else "video/webm"


def _of_frames(head: bytes, file: BinaryIO) -> str | None:
    """MPEG audio, after whatever tags its programs put in front."""
    tagged = head.startswith(b"ID3")
    if tagged and len(head) >= 10:
        length = sum((octet & 0x7F) << shift for octet, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(10 + length)
        head = file.read(4)
    head = head.lstrip(b"\0")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if tagged or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] >> 1 & 3 in (1, 2)):
        return "audio/mpeg"
    return None
