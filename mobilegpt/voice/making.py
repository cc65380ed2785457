"""Speech of words, made once per words and voice, and kept.

``SPEECH_ORDER`` says who is asked, and who after that one failed.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from mobilegpt.core.errors import DomainError
from mobilegpt.files import lesson_files, sounds
from mobilegpt.lectures.step import StepAudio
from mobilegpt.voice import espeak, speech_server
from mobilegpt.voice.failure import SpeechFailure
from mobilegpt.voice.models import MadeSpeech
from mobilegpt.voice.words import words_hash

_MOST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes speech: ``voice`` names all that another voice would come of."""

    voice: str
    speak: Callable[[str], bytes]


def makers() -> list[Maker]:
    """Those that are set up, in the order in which they are asked; none: phones read with their own voices."""
    speech = settings.SPEECH
    found = []
    for name in speech["ORDER"]:
        if name == "server" and speech["BASE_URL"]:
            voice = f"server {speech['BASE_URL']} {speech['MODEL']} {speech['VOICE']}"
            found.append(Maker(voice[:300], speech_server.speak))
        elif name == "espeak":
            voice = f"espeak {speech['ESPEAK_VOICE']} {espeak.WORDS_A_MINUTE}"
            found.append(Maker(voice, espeak.speak))
    return found


def speech_of(words: str) -> StepAudio:
    """These words, spoken by the first maker that can. Raises the first maker's ``SpeechFailure`` when none can."""
    first: SpeechFailure | None = None
    for maker in makers():
        try:
            made = _made(words, maker)
        except SpeechFailure as failure:
            first = first or failure
        else:
            return StepAudio(file=made.file, duration_seconds=made.duration_seconds, source="speech")
    raise first or SpeechFailure("nobody", again=False)


def files_named() -> set[str]:
    """Every sound that is kept for its words, also while no step says them (contract 11.11)."""
    return set(MadeSpeech.objects.values_list("file", flat=True))


def _made(words: str, maker: Maker) -> MadeSpeech:
    digest = words_hash(words)
    kept = MadeSpeech.objects.filter(words_hash=digest, voice=maker.voice).first()
    if kept is not None:
        return kept
    raw = maker.speak(words)
    try:
        sound = sounds.make(io.BytesIO(raw), max_seconds=_MOST_SECONDS)
        file = lesson_files.keep(sound.content, "m4a")
    except DomainError as refusal:
        raise SpeechFailure(f"bad_sound_{refusal.code}", again=True) from None
    kept, _ = MadeSpeech.objects.get_or_create(
        words_hash=digest, voice=maker.voice, defaults={"file": file, "duration_seconds": sound.duration_seconds}
    )
    return kept
