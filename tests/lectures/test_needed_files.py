"""Pictures and clips that no lesson needs any more go, and no others (contract 11.11)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Unavailable
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import lesson_files, store
from mobilegpt.lectures import revisions
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import erase_lecture, lecture_changed, remove_subtask
from mobilegpt.pictures.models import UnneededFile
from mobilegpt.pictures.removing import remove_unneeded_files
from mobilegpt.voice.models import MadeSpeech
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return Subtask.objects.filter(task__lecture=lecture)[0]


def kept(content: bytes, ending: str = "webp") -> str:
    return lesson_files.keep(content, ending)


def give(step: Subtask, name: str) -> None:
    step.image = {"alt": "화면", "marks": [], "sizes": [{"file": name, "width": 360, "height": 640}]}
    step.save(update_fields=["image"])


def is_there(name: str) -> bool:
    return name in store.names_in(lesson_files.FOLDER)


def after_days(days: float) -> int:
    """Look once now and once after so long, as the periodic work does; how many went."""
    remove_unneeded_files()
    with time_machine.travel(now() + timedelta(days=days)):
        return remove_unneeded_files()


def test_what_nothing_names_goes_after_a_day(media: Path) -> None:
    name = kept(b"nobody's")
    assert after_days(0.9) == 0
    assert is_there(name)
    assert after_days(1.1) == 1
    assert not is_there(name)
    assert not UnneededFile.objects.exists()


def test_without_any_file_there_is_nothing_to_do() -> None:
    assert after_days(2) == 0


def test_what_is_no_lessons_file_stays(media: Path) -> None:
    kept(b"makes the folder")
    (media / "lessons" / "notes.txt").write_text("somebody's")
    assert after_days(3) == 1
    assert is_there("notes.txt")


def test_a_clip_goes_when_nobody_names_it_and_speech_stays_for_its_words() -> None:
    clip, speech = kept(b"let go", "m4a"), kept(b"speech", "m4a")
    MadeSpeech.objects.create(words_hash="0" * 64, voice="espeak ko", file=speech, duration_seconds=1.0)
    assert after_days(3) == 1
    assert not is_there(clip)
    assert is_there(speech)


def test_a_clip_that_a_class_was_taught_stays(lecture: Lecture, step: Subtask) -> None:
    """It teaches a revision on, whatever its instructor has recorded since."""
    taught, current = kept(b"taught", "m4a"), kept(b"current", "m4a")
    for clip in (taught, current):
        step.audio = {"file": clip, "duration_seconds": 1.0, "source": "clip"}
        step.save(update_fields=["audio"])
        with unit_of_work():
            lecture_changed(lecture.pk)
    assert after_days(3) == 0
    assert is_there(taught)
    assert is_there(current)
    with unit_of_work():
        erase_lecture(lecture.pk)
    assert after_days(3) == 2


def test_what_a_step_a_lecture_or_a_deleted_step_names_stays(lecture: Lecture, step: Subtask) -> None:
    names = [kept(content) for content in (b"step", b"deleted", b"thumbnail")]
    give(step, names[0])
    deleted = Subtask.objects.filter(task__lecture=lecture)[1]
    give(deleted, names[1])
    with unit_of_work():
        remove_subtask(lecture.pk, deleted.pk)
    Lecture.objects.filter(pk=lecture.pk).update(thumbnail_url=lesson_files.url_of(names[2]))
    assert after_days(3) == 0
    assert all(is_there(name) for name in names)


def test_what_a_revision_names_stays_until_the_lecture_is_erased(lecture: Lecture, step: Subtask) -> None:
    name = kept(b"taught")
    give(step, name)
    with unit_of_work():
        revisions.keep(lecture.pk)
    Subtask.objects.filter(pk=step.pk).update(image=None)
    assert after_days(3) == 0
    with unit_of_work():
        erase_lecture(lecture.pk)
    assert after_days(3) == 1
    assert not is_there(name)


def test_what_two_lectures_share_stays_for_the_other(park: User, lecture: Lecture, step: Subtask) -> None:
    name = kept(b"shared")
    give(step, name)
    give(Subtask.objects.filter(task__lecture=cast.lecture(park))[0], name)
    Subtask.objects.filter(pk=step.pk).update(image=None)
    assert after_days(3) == 0
    assert is_there(name)


def test_what_is_named_again_meanwhile_stays(step: Subtask) -> None:
    name = kept(b"undone")
    remove_unneeded_files()
    give(step, name)
    with time_machine.travel(now() + timedelta(days=3)):
        assert remove_unneeded_files() == 0
        assert not UnneededFile.objects.exists()
    assert is_there(name)


def test_what_is_kept_again_is_young_again(media: Path) -> None:
    """Somebody sends the same picture at the very moment: its file must not go before a step names it."""
    name = kept(b"twice")
    remove_unneeded_files()
    path = media / "lessons" / name
    old = now() - timedelta(days=9)
    os.utime(path, (old.timestamp(), old.timestamp()))
    with time_machine.travel(now() + timedelta(days=2)):
        later = now().timestamp()
        assert kept(b"twice") == name
        os.utime(path, (later, later))  # the clock of the disk does not travel
        assert remove_unneeded_files() == 0
    assert is_there(name)


def test_keeping_an_old_file_again_touches_it(media: Path) -> None:
    name = kept(b"old")
    path = media / "lessons" / name
    old = now() - timedelta(days=9)
    os.utime(path, (old.timestamp(), old.timestamp()))
    assert kept(b"old") == name
    assert path.stat().st_mtime > old.timestamp() + 86_400
    assert path.read_bytes() == b"old"


def test_a_storage_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept(b"nobody's")
    remove_unneeded_files()

    def away(*_args: object, **_facts: object) -> bool:
        return False

    with monkeypatch.context() as patch, time_machine.travel(now() + timedelta(days=2)):
        patch.setattr(store, "remove", away)
        assert remove_unneeded_files() == 0
    assert UnneededFile.objects.filter(file=name).exists()
    assert after_days(2) == 1


def test_a_storage_that_cannot_be_looked_at_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept(b"nobody's")

    def broken(_folder: str) -> list[str]:
        raise Unavailable(message="away", retry_after=1)

    with monkeypatch.context() as patch:
        patch.setattr(store, "names_in", broken)
        with pytest.raises(Unavailable):
            remove_unneeded_files()
    assert is_there(name)


@pytest.mark.parametrize("thumbnail", [lambda name: lesson_files.url_of(name), lambda name: f"https://x.kr/{name}"])
def test_any_address_with_the_name_keeps_it(lecture: Lecture, thumbnail: Callable[[str], str]) -> None:
    name = kept(b"thumbnail")
    Lecture.objects.filter(pk=lecture.pk).update(thumbnail_url=thumbnail(name))
    assert after_days(3) == 0
