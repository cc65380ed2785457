"""Uploads in a bucket of an S3-compatible storage, by setting: a real client against a real server (contract 9.4)."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
import time_machine
from django.conf import settings as ours
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from config import env
from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.models import ChatFile, Room
from mobilegpt.core.clock import now
from mobilegpt.files import lesson_files, store
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.pictures import services as pictures
from mobilegpt.pictures.commands import ChangeImage, SentCrop
from tests import cast, rooms
from tests.pictures import picture
from tests.rest.api import Answer

pytestmark = pytest.mark.django_db
BUCKET = "classroom-uploads"


class Bucket:
    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )

    def make(self) -> None:
        self._client.create_bucket(Bucket=BUCKET)

    def objects(self) -> dict[str, bytes]:
        listed = self._client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: self._client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in listed}

    def empty(self) -> None:
        for key in self.objects():
            self._client.delete_object(Bucket=BUCKET, Key=key)


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    yield running
    running.stop()


def use(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the environment would have it."""
    for name, value in {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": address,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**ours.STORAGES, "default": env.file_storage()}


@pytest.fixture
def bucket(server: ThreadedMotoServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    made = Bucket(server.get_host_and_port()[1])
    made.make()
    use(made.address, settings, monkeypatch)
    yield made
    made.empty()


@pytest.fixture
def room(kim: User) -> Room:
    return rooms.private(kim)


def upload(user: User, room: Room, content: bytes = b"hello") -> Answer:
    form = {"file": SimpleUploadedFile("memo.txt", content)}
    return Answer(Client().post(f"/api/v1/chat/rooms/{room.pk}/files", form, headers=cast.bearer(user)))


def test_bytes_go_into_the_bucket_and_come_back_through_us(bucket: Bucket, room: Room, kim: User) -> None:
    content = "안녕하세요\n".encode() * 200_000  # more than one piece
    answer = upload(kim, room, content)
    assert answer.status == 201, answer.body
    assert bucket.objects() == {f"chat/{room.pk}/{ChatFile.objects.get().pk}.txt": content}
    url = answer.body["data"]["file_url"]
    assert url.startswith("http://testserver/api/v1/chat/files/")  # members only: never the bucket's own address
    response = Client().get(url)
    assert (response.status_code, response["Content-Disposition"]) == (200, 'attachment; filename="memo.txt"')
    assert b"".join(response) == content
    rooms.say(kim, room, None, file_url=url)
    assert services.delete_unsent_files() == 0


def test_a_part_of_what_lies_in_a_bucket(bucket: Bucket, room: Room, kim: User) -> None:
    content = "안녕하세요\n".encode() * 200_000
    url = upload(kim, room, content).body["data"]["file_url"]
    response = Client().get(url, headers={"range": "bytes=1000000-1000099"})
    assert (response.status_code, response["Content-Length"]) == (206, "100")
    assert response["Content-Range"] == f"bytes 1000000-1000099/{len(content)}"
    assert b"".join(response) == content[1_000_000:1_000_100]
    assert Client().get(url, headers={"range": f"bytes={len(content)}-"}).status_code == 416
    head = Client().head(url)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(content)))
    head.close()


def test_what_a_bucket_lost_is_absent(bucket: Bucket, room: Room, kim: User) -> None:
    url = upload(kim, room).body["data"]["file_url"]
    bucket.empty()
    assert Client().get(url).status_code == 404


def test_a_bucket_that_does_not_exist_is_a_store_that_is_down(
    bucket: Bucket, room: Room, kim: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_BUCKET", "another-bucket")
    settings.STORAGES = {**ours.STORAGES, "default": env.file_storage()}
    answer = upload(kim, room)
    assert (answer.status, answer.body["code"]) == (503, "UNAVAILABLE")
    assert not ChatFile.objects.exists()


def test_a_bucket_that_is_away_is_told_within_seconds(
    bucket: Bucket, room: Room, kim: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = upload(kim, room).body["data"]["file_url"]
    use("http://127.0.0.1:9", settings, monkeypatch)  # nobody listens there
    begun = time.monotonic()
    refused, unread = upload(kim, room), Client().get(url)
    assert time.monotonic() - begun < 10
    assert (refused.status, refused.body["code"]) == (503, "UNAVAILABLE")
    assert int(refused.headers["Retry-After"]) > 0
    assert (unread.status_code, unread.json()["code"]) == (503, "UNAVAILABLE")
    assert ChatFile.objects.count() == 1


def test_without_a_bucket_files_lie_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert env.file_storage() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_bucket_without_its_package_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_BUCKET", BUCKET)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(env.BadSetting, match=r"^S3_BUCKET: needs"):
        env.file_storage()


def test_pictures_of_lessons_lie_in_the_bucket_too(bucket: Bucket) -> None:
    content = bytes(range(256)) * 400
    name = lesson_files.keep(content, "webp")
    assert lesson_files.keep(content, "webp") == name
    assert bucket.objects() == {f"lessons/{name}": content}
    assert store.names_in(lesson_files.FOLDER) == [name]
    response = Client().get(lesson_files.url_of(name), headers={"Range": "bytes=1000-1099"})
    assert (response.status_code, b"".join(response.streaming_content)) == (206, content[1000:1100])  # type: ignore[attr-defined]


def test_a_picture_of_the_bucket_that_is_kept_again_is_young_again(bucket: Bucket) -> None:
    name = lesson_files.keep(b"picture", "webp")
    _, before = store.facts_of(lesson_files.path_of(name))
    time.sleep(1.1)  # the bucket counts in seconds
    with time_machine.travel(now() + timedelta(hours=13)):
        assert lesson_files.keep(b"picture", "webp") == name
    _, after = store.facts_of(lesson_files.path_of(name))
    assert after > before
    assert bucket.objects() == {f"lessons/{name}": b"picture"}


def test_a_step_s_picture_is_cut_from_the_bucket(bucket: Bucket, lecture: Lecture, park: User) -> None:
    step = Subtask.objects.filter(task__lecture=lecture)[0]
    [sizes] = pictures.drawn([io.BytesIO(picture("PNG", (400, 400)))], for_user=park.pk)
    pictures.set_image(actor=cast.actor(park), subtask_id=step.pk, sizes=sizes)
    crop = SentCrop(x=0.5, y=0.5, w=0.5, h=0.5)
    cut = pictures.change_image(actor=cast.actor(park), subtask_id=step.pk, command=ChangeImage(crop=crop))
    assert (cut.whole.width, cut.whole.height) == (200, 200)
    assert f"lessons/{cut.whole.file}" in bucket.objects()
