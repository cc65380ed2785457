"""Screens of learners: with their word, for the teachers of their class, and gone with it (contract 12)."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from PIL import Image

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.audit.trail import waiting
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import ChangeSettings, MergeSeat
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.screenshots import policies
from mobilegpt.screenshots import services as screens
from mobilegpt.screenshots.models import ScreenConsent, Screenshot
from tests import cast, classes, pictures
from tests.apps.needed import MAYBE_TEXT, TEXT, WHOLE, lacks
from tests.rest.api import Answer, Api
from tests.sockets.client import SocketClient, serving

PHONE, OTHER = "9774d56d682e549c", "1f2e3d4c5b6a7988"
FIELDS = {
    "id": WHOLE,
    "session": WHOLE,
    "participant": WHOLE,
    "device_id": MAYBE_TEXT,
    "participant_name": TEXT,
    "image_url": TEXT,
    "captured_at": TEXT,
    "created_at": TEXT,
}


@pytest.fixture
def held(session: LectureSession) -> LectureSession:
    """A running class in which 김영자 sits with her phone."""
    body = {"session_code": session.code, "device_id": PHONE, "name": "김영자"}
    assert Api().post("/api/sessions/join", body).status == 201
    classes.start(session)
    return session


def path(session: LectureSession, rest: str = "") -> str:
    return f"/api/sessions/{session.pk}/screenshots{rest}"


def show(session: LectureSession, content: bytes | None = None, *, device: str = PHONE, **more: Any) -> Answer:
    """``captured_at`` is later each time; the screen before was shown a while ago."""
    Screenshot.objects.update(created_at=now() - timedelta(seconds=5))
    image = base64.b64encode(pictures.picture(size=(108, 234)) if content is None else content).decode()
    body = {"device_id": device, "image_data": image, "captured_at": round(now().timestamp() * 1000), **more}
    return Api().post(path(session, "/upload/"), body)


def look(session: LectureSession) -> Answer:
    return Api(session.lecture.instructor).get(path(session, "/"))


def image_of(user: User, session: LectureSession) -> Any:
    seat = SessionParticipant.objects.get()
    return Client(headers=cast.bearer(user)).get(path(session, f"/{seat.pk}/image/"))


def tell(session: LectureSession, **more: Any) -> None:
    log = {"device_id": PHONE, "session": session.pk, "event_type": "CLICK", **more}
    assert Api().post("/api/logs/activity/anonymous", log).status == 201


@pytest.mark.django_db
def test_the_newest_screen_is_shown_with_every_field_that_the_apps_read(held: LectureSession) -> None:
    first = show(held)
    assert (first.status, lacks(first.body, FIELDS)) == (201, [])
    assert (first.body["device_id"], first.body["participant_name"]) == (PHONE, "김영자")
    second = show(held, pictures.photo_with_a_place((300, 400)))
    assert second.status == 201
    assert second.body["image_url"] != first.body["image_url"]

    listed = look(held).body
    assert listed["count"] == 1
    (one,) = listed["screenshots"]
    assert one == {**second.body, "device_id": None}
    teacher, seat = Api(held.lecture.instructor), one["participant"]
    assert teacher.get(path(held, f"/{seat}/")).body == one
    assert teacher.get(path(held, f"/by-device/{PHONE}/")).body == second.body
    assert one["image_url"].startswith(path(held, f"/{seat}/image/?v="))
    image = image_of(held.lecture.instructor, held)
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/webp")
    assert image.content == bytes(Screenshot.objects.get().content)
    assert image.headers["Cache-Control"] == "no-store"
    kept = Screenshot.objects.get().content
    assert b"Secret" not in kept
    with Image.open(io.BytesIO(kept)) as drawn:
        assert (drawn.size, dict(drawn.getexif())) == ((400, 300), {})


@pytest.mark.django_db
def test_a_large_screen_is_kept_small(held: LectureSession) -> None:
    assert show(held, pictures.picture(size=(1440, 3200))).status == 201
    with Image.open(io.BytesIO(Screenshot.objects.get().content)) as drawn:
        assert drawn.size == (576, 1280)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["data:image/png;base64,{}", "{}\n"])
def test_base64_as_phones_write_it(held: LectureSession, sent: str) -> None:
    image = base64.encodebytes(pictures.picture(size=(200, 300))).decode()
    assert show(held, image_data=sent.format(image)).status == 201


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "more", "code"),
    [
        (pictures.bomb(), {}, "UNSUPPORTED_FILE"),
        (b"<svg/>", {}, "UNSUPPORTED_FILE"),
        (b"", {}, "UNSUPPORTED_FILE"),
        (pictures.picture()[:60], {}, "UNSUPPORTED_FILE"),
        (pictures.animation("GIF"), {}, "UNSUPPORTED_FILE"),
        (b"", {"image_data": "%%%"}, "UNSUPPORTED_FILE"),
        (b"", {"image_data": None}, "INVALID_REQUEST"),
        (None, {"captured_at": "soon"}, "INVALID_REQUEST"),
        (None, {"screen_info": "x"}, "INVALID_REQUEST"),
    ],
)
def test_what_is_no_screen_is_refused_and_agrees_to_nothing(
    held: LectureSession, content: bytes | None, more: dict[str, Any], code: str
) -> None:
    refused = show(held, content, **more)
    assert (refused.status, refused.body["code"]) == (400, code)
    assert not Screenshot.objects.exists()
    assert not ScreenConsent.objects.exists()


@pytest.mark.django_db
def test_too_large_a_body_is_refused(held: LectureSession) -> None:
    assert show(held, image_data="A" * 1_100_000).status == 413


@pytest.mark.django_db
def test_the_same_screen_again_and_one_that_comes_late_change_nothing(held: LectureSession) -> None:
    at = round(now().timestamp() * 1000)
    kept = show(held, captured_at=at)
    again, late = show(held, captured_at=at), show(held, pictures.picture(size=(20, 20)), captured_at=at - 3000)
    assert (again.status, late.status) == (200, 200)
    assert again.body["id"] == late.body["id"] == kept.body["id"]
    with Image.open(io.BytesIO(Screenshot.objects.get().content)) as drawn:
        assert drawn.size == (108, 234)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [3_600_000, "1970-01-01T01:00:00Z", 4_102_444_800_000, None])
def test_a_clock_that_is_far_off_is_ours(held: LectureSession, sent: Any) -> None:
    assert show(held, captured_at=sent).status == 201
    assert abs(Screenshot.objects.get().captured_at - now()) < timedelta(minutes=1)


@pytest.mark.django_db
def test_one_screen_a_second(held: LectureSession) -> None:
    assert show(held).status == 201
    image = base64.b64encode(pictures.picture()).decode()
    refused = Api().post(path(held, "/upload"), {"device_id": PHONE, "image_data": image})
    assert (refused.status, refused.body["code"]) == (429, "RATE_LIMITED")


@pytest.mark.django_db
def test_of_screens_that_come_at_once_one_is_kept(held: LectureSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one of the same phone is kept while the first is drawn."""
    drawn = screens._drawn

    def slowly(content: bytes) -> bytes:
        monkeypatch.setattr(screens, "_drawn", drawn)
        assert show(held, captured_at=None).status == 201
        Screenshot.objects.update(created_at=now(), captured_at=now() - timedelta(seconds=1))
        return drawn(content)

    monkeypatch.setattr(screens, "_drawn", slowly)
    refused = show(held)
    assert (refused.status, refused.body["code"]) == (429, "RATE_LIMITED")
    assert Screenshot.objects.count() == 1


