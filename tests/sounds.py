"""Sound files for uploads, written by a real encoder: a tone that stands for a voice, silence around it, and a stub."""

from __future__ import annotations

import io
import math
import random
from array import array
from functools import cache
from typing import cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

RATE = 48_000
# Ending, FFmpeg's container and encoder, rate: what browsers record and people upload.
KINDS = {
    "webm": ("webm", "libopus", 48_000),
    "mp4": ("mp4", "aac", 48_000),
    "m4a": ("ipod", "aac", 44_100),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "ogg": ("ogg", "libopus", 48_000),
    "wav": ("wav", "pcm_s16le", 16_000),
    "flac": ("flac", "flac", 44_100),
    "aac": ("adts", "aac", 44_100),
    "3gp": ("3gp", "libopencore_amrnb", 8_000),
    "amr": ("amr", "libopencore_amrnb", 8_000),
}


@cache
def _voice(seconds: float, level: float, hertz: float) -> bytes:
    samples = array("h")
    for at in range(int(seconds * RATE)):
        moment = at / RATE
        swell = 0.6 + 0.4 * math.sin(2 * math.pi * 4 * moment)
        wave = sum(math.sin(2 * math.pi * hertz * part * moment) / part for part in (1, 2, 3, 5)) / 2.2
        samples.append(int(32767 * level * swell * wave))
    return samples.tobytes()


def voice(seconds: float, *, level: float = 0.2, hertz: float = 220.0) -> array[int]:
    """A tone with overtones that swells and fades as syllables do; ``level`` is its peak, of 1."""
    return array("h", _voice(seconds, level, hertz))


def noise(seconds: float, *, level: float) -> array[int]:
    """A room."""
    random_ = random.Random(7)
    return array("h", (int(32767 * level * random_.uniform(-1, 1)) for _ in range(int(seconds * RATE))))


def written(samples: array[int], kind: str = "webm", *, layout: str = "mono") -> bytes:
    """The samples (one channel, 48 kHz) as a file of one of ``KINDS``."""
    container_name, codec, rate = KINDS[kind]
    out = io.BytesIO()
    with av.open(out, "w", format=container_name) as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=rate, layout=layout))
        if kind in ("3gp", "amr"):
            stream.bit_rate = 12_200
        for at in range(0, len(samples), 960):
            piece = samples[at : at + 960]
            frame = AudioFrame("s16", "mono", len(piece), align=True)
            frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def read(content: bytes) -> array[int]:
    """What a player hears of a file, in one channel at 48 kHz; by other means than the server's."""
    samples = array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(content), "r") as container:
        for frame in container.decode(audio=0):
            for made in resampler.resample(frame):
                samples.frombytes(bytes(made.planes[0])[: made.samples * 2])
    return samples
