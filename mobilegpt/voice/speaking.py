"""Speech follows the words of a lecture: what says something else is let go at once, what is missing is made by a job.

Never in a request. A clip is never touched: only its instructor knows whether it still fits.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import msgspec

from mobilegpt.core.clock import now
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs import enqueue, job
from mobilegpt.lectures.events import LectureChanged
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import lecture_changed
from mobilegpt.lectures.step import StepAudio
from mobilegpt.voice.failure import SpeechFailure
from mobilegpt.voice.making import makers, speech_of
from mobilegpt.voice.models import MadeSpeech, SpeechCall
from mobilegpt.voice.words import spoken_words, words_hash

JOB = "voice.speak_lecture"
PAUSE_SECONDS = 5.0
"""After an edit: an editor saves while somebody types."""
_LEASE_SECONDS = 300
_AT_ONCE_SECONDS = 150.0
_LECTURES_A_LOOK = 20
_CALLS_KEPT_DAYS = 30


def keep_up(event: LectureChanged) -> None:
    """Inside of the change's transaction: no revision ever has speech that says something else than its text."""
    steps = list(Subtask.objects.filter(task__lecture_id=event.lecture_id))
    spoken = [(step, step.audio["file"]) for step in steps if step.audio and step.audio["source"] == "speech"]
    if spoken:
        files = {file for _, file in spoken}
        said = set(MadeSpeech.objects.filter(file__in=files).values_list("file", "words_hash"))
        for step, file in spoken:
            if (file, words_hash(spoken_words(step))) not in said:
                step.audio = None
                step.save(update_fields=["audio"])
    if any(step.audio is None for step in steps) and makers():
        _ask_for(event.lecture_id)


def speak_silent_lectures() -> int:
    """Ask for the speech of some lectures that have none: those of before it was set up, and of a day without budget.

    Returns of how many.
    """
    if not makers():
        return 0
    silent = Subtask.objects.filter(audio__isnull=True, task__lecture__deleted_at__isnull=True)
    found = silent.order_by("?").values_list("task__lecture_id", flat=True)[:_LECTURES_A_LOOK]
    lectures = set(found)
    for lecture_id in lectures:
        with unit_of_work():
            _ask_for(lecture_id)
    return len(lectures)


def forget_old_calls() -> int:
    """Delete calls that no budget counts any more. Returns how many."""
    deleted, _ = SpeechCall.objects.filter(created_at__lt=now() - timedelta(days=_CALLS_KEPT_DAYS)).delete()
    return deleted


def _ask_for(lecture_id: int) -> None:
    """A job for each version: one that finds a later version leaves it to that one's."""
    version = Lecture.everything.values_list("version", flat=True).get(pk=lecture_id)
    payload = {"lecture_id": lecture_id, "version": version}
    enqueue(JOB, payload, key=f"{lecture_id}:{version}", delay_seconds=PAUSE_SECONDS)


@job(JOB, attempts=3, lease_seconds=_LEASE_SECONDS)
def speak_lecture(payload: dict[str, Any]) -> None:
    """Make what is missing; raises when somebody who makes speech is away, so that it is tried again."""
    lecture_id = payload["lecture_id"]
    if not Lecture.objects.filter(pk=lecture_id, version=payload["version"]).exists():
        return
    until = time.monotonic() + _AT_ONCE_SECONDS
    made: dict[str, StepAudio] = {}
    failure: SpeechFailure | None = None
    for step in Subtask.objects.filter(task__lecture_id=lecture_id, audio__isnull=True).order_by(
        "task__order_index", "order_index"
    ):
        words = spoken_words(step)
        try:
            made[words_hash(words)] = speech_of(words)
        except SpeechFailure as failed:
            if failed.again or failed.why == "budget_spent":
                failure = failed if failed.again else None
                break  # the others would fail in the same way
        if time.monotonic() > until:
            break  # what is kept raises the version, and another job goes on
    _give(lecture_id, made)
    if failure is not None:
        raise failure


def _give(lecture_id: int, made: dict[str, StepAudio]) -> None:
    """To those steps that still say so, and have got no clip meanwhile."""
    if not made:
        return
    with unit_of_work():
        Lecture.everything.select_for_update(no_key=True).get(pk=lecture_id)
        given = 0
        for step in Subtask.objects.filter(task__lecture_id=lecture_id, audio__isnull=True):
            audio = made.get(words_hash(spoken_words(step)))
            if audio is not None:
                step.audio = msgspec.to_builtins(audio)
                step.save(update_fields=["audio"])
                given += 1
        if given:
            lecture_changed(lecture_id)
