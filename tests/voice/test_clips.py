"""The instructor's clip of a step: kept, copied, deleted, by who teaches it (contract 11.11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mobilegpt.accounts.models import User
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast
from tests.rest.api import Answer, Api
from tests.sounds import noise, read, voice, written

pytestmark = pytest.mark.django_db
SPOKEN = written(voice(1.5), "webm")


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.fixture
def steps(park: User) -> list[Subtask]:
    lecture = cast.lecture(park, (2, 1))
    return list(Subtask.objects.filter(task__lecture=lecture).order_by("task__order_index", "order_index"))


def upload(caller: User, step: Subtask, content: bytes = SPOKEN, name: str = "recording.webm") -> Answer:
    api = Api(caller)
    file = SimpleUploadedFile(name, content, "audio/webm")
    response = api.client.post(
        f"/api/subtasks/{step.pk}/audio", {"file": file}, headers={"Authorization": f"Bearer {api.token}"}
    )
    return Answer(response)


def shown(caller: User, step: Subtask) -> Any:
    lecture = Lecture.objects.get(tasks__subtasks=step)
    body = Api(caller).get(f"/api/lectures/{lecture.pk}", include="subtasks").body
    return next(each for task in body["tasks"] for each in task["subtasks"] if each["id"] == step.pk)["audio"]


def test_a_recording_becomes_the_steps_clip(park: User, steps: list[Subtask]) -> None:
    answer = upload(park, steps[0])
    assert answer.status == 201
    assert answer.body["source"] == "clip"
    assert answer.body["duration_seconds"] == pytest.approx(1.5, abs=0.1)
    assert shown(park, steps[0]) == answer.body
    assert shown(park, steps[1]) is None
    file = Api().client.get(answer.body["url"])  # whoever was shown the address may read it
    assert file.headers["Content-Type"] == "audio/mp4"
    assert len(read(b"".join(file))) / 48_000 == pytest.approx(1.5, abs=0.15)


def test_another_recording_replaces_it_and_a_retry_is_the_same(park: User, steps: list[Subtask]) -> None:
    first = upload(park, steps[0]).body
    assert upload(park, steps[0]).body == first
    other = upload(park, steps[0], written(voice(1.0, hertz=400), "wav"), "다시.wav").body
    assert other["url"] != first["url"]
    assert shown(park, steps[0]) == other


def test_the_name_of_a_file_does_not_matter(park: User, steps: list[Subtask]) -> None:
    assert upload(park, steps[0], written(voice(1.0), "amr"), "picture.png").status == 201


def test_a_clip_is_copied_to_another_step(park: User, steps: list[Subtask]) -> None:
    clip = upload(park, steps[0]).body
    answer = Api(park).post(f"/api/subtasks/{steps[2].pk}/audio", {"from_subtask": steps[0].pk})
    assert (answer.status, answer.body) == (201, clip)
    assert shown(park, steps[2]) == clip


def test_what_is_no_clip_is_not_copied(park: User, steps: list[Subtask]) -> None:
    steps[1].audio = {"file": f"{'a' * 40}.m4a", "duration_seconds": 1.0, "source": "speech"}
    steps[1].save()
    for source in (steps[2].pk, steps[1].pk, 99_999):
        answer = Api(park).post(f"/api/subtasks/{steps[0].pk}/audio", {"from_subtask": source})
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert Api(park).post(f"/api/subtasks/{steps[0].pk}/audio", {}).status == 400
    assert Api(park).post(f"/api/subtasks/{steps[0].pk}/audio", {"from_subtask": "1"}).status == 400


def test_a_clip_of_somebody_elses_lecture_is_not_taken(park: User, steps: list[Subtask]) -> None:
    upload(park, steps[0])
    choi = cast.instructor_choi()
    own = cast.lecture(choi, (1,), "최강사의 강의")
    step = Subtask.objects.get(task__lecture=own)
    answer = Api(choi).post(f"/api/subtasks/{step.pk}/audio", {"from_subtask": steps[0].pk})
    assert (answer.status, answer.code) == (403, "FORBIDDEN")


def test_a_clip_is_deleted_once(park: User, steps: list[Subtask]) -> None:
    upload(park, steps[0])
    assert Api(park).delete(f"/api/subtasks/{steps[0].pk}/audio").status == 204
    assert shown(park, steps[0]) is None
    assert Api(park).delete(f"/api/subtasks/{steps[0].pk}/audio").status == 404


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "UNSUPPORTED_FILE"),
        (b"not a sound", 400, "UNSUPPORTED_FILE"),
        (written(noise(0.5, level=0.0002), "wav"), 400, "UNSUPPORTED_FILE"),
        (SPOKEN[:60], 400, "UNSUPPORTED_FILE"),
    ],
)
def test_what_cannot_be_heard_is_refused_and_changes_nothing(
    park: User, steps: list[Subtask], content: bytes, status: int, code: str
) -> None:
    clip = upload(park, steps[0]).body
    version = Lecture.objects.get(tasks__subtasks=steps[0]).version
    refused = upload(park, steps[0], content)
    assert (refused.status, refused.code) == (status, code)
    assert shown(park, steps[0]) == clip
    assert Lecture.objects.get(tasks__subtasks=steps[0]).version == version


def test_a_form_without_a_file_is_refused(park: User, steps: list[Subtask]) -> None:
    api = Api(park)
    path, headers = f"/api/subtasks/{steps[0].pk}/audio", {"Authorization": f"Bearer {api.token}"}
    for form in ({}, {"file": "words"}):
        assert Answer(api.client.post(path, form, headers=headers)).code == "INVALID_REQUEST"


def test_nobody_elses_file_is_decoded(park: User, steps: list[Subtask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mobilegpt.voice.services.sounds.make", lambda file: pytest.fail("decoded"))
    assert upload(cast.instructor_choi(), steps[0]).code == "FORBIDDEN"
    assert upload(cast.student_kim(), steps[0]).code == "FORBIDDEN"


def test_a_clip_survives_an_edit_of_the_text(park: User, steps: list[Subtask]) -> None:
    clip = upload(park, steps[0]).body
    Api(park).put(f"/api/subtasks/{steps[0].pk}", {"guide_text": "다른 말"})
    assert shown(park, steps[0]) == clip
