"""Sounds of every kind become one: as long as what was said, equally loud, and nothing else gets through."""

from __future__ import annotations

import io
import json
import struct
import threading
from array import array

import av
import av.filter.loudnorm
import pytest

from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge, Unavailable
from mobilegpt.files import sounds
from tests.sounds import KINDS, RATE, noise, read, voice, written

SPOKEN = voice(2.0)
QUIET = noise(1.0, level=0.0003)


def made(content: bytes, **options: float) -> sounds.Sound:
    return sounds.make(io.BytesIO(content), **options)


def seconds_of(content: bytes) -> float:
    """0 for what is refused; anything else than a refusal fails the test."""
    try:
        return made(content).duration_seconds
    except Invalid:
        return 0.0


def measured(content: bytes) -> float:
    """Integrated loudness as FFmpeg's own EBU R 128 measure has it, in LUFS."""
    with av.open(io.BytesIO(content)) as container:
        said = av.filter.loudnorm.stats("I=-16:print_format=json", container.streams.audio[0])
    return float(json.loads(said)["input_i"])


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_recorded_becomes_aac_in_mp4_for_every_phone(kind: str) -> None:
    sound = made(written(SPOKEN, kind))
    with av.open(io.BytesIO(sound.content)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec.name, stream.codec_context.channels, stream.codec_context.sample_rate) == ("aac", 1, RATE)
        assert stream.codec_context.profile == "LC"
        assert stream.bit_rate is not None
        assert stream.bit_rate == pytest.approx(64_000, rel=0.25)
    assert sound.content.find(b"moov") < sound.content.find(b"mdat")  # it plays before all of it is there
    assert sound.duration_seconds == pytest.approx(2.0, abs=0.15)
    assert len(read(sound.content)) / RATE == pytest.approx(sound.duration_seconds, abs=0.05)


@pytest.mark.parametrize(("kind", "level"), [("webm", 0.01), ("mp4", 0.9), ("3gp", 0.05), ("mp3", 0.02), ("wav", 0.9)])
def test_all_are_equally_loud(kind: str, level: float) -> None:
    """From somebody who whispers at arm's length to somebody who shouts."""
    content = made(written(voice(2.0, level=level), kind)).content
    assert measured(content) == pytest.approx(sounds.LOUDNESS_LUFS, abs=1.0)
    assert max(abs(sample) for sample in read(content)) < 32_767


def test_the_own_measure_of_loudness_is_that_of_ebu_r_128() -> None:
    for samples in (SPOKEN, voice(3.0, level=0.02, hertz=700), SPOKEN + noise(2.0, level=0.001) + voice(1.0)):
        content = written(samples, "wav")
        assert sounds.loudness_of(read(content)) == pytest.approx(measured(content), abs=0.4)
    assert sounds.loudness_of(array("h", bytes(2 * RATE))) == float("-inf")
    assert sounds.loudness_of(array("h")) == float("-inf")


def test_peaks_are_held_back_and_the_whole_is_as_loud_all_the_same() -> None:
    clap = array("h", [32_000, -32_000] * 200)
    content = made(written(voice(2.0, level=0.01) + clap + voice(1.0, level=0.01), "wav")).content
    assert measured(content) == pytest.approx(sounds.LOUDNESS_LUFS, abs=1.0)


@pytest.mark.parametrize("kind", ["webm", "m4a", "3gp"])
def test_silence_at_the_ends_is_cut_and_pauses_stay(kind: str) -> None:
    with_a_pause = QUIET + voice(1.0) + QUIET + voice(1.0) + QUIET + QUIET
    assert made(written(with_a_pause, kind)).duration_seconds == pytest.approx(3.3, abs=0.15)


def test_two_channels_become_one_and_a_film_gives_its_sound() -> None:
    assert made(written(SPOKEN, "wav", layout="stereo")).duration_seconds == pytest.approx(2.0, abs=0.05)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        film, tone = container.add_stream("mpeg4", rate=5), container.add_stream("aac", rate=RATE, layout="mono")
        film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            picture = av.VideoFrame(64, 48, "yuv420p")
            picture.pts = number
            container.mux(film.encode(picture))
        container.mux(film.encode(None))
        frame = av.AudioFrame("s16", "mono", len(SPOKEN), align=True)
        frame.planes[0].update(SPOKEN.tobytes())
        frame.sample_rate = RATE
        container.mux(tone.encode(frame))
        container.mux(tone.encode(None))
    assert made(out.getvalue()).duration_seconds == pytest.approx(2.0, abs=0.1)


