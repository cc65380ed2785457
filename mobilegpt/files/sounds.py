"""Sounds from people and from programs, made into one that every phone plays: AAC in MP4, one channel, 64 kbit/s.

Read from whatever browsers record and people upload. Silence at the ends is cut, and all are equally loud: the
integrated loudness of ITU-R BS.1770 (the measure of EBU R 128) is brought to ``LOUDNESS_LUFS``, and peaks stay below
``_PEAK``. Knows no domain: whoever takes sounds can use it (contract 11.11).
"""

from __future__ import annotations

import io
import math
import tempfile
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import mul
from pathlib import Path
from typing import BinaryIO, cast

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from django.conf import settings

from mobilegpt.core.errors import DomainError, ErrorCode, Invalid, TooLarge, Unavailable

MAX_BYTES = 15 * 1024 * 1024
MAX_SECONDS = 60.0
LOUDNESS_LUFS = -16.0
_GRACE_SECONDS = 1.0  # a recorder that stops at its limit stops a little after it
MOST_SECONDS = MAX_SECONDS + _GRACE_SECONDS
_RATE = 48_000
_BIT_RATE = 64_000
_PEAK = 0.89  # -1 dBFS; the encoder goes a little beyond
_LOUDEST_GAIN_DB = 50.0  # what would need more is noise
_RATES = range(4_000, 192_001)
_MOST_CHANNELS = 8
_WINDOW = _RATE // 100
_QUIET_BELOW_LOUDEST_DB = 40.0
_SILENCE_DBFS = -60.0
_KEPT_BEFORE, _KEPT_AFTER = _RATE // 10, _RATE // 5
_STEP = _RATE // 10  # of the blocks of 400 ms in which loudness is measured
# The weighting of BS.1770 at 48 kHz: a head in the way of the sound, and ears that hear low tones less.
_WEIGHTING = (
    "biquad=b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285:a0=1:a1=-1.69065929318241:a2=0.73248077421585",
    "biquad=b0=1:b1=-2:b2=1:a0=1:a1=-1.99004745483398:a2=0.99007225036621",
)
_HEADROOM_DB = -12.0  # the weighting lifts high tones: nothing may be clipped while it is measured
_AS_LOUD_DB = 1.5  # what encoders and short sounds make of the same loudness
# What our own encoder writes beside the sound. A phone's recorder writes where it was.
_PLAIN_WORDS = {"major_brand", "minor_version", "compatible_brands", "encoder", "handler_name", "vendor_id", "language"}
# Decoding is memory and time: two at once, whoever else waits. A minute of sound takes about two seconds.
_AT_WORK = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 20
_BROKEN = (av.FFmpegError, ValueError, EOFError, OSError, MemoryError, OverflowError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound as it is kept: an ``.m4a`` file."""

    content: bytes
    duration_seconds: float


def format_of(head: bytes) -> str | None:
    """The container of a file that begins so, by the name that FFmpeg has for it; ``None`` for everything else.

    No other is ever opened: some formats are lists of addresses, which FFmpeg would fetch.
    """
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    for beginning, name in ((b"OggS", "ogg"), (b"fLaC", "flac"), (b"#!AMR", "amr"), (b"caff", "caf")):
        if head.startswith(beginning):
            return name
    if head.startswith(b"ID3"):
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    return None


def make(file: BinaryIO, *, max_seconds: float = MAX_SECONDS) -> Sound:
    """The sound of ``file``, whatever it is called, made into the one kind that is kept.

    Raises ``Invalid`` UNSUPPORTED_FILE for what is no sound, cannot be read, or cannot be heard, ``Invalid`` for what
    is too long (``details.max_seconds``), ``TooLarge``, ``Unavailable`` while too many others are made.
    """
    size = file.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise TooLarge(message=f"A sound has at most {MAX_BYTES} bytes", details={"max_bytes": MAX_BYTES})
    file.seek(0)
    format = format_of(file.read(16))
    file.seek(0)
    if format is None:
        raise _unsupported("This is no sound that can be read")
    with _waiting():
        try:
            spoken = _without_silence(_decoded(file, format, max_seconds))
            return _encoded(_as_loud_as_all(spoken))
        except DomainError:
            raise
        except _BROKEN:
            raise _unsupported("This sound cannot be read") from None


def as_made(content: bytes) -> Sound:
    """A sound that may have been made by ``make`` before, here or elsewhere: then it stays byte for byte, so that
    nothing is lost by travelling. Any other is made. Raises as ``make`` does."""
    with _waiting():
        length = _length_as_made(content)
    return make(io.BytesIO(content)) if length is None else Sound(content, length)


def loudness_of(samples: array[int]) -> float:
    """Integrated loudness in LUFS of one channel at 48 kHz, with both gates; ``-inf`` for silence."""
    graph = (f"volume={_HEADROOM_DB}dB:precision=double", "aformat=dbl", *_WEIGHTING, "aformat=flt")
    weighted = array("f")
    for frame in _filtered(samples, graph):
        weighted.frombytes(_bytes_of(frame, 4))
    steps = [_power(weighted[at : at + _STEP]) for at in range(0, len(weighted) - _STEP + 1, _STEP)]
    blocks = [sum(steps[at : at + 4]) / 4 for at in range(len(steps) - 3)]
    if not blocks:  # shorter than a block
        blocks = [_power(weighted)] if weighted else []
    heard = [power for power in blocks if _lufs(power) > -70]
    if not heard:
        return -math.inf
    gate = _lufs(sum(heard) / len(heard)) - 10
    kept = [power for power in heard if _lufs(power) > gate]
    return _lufs(sum(kept) / len(kept))


# --- in


def _length_as_made(content: bytes) -> float | None:
    """Of one that ``make`` would have given, in seconds; ``None`` for everything else."""
    if len(content) > MAX_BYTES or format_of(content[:16]) != "mov":
        return None
    try:
        with av.open(io.BytesIO(content), "r", format="mov") as container:
            if [stream.type for stream in container.streams] != ["audio"]:
                return None
            stream = _track_of(container)
            kind = (stream.codec_context.name, stream.codec_context.channels, stream.codec_context.sample_rate)
            if kind != ("aac", 1, _RATE) or not {*container.metadata, *stream.metadata} <= _PLAIN_WORDS:
                return None
        samples = _decoded(io.BytesIO(content), "mov", MAX_SECONDS)
    except (DomainError, *_BROKEN):
        return None
    if not samples or abs(loudness_of(samples) - LOUDNESS_LUFS) > _AS_LOUD_DB:
        return None
    return round(len(samples) / _RATE, 2)


def _decoded(file: BinaryIO, format: str, max_seconds: float) -> array[int]:
    """One channel at 48 kHz. Stops as soon as there is more than may be."""
    samples = array("h")
    most = int((max_seconds + _GRACE_SECONDS) * _RATE)
    with av.open(file, "r", format=format, metadata_errors="ignore") as container:
        for frame in _resampled(_frames(container)):
            samples.frombytes(_bytes_of(frame, 2))
            if len(samples) > most:
                message = f"A sound lasts at most {max_seconds:g} seconds"
                raise Invalid(message=message, details={"field": "file", "max_seconds": max_seconds})
    return samples


def _track_of(container: av.container.InputContainer) -> av.AudioStream:
    """The first; one in a coding that FFmpeg does not know has no context to decode it with."""
    track = next(iter(container.streams.audio), None)
    if track is None or cast(object, track.codec_context) is None:
        raise _unsupported("There is no sound in this file that can be read")
    return track


def _frames(container: av.container.InputContainer) -> Iterator[AudioFrame]:
    """What can be decoded: a broken packet in the middle, or an end that is cut off, costs that packet only."""
    stream = _track_of(container)
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.EOFError:
            return
        except av.InvalidDataError:
            continue


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Some streams change their rate or channels on the way; each change is a new resampler."""
    resampler, kind = None, None
    for frame in frames:
        if frame.sample_rate not in _RATES or not 0 < frame.layout.nb_channels <= _MOST_CHANNELS:
            raise _unsupported("This sound has a rate or channels that no phone records")
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or now != kind:
            if resampler is not None:
                yield from resampler.resample(None)
            resampler, kind = AudioResampler(format="s16", layout="mono", rate=_RATE), now
        frame.pts = None  # gaps between packets are none of the sound
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _without_silence(samples: array[int]) -> array[int]:
    """Between the first and the last that is heard, and a little around it."""
    levels = [_dbfs(_power(samples[at : at + _WINDOW])) for at in range(0, len(samples), _WINDOW)]
    quiet = max(_SILENCE_DBFS, max(levels, default=-math.inf) - _QUIET_BELOW_LOUDEST_DB)
    heard = [place for place, level in enumerate(levels) if level > quiet]
    if not heard:
        raise _unsupported("Nothing can be heard in this sound")
    return samples[max(0, heard[0] * _WINDOW - _KEPT_BEFORE) : (heard[-1] + 1) * _WINDOW + _KEPT_AFTER]


# --- loudness


def _as_loud_as_all(samples: array[int]) -> array[int]:
    """Peaks that are held back make the whole quieter, so what came out is measured again."""
    gain = 0.0
    made = samples
    for _ in range(4):
        missing = LOUDNESS_LUFS - loudness_of(made)
        if abs(missing) < 0.3 or not math.isfinite(missing):
            break
        gain = min(gain + missing, _LOUDEST_GAIN_DB)
        graph = (
            "aformat=flt",
            f"volume={gain:.2f}dB:precision=float",
            f"alimiter=limit={_PEAK}:level=disabled:attack=5:release=50:latency=1",
            "aformat=s16",
        )
        made = array("h")
        for frame in _filtered(samples, graph):
            made.frombytes(_bytes_of(frame, 2))
    return made


def _filtered(samples: array[int], filters: tuple[str, ...]) -> Iterator[AudioFrame]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="s16", sample_rate=_RATE, layout="mono")
    nodes = [source]
    for written in filters:
        name, _, options = written.partition("=")
        nodes.append(graph.add(name, f"sample_fmts={options}" if name == "aformat" else options))
    nodes.append(graph.add("abuffersink"))
    for one, following in pairwise(nodes):
        one.link_to(following)
    graph.configure()
    for frame in chain(_framed(samples), (None,)):
        graph.push(frame)
        while True:
            try:
                yield cast(AudioFrame, graph.pull())
            except (av.BlockingIOError, av.EOFError):
                break


