"""Pictures of a draft's steps: screenshots, else the screen drawn; what was touched is marked, and nobody named."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from mobilegpt.accounts.models import User
from mobilegpt.files import lesson_files
from mobilegpt.guidance.boxes import box_from
from mobilegpt.lectures.step import PictureFile
from mobilegpt.recordings import picturing, queries
from mobilegpt.recordings.acts import acts_of
from mobilegpt.recordings.draft import PicturedStep, draft_of
from mobilegpt.recordings.models import RecordedEvent, RecordedPicture, Recording
from mobilegpt.recordings.picturing import Pictures
from mobilegpt.screens.recorded import Thing
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
ALL = "/api/sessions/recordings/"
START = datetime(2025, 10, 28, 10, 0, tzinfo=UTC)
SCREEN = {"screen_width": 1000, "screen_height": 2000}
OK = {"text": "확인", "class": "Button", "bounds": [100, 1800, 900, 1900]}
Recorded = tuple[str, dict[str, Any]]


def steps(*events: Recorded, names: tuple[str, ...] = ()) -> list[PicturedStep]:
    timed = [(kind, START + timedelta(seconds=10 * at), data) for at, (kind, data) in enumerate(events)]
    return draft_of("연습", timed, Pictures(names).of).steps


def drawn(*events: Recorded, names: tuple[str, ...] = ()) -> list[Thing]:
    """What is drawn for the last act."""
    timed = [(kind, START + timedelta(seconds=10 * at), data) for at, (kind, data) in enumerate(events)]
    act = acts_of(timed)[-1]
    assert act.seen is not None
    return Pictures(names)._things(act, act.seen)


def screenshot(colour: str = "#3366CC") -> str:
    out = io.BytesIO()
    Image.new("RGB", (400, 800), colour).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def recorded(park: User, *events: Recorded) -> tuple[str, Any]:
    at = f"{ALL}{Api(park).post(ALL, {'title': '연습'}).body['id']}"
    batch = [
        {"event_type": kind, "timestamp": 1_700_000_000 + 10 * second, "data": data}
        for second, (kind, data) in enumerate(events)
    ]
    return at, Api(park).post(f"{at}/save-events-batch", {"events": batch})


# --- drawn


def test_a_tap_is_marked_where_it_was_on_a_screen_that_is_drawn() -> None:
    (_, step) = steps(("screen", {"screen": "설정", "elements": [OK], **SCREEN}), ("click", OK))
    assert step.image is not None
    (mark,) = step.image.marks
    assert (mark.kind, mark.x, mark.y) == ("tap", 0.5, 0.925)
    assert step.image.alt == "설정 화면, 아래 '확인' 누르기"
    with lesson_files.open_file(step.image.whole.file) as file:
        picture = Image.open(file).convert("RGB")
    red, _, blue = picture.getpixel((150, round(picture.height * 0.91)))  # type: ignore[misc]
    assert blue > red + 100, "the button is there, in its colour"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (("long_press", OK), "long_tap"),
        (("text_input", {"hint": "찾을 말", "bounds": [0, 100, 1000, 200]}), "box"),
        (("scroll", {"start_x": 500, "start_y": 1500, "end_x": 500, "end_y": 300}), "swipe"),
        (("click", {"x": 500, "y": 1850}), "tap"),
    ],
)
def test_each_act_has_its_own_mark(event: Recorded, kind: str) -> None:
    step = steps(("screen", {"screen": "설정", "elements": [OK], **SCREEN}), event)[-1]
    assert step.image is not None
    (mark,) = step.image.marks
    assert mark.kind == kind
    assert (mark.direction == "up") is (kind == "swipe")


@pytest.mark.parametrize(
    "data",
    [
        {"text": "확인"},
        {"text": "확인", "x": 5, "y": 9},
        {"text": "확인", "bounds": "somewhere"},
        {"text": "확인", "bounds": [5, 5, 5, 5]},
        {"text": "확인", "bounds": [-900, -900, -100, -100]},
        {"text": "확인", "bounds": [1e300, 0, 1e308, 10]},
        {"redacted": True},
    ],
)
def test_where_nothing_is_known_of_a_screen_the_words_stand_alone(data: dict[str, Any]) -> None:
    assert [step.image for step in steps(("click", data))] == [None] * len(steps(("click", data)))


def test_a_new_screen_forgets_the_one_before() -> None:
    shown = steps(
        ("screen", {"screen": "설정", "elements": [OK], **SCREEN}),
        ("screen", {"screen": "다른 곳"}),
        ("click", {"text": "예", "x": 3, "y": 4}),
    )
    assert shown[-1].image is None


def test_nobody_is_named() -> None:
    rows = [
        {"text": name, "class": kind, "bounds": [0, 100 * at, 1000, 100 * at + 100]}
        for at, (name, kind) in enumerate(
            (
                ("김영자", "ListItem"),
                ("박종수 님", "TextView"),
                ("010-1234-5678", "TextView"),
                ("별님이 보내기", "Button"),
            )
        )
    ]
    told = drawn(
        ("screen", {"screen": "친구", "package": "com.kakao.talk", "elements": rows, **SCREEN}),
        ("click", {"x": 5, "y": 5}),
        names=("별님이",),
    )
    words = " ".join(thing.words for thing in told)
    assert len(told) == 4
    assert not any(part in words for part in ("김영자", "박종수", "1234", "별님이"))
    assert "보내기" in words


def test_names_are_not_drawn_in_other_apps_either_but_words_are() -> None:
    rows = [
        {"text": text, "bounds": [0, 100 * at, 1000, 100 * at + 90]} for at, text in enumerate(("화면 밝기", "이순자"))
    ]
    told = drawn(
        ("screen", {"screen": "설정", "package": "com.android.settings", "elements": rows, **SCREEN}),
        ("click", {"x": 5, "y": 5}),
    )
    assert [thing.words for thing in told] == ["화면 밝기", ""]


def test_what_somebody_typed_is_not_drawn() -> None:
    field = {"text": "내 비밀 이야기", "hint": "글 쓰는 칸", "class": "EditText", "bounds": [0, 0, 1000, 100]}
    (thing,) = drawn(("screen", {"screen": "설정", "elements": [field], **SCREEN}), ("click", {"x": 5, "y": 5}))
    assert thing.words == "글 쓰는 칸"


def test_one_screen_is_drawn_once_however_often_it_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Image.Image] = []

    def stored(picture: Image.Image) -> list[PictureFile]:
        kept.append(picture)
        return [PictureFile(file="0.webp", width=picture.width, height=picture.height)]

    monkeypatch.setattr(picturing, "_stored", stored)
    more = {"text": "취소", "class": "Button", "bounds": [100, 1600, 900, 1700]}
    screen = {"screen": "설정", "elements": [OK, more], **SCREEN}
    made = steps(("screen", screen), ("click", OK), ("click", more))
    assert len([step for step in made if step.image]) == 2
    assert len(kept) == 1


@pytest.mark.parametrize(
    "value", ["[10,20][30,40]", [10, 20, 30, 40], {"left": 10, "top": 20, "right": 30, "bottom": 40},
              {"x": 10, "y": 20, "width": 20, "height": 20}]
)  # fmt: skip
def test_boxes_are_read_as_phones_write_them(value: Any) -> None:
    assert box_from(value) == (10, 20, 30, 40)


# --- screenshots


def test_a_screenshot_is_the_picture(park: User) -> None:
    at, saved = recorded(park, ("screen", {"screen": "설정", "screenshot": screenshot(), **SCREEN}), ("click", OK))
    assert saved.status == 201
    assert saved.body["saved_count"] == 2
    first, second = Api(park).post(f"{at}/draft").body["steps"]
    assert first["image"]["marks"] == []
    assert second["image"]["url"] == first["image"]["url"]
    assert second["image"]["marks"][0]["x"] == 0.5
    name = first["image"]["url"].rpartition("/")[2]
    with lesson_files.open_file(name) as file:
        assert Image.open(file).size == (400, 800)
    assert name in queries.files_named()
    event = Api(park).get(f"{at}/events").body["events"][0]["data"]
    assert event["screenshot"][0]["file"] == name
    Api(park).delete(at)
    assert name not in queries.files_named()


@pytest.mark.parametrize("door", [ALL, "/api/recordings/"])
def test_a_screenshot_as_androids_encoder_writes_it(park: User, door: str) -> None:
    at = f"{door}{Api(park).post(door, {'title': '연습'}).body['id']}"
    lines = base64.encodebytes(base64.b64decode(screenshot())).decode()
    assert "\n" in lines.strip()
    event = {"event_type": "screen", "data": {"screen": "설정", "screenshot": lines, **SCREEN}}
    assert Api(park).post(f"{at}/save-events-batch", {"events": [event]}).body["saved_count"] == 1
    data = RecordedEvent.objects.get().data
    assert picturing.LEFT_OUT not in data
    with lesson_files.open_file(data["screenshot"][0]["file"]) as file:
        assert Image.open(file).size == (400, 800)


def test_the_draft_that_was_kept_says_the_same(park: User) -> None:
    at, _ = recorded(park, ("screen", {"screen": "설정", "elements": [OK], **SCREEN}), ("click", OK))
    made = Api(park).post(f"{at}/draft").body
    assert made["steps"][-1]["image"]["alt"]
    assert Api(park).get(f"{at}/draft").body == made
    assert made["steps"][-1]["image"]["url"].rpartition("/")[2] in queries.files_named()


@pytest.mark.parametrize("bad", [5, "no base64!", {"a": 1}, ["x"]])
def test_a_screenshot_that_is_none_is_told_by_its_place(park: User, bad: Any) -> None:
    _, saved = recorded(park, ("click", OK), ("click", {**OK, "screenshot": bad}))
    assert (saved.status, saved.body["saved_count"]) == (201, 1)
    assert saved.body["errors"][0]["index"] == 1
    assert "screenshot" in saved.body["errors"][0]["message"]


def test_a_screenshot_that_is_no_picture_is_left_out_and_the_event_says_so(park: User) -> None:
    at, saved = recorded(park, ("click", {**OK, "screenshot": base64.b64encode(b"%PDF-1.7 no picture").decode()}))
    assert saved.body["saved_count"] == 1
    event = Api(park).get(f"{at}/events").body["events"][0]["data"]
    assert event["screenshot_left_out"] == "UNSUPPORTED_FILE"
    assert "screenshot" not in event
    assert not RecordedPicture.objects.exists()


def test_a_screen_on_which_something_is_masked_is_not_kept_as_a_picture(park: User) -> None:
    at, _ = recorded(
        park,
        ("click", {"text": "010-1234-5678", "screenshot": screenshot("#111111")}),
        ("click", {"text": "이체", "package": "com.kakaobank.channel", "screenshot": screenshot("#222222")}),
    )
    for event in Api(park).get(f"{at}/events").body["events"]:
        assert event["data"]["screenshot_left_out"] == "PERSONAL_DATA"
    assert not RecordedPicture.objects.exists()


def test_a_batch_has_room_for_few_screenshots(park: User) -> None:
    small = screenshot()
    at, saved = recorded(park, *[("click", {**OK, "screenshot": small}) for _ in range(21)])
    assert saved.body["saved_count"] == 20
    assert saved.body["errors"][0]["index"] == 20
    assert Recording.objects.get(pk=int(at.rpartition("/")[2])).event_count == 20


def test_what_a_phone_names_as_a_stored_file_is_not_believed(park: User) -> None:
    forged = [{"file": "0" * 40 + ".webp", "width": 10, "height": 10}]
    _, saved = recorded(park, ("click", OK), ("click", {**OK, "screenshot": forged}))
    assert saved.body["errors"][0]["index"] == 1
