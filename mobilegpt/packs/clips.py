"""Clips that come in a lesson's file: decoded whole before they are believed (contract 11.11)."""

from __future__ import annotations

import io
from fractions import Fraction

import av

from mobilegpt.packs.refusals import bad

MAX_SECONDS = 600.0


def seconds_of(name: str, content: bytes) -> float:
    """How long a clip is. It is AAC in MP4, one sound track and nothing else, and decodes to its end.

    Raises ``Invalid`` BAD_LESSON_FILE.
    """
    try:
        length = _decoded(content)
    except (av.FFmpegError, ValueError, IndexError, MemoryError):
        raise bad("WRONG_TYPE", "This clip cannot be played", file=name) from None
    if length is None or not 0 < length <= MAX_SECONDS:
        raise bad("WRONG_TYPE", f"A clip is one track of AAC, of at most {MAX_SECONDS:.0f} seconds", file=name)
    return round(float(length), 2)


def _decoded(content: bytes) -> Fraction | None:
    length = Fraction(0)
    with av.open(io.BytesIO(content), mode="r", format="mov") as container:
        if [stream.type for stream in container.streams] != ["audio"]:
            return None
        stream = container.streams.audio[0]
        if stream.codec_context.name != "aac":
            return None
        for frame in container.decode(stream):
            if not frame.sample_rate:
                return None
            length += Fraction(frame.samples, frame.sample_rate)
            if length > MAX_SECONDS:
                break
    return length