@pytest.mark.django_db
def test_the_pause_counts_from_when_it_was_kept(held: LectureSession, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, ready = screens._drawn, []

    def noted(content: bytes) -> bytes:
        picture = drawn(content)
        ready.append(now())
        return picture

    monkeypatch.setattr(screens, "_drawn", noted)
    assert show(held).status == 201
    assert Screenshot.objects.get().created_at >= ready[0]


@pytest.mark.django_db
def test_the_first_screen_agrees_and_taking_it_back_deletes_it(held: LectureSession) -> None:
    mine = path(held, "/consent/")
    assert Api().get(mine, device_id=PHONE).body == {"agreed": None, "allowed": True}
    show(held)
    assert Api().get(mine, device_id=PHONE).body == {"agreed": True, "allowed": True}
    assert Api().post(mine, {"device_id": PHONE, "agreed": False}).body == {"agreed": False, "allowed": True}
    assert not Screenshot.objects.exists()
    refused = show(held)
    assert (refused.status, refused.body["code"]) == (403, "SCREEN_NOT_AGREED")
    Api().post(mine, {"device_id": PHONE, "agreed": True})
    assert show(held).status == 201
    told = AuditEntry.objects.filter(action__startswith="screen.").order_by("id")
    assert list(told.values_list("action", flat=True)) == ["screen.agree", "screen.withdraw", "screen.agree"]


@pytest.mark.django_db
def test_agreeing_again_and_again_ends_and_taking_it_back_never_does(held: LectureSession) -> None:
    said = [
        Api().post(path(held, "/consent/"), {"device_id": PHONE, "agreed": number % 2 == 0}) for number in range(24)
    ]
    assert {one.status for one in said[1::2]} == {200}
    assert [one.status for one in said[::2]] == [200] * policies.AGAIN_IN_TEN_MINUTES + [429] * 2
    assert (said[-2].body["code"], said[-2].body["success"]) == ("RATE_LIMITED", False)
    assert not ScreenConsent.objects.get().agreed


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["end", "archive", "off", "remove", "erase"])
def test_nothing_stays_when_it_ends(held: LectureSession, end: str) -> None:
    show(held)
    owner, seat = classes.owner_of(held), SessionParticipant.objects.get()
    if end in ("end", "archive"):
        classes.end(held)
    if end == "archive":
        LectureSession.objects.update(ended_at=now() - timedelta(days=3))
        services.archive_old_sessions()
    elif end == "off":
        services.change_settings(actor=owner, session_ref=str(held.pk), command=ChangeSettings(screens=False))
    elif end == "remove":
        services.remove_seat(actor=owner, session_ref=str(held.pk), participant_id=seat.pk, may_return=True)
    elif end == "erase":
        seat.user.delete()
    assert not Screenshot.objects.exists()
    if end != "erase":
        assert show(held).status in (401, 403, 409)
        assert not Screenshot.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"event_data": {"package_name": "com.kakaobank.channel", "text": "잔액"}}, "SENSITIVE_APP"),
        ({"event_data": {"text": "010-1234-5678로 전화"}}, "PERSONAL_DATA"),
        ({"event_data": {"text": "a"}, "is_sensitive_data": True}, "PERSONAL_DATA"),
    ],
)
def test_nothing_is_kept_of_a_screen_on_which_something_was_masked(
    held: LectureSession, told: dict[str, Any], why: str
) -> None:
    show(held)
    tell(held, **told)
    shown = show(held)
    assert (shown.status, shown.body["withheld"], shown.body["image_url"]) == (201, why, "")
    assert bytes(Screenshot.objects.get().content) == b""
    (one,) = look(held).body["screenshots"]
    assert (one["withheld"], one["image_url"]) == (why, "")
    assert Api(held.lecture.instructor).get(path(held, f"/{one['participant']}/image")).status == 404
    tell(held, event_data={"package_name": "com.kakao.talk", "text": "친구"})
    assert show(held).body["withheld"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("info", [{"package_name": "viva.republica.toss"}, {"text": "test@example.com"}])
def test_what_is_told_with_a_screen_counts_too(held: LectureSession, info: dict[str, Any]) -> None:
    assert show(held, screen_info=info).body["withheld"] != ""
    assert bytes(Screenshot.objects.get().content) == b""


@pytest.mark.django_db
def test_only_the_teachers_of_the_class_look(held: LectureSession, kim: User) -> None:
    show(held)
    seat, han, choi = SessionParticipant.objects.get(), cast.admin_han(), cast.instructor_choi()
    for rest in ("/", f"/{seat.pk}/", f"/{seat.pk}/image/", f"/by-device/{PHONE}/"):
        assert Api().get(path(held, rest)).status == 401
        assert Api().get(path(held, rest), device_id=PHONE).status == 401
        assert Api(seat.user).get(path(held, rest)).status == 403
        assert Api(kim).get(path(held, rest)).status == 403
        assert Api(han).get(path(held, rest)).status == 403
        assert Api(choi).get(path(held, rest)).status == 404
        if "image" not in rest:
            assert Api(held.lecture.instructor).get(path(held, rest)).status == 200


@pytest.mark.django_db
def test_who_looked_is_written_down_without_the_device(held: LectureSession) -> None:
    show(held)
    teacher = held.lecture.instructor
    Api(teacher).get(path(held))
    image_of(teacher, held)
    Api(teacher).get(path(held, f"/by-device/{PHONE}"))
    waiting.flush()
    lines = AuditEntry.objects.filter(action__startswith="read.screen").order_by("id")
    assert [line.action for line in lines] == ["read.screens", "read.screen", "read.screens"]
    assert {line.actor_id for line in lines} == {held.lecture.instructor_id}
    assert not any(PHONE in line.subject for line in lines)


@pytest.mark.django_db
def test_a_phone_shows_nothing_for_somebody_else(held: LectureSession, kim: User) -> None:
    assert show(held, device=OTHER).status == 401
    other = classes.open_class(held.lecture)
    assert show(other).status == 401
    assert Api(kim).post(path(held, "/upload"), {"device_id": PHONE, "image_data": "AAAA"}).status == 404
    assert not Screenshot.objects.exists()


@pytest.mark.django_db
def test_of_two_who_are_one_the_newer_screen_stays_and_a_no_counts(held: LectureSession) -> None:
    body = {"session_code": held.code, "device_id": OTHER, "name": "영자"}
    assert Api().post("/api/sessions/join", body).status == 201
    show(held)
    newer = show(held, pictures.picture(size=(50, 60)), device=OTHER)
    mine, theirs = SessionParticipant.objects.order_by("id")
    services.merge_seat(
        actor=classes.owner_of(held),
        session_ref=str(held.pk),
        participant_id=theirs.pk,
        command=MergeSeat(into=mine.pk),
    )
    kept = Screenshot.objects.get()
    assert (kept.pk, kept.user_id) == (newer.body["id"], mine.user_id)
    assert ScreenConsent.objects.get().user_id == mine.user_id


@pytest.mark.django_db(transaction=True)
async def test_who_teaches_hears_of_it_at_once(session: LectureSession) -> None:
    in_thread = sync_to_async
    await in_thread(Api().post)(
        "/api/sessions/join", {"session_code": session.code, "device_id": PHONE, "name": "김영자"}
    )
    token = await in_thread(cast.access_token)(session.lecture.instructor)
    async with (
        serving(),
        SocketClient(f"/ws/sessions/{session.code}/", token=token) as room,
        SocketClient(f"/ws/session/{session.pk}/instructor/", token=token) as desk,
    ):
        kept = await in_thread(show)(session)
        flat = await room.until("screenshot_updated")
        told = (await desk.until("screenshot_updated"))["data"]
        assert lacks(told, FIELDS) == lacks(flat["data"], FIELDS) == []
        assert told == {
            **kept.body,
            "device_id": None,
            "image_url": told["image_url"],
            "created_at": told["created_at"],
        }
        body = {"device_id": PHONE, "agreed": False}
        await in_thread(Api().post)(path(session, "/consent"), body)
        assert (await desk.until("screenshot_updated"))["data"]["image_url"] == ""
