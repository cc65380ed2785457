"""Lessons as files over REST: out and in again, refused whole, and the library (contract 11.11)."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.clock import now
from mobilegpt.files import sounds
from mobilegpt.lectures import selectors
from mobilegpt.lectures.models import Lecture, LectureRevision, Subtask, Task
from mobilegpt.packs.archive import read_pack
from tests import cast
from tests.packs.making import files, lesson, packed
from tests.pictures import bomb
from tests.rest.api import Api
from tests.sounds import read, voice, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LESSONS_DIR = tmp_path / "lessons"
    settings.LESSONS_DIR.mkdir()


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


def put_on_the_shelf(settings: Settings, name: str = "01", content: bytes | None = None) -> Path:
    path: Path = settings.LESSONS_DIR / f"{name}.lesson.zip"
    path.write_bytes(packed() if content is None else content)
    return path


def bring_in(user: User, content: bytes, **headers: str) -> Any:
    file = io.BytesIO(content)
    file.name = "글자.lesson.zip"
    sent = {"Authorization": f"Bearer {cast.access_token(user)}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Client().post("/api/lectures/import", {"file": file}, headers=sent)


def take_out(user: User, lecture_id: int) -> Any:
    return Client().get(f"/api/lectures/{lecture_id}/export", HTTP_AUTHORIZATION=f"Bearer {cast.access_token(user)}")


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def stored() -> set[str]:
    try:
        return set(default_storage.listdir("lessons")[1])
    except FileNotFoundError:
        return set()


# --- out and in


def test_a_lesson_that_came_in_is_one_s_own_in_full(park: User) -> None:
    response = bring_in(park, packed())
    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["title"], body["is_active"], body["instructor_id"]) == ("글자 크게 하기", False, park.pk)
    assert [[step["title"] for step in task["subtasks"]] for task in body["tasks"]] == [
        ["설정 열기", "화면 누르기"],
        ["밀기", "끝내기"],
    ]
    first = body["tasks"][0]["subtasks"][0]
    assert (first["image"]["width"], first["image"]["height"]) == (90, 160)
    assert first["image"]["marks"] == [{"kind": "tap", "x": 0.5, "y": 0.25}]
    assert first["audio"]["duration_seconds"] == 1.0
    assert content(Client().get(first["image"]["url"]))[8:12] == b"WEBP"
    assert content(Client().get(first["audio"]["url"])) == files()["clips/001.m4a"]


def test_what_goes_out_comes_in_as_it_was(park: User) -> None:
    choi = cast.instructor_choi()
    first = bring_in(park, packed()).json()
    exported = content(take_out(park, first["id"]))
    again = bring_in(choi, exported).json()
    twice = content(take_out(choi, again["id"]))

    assert read_pack(io.BytesIO(exported)).lesson == read_pack(io.BytesIO(twice)).lesson
    assert _words(first) == _words(again)
    assert again["id"] != first["id"]
    for task, other in zip(first["tasks"], again["tasks"], strict=True):
        for step, same in zip(task["subtasks"], other["subtasks"], strict=True):
            assert (step["image"] is None) == (same["image"] is None)
            if step["image"]:
                assert [step["image"][key] for key in ("width", "height", "alt", "marks")] == [
                    same["image"][key] for key in ("width", "height", "alt", "marks")
                ]


def _words(lecture: dict[str, Any]) -> Any:
    numbers = ("id", "task_id", "image", "audio")
    steps = [step for task in lecture["tasks"] for step in task["subtasks"]]
    tasks = [(task["title"], task["description"], task["order"]) for task in lecture["tasks"]]
    words = [{name: step[name] for name in step if name not in numbers} for step in steps]
    return lecture["title"], lecture["description"], tasks, words


def test_the_file_is_named_after_the_lecture(park: User) -> None:
    lecture = cast.lecture(park)
    Lecture.objects.filter(pk=lecture.pk).update(title='카톡/사진: "보내기"?')
    response = take_out(park, lecture.pk)
    assert response["Content-Type"] == "application/zip"
    assert "filename*=utf-8''%EC%B9%B4%ED%86%A1%20%EC%82%AC%EC%A7%84" in response["Content-Disposition"]
    assert read_pack(io.BytesIO(content(response))).lesson.title == '카톡/사진: "보내기"?'


def test_a_program_s_voice_stays_where_it_was_made(park: User) -> None:
    lecture = bring_in(park, packed()).json()
    step = Subtask.objects.get(pk=lecture["tasks"][0]["subtasks"][0]["id"])
    step.audio = {**(step.audio or {}), "source": "speech"}
    step.save()
    cache.clear()
    assert read_pack(io.BytesIO(content(take_out(park, lecture["id"])))).lesson.clips == []


def test_a_retry_brings_it_in_once(park: User) -> None:
    first, again = (bring_in(park, packed(), Idempotency_Key="pack-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Lecture.objects.count() == 1
    other = bring_in(park, packed(lesson(title="다른 것")), Idempotency_Key="pack-1")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("kind", ["picture", "clip"])
def test_a_lesson_whose_file_is_lost_is_not_given_without_it(park: User, kind: str) -> None:
    step = bring_in(park, packed()).json()["tasks"][0]["subtasks"][0]
    url = step["image"]["url"] if kind == "picture" else step["audio"]["url"]
    lost = url.rpartition("/")[2]
    default_storage.delete(f"lessons/{lost}")
    answer = Api(park).get(f"/api/lectures/{Lecture.objects.get().pk}/export")
    assert (answer.status, answer.code) == (400, "BAD_LESSON_FILE")
    assert answer.body["error"]["details"] == {
        "reason": "MISSING_FILE",
        "file": "pictures/001.webp" if kind == "picture" else "clips/001.m4a",
        "field": f"$.tasks[0].subtasks[0].{'image' if kind == 'picture' else 'audio'}",
    }


def test_a_clip_of_any_program_becomes_one_of_ours(park: User) -> None:
    """As when it is uploaded: as loud as all, one channel, without what a phone writes of where it was."""
    theirs = written(voice(2.0, level=0.01), "m4a", layout="stereo")
    sent = packed(contents={**files(), "clips/001.m4a": theirs})
    audio = bring_in(park, sent).json()["tasks"][0]["subtasks"][0]["audio"]
    kept = content(Client().get(audio["url"]))
    assert kept != theirs
    assert sounds.as_made(kept).content == kept
    assert sounds.loudness_of(read(kept)) == pytest.approx(sounds.LOUDNESS_LUFS, abs=1)


def test_a_clip_is_no_longer_than_one_that_is_uploaded(park: User) -> None:
    sent = packed(contents={**files(), "clips/001.m4a": written(voice(1.0) * 62, "m4a")})
    refused = bring_in(park, sent)
    assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (400, "TOO_LARGE")
    assert stored() == set()


def test_a_thumbnail_elsewhere_is_not_taken_for_a_file_of_ours(park: User) -> None:
    lecture = cast.lecture(park)
    Lecture.objects.filter(pk=lecture.pk).update(thumbnail_url=f"https://example.org/{'a' * 40}.jpg")
    assert read_pack(io.BytesIO(content(take_out(park, lecture.pk)))).lesson.thumbnail is None


# --- refused


@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        ("NOT_A_ZIP", b"hello"),
        ("BROKEN", packed()[:-9]),
        ("WRONG_TYPE", packed(contents={**files(), "pictures/001.png": bomb()})),
        ("WRONG_TYPE", packed(contents={**files(), "clips/001.m4a": files()["clips/001.m4a"][:700]})),
    ],
)
def test_a_refused_file_leaves_nothing(park: User, reason: str, sent: bytes) -> None:
    response = bring_in(park, sent)
    assert response.status_code == 400, response.content
    assert response.json()["error"]["code"] == "BAD_LESSON_FILE"
    assert response.json()["error"]["details"]["reason"] == reason
    assert not Lecture.everything.exists()
    assert not Task.everything.exists()
    assert stored() == set()


def test_without_a_file_it_is_said(park: User) -> None:
    response = Client().post("/api/lectures/import", {}, HTTP_AUTHORIZATION=f"Bearer {cast.access_token(park)}")
    assert (response.status_code, response.json()["error"]["details"]) == (400, {"field": "file"})


def test_so_many_lessons_a_day(park: User, settings: Settings) -> None:
    settings.LESSON_FILES_PER_DAY = 1
    assert [bring_in(park, packed()).status_code for _ in range(2)] == [201, 429]


# --- the library


def test_ready_lessons_are_shown_and_read_again_when_they_change(park: User, settings: Settings) -> None:
    path = put_on_the_shelf(settings)
    put_on_the_shelf(settings, "broken", b"PK nonsense")
    api = Api(park)
    shown = api.get("/api/library").body["ready"]
    assert [(row["title"], row["title_en"], row["total_subtasks"], row["kind"]) for row in shown] == [
        ("글자 크게 하기", "Bigger letters", 4, "ready")
    ]
    path.write_bytes(packed(lesson(title="글자 더 크게")))
    os.utime(path, ns=(1, 1))
    again = api.get("/api/library").body["ready"]
    assert [row["title"] for row in again] == ["글자 더 크게"]
    assert again[0]["key"] == shown[0]["key"]
    assert again[0]["thumbnail_url"] != shown[0]["thumbnail_url"]
    path.unlink()
    assert api.get("/api/library").body["ready"] == []


def test_a_folder_that_is_not_there_is_empty(park: User, settings: Settings) -> None:
    settings.LESSONS_DIR = settings.LESSONS_DIR / "nowhere"
    assert Api(park).get("/api/library").body["ready"] == []


def test_a_ready_lesson_is_looked_at_and_copied(park: User, settings: Settings) -> None:
    put_on_the_shelf(settings)
    api = Api(park)
    key = api.get("/api/library").body["ready"][0]["key"]
    shown = api.get(f"/api/library/{key}").body
    image = shown["tasks"][0]["subtasks"][0]["image"]
    assert (image["width"], image["height"], image["alt"]) == (90, 160, "홈 화면")
    picture = Client().get(image["url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content == files()["pictures/001.png"]
    assert "sandbox" in picture["Content-Security-Policy"]

    copied = api.post(f"/api/library/{key}/copy")
    assert (copied.status, copied.body["title"], copied.body["is_active"]) == (201, "글자 크게 하기", False)
    assert copied.body["tasks"][0]["subtasks"][0]["image"]["url"].startswith("/media/lessons/")


@pytest.mark.parametrize(
    ("search", "ready", "shared"),
    [
        ("글자", 1, 0),
        ("ㅋㅋㅇㅌ", 0, 1),
        ("bigger LET", 1, 0),
        ("처음하는", 1, 0),
        ("보내", 0, 1),
        ("없는 것", 0, 0),
        ("\u3164", 1, 1),
    ],
)
def test_the_library_is_searched(park: User, settings: Settings, search: str, ready: int, shared: int) -> None:
    put_on_the_shelf(settings)
    lecture = cast.lecture(park, title="카카오톡")
    Lecture.objects.filter(pk=lecture.pk).update(description="사진 보내기", shared_at=now())
    found = Api(park).get("/api/library", search=search).body
    assert (len(found["ready"]), len(found["shared"]), found["count"]) == (ready, shared, shared)


def test_a_search_that_is_none_is_refused(park: User) -> None:
    for search in ("x" * 101, "a\x00"):
        answer = Api(park).get("/api/library", search=search)
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("address", ["가" * 40, "%F1%BC%96%B0", "%ED%A0%80", "%FF", "%00", "a" * 5_000])
def test_any_address_of_the_library_can_be_asked_for(settings: Settings, address: str) -> None:
    put_on_the_shelf(settings)
    assert Client().get(f"/media/library/{address}/pictures/001.png").status_code == 404


@pytest.mark.parametrize("name", ["pictures/002.png", "clips/..%2flesson.json", "lesson.json/x", "../x"])
def test_nothing_else_of_the_folder_is_given(park: User, settings: Settings, name: str) -> None:
    put_on_the_shelf(settings)
    url = Api(park).get("/api/library").body["ready"][0]["thumbnail_url"]
    address = url.rsplit("/", 2)[0]
    assert Client().get(f"{address}/{name}").status_code == 404
    assert Client().get(f"/media/library/{'0' * 40}/pictures/001.png").status_code == 404


def test_a_shared_lecture_is_in_the_library_until_it_is_taken_out(park: User) -> None:
    lecture, choi = cast.lecture(park, (2, 1)), cast.instructor_choi()
    Lecture.objects.filter(pk=lecture.pk).update(is_active=False)
    mine, theirs, path = Api(park), Api(choi), f"/api/lectures/{lecture.pk}/share"
    assert theirs.get("/api/library").body["shared"] == []
    first, again = mine.post(path), mine.post(path)
    assert first.body == again.body
    row = theirs.get("/api/library").body["shared"][0]
    assert (row["by"]["name"], row["total_subtasks"]) == (park.name, 3)
    assert theirs.get(f"/api/library/{row['key']}").body["tasks"][0]["subtasks"][0]["title"]

    copied = theirs.post(f"/api/library/{row['key']}/copy")
    assert (copied.status, copied.body["instructor_id"], copied.body["title"]) == (201, choi.pk, lecture.title)

    assert mine.delete(path).body == {"lecture_id": lecture.pk, "shared_at": None}
    assert theirs.get("/api/library").body["count"] == 0
    assert theirs.get(f"/api/library/{row['key']}").status == 404
    assert theirs.post(f"/api/library/{row['key']}/copy").status == 404
    told = AuditEntry.objects.filter(action__startswith="lecture.").values_list("action", flat=True)
    assert list(told.order_by("pk")) == ["lecture.shared", "lecture.unshared"]


def test_a_deleted_lecture_is_in_no_library(park: User) -> None:
    lecture = cast.lecture(park)
    api = Api(park)
    api.post(f"/api/lectures/{lecture.pk}/share")
    api.delete(f"/api/lectures/{lecture.pk}")
    assert api.get("/api/library").body["shared"] == []


def test_an_import_begins_a_history(park: User) -> None:
    made = bring_in(park, packed()).json()
    revision = LectureRevision.objects.get(lecture_id=made["id"])
    assert (revision.author_id, revision.taught) == (park.pk, False)
    assert selectors.lecture_for(cast.actor(park), made["id"]).outline.total_subtasks == 4
