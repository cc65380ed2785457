"""Pictures from the teacher's phone, by a link for ten minutes (contract 11.11)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.pictures import tokens, uploads
from mobilegpt.pictures.models import UploadLink
from mobilegpt.server.uploading import UPLOAD_PATHS, largest_upload, uploading_caller
from tests import cast
from tests.rest.api import Answer, Api
from tests.rest.asgi import Reply, over_asgi
from tests.rest.test_step_pictures import screenshot, send, shown

pytestmark = pytest.mark.django_db
PHONE = "a-random-word-of-one-phone"
OTHER_PHONE = "another-word-of-another-phone"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def opened(park: User, lecture: Lecture, **where: int) -> Answer:
    answer = Api(park).post(f"/api/lectures/{lecture.pk}/upload-links", where)
    assert answer.status == 201
    return answer


def sent(token: str, *contents: bytes, phone: str = PHONE, key: str = "") -> Answer:
    return send(None, f"/api/upload-links/{token}/pictures", *contents, phone=phone, key=key)


def test_what_a_phone_sends_becomes_steps_and_the_editor_hears_of_it(park: User, lecture: Lecture) -> None:
    link = opened(park, lecture).body
    assert link["url"].endswith(f"/upload/{link['token']}")
    offer = Api().get(f"/api/upload-links/{link['token']}").body
    assert offer["lecture"] == {"id": lecture.pk, "title": lecture.title}
    assert (offer["subtask"], offer["pictures_left"]) == (None, 40)

    answer = sent(link["token"], screenshot(), screenshot(colour="red"))
    assert (answer.status, answer.body) == (201, {"received": 2, "pictures_left": 38})
    heard = Api(park).get(f"/api/lectures/{lecture.pk}/upload-links/{link['id']}").body
    assert (heard["state"], heard["pictures_left"]) == ("open", 38)
    assert "token" not in heard
    made = Subtask.objects.filter(task__lecture=lecture).order_by("-id")[:2]
    assert heard["subtask_ids"] == [step.pk for step in reversed(made)]
    assert all(step.image for step in made)
    actions = list(AuditEntry.objects.filter(action__startswith="upload_link").values_list("action", "actor_id"))
    assert actions == [("upload_link.made", park.pk), ("upload_link.used", park.pk)]


def test_a_link_to_one_step_takes_one_picture(park: User, lecture: Lecture) -> None:
    step = Subtask.objects.filter(task__lecture=lecture)[0]
    link = opened(park, lecture, subtask_id=step.pk).body
    assert Api().get(f"/api/upload-links/{link['token']}").body["subtask"]["id"] == step.pk
    two = sent(link["token"], screenshot(), screenshot())
    assert (two.status, two.code) == (409, "QUOTA_EXCEEDED")
    assert sent(link["token"], screenshot()).status == 201
    image = Api(park).put(f"/api/subtasks/{step.pk}", {}).body["image"]
    assert shown(image["url"]).size == (400, 800)
    assert Api(park).get(f"/api/lectures/{lecture.pk}/upload-links/{link['id']}").body["state"] == "full"
    assert sent(link["token"], screenshot()).code == "QUOTA_EXCEEDED"


def test_it_is_the_first_phones(park: User, lecture: Lecture) -> None:
    token = opened(park, lecture).body["token"]
    assert sent(token, b"no picture", phone=OTHER_PHONE).code == "UNSUPPORTED_FILE"  # which takes nothing
    assert sent(token, screenshot()).status == 201
    other = sent(token, screenshot(), phone=OTHER_PHONE)
    assert (other.status, other.code) == (409, "LINK_TAKEN")
    assert sent(token, screenshot()).status == 201
    assert sent(token, screenshot(), phone="short").status == 400


def test_a_retry_adds_nothing(park: User, lecture: Lecture) -> None:
    token = opened(park, lecture).body["token"]
    first = sent(token, screenshot(), key="once")
    assert sent(token, screenshot(), key="once").body == first.body
    assert Subtask.objects.filter(task__lecture=lecture).count() == 4


def test_it_ends_after_ten_minutes_and_when_it_is_revoked(park: User, lecture: Lecture) -> None:
    link = opened(park, lecture).body
    own = f"/api/lectures/{lecture.pk}/upload-links/{link['id']}"
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)):
        assert sent(link["token"], screenshot()).code == "NOT_FOUND"
        assert Api(park).get(own).body["state"] == "expired"
    assert Api(park).delete(own).status == 204
    assert Api(park).delete(own).status == 204
    assert Api(park).get(own).body["state"] == "revoked"
    assert Api().get(f"/api/upload-links/{link['token']}").code == "NOT_FOUND"
    assert AuditEntry.objects.filter(action="upload_link.revoked").count() == 1
    assert Subtask.objects.filter(task__lecture=lecture).count() == 3


def test_it_ends_with_the_lecture_and_with_its_makers_right(park: User, lecture: Lecture) -> None:
    first, second = opened(park, lecture).body, opened(park, lecture).body
    lecture.instructor = cast.instructor_choi()
    lecture.save()
    lost = sent(first["token"], screenshot())
    assert (lost.status, lost.code) == (403, "FORBIDDEN")
    assert Api(cast.admin_han()).delete(f"/api/lectures/{lecture.pk}").status == 204
    assert sent(second["token"], screenshot()).code == "NOT_FOUND"


def test_made_up_links_are_counted_and_known_before_their_body_is_read(park: User, lecture: Lecture) -> None:
    token = opened(park, lecture).body["token"]
    assert UPLOAD_PATHS.fullmatch(f"/api/upload-links/{token}/pictures")
    at = {"REMOTE_ADDR": "198.51.100.7"}
    assert uploading_caller({**at, "PATH_INFO": f"/api/upload-links/{token}/pictures"}) == f"link:{token}"
    forged = f"{token[:-1]}{'0' if token[-1] != '0' else '1'}"
    for made_up in (forged, "x", "..", "a.9999999999.b", "a.٣.b"):
        assert uploading_caller({**at, "PATH_INFO": f"/api/upload-links/{made_up}/pictures"}) is None
    for _ in range(uploads.WRONG_LINKS_A_MINUTE_PER_ADDRESS):
        assert Api().get(f"/api/upload-links/{forged}").code == "NOT_FOUND"
    assert Api().get(f"/api/upload-links/{token}").code == "RATE_LIMITED"


def test_lessons_take_larger_bodies_than_rooms() -> None:
    rooms = largest_upload("/api/v1/chat/rooms/1/files")
    assert rooms < ours.LESSON_PICTURES_BYTES
    for path in ("/api/subtasks/1/image", "/api/lectures/1/image/", "/api/lectures/1/pictures"):
        assert largest_upload(path) > ours.LESSON_PICTURES_BYTES


@pytest.mark.django_db(transaction=True)
async def test_a_phone_sends_more_than_other_bodies_may_have_and_a_made_up_link_nothing(
    park: User, lecture: Lecture
) -> None:
    token = (await sync_to_async(opened)(park, lecture)).body["token"]
    fields = {"host": "testserver", "content-type": "multipart/form-data; boundary=b"}
    content = screenshot((1440, 900)) + b"\0" * 2_000_000  # as a gallery pads it
    body = (
        b'--b\r\nContent-Disposition: form-data; name="phone"\r\n\r\n' + PHONE.encode() + b"\r\n--b\r\n"
        b'Content-Disposition: form-data; name="file"; filename="1.png"\r\n\r\n' + content + b"\r\n--b--\r\n"
    )

    async def send_to(link: str) -> Reply:
        path = f"/api/upload-links/{link}/pictures"
        return await over_asgi("POST", path, body[:900_000], body[900_000:], headers=fields, peer="198.51.100.7")

    taken = await send_to(token)
    assert (taken.status, taken.body) == (201, {"received": 1, "pictures_left": 39})
    refused = await send_to("made-up")
    assert (refused.status, refused.headers["connection"]) == (404, "close")


def test_the_secret_is_not_kept(park: User, lecture: Lecture) -> None:
    token = opened(park, lecture).body["token"]
    sent(token, screenshot())
    row = UploadLink.objects.values().get()
    assert token not in str(row)
    assert PHONE not in str(row)
    assert tokens.is_genuine(token)


@pytest.mark.parametrize("where", [{"task_id": 1, "subtask_id": 1}, {"task_id": "x"}])
def test_a_link_goes_to_one_place(where: dict[str, object], park: User, lecture: Lecture) -> None:
    answer = Api(park).post(f"/api/lectures/{lecture.pk}/upload-links", where)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_a_place_in_another_lecture_is_unknown(park: User, lecture: Lecture) -> None:
    other = cast.lecture(park)
    step = Subtask.objects.filter(task__lecture=other)[0]
    for where in ({"task_id": step.task_id}, {"subtask_id": step.pk}):
        assert Api(park).post(f"/api/lectures/{lecture.pk}/upload-links", where).status == 404


def test_so_many_are_open_at_most_and_old_ones_are_forgotten(park: User, lecture: Lecture) -> None:
    for _ in range(uploads.OPEN_LINKS):
        opened(park, lecture)
    answer = Api(park).post(f"/api/lectures/{lecture.pk}/upload-links", {})
    assert (answer.status, answer.code) == (409, "QUOTA_EXCEEDED")
    assert uploads.forget_links() == 0
    with time_machine.travel(now() + timedelta(days=1, minutes=11)):
        assert uploads.forget_links() == uploads.OPEN_LINKS
