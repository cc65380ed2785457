"""An account that staff delete leaves nothing of its person behind (reliability X22)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors
from mobilegpt.chat.models import ChatFile, Message, Outsider, Room
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import LectureSession
from mobilegpt.events import streams
from mobilegpt.events.models import StreamEntry
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse, RememberedAnswer
from tests import cast, classes, rooms
from tests.pictures import picture
from tests.rest.api import Api

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = ("한사라씨", "사라별명", "sarah.planted@example.com", "01055501234", "사라가쓴글", "사라파일", "사라방이름")


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def sarah(media: Path) -> User:
    name, nickname, email, phone, *_ = PLANTED
    user = User.objects.create_user(email, cast.PASSWORD, name=name, nickname=nickname, phone=phone)
    user.profile_picture.save("sarah.png", ContentFile(picture()))
    return user


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


@pytest.fixture
def life(sarah: User, park: User, kim: User, session: LectureSession, staff: Client) -> User:
    """She does everything that leaves a trace, over the doors that people use."""
    _in_class(sarah, park, session)
    _in_chat(sarah, park, kim, session)
    change = reverse("admin:accounts_user_change", args=[sarah.pk])
    form = staff.get(change).context["adminform"].form
    fields = {key: value for key, value in form.initial.items() if value is not None and key != "profile_picture"}
    assert staff.post(change, {**fields, "age": 70}).status_code == 302
    return sarah


def _in_class(sarah: User, park: User, session: LectureSession) -> None:
    api = Api(sarah)
    assert api.post(f"/api/sessions/{session.pk}/join", {"session_code": session.code}).status == 201
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    asking = {"subtask_id": step.pk, "session_id": session.pk, "context_data": {"message": "사라가쓴글 도와주세요"}}
    asked = api.post("/api/help/request", asking, Idempotency_Key="help-1").body
    teacher = Api(park)
    answer = {"help_content": "한사라씨님, 사라가쓴글 잘 보았어요"}
    assert teacher.post(f"/api/help/request/{asked['help_request_id']}/answer", answer).status == 200
    response = HelpResponse.objects.get(source="TEACHER")
    RememberedAnswer.objects.create(
        subtask=step, response=response, problem="사라가쓴글", help_content="천천히 해 보세요", rating=5
    )
    log = {"event_type": "CLICK", "subtask_id": step.pk, "event_data": {"text": "사라가쓴글"}}
    assert api.post("/api/logs/activity", log).status == 201
    assert api.post("/api/sessions/recordings/", {"title": "사라가쓴글"}).status == 201
    classroom.mark_absent(session.pk, sarah.pk)


def _in_chat(sarah: User, park: User, kim: User, session: LectureSession) -> None:
    api, chat = Api(sarah), Room.objects.get(session_id=session.pk)
    here = f"/api/v1/chat/rooms/{chat.pk}"
    assert api.post(f"{here}/messages", {"message": "사라가쓴글 하나", "client_msg_id": "m-1"}).status == 201
    form = {"file": SimpleUploadedFile("사라파일.txt", "사라가쓴글 안에".encode())}
    upload = api.client.post(f"{here}/files", form, headers=cast.bearer(sarah)).json()["data"]
    file_message = {"message": "사라가쓴글 둘", "message_type": "file", "file_url": upload["file_url"]}
    assert api.post(f"{here}/messages", file_message).status == 201
    forwarded = {"message_type": "file", "file_url": upload["file_url"]}
    assert Api(park).post(f"{here}/messages", forwarded).status == 201
    assert api.post("/chat/v1/room/", {"name": "사라방이름: 한사라씨"}, Idempotency_Key="r").status == 201
    added = {"user_id": sarah.pk}
    own = rooms.private(park)
    answer = Api(park).post(f"/api/v1/chat/rooms/{own.pk}/members", added, Idempotency_Key="added")
    assert answer.body["data"]["user"]["name"] == "한사라씨"
    invited = rooms.private(kim)
    assert Api(kim).post(f"/api/v1/chat/rooms/{invited.pk}/members", added).status == 201


def _finds(media: Path, planted: tuple[str, ...]) -> set[str]:
    """Where any of it is: every field of every row of every table, and every file with its name."""
    found = set()
    for model in apps.get_models():
        fields: Any = model._meta.concrete_fields
        for row in model._default_manager.values_list(*(field.attname for field in fields)):
            for field, value in zip(fields, row, strict=True):
                if _tells(value, planted):
                    found.add(f"{model._meta.label}.{field.name}")
    for path in media.rglob("*"):
        if _tells(path.name, planted) or (path.is_file() and _tells(path.read_bytes(), planted)):
            found.add(str(path.relative_to(media)))
    return found


def _tells(value: Any, planted: tuple[str, ...]) -> bool:
    if isinstance(value, (bytes, memoryview)):
        text = bytes(value).decode(errors="replace")
    elif isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return any(one in text or json.dumps(one)[1:-1] in text for one in planted)


def _delete(staff: Client, user: User) -> None:
    answer = staff.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert answer.status_code == 302, answer.content.decode()


def _delete_among_others(staff: Client, user: User) -> None:
    body = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    answer = staff.post(reverse("admin:accounts_user_changelist"), body)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("delete", [_delete, _delete_among_others])
def test_nothing_of_a_deleted_person_is_found(life: User, staff: Client, media: Path, delete: Any) -> None:
    everywhere = {name.partition(".")[0] for name in _finds(media, PLANTED)}
    assert everywhere >= {"accounts", "chat", "realtime", "core", "helpdesk", "activity", "recordings", "notifications"}
    assert [path for path in media.rglob("*") if path.is_file()]
    delete(staff, life)
    assert not User.objects.filter(pk=life.pk).exists()
    # The room's name is what its people call it; her own names are out of it.
    assert _finds(media, PLANTED[:-1]) == set()
    assert Room.objects.get(name__startswith="사라방이름").name == "사라방이름: 탈퇴한 회원"
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert not ChatFile.objects.exists()
    assert not HelpRequest.objects.exists()


def test_what_others_see_then(life: User, staff: Client, session: LectureSession, park: User, kim: User) -> None:
    chat = Room.objects.get(session_id=session.pk)
    before = streams.positions([f"room:{chat.pk}"])[f"room:{chat.pk}"]
    _delete(staff, life)
    here = f"/api/v1/chat/rooms/{chat.pk}"
    shown = Api(park).get(f"{here}/messages").body["data"]["messages"]
    assert [(one["user_id"], one["message"], one["file_url"]) for one in shown] == [
        (park.pk, "탈퇴한 회원의 글입니다", None),
        (None, "탈퇴한 회원의 글입니다", None),
        (None, "탈퇴한 회원의 글입니다", None),
    ]
    assert [one["user_id"] for one in Api(park).get(f"{here}/members").body["data"]["members"]] == [park.pk]
    since = Api(park).get(f"{here}/messages", after_seq=0, epoch=before.epoch).body["data"]
    assert since["recovered"] is True
    assert [event["type"] for event in since["events"]][-1] == "member_leave"
    told = [event["data"] for event in since["events"] if event["type"] == "message"]
    assert [(one["user"], one["message"]) for one in told][:1] == [(None, "탈퇴한 회원의 글입니다")]
    joined = [event["data"]["user"] for event in since["events"] if event["type"] == "member_join"]
    assert {"id": life.pk, "email": None, "name": "탈퇴한 회원"} in joined
    (invited,) = Outsider.objects.all()  # whoever invited her learns nothing by it
    assert (invited.user_id, invited.standing) == (life.pk, "INVITED")
    assert Message.objects.filter(room=chat).count() == 3
    assert selectors.membership(park.pk, chat.pk) is not None


def test_an_event_of_another_version_is_emptied(life: User) -> None:
    """Whoever resumes past it gets the state: a part would be worse (reliability F4)."""
    row = StreamEntry.objects.filter(event_type="MemberJoined").last()
    assert row is not None
    payload = {"unknown": {"id": life.pk, "name": life.name}}
    StreamEntry.objects.filter(pk=row.pk).update(payload=json.dumps(payload).replace(" ", "").encode())
    streams.forget_person(life.pk)
    row.refresh_from_db()
    assert bytes(row.payload) == b"{}"


def test_a_storage_that_is_away_loses_nothing_for_ever(
    life: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account goes; the bytes wait under a name that says nothing, until the storage is back."""
    from mobilegpt.chat.services import files

    def away(name: str) -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "delete", away)
        User.objects.get(pk=life.pk).delete()
    (left,) = ChatFile.objects.all()
    assert (left.name, left.uploader) == ("탈퇴한 회원", None)
    assert files.delete_files([left.pk]) == 1
    assert not ChatFile.objects.exists()


def test_who_owns_lectures_is_not_deleted_with_them(staff: Client, session: LectureSession, park: User) -> None:
    with pytest.raises(ProtectedError):
        park.delete()
    page = staff.post(reverse("admin:accounts_user_delete", args=[park.pk]), {"post": "yes"})
    assert page.status_code in (200, 403)
    assert User.objects.filter(pk=park.pk).exists()
    assert Room.objects.get(session_id=session.pk).owner == park
