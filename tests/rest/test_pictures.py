"""Profile pictures: served as images, and nothing else with them (contract 9.3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.people import author_of
from tests import cast, rooms
from tests.pictures import opened, picture
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