def test_the_same_sound_is_the_same_file() -> None:
    content = written(SPOKEN, "mp3")
    assert made(content) == made(content)


def test_a_minute_is_taken_and_more_is_not() -> None:
    assert made(written(SPOKEN * 30 + voice(0.4), "wav")).duration_seconds == pytest.approx(60.4, abs=0.1)
    with pytest.raises(Invalid) as refused:
        made(written(SPOKEN * 31, "webm"))
    assert refused.value.details == {"field": "file", "max_seconds": 60.0}
    assert made(written(SPOKEN * 35, "webm"), max_seconds=80).duration_seconds == pytest.approx(70, abs=0.2)


def test_too_many_bytes_are_refused_unread() -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("read")

    with pytest.raises(TooLarge):
        sounds.make(Unread(bytes(sounds.MAX_BYTES + 1)))


HEADER = written(SPOKEN, "wav")[:44]


def _wave(rate: int, channels: int = 1, data: bytes = b"\x10\x27" * 4_000) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * 2) % 2**32, (channels * 2) % 2**16, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


HOSTILE = {
    "nothing": b"",
    "a letter": b"x",
    "words": b"hello " * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a list of addresses": b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:1/secret\n",
    "a list for ffmpeg": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "a manifest": b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:1/</BaseURL></MPD>',
    "the head of a webm": written(SPOKEN, "webm")[:40],
    "the head of an mp4": written(SPOKEN, "mp4")[:40],
    "an ogg of nothing": b"OggS" + bytes(2_000),
    "an id3 of nothing": b"ID3" + bytes(2_000),
    "an mp3 of noise": b"\xff\xfb" + bytes(range(256)) * 40,
    "a webm of noise": b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40,
    "a wave without samples": HEADER,
    "a wave of one sample a second": _wave(1),
    "a wave of four billion samples a second": _wave(4_000_000_000),
    "a wave of many channels": _wave(48_000, 200),
    "silence": written(array("h", bytes(2 * RATE)), "wav"),
    "a coding that nobody knows": written(SPOKEN, "3gp").replace(b"samr", b"zzzz"),
    "a room with nobody in it": written(noise(1.0, level=0.0005), "wav"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_sound_is_refused_in_one_way(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(HOSTILE[what])
    assert refused.value.code == ErrorCode.UNSUPPORTED_FILE
    assert refused.value.details == {"field": "file"}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_in_the_same_way_where_it_may_be_one_of_ours(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        sounds.as_made(HOSTILE[what])
    assert refused.value.code == ErrorCode.UNSUPPORTED_FILE


def test_what_was_made_before_stays_byte_for_byte() -> None:
    first = made(written(SPOKEN, "wav"))
    again = sounds.as_made(first.content)
    assert again.content == first.content
    assert again.duration_seconds == pytest.approx(first.duration_seconds, abs=0.05)


@pytest.mark.parametrize("kind", ["m4a", "mp4", "mp3", "wav"])
def test_what_another_program_made_is_made_anew(kind: str) -> None:
    theirs = written(SPOKEN, kind)
    assert sounds.as_made(theirs).content != theirs


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_or_damaged_is_read_as_far_as_it_goes_or_refused(kind: str) -> None:
    whole = written(voice(0.6), kind)
    for cut in range(1, 8, 2):
        assert seconds_of(whole[: len(whole) * cut // 8]) <= 0.9
    for place in range(8, len(whole), max(1, len(whole) // 12)):
        damaged = whole[:place] + bytes(byte ^ 0xA5 for byte in whole[place : place + 9]) + whole[place + 9 :]
        assert seconds_of(damaged) <= 61


def test_who_waits_too_long_for_a_place_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(sounds, "_AT_WORK", taken)
    monkeypatch.setattr(sounds, "_PATIENCE_SECONDS", 0.01)
    with pytest.raises(Unavailable) as refused:
        made(written(SPOKEN, "wav"))
    assert refused.value.retry_after