def _framed(samples: array[int]) -> Iterator[AudioFrame]:
    for at in range(0, len(samples), _STEP):
        piece = samples[at : at + _STEP]
        frame = AudioFrame("s16", "mono", len(piece), align=True)
        frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts = _RATE, at
        yield frame


# --- out


def _encoded(samples: array[int]) -> Sound:
    # The muxer reads its own file again to put the index first, so that a phone plays before all of it is there.
    with tempfile.TemporaryDirectory(dir=str(settings.FILE_UPLOAD_TEMP_DIR)) as folder:
        path = Path(folder) / "sound.m4a"
        options = {"movflags": "faststart"}
        with av.open(str(path), "w", format="ipod", options=options) as container:
            stream = container.add_stream("aac", rate=_RATE, layout="mono")
            stream.bit_rate = _BIT_RATE
            for frame in chain(_framed(samples), (None,)):
                container.mux(stream.encode(frame))
        return Sound(path.read_bytes(), round(len(samples) / _RATE, 2))


# --- what they share


def _bytes_of(frame: AudioFrame, width: int) -> bytes:
    """Without what the plane has beyond its samples."""
    return bytes(frame.planes[0])[: frame.samples * width]


def _power(samples: array[int] | array[float]) -> float:
    """The mean square."""
    return float(sum(map(mul, samples, samples))) / len(samples)


def _lufs(power: float) -> float:
    return -0.691 - _HEADROOM_DB + 10 * math.log10(power) if power > 0 else -math.inf


def _dbfs(power: float) -> float:
    return 10 * math.log10(power / 32768**2) if power > 0 else -math.inf


@contextmanager
def _waiting() -> Iterator[None]:
    if not _AT_WORK.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(message="Too many sounds at once, try again", retry_after=_PATIENCE_SECONDS)
    try:
        yield
    finally:
        _AT_WORK.release()


def _unsupported(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "file"})
