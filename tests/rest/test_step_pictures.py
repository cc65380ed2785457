"""Pictures of steps over REST: given, changed, copied, taken away, made into steps (contract 11.11)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.revisions import keep, lesson_at
from tests import cast
from tests.pictures import bomb, opened, picture
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
_SECRET = (230, 20, 20)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder of each test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return Subtask.objects.filter(task__lecture=lecture).order_by("id")[0]


def send(user: User | None, path: str, *contents: bytes, key: str = "", **form: Any) -> Answer:
    files = [SimpleUploadedFile(f"{number}.png", content) for number, content in enumerate(contents)]
    headers = {**(cast.bearer(user) if user else {}), **({"Idempotency-Key": key} if key else {})}
    return Answer(Client(REMOTE_ADDR="198.51.100.7").post(path, {"file": files, **form}, headers=headers))


def screenshot(size: tuple[int, int] = (400, 800), secret: bool = False, colour: str = "white") -> bytes:
    image = Image.new("RGB", size, colour)
    if secret:
        draw = ImageDraw.Draw(image)
        draw.rectangle((size[0] * 0.4, size[1] * 0.4, size[0] * 0.6, size[1] * 0.5), _SECRET)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def shown(url: str) -> Image.Image:
    response = Client().get(url)
    assert response.status_code == 200
    return opened(b"".join(response.streaming_content)).convert("RGB")  # type: ignore[attr-defined]


def has_secret(image: Image.Image) -> bool:
    colours: Any = image.getcolors(1 << 24)
    return any(red > 150 and green < 110 and blue < 110 for _, (red, green, blue) in colours)


def version_of(lecture: Lecture) -> int:
    return Lecture.objects.get(pk=lecture.pk).version


def test_who_has_sent_the_pictures_of_a_day_fills_no_disk(
    park: User, lecture: Lecture, step: Subtask, media: Path, settings: Settings
) -> None:
    """What is refused at the end would be kept for a day: nothing is drawn, not even of a part."""
    settings.LESSON_PICTURES_PER_DAY = 2
    assert send(park, f"/api/subtasks/{step.pk}/image", screenshot()).status == 201
    crop = {"crop": {"x": 0, "y": 0, "w": 0.5, "h": 0.5}}
    several = f"/api/lectures/{lecture.pk}/pictures"
    before = set((media / "lessons").iterdir())
    assert send(park, several, screenshot(colour="red"), screenshot(colour="blue")).code == "RATE_LIMITED"
    assert set((media / "lessons").iterdir()) == before
    assert Api(park).patch(f"/api/subtasks/{step.pk}/image", crop).status == 200
    before = set((media / "lessons").iterdir())
    for refused in (
        Api(park).patch(f"/api/subtasks/{step.pk}/image", crop),
        send(park, f"/api/subtasks/{step.pk}/image", screenshot(colour="green")),
        send(park, f"/api/lectures/{lecture.pk}/image", screenshot(colour="black")),
    ):
        assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert set((media / "lessons").iterdir()) == before
    assert Api(park).patch(f"/api/subtasks/{step.pk}/image", {"alt": "말"}).status == 200


# --- one picture


def test_a_step_gets_a_picture_that_every_answer_shows(park: User, lecture: Lecture, step: Subtask) -> None:
    before = version_of(lecture)
    answer = send(park, f"/api/subtasks/{step.pk}/image", screenshot((1440, 3120)))
    assert answer.status == 201
    image = answer.body
    assert (image["width"], image["height"], image["marks"]) == (1080, 2340, [])
    assert [one["width"] for one in image["variants"]] == [1080, 720, 360]
    assert image["url"] == image["variants"][0]["url"]
    assert shown(image["variants"][2]["url"]).size == (360, 780)
    assert version_of(lecture) == before + 1

    body = Api(park).get(f"/api/lectures/{lecture.pk}", include="subtasks").body
    assert body["tasks"][0]["subtasks"][0]["image"] == image


def test_nothing_is_enlarged(park: User, step: Subtask) -> None:
    image = send(park, f"/api/subtasks/{step.pk}/image", screenshot((500, 300))).body
    assert [one["width"] for one in image["variants"]] == [500, 360]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"no picture", 400, "UNSUPPORTED_FILE"),
        (bomb(), 400, "UNSUPPORTED_FILE"),
        (picture("GIF"), 400, "UNSUPPORTED_FILE"),
        (picture("PNG", (4, 4)), 400, "UNSUPPORTED_FILE"),
        (picture("PNG") + b"<script>alert(1)</script>", 400, "UNSUPPORTED_FILE"),
        (picture("PNG") + b"\0" * (15 * 1024 * 1024), 413, "TOO_LARGE"),
    ],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    content: bytes, status: int, code: str, park: User, lecture: Lecture, step: Subtask, media: Path
) -> None:
    before = version_of(lecture)
    answer = send(park, f"/api/subtasks/{step.pk}/image", content)
    assert (answer.status, answer.code) == (status, code)
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert version_of(lecture) == before


def test_without_a_file_the_form_is_refused(park: User, step: Subtask) -> None:
    answer = send(park, f"/api/subtasks/{step.pk}/image")
    assert (answer.status, answer.body["error"]["details"]) == (400, {"field": "file"})


def test_another_instructor_is_refused_before_anything_is_drawn(step: Subtask, media: Path) -> None:
    answer = send(cast.instructor_choi(), f"/api/subtasks/{step.pk}/image", screenshot())
    assert (answer.status, answer.code) == (403, "FORBIDDEN")
    assert not media.exists()


# --- marks, words, crop


def patch(park: User, step: Subtask, **body: Any) -> Answer:
    return Api(park).patch(f"/api/subtasks/{step.pk}/image", body)


def test_marks_and_words_are_kept_and_words_are_proposed(park: User, step: Subtask) -> None:
    path = f"/api/subtasks/{step.pk}/image"
    task, title = step.task.title, step.title
    assert send(park, path, screenshot()).body["alt"] == f"{task} 화면, {title}"

    step.target_element_hint = "전송"
    step.save(update_fields=["target_element_hint"])
    tap = {"kind": "tap", "x": 0.9, "y": 0.95}
    marked = patch(park, step, marks=[tap]).body
    assert (marked["marks"], marked["alt"]) == ([tap], f"{task} 화면, 오른쪽 아래 '전송'")

    assert patch(park, step, alt="  보내기 단추 ").body["alt"] == "보내기 단추"
    moved = patch(park, step, marks=[{"kind": "swipe", "x": 0.5, "y": 0.5, "direction": "up"}]).body
    assert moved["alt"] == "보내기 단추"  # somebody's own words stay
    assert patch(park, step, alt=" ").body["alt"] == f"{task} 화면, 가운데에서 위로 밀기"

    english = Client().patch(
        path, {"alt": None}, content_type="application/json", headers={**cast.bearer(park), "Accept-Language": "en"}
    )
    assert english.json()["alt"] == f"{task}, a screen: swipe up in the middle"


@pytest.mark.parametrize(
    "mark",
    [
        {"kind": "tap", "x": 1.2, "y": 0},
        {"kind": "tap", "x": 0.2, "y": 0, "w": 0.1, "h": 0.1},
        {"kind": "box", "x": 0.2, "y": 0},
        {"kind": "box", "x": 0.2, "y": 0.2, "w": 0, "h": 0.1},
        {"kind": "box", "x": 0.8, "y": 0.2, "w": 0.3, "h": 0.1},
        {"kind": "swipe", "x": 0.2, "y": 0.2},
        {"kind": "tap", "x": 0.2, "y": 0.2, "direction": "up"},
        {"kind": "hidden", "x": 0.2, "y": 0.2},
        {"kind": "star", "x": 0.2, "y": 0.2},
    ],
)
def test_a_mark_that_means_nothing_is_refused(mark: dict[str, Any], park: User, step: Subtask) -> None:
    send(park, f"/api/subtasks/{step.pk}/image", screenshot())
    answer = patch(park, step, marks=[mark])
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert patch(park, step).body["marks"] == []


def test_there_are_only_so_many_marks_and_words(park: User, step: Subtask) -> None:
    send(park, f"/api/subtasks/{step.pk}/image", screenshot())
    assert patch(park, step, marks=[{"kind": "tap", "x": 0.5, "y": 0.5}] * 21).status == 400
    assert patch(park, step, alt="가" * 301).status == 400


def test_what_was_hidden_is_gone_in_every_size_and_never_comes_back(park: User, step: Subtask) -> None:
    first = send(park, f"/api/subtasks/{step.pk}/image", screenshot((1080, 2160), secret=True)).body
    assert has_secret(shown(first["url"]))
    tap = {"kind": "tap", "x": 0.5, "y": 0.5}
    hidden = patch(park, step, marks=[tap, {"kind": "hidden", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.1}]).body
    assert hidden["marks"] == [tap]
    assert {one["url"] for one in hidden["variants"]}.isdisjoint(one["url"] for one in first["variants"])
    assert [one["width"] for one in hidden["variants"]] == [1080, 720, 360]
    assert not any(has_secret(shown(one["url"])) for one in hidden["variants"])
    again = patch(park, step, marks=[]).body
    assert not has_secret(shown(again["url"]))


def test_a_crop_takes_the_marks_along(park: User, step: Subtask) -> None:
    send(park, f"/api/subtasks/{step.pk}/image", screenshot((400, 800), secret=True))
    marks = [
        {"kind": "tap", "x": 0.5, "y": 0.45},
        {"kind": "box", "x": 0.2, "y": 0.4, "w": 0.4, "h": 0.1},
        {"kind": "tap", "x": 0.05, "y": 0.05},
    ]
    patch(park, step, marks=marks)
    cut = patch(park, step, crop={"x": 0.4, "y": 0.4, "w": 0.5, "h": 0.25}).body
    assert (cut["width"], cut["height"]) == (200, 200)
    assert cut["marks"] == [
        {"kind": "tap", "x": 0.2, "y": 0.2},
        {"kind": "box", "x": 0.0, "y": 0.0, "w": 0.4, "h": 0.4},
    ]
    red, green, _ = shown(cut["url"]).getpixel((20, 20))  # type: ignore[misc]
    assert red > 200 > green


@pytest.mark.parametrize("crop", [{"x": 0, "y": 0, "w": 0.01, "h": 0.5}, {"x": 1, "y": 0, "w": 0.5, "h": 0.5}])
def test_a_crop_of_nothing_is_refused(crop: dict[str, float], park: User, step: Subtask) -> None:
    before = send(park, f"/api/subtasks/{step.pk}/image", screenshot()).body
    answer = patch(park, step, crop=crop)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert patch(park, step).body == before


# --- copied, taken away, kept by a class


def test_a_copy_has_the_marks_and_its_own_words(park: User, step: Subtask) -> None:
    other = Subtask.objects.filter(task=step.task).exclude(pk=step.pk)[0]
    send(park, f"/api/subtasks/{step.pk}/image", screenshot())
    marked = patch(park, step, marks=[{"kind": "tap", "x": 0.1, "y": 0.1}]).body
    answer = Api(park).post(f"/api/subtasks/{other.pk}/image", {"from_subtask": step.pk})
    assert answer.status == 201
    assert (answer.body["url"], answer.body["marks"]) == (marked["url"], marked["marks"])
    assert answer.body["alt"] == f"{step.task.title} 화면, 왼쪽 위 '{other.title}'"


def test_nothing_is_copied_from_a_lecture_that_one_does_not_teach(park: User, step: Subtask) -> None:
    choi = cast.instructor_choi()
    theirs = Subtask.objects.filter(task__lecture=cast.lecture(choi))[0]
    send(choi, f"/api/subtasks/{theirs.pk}/image", screenshot())
    answer = Api(park).post(f"/api/subtasks/{step.pk}/image", {"from_subtask": theirs.pk})
    assert (answer.status, answer.code) == (403, "FORBIDDEN")


def test_a_step_without_a_picture_has_none_to_copy_or_change(park: User, step: Subtask) -> None:
    other = Subtask.objects.filter(task=step.task).exclude(pk=step.pk)[0]
    assert Api(park).post(f"/api/subtasks/{step.pk}/image", {"from_subtask": other.pk}).status == 404
    assert patch(park, step, alt="그림").status == 404


def test_a_picture_is_taken_away_and_a_class_keeps_what_it_teaches(park: User, lecture: Lecture, step: Subtask) -> None:
    image = send(park, f"/api/subtasks/{step.pk}/image", screenshot()).body
    taught = keep(lecture.pk)
    path = f"/api/subtasks/{step.pk}/image"
    assert Api(park).delete(path).status == 204
    after = version_of(lecture)
    assert after == taught + 1
    assert Api(park).delete(path).status == 204  # again, it changes nothing
    assert version_of(lecture) == after
    assert Api(park).put(f"/api/subtasks/{step.pk}", {}).body["image"] is None
    kept = lesson_at(lecture.pk, taught).tasks[0].subtasks[0].image
    assert kept is not None
    assert image["url"].endswith(kept.whole.file)


# --- the lecture's own


def test_a_lecture_gets_a_thumbnail(park: User, lecture: Lecture) -> None:
    answer = send(park, f"/api/lectures/{lecture.pk}/image", screenshot((1600, 900)))
    assert answer.status == 201
    assert shown(answer.body["thumbnail_url"]).width == answer.body["width"] == 720
    row = Api(park).get(f"/api/lectures/{lecture.pk}").body
    assert row["thumbnail_url"] == answer.body["thumbnail_url"]
    # An editor that sends all fields back changes nothing.
    again = Api(park).put(f"/api/lectures/{lecture.pk}", {"thumbnail_url": row["thumbnail_url"]})
    assert (again.status, again.body["thumbnail_url"]) == (200, row["thumbnail_url"])
    assert Api(park).put(f"/api/lectures/{lecture.pk}", {"thumbnail_url": "/media/lessons/../x"}).status == 400


# --- many


def test_each_of_many_pictures_becomes_a_step_in_order(park: User, lecture: Lecture) -> None:
    before = version_of(lecture)
    colours = ["red", "green", "blue"]
    answer = send(park, f"/api/lectures/{lecture.pk}/pictures", *[screenshot(colour=colour) for colour in colours])
    assert answer.status == 201
    steps = answer.body["subtasks"]
    last = Task.objects.filter(lecture=lecture).last()
    assert last is not None
    assert {step["task_id"] for step in steps} == {last.pk}
    assert [step["position"] for step in steps] == [4, 5, 6]
    assert [step["title"] for step in steps] == ["화면 2", "화면 3", "화면 4"]
    assert steps[0]["image"]["alt"] == f"{last.title} 화면, 화면 2"
    found: list[Any] = [shown(step["image"]["url"]).getpixel((5, 5)) for step in steps]
    assert [pixel.index(max(pixel)) for pixel in found] == [0, 1, 2]
    assert version_of(lecture) == before + 1


def test_they_go_to_the_named_task_or_to_a_new_one(park: User, lecture: Lecture) -> None:
    first = Task.objects.filter(lecture=lecture)[0]
    named = send(park, f"/api/lectures/{lecture.pk}/pictures", screenshot(), task_id=first.pk).body["subtasks"]
    assert (named[0]["task_id"], named[0]["position"]) == (first.pk, 3)
    empty = cast.lecture(park, shape=())
    made = send(park, f"/api/lectures/{empty.pk}/pictures", screenshot()).body["subtasks"]
    assert Task.objects.get(pk=made[0]["task_id"]).title == "새 과제"
    other = send(park, f"/api/lectures/{empty.pk}/pictures", screenshot(), task_id=first.pk)
    assert (other.status, other.code) == (404, "NOT_FOUND")


def test_one_bad_picture_refuses_all_of_them(park: User, lecture: Lecture) -> None:
    before = Subtask.objects.count()
    answer = send(park, f"/api/lectures/{lecture.pk}/pictures", screenshot(), b"no picture", screenshot())
    assert (answer.status, answer.code) == (400, "UNSUPPORTED_FILE")
    assert answer.body["error"]["details"]["index"] == 1
    assert Subtask.objects.count() == before


def test_a_retry_makes_no_second_steps_and_another_form_is_refused(park: User, lecture: Lecture) -> None:
    path = f"/api/lectures/{lecture.pk}/pictures"
    first = send(park, path, screenshot(), key="once")
    again = send(park, path, screenshot(), key="once")
    assert (again.status, again.body) == (201, first.body)
    other = send(park, path, screenshot(colour="red"), key="once")
    assert (other.status, other.code) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Subtask.objects.filter(task__lecture=lecture).count() == 4


def test_there_are_only_so_many_pictures_at_once_and_in_a_day(park: User, lecture: Lecture, settings: Settings) -> None:
    path = f"/api/lectures/{lecture.pk}/pictures"
    assert send(park, path, *[picture()] * 41).status == 400
    settings.LESSON_PICTURES_PER_DAY = 2
    answer = send(park, path, *[picture()] * 3)
    assert (answer.status, answer.code) == (429, "RATE_LIMITED")
    assert send(park, path, *[picture()] * 2).status == 201
