"""Profile pictures: served as images, and nothing else with them (contract 9.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.people import author_of
from tests import cast, rooms
from tests.pictures import heic, opened, photo_with_a_place, picture
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_a_picture_is_where_the_frames_say(kim: User) -> None:
    kim.profile_picture.save("김 학생.png", ContentFile(picture()))
    url = author_of(kim).picture_url
    assert url is not None
    assert url.startswith("/media/profiles/")
    response = Client().get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert opened(b"".join(response)).size == (40, 30)


def test_who_has_none_has_none(kim: User) -> None:
    assert author_of(kim).picture_url is None


@pytest.mark.parametrize(
    "path",
    [
        "/media/profiles/absent.png",
        "/media/profiles/page.html",
        "/media/profiles/.png",
        "/media/profiles/..%2fsecret.png",
        "/media/profiles/%2e%2e/secret.png",
        "/media/profiles/..%5csecret.png",
        "/media/profiles/%00.png",
        "/media/secret.png",
        "/media/",
    ],
)
def test_nothing_else_is_served(media: Path, path: str) -> None:
    (media / "profiles").mkdir(parents=True)
    for name in ("secret.png", "profiles/page.html"):
        (media / name).write_bytes(picture())
    response = Client().get(path)
    assert response.status_code in (400, 404)
    response.close()


def test_the_files_of_rooms_are_not_pictures(media: Path, kim: User) -> None:
    room = rooms.private(kim)
    form = {"file": SimpleUploadedFile("a.png", picture())}
    assert Client().post(f"/api/v1/chat/rooms/{room.pk}/files", form, headers=cast.bearer(kim)).status_code == 201
    (path,) = (one for one in media.rglob("*.png"))
    assert Api(kim).client.get(f"/media/{path.relative_to(media)}").status_code == 404


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


def post_picture(client: Client, user: User, name: str, content: bytes) -> Any:
    """As staff changes an account."""
    path = f"/admin/accounts/user/{user.pk}/change/"
    shown = client.get(path).context["adminform"].form
    form = {key: value for key, value in shown.initial.items() if value is not None and key in shown.fields}
    return client.post(path, {**form, "profile_picture": SimpleUploadedFile(name, content)})


def test_a_picture_that_staff_uploads_is_drawn_anew(kim: User, staff: Client) -> None:
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = 6, "SecretCamera"
    for name, content in (
        ("프로필.jpg", photo_with_a_place((40, 30))),
        ("IMG_1.HEIC", heic(Image.new("RGB", (40, 30)), exif=notes.tobytes())),
    ):
        answer = post_picture(staff, kim, name, content)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        kim.refresh_from_db()
        stored = kim.profile_picture.read()
        kim.profile_picture.close()
        assert opened(stored).size == (30, 40)
        assert opened(stored).format == "JPEG"
        assert b"Secret" not in stored
        assert author_of(kim).picture_url is not None


def test_what_is_no_picture_is_refused_in_words(kim: User, staff: Client) -> None:
    for content in (b"<svg onload='alert(1)'/>", picture("PNG")[:40]):
        answer = post_picture(staff, kim, "a.png", content)
        assert answer.status_code == 200
        assert "profile_picture" in answer.context["adminform"].form.errors


def test_a_picture_is_asked_for_once(kim: User) -> None:
    kim.profile_picture.save("a.png", ContentFile(picture()))
    url = author_of(kim).picture_url
    assert url is not None
    first = Client().get(url)
    tag = first["ETag"]
    assert b"".join(first) == picture()
    assert Client().get(url, headers={"if-none-match": tag}).status_code == 304
    part = Client().get(url, headers={"range": "bytes=1-3"})
    assert (part.status_code, b"".join(part)) == (206, b"PNG")
