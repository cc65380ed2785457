"""R51–R56: accounts, rooms and messages as S3 knows them (contract 3.2–3.4, 9.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import services as accounts
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.commands import OpenRoom, Reference, SendMessage
from mobilegpt.chat.links import url_for
from mobilegpt.chat.models import Message, Room
from mobilegpt.chat.people import author_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Invalid
from mobilegpt.core.fields import Id
from mobilegpt.rest.accounts.views import LogIn, LoginBody, LoginRequest
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.codec import AnyTypeParser
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.paging import whole_number
from mobilegpt.rest.http.retries import key_of
from mobilegpt.rest.http.routing import both

SHOWN_MESSAGES = 50
_ROOMS_AT_MOST = 100
# Of a whole list, so that it stays small however much is said in however many rooms; the newest rooms come first.
_LISTED_MESSAGES = 1_000
_LISTED_CHARACTERS = 200_000
_ROOM_LIST = {"type": "array", "items": {"$ref": "#/components/schemas/LiveChatRoom"}}
_FIELDS = {"password": "password1", "password_confirm": "password2", "name": "nickname"}


class LiveChatRegister(Struct, frozen=True, kw_only=True):
    """R51. The passwords must be equal."""

    email: str
    password1: str
    password2: str
    nickname: str


class LiveChatProfile(Struct, frozen=True, kw_only=True):
    nickname: str
    phone: str | None
    age: int | None
    profile_picture_url: str | None


class LiveChatRegistered(Struct, frozen=True, kw_only=True):
    """R51's answer."""

    id: int
    email: str
    nickname: str
    message: str
    profile: LiveChatProfile


class LiveChatNewRoom(Struct, frozen=True, kw_only=True):
    """R54. An open room, unless ``is_open`` says otherwise; ``post`` is the client's own reference."""

    name: str
    post: Reference | None = None
    is_open: bool = True


class LiveChatMessage(Struct, frozen=True, kw_only=True):
    """A message; ``sender`` is an e-mail, null for a guest or an account that is gone."""

    id: int
    sender: str | None
    room: int
    message: str
    created_at: str
    parent_chat: int | None


class LiveChatRoom(Struct, frozen=True, kw_only=True):
    """A room with its latest 50 messages, oldest first; in a list fewer of rooms far down, and none of rooms of others.

    ``owner`` is a user's id.
    """

    id: int
    name: str
    post: int | None
    owner: int | None
    chat_url: str
    chat_messages: list[LiveChatMessage]
    created_at: str


class LiveChatSend(Struct, frozen=True, kw_only=True):
    """R56. ``client_msg_id`` makes a retry safe, as ``Idempotency-Key`` does."""

    room: Id
    message: str
    parent_chat: Id | None = None
    client_msg_id: str | None = None


class LiveChatRefusal(Struct, frozen=True, kw_only=True):
    """Every refusal of this family that blames no field (contract 4.1)."""

    detail: str
    code: str


def refusals(*statuses: int) -> dict[int, Any]:
    """400 is ``{"field": ["…"]}`` where a field is to blame."""
    return {status: OpenApiTypes.OBJECT if status == 400 else LiveChatRefusal for status in statuses}


class LiveChatEndpoint(Endpoint):
    """One URL of this family: JSON whatever the Content-Type."""

    parser_classes = [AnyTypeParser]


class LiveChatAccounts(LiveChatEndpoint):
    public = True
    idempotent = False  # the password is hashed before the transaction that has the key in it
    shares = (accounts.write_accounts,)

    @operation(
        "R51", "Make an account", request=LiveChatRegister, responses={201: LiveChatRegistered, **refusals(400, 429)}
    )
    def post(self, request: Request) -> Response:
        """Makes an account in the words of S3: ``nickname``, and the password twice. Anybody may. What is wrong comes
        under the field's name (400), a taken e-mail too; too many from one address are RATE_LIMITED (429)."""
        body = self.body(LiveChatRegister)
        command = RegisterAccount(
            email=body.email, password=body.password1, password_confirm=body.password2, nickname=body.nickname
        )
        address, base = client_address(request), own_base(request._request)
        try:
            account = accounts.new_account(command=command, address=address, base=base)
            with accounts.counting_taken(address):
                return KeyedWrite(self, request, account, shape=_registered).run(accounts.write_accounts)
        except (Invalid, Conflict) as refusal:  # a taken e-mail is a field's fault here (contract 3.2)
            if refusal.code == ErrorCode.IDEMPOTENCY_IN_FLIGHT:
                raise
            raise _under_its_name(refusal) from None


class LiveChatLogIn(LogIn):
    parser_classes = [AnyTypeParser]

    @operation("R52", "Log in", request=LoginRequest, responses={200: LoginBody, **refusals(400, 401, 403, 429)})
    def post(self, request: Request) -> Response:
        """Logs in as ``POST /api/auth/login`` does, with the same answer. Refused: INVALID_CREDENTIALS (401),
        EMAIL_NOT_CONFIRMED (403), RATE_LIMITED (429)."""
        return super().post(request)


