"""Speech from espeak-ng on this machine, for schools without internet: plain, but it needs nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import structlog
from django.conf import settings

from mobilegpt.voice.failure import SpeechFailure

log = structlog.get_logger(__name__)

WORDS_A_MINUTE = 140
_SECONDS = 30
_PROGRAM = Path(__file__).with_name("espeak_process.py")


def speak(words: str) -> bytes:
    """A WAV file. Raises ``SpeechFailure``."""
    command = [sys.executable, str(_PROGRAM), settings.SPEECH["ESPEAK_VOICE"], str(WORDS_A_MINUTE)]
    try:
        done = subprocess.run(command, input=words.encode(), capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise SpeechFailure("espeak_timeout", again=False) from None
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.decode(errors="replace") if isinstance(error, subprocess.CalledProcessError) else str(error)
        log.warning("espeak_failed", error=said[-300:])
        raise SpeechFailure("espeak_failed", again=False) from None
    return done.stdout
