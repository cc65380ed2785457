"""Speech of steps without a clip: made once by a job, kept, let go with the words it said (contract 11.11)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.files import lesson_files
from mobilegpt.jobs import work
from mobilegpt.jobs.models import Job, JobState
from mobilegpt.language.model import Breaker
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.voice import making, speaking, speech_server
from mobilegpt.voice.models import MadeSpeech, SpeechCall
from mobilegpt.voice.words import words_hash
from tests import cast, classes
from tests.rest.api import Api
from tests.sounds import read
from tests.speech_server import Mode, SpeechServer
from tests.voice.test_clips import shown, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    monkeypatch.setattr(speech_server, "breaker", Breaker(failures=100))
    monkeypatch.setattr(speech_server, "_LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(speaking, "PAUSE_SECONDS", 0.0)
    with SpeechServer() as stub:
        settings.SPEECH = {
            **settings.SPEECH,
            "ORDER": ("server",),
            "BASE_URL": stub.url,
            "API_KEY": "sk-speech",
            "MODEL": "tts",
            "VOICE": "한결",
        }
        yield stub


@pytest.fixture
def step(server: SpeechServer, park: User) -> Subtask:
    """The only step of a lecture, which has been spoken."""
    lecture = cast.lecture(park, (1,))
    step = Subtask.objects.get(task__lecture=lecture)
    edit(park, step, title="카카오톡 열기", voice_guide_text="노란 그림을 누르세요.", guide_text="그림을 누릅니다")
    work.run_due()
    return step


def lonely(park: User) -> Subtask:
    """The only step of a lecture, whose written guide is what is spoken."""
    Subtask.objects.filter(task__lecture=(lecture := cast.lecture(park, (1,)))).update(voice_guide_text="")
    return Subtask.objects.get(task__lecture=lecture)


def edit(caller: User, step: Subtask, **fields: str) -> None:
    assert Api(caller).put(f"/api/subtasks/{step.pk}", fields).status == 200


def words(server: SpeechServer) -> list[str]:
    return [request["input"] for request in server.requests]


def test_an_edit_is_spoken_by_a_job_and_not_in_the_request(server: SpeechServer, park: User) -> None:
    step = lonely(park)
    edit(park, step, title="카카오톡 열기", guide_text="그림을 누르세요.")
    assert (server.requests, shown(park, step)) == ([], None)
    work.run_due()
    assert server.requests == [
        {"model": "tts", "voice": "한결", "input": "카카오톡 열기. 그림을 누르세요.", "response_format": "mp3"}
    ]
    assert server.headers[0]["Authorization"] == "Bearer sk-speech"
    audio = shown(park, step)
    assert audio["source"] == "speech"
    with lesson_files.open_file(audio["url"].rpartition("/")[2]) as file:
        assert len(read(file.read())) / 48_000 == pytest.approx(audio["duration_seconds"], abs=0.1)


def test_the_spoken_guide_comes_before_the_written_one(server: SpeechServer, step: Subtask) -> None:
    assert words(server) == ["카카오톡 열기. 노란 그림을 누르세요."]


def test_an_edit_that_changes_no_words_keeps_the_speech(server: SpeechServer, park: User, step: Subtask) -> None:
    before = shown(park, step)
    edit(park, step, description="선생님만 보는 말", guide_text="말로 하지 않는 글")
    work.run_due()
    assert shown(park, step) == before
    assert len(server.requests) == 1


def test_speech_of_other_words_goes_at_once_and_new_speech_comes(
    server: SpeechServer, park: User, step: Subtask
) -> None:
    edit(park, step, voice_guide_text="파란 그림을 누르세요.")
    assert shown(park, step) is None
    work.run_due()
    assert words(server)[1:] == ["카카오톡 열기. 파란 그림을 누르세요."]
    assert shown(park, step)["source"] == "speech"


def test_the_same_words_are_made_once(server: SpeechServer, park: User, step: Subtask) -> None:
    before = shown(park, step)
    edit(park, step, voice_guide_text="다른 말")
    edit(park, step, voice_guide_text="노란 그림을 누르세요.")
    assert Api(park).post(f"/api/lectures/{step.task.lecture_id}/duplicate").status == 201
    work.run_due()
    assert len(server.requests) == 1
    assert shown(park, step) == before
    assert MadeSpeech.objects.count() == 1


def test_speech_is_turned_off_and_old_words_are_not_spoken(settings: Any, park: User, step: Subtask) -> None:
    settings.SPEECH = {**settings.SPEECH, "ORDER": ()}
    edit(park, step, title="문자 열기")
    assert shown(park, step) is None
    assert not Job.objects.filter(finished_at__isnull=True).exists()


def test_a_clip_wins_and_its_deletion_brings_speech_back(server: SpeechServer, park: User, step: Subtask) -> None:
    speech = shown(park, step)
    clip = upload(park, step).body
    work.run_due()
    assert shown(park, step) == clip
    edit(park, step, title="다른 제목")
    work.run_due()
    assert shown(park, step) == clip
    edit(park, step, title="카카오톡 열기")
    assert Api(park).delete(f"/api/subtasks/{step.pk}/audio").status == 204
    work.run_due()
    assert shown(park, step) == speech
    assert len(server.requests) == 1


def test_a_clip_that_comes_while_speech_is_made_stays(
    server: SpeechServer, park: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = lonely(park)
    made = making.speech_of

    def slowly(words: str) -> Any:
        audio = made(words)
        upload(park, step)
        return audio

    edit(park, step, title="새 제목")
    monkeypatch.setattr(speaking, "speech_of", slowly)
    work.run_due()
    assert shown(park, step)["source"] == "clip"


def test_words_that_change_while_they_are_spoken_get_their_own_speech(
    server: SpeechServer, park: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = lonely(park)
    made = making.speech_of

    def slowly(words: str) -> Any:
        audio = made(words)
        if words == "옛 제목":
            edit(park, step, title="새 제목")
        return audio

    edit(park, step, title="옛 제목", guide_text="", voice_guide_text="")
    monkeypatch.setattr(speaking, "speech_of", slowly)
    work.run_due()
    assert words(server) == ["옛 제목", "새 제목"]
    kept = Subtask.objects.get(pk=step.pk).audio
    assert kept is not None
    assert MadeSpeech.objects.filter(file=kept["file"], words_hash=words_hash("새 제목")).exists()


def test_a_running_class_keeps_what_it_began_with(server: SpeechServer, park: User) -> None:
    """Speech that comes later is a change of the lecture like any other: the instructor takes it over, or does not."""
    step = lonely(park)
    lecture = step.task.lecture
    room = classes.open_class(lecture).pk
    edit(park, step, title="새 제목")
    assert Api(park).post(f"/api/sessions/{room}/start").status == 200

    def taught() -> Any:
        return Api(park).get(f"/api/sessions/{room}/lesson").body["tasks"][0]["subtasks"][0]["audio"]

    work.run_due()
    assert taught() is None
    assert LectureSession.objects.get(pk=room).lecture_version != Lecture.objects.get(pk=lecture.pk).version
    assert Api(park).post(f"/api/sessions/{room}/refresh-lesson").status == 200
    assert taught()["source"] == "speech"


FAULTS: list[Mode] = [
    "429", "500", "401", "400", "hang", "drip", "cut", "html", "json", "empty", "noise", "silence", "endless",
    "redirect", "not http",
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_fails_leaves_the_step_as_it_is(
    server: SpeechServer, park: User, settings: Any, fault: Mode
) -> None:
    settings.SPEECH = {**settings.SPEECH, "TIMEOUT_SECONDS": 0.3}
    server.behave(fault)
    step = lonely(park)
    edit(park, step, title="새 제목")
    began = time.monotonic()
    work.run_due()
    assert time.monotonic() - began < 10
    assert shown(park, step) is None
    assert not MadeSpeech.objects.exists()
    assert all("followed" not in request for request in server.requests)
    assert "" not in SpeechCall.objects.values_list("outcome", flat=True)


@pytest.mark.parametrize("fault", ["429", "500", "hang", "html", "not http"])
def test_a_server_that_fails_once_is_asked_again(server: SpeechServer, park: User, settings: Any, fault: Mode) -> None:
    settings.SPEECH = {**settings.SPEECH, "TIMEOUT_SECONDS": 0.5}
    server.behave(fault, "ok")
    step = lonely(park)
    edit(park, step, title="새 제목")
    settings.SPEECH = {**settings.SPEECH, "TIMEOUT_SECONDS": 0.5}
    work.run_due()
    assert shown(park, step)["source"] == "speech"


def test_a_server_that_is_away_makes_a_job_that_is_tried_again(server: SpeechServer, park: User) -> None:
    server.behave("500")
    step = lonely(park)
    edit(park, step, title="새 제목")
    work.run_due()
    job = Job.objects.get(name=speaking.JOB)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    server.behave("ok")
    Job.objects.update(due_at=job.created_at)
    work.run_due()
    assert shown(park, step)["source"] == "speech"


def test_one_text_that_is_refused_does_not_keep_the_others_away(server: SpeechServer, park: User) -> None:
    server.behave("400", "ok")
    lecture = cast.lecture(park, (2,))
    first, second = Subtask.objects.filter(task__lecture=lecture).order_by("order_index")
    edit(park, first, title="하나")
    server.requests.clear()
    work.run_due()
    assert shown(park, second)["source"] == "speech"


def test_a_budget_ends_the_calls_of_a_day(server: SpeechServer, park: User, settings: Any) -> None:
    settings.SPEECH = {**settings.SPEECH, "CALLS_PER_DAY": 2}
    lecture = cast.lecture(park, (3,))
    edit(park, Subtask.objects.filter(task__lecture=lecture)[0], description="x")
    work.run_due()
    assert len(server.requests) == 2
    assert Subtask.objects.filter(task__lecture=lecture, audio__isnull=False).count() == 2
    assert not Job.objects.filter(state=JobState.DEAD).exists()
    settings.SPEECH = {**settings.SPEECH, "CALLS_PER_DAY": 3}
    assert speaking.speak_silent_lectures() == 1  # the next day
    work.run_due()
    assert not Subtask.objects.filter(task__lecture=lecture, audio__isnull=True).exists()
    assert speaking.speak_silent_lectures() == 0


def test_words_beyond_the_protocols_limit_are_read_by_the_phones(server: SpeechServer, park: User) -> None:
    step = lonely(park)
    edit(park, step, guide_text="가" * 4_500)
    work.run_due()
    assert (server.requests, shown(park, step)) == ([], None)


def test_after_a_failure_the_next_maker_is_asked(server: SpeechServer, park: User, settings: Any) -> None:
    settings.SPEECH = {**settings.SPEECH, "ORDER": ("server", "espeak")}
    server.behave("401")
    step = lonely(park)
    edit(park, step, title="카카오톡 열기", guide_text="노란 그림을 누르세요.")
    work.run_due()
    assert MadeSpeech.objects.get().voice == "espeak ko 140"


def test_espeak_speaks_without_anybody(park: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaking, "PAUSE_SECONDS", 0.0)
    settings.SPEECH = {**settings.SPEECH, "ORDER": ("espeak",)}
    step = lonely(park)
    edit(park, step, title="카카오톡 열기", guide_text="화면 아래의 노란 그림을 한 번 누르세요.")
    work.run_due()
    audio = shown(park, step)
    assert audio["source"] == "speech"
    assert 2 < audio["duration_seconds"] < 15
    longer = "화면 아래의 노란 그림을 한 번 누르세요. " * 3
    edit(park, step, guide_text=longer)
    work.run_due()
    assert shown(park, step)["duration_seconds"] > 1.8 * audio["duration_seconds"]


def test_espeak_without_its_voice_leaves_the_step_as_it_is(
    park: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "PAUSE_SECONDS", 0.0)
    settings.SPEECH = {**settings.SPEECH, "ORDER": ("espeak",), "ESPEAK_VOICE": "nobody"}
    step = lonely(park)
    edit(park, step, title="새 제목")
    work.run_due()
    assert shown(park, step) is None
    assert not Job.objects.filter(state=JobState.DEAD).exists()


def test_without_a_maker_nothing_is_asked_for(park: User) -> None:
    step = lonely(park)
    edit(park, step, title="새 제목")
    assert not Job.objects.exists()
    assert speaking.speak_silent_lectures() == 0


def test_calls_are_forgotten_after_a_month(server: SpeechServer, step: Subtask) -> None:
    assert speaking.forget_old_calls() == 0
    SpeechCall.objects.update(created_at=SpeechCall.objects.get().created_at.replace(year=2020))
    assert speaking.forget_old_calls() == 1