class LiveChatRooms(LiveChatEndpoint):
    @operation(
        "R53",
        "The caller's rooms and the open ones; how many there are is in X-Total-Count",
        responses={200: _ROOM_LIST, **refusals(400, 401, 403)},
        parameters=[OpenApiParameter(name, int) for name in ("limit", "offset", "page")],
    )
    def get(self, request: Request) -> Response:
        """The caller's rooms and the open ones as a plain list; how many there are is in ``X-Total-Count``. What was
        said is shown of the caller's own rooms only. Guests are refused with GUEST_NOT_ALLOWED (403)."""
        rooms = selectors.joinable_rooms(self.actor)
        limit = whole_number(request.query_params, "limit", _ROOMS_AT_MOST, 1, _ROOMS_AT_MOST)
        offset = (whole_number(request.query_params, "page", 1, 1, None) - 1) * limit
        offset = whole_number(request.query_params, "offset", offset, 0, None)
        page = list(rooms[offset : offset + limit])
        total = offset + len(page) if 0 < len(page) < limit else rooms.count()
        return Response(_listed(page, request._request, self.actor), headers={"X-Total-Count": str(total)})

    @operation(
        "R54", "Open a room", request=LiveChatNewRoom, responses={201: LiveChatRoom, **refusals(400, 401, 403, 429)}
    )
    def post(self, request: Request) -> Response:
        """Opens a room that belongs to the caller; anybody signed in may join it unless ``is_open`` is false. Guests
        are refused with GUEST_NOT_ALLOWED (403), more rooms than a person may open in a day with RATE_LIMITED (429)."""
        body = self.body(LiveChatNewRoom)
        command = OpenRoom(name=body.name, post=body.post, is_open=body.is_open)
        member = services.open_room(actor=self.actor, command=command)
        return Response(_room_body(member.room, [], request._request, self.actor), status=201)


class LiveChatRoomDetail(LiveChatEndpoint):
    @operation(
        "R55", "A room; an open one is joined by it", responses={200: LiveChatRoom, **refusals(401, 403, 404, 409)}
    )
    def get(self, request: Request, room_id: int) -> Response:
        """A room with its latest messages; an open one is joined by asking for it. A room that the caller may not
        enter, or was removed from, is NOT_FOUND (404), a full one QUOTA_EXCEEDED (409), and guests are refused with
        GUEST_NOT_ALLOWED (403)."""
        member = services.join_open_room(actor=self.actor, room_id=room_id)
        messages = selectors.latest([member.room], SHOWN_MESSAGES)[room_id]
        return Response(_room_body(member.room, messages, request._request, self.actor))


class LiveChatMessages(LiveChatEndpoint):
    idempotent = False  # messages that share a transaction have their keys in it
    shares = (services.send_messages,)

    def idempotency_key(self) -> str:
        return super().idempotency_key() or key_of(self.body(LiveChatSend).client_msg_id)

    @operation(
        "R56",
        "Say something; an open room is joined by it",
        request=LiveChatSend,
        responses={201: LiveChatMessage, **refusals(400, 401, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """Says something in a room; an open one is joined by it. A room that the caller may not enter is NOT_FOUND
        (404), one where only the teacher writes, or whose class is over, ROOM_READ_ONLY (403), a full one
        QUOTA_EXCEEDED (409), too many messages RATE_LIMITED (429)."""
        body = self.body(LiveChatSend)
        command = SendMessage(message=body.message, parent_chat=body.parent_chat)
        sending = services.Sending(self.actor, body.room, command, joins=True)
        return KeyedWrite(self, request, sending, shape=_sent).run(services.send_messages)


def _sent(sent: services.Sent) -> Response:
    """As the room was told."""
    return Response(_message_body(sent.message, sent.message.file_url, None), status=201)


def _registered(user: User) -> Response:
    body = LiveChatRegistered(
        id=user.pk,
        email=user.email,
        nickname=user.nickname,
        message="회원가입이 완료되었습니다",
        profile=LiveChatProfile(nickname=user.nickname, phone=user.phone, age=user.age, profile_picture_url=None),
    )
    return Response(body, status=201)


def _under_its_name(refusal: DomainError) -> Invalid:
    field = refusal.details.get("field")
    details = {"field": _FIELDS.get(str(field), field)} if field else {}
    return Invalid(refusal.code, refusal.message, details=details)


def _listed(rooms: Sequence[Room], request: HttpRequest, reader: Actor) -> list[LiveChatRoom]:
    """What is said in a room is shown to its members only (contract 9.6)."""
    own = selectors.rooms_among(reader.user_id, [room.pk for room in rooms])
    each = min(SHOWN_MESSAGES, _LISTED_MESSAGES // max(1, len(own)))
    messages = selectors.latest([room for room in rooms if room.pk in own], each)
    bodies, characters = [], _LISTED_CHARACTERS
    for room in rooms:
        shown: list[Message] = []
        for message in reversed(messages.get(room.pk, [])):
            characters -= len(message.text) + len(message.file_url or "")
            if characters < 0:
                break
            shown.insert(0, message)
        bodies.append(_room_body(room, shown, request, reader))
    return bodies


def _room_body(room: Room, messages: Sequence[Message], request: HttpRequest, reader: Actor) -> LiveChatRoom:
    base = own_base(request)
    return LiveChatRoom(
        id=room.pk,
        name=room.name,
        post=room.post,
        owner=room.owner_id,
        chat_url=f"{request.get_host()}/ws/chat/{room.pk}/chat/",
        chat_messages=[_message_body(message, url_for(message, base, reader.user_id), reader) for message in messages],
        created_at=iso(room.created_at),
    )


def _message_body(message: Message, file_url: str | None, reader: Actor | None) -> LiveChatMessage:
    """A file without words is shown as its address."""
    return LiveChatMessage(
        id=message.pk,
        sender=author_of(message.sender, reader).email,
        room=message.room_id,
        message=message.text or file_url or "",
        created_at=iso(message.created_at),
        parent_chat=message.parent_id,
    )


urlpatterns: list[URLPattern] = [
    *both("user/v1/register", LiveChatAccounts),
    *both("user/v1/login", LiveChatLogIn),
    *both("chat/v1/room", LiveChatRooms),
    *both("chat/v1/room/<id:room_id>", LiveChatRoomDetail),
    *both("chat/v1/message", LiveChatMessages),
]
