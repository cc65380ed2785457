"""A program: reads words in UTF-8 from its input, and writes them as speech (WAV) to its output.

Its arguments are the voice and the pace in words a minute. A process of its own, because espeak-ng keeps its state in
the process, and what it cannot read may take the process down. Knows nothing of the project.
"""

from __future__ import annotations

import ctypes
import io
import sys
import wave
from typing import Any

_RETRIEVAL = 1  # samples come to the callback, nothing is played
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE_PARAMETER = 1
_UNTIL_THE_END = 0
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(words: str, voice: str, words_a_minute: int) -> bytes:
    """Raises ``OSError`` when espeak-ng is not there, or does not know the voice."""
    import espeakng_loader

    library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), _DONT_EXIT)
    if rate <= 0:
        raise OSError("espeak-ng does not start")
    samples = bytearray()

    def take(piece: Any, count: int, _events: Any) -> int:
        if piece and count > 0:
            samples.extend(ctypes.string_at(piece, count * 2))
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise OSError(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(_RATE_PARAMETER, words_a_minute, 0)
    text = words.encode() + b"\0"
    library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 1, _UNTIL_THE_END, _UTF8, None, None)
    library.espeak_Synchronize()
    return _wave(bytes(samples), rate)


def _wave(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(speak(sys.stdin.buffer.read().decode(), sys.argv[1], int(sys.argv[2])))
