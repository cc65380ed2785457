"""R51–R56: accounts, rooms and messages as S3 knows them (contract 3.2–3.4, 9.2)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import services as accounts
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors, services
from mobilegpt.chat.commands import OpenRoom, SendMessage
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Invalid
from mobilegpt.rest.accounts.shapes import LoginBody, LoginRequest
from mobilegpt.rest.accounts.views import LogIn
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.codec import AnyTypeParser
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.paging import whole_number
from mobilegpt.rest.http.retries import key_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.livechat import answers, shapes
from mobilegpt.rest.livechat.shapes import refusals

_ROOMS_AT_MOST = 100
_ROOM_LIST = {"type": "array", "items": {"$ref": "#/components/schemas/LiveChatRoom"}}
_FIELDS = {"password": "password1", "password_confirm": "password2", "name": "nickname"}


class LiveChatEndpoint(Endpoint):
    """One URL of this family: JSON whatever the Content-Type."""

    parser_classes = [AnyTypeParser]


class LiveChatAccounts(LiveChatEndpoint):
    public = True
    idempotent = False  # the password is hashed before the transaction that has the key in it
    shares = (accounts.write_accounts,)

    @operation(
        "R51",
        "Make an account",
        request=shapes.LiveChatRegister,
        responses={201: shapes.LiveChatRegistered, **refusals(400, 429)},
    )
    def post(self, request: Request) -> Response:
        """Makes an account in the words of S3: ``nickname``, and the password twice. Anybody may. What is wrong comes
        under the field's name (400), a taken e-mail too; too many from one address are RATE_LIMITED (429)."""
        body = self.body(shapes.LiveChatRegister)
        command = RegisterAccount(
            email=body.email, password=body.password1, password_confirm=body.password2, nickname=body.nickname
        )
        address, base = client_address(request), own_base(request)
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
        return Response(answers.listed_rooms(page, request, self.actor), headers={"X-Total-Count": str(total)})

    @operation(
        "R54",
        "Open a room",
        request=shapes.LiveChatNewRoom,
        responses={201: shapes.LiveChatRoom, **refusals(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Opens a room that belongs to the caller; anybody signed in may join it unless ``is_open`` is false. Guests
        are refused with GUEST_NOT_ALLOWED (403), more rooms than a person may open in a day with RATE_LIMITED (429)."""
        body = self.body(shapes.LiveChatNewRoom)
        command = OpenRoom(name=body.name, post=body.post, is_open=body.is_open)
        member = services.open_room(actor=self.actor, command=command)
        return Response(answers.room_body(member.room, [], request, self.actor), status=201)


class LiveChatRoomDetail(LiveChatEndpoint):
    @operation(
        "R55",
        "A room; an open one is joined by it",
        responses={200: shapes.LiveChatRoom, **refusals(401, 403, 404, 409)},
    )
    def get(self, request: Request, room_id: int) -> Response:
        """A room with its latest messages; an open one is joined by asking for it. A room that the caller may not
        enter, or was removed from, is NOT_FOUND (404), a full one QUOTA_EXCEEDED (409), and guests are refused with
        GUEST_NOT_ALLOWED (403)."""
        member = services.join_open_room(actor=self.actor, room_id=room_id)
        messages = selectors.latest([member.room], answers.SHOWN_MESSAGES)[room_id]
        return Response(answers.room_body(member.room, messages, request, self.actor))


class LiveChatMessages(LiveChatEndpoint):
    idempotent = False  # messages that share a transaction have their keys in it
    shares = (services.send_messages,)

    def idempotency_key(self) -> str:
        return super().idempotency_key() or key_of(self.body(shapes.LiveChatSend).client_msg_id)

    @operation(
        "R56",
        "Say something; an open room is joined by it",
        request=shapes.LiveChatSend,
        responses={201: shapes.LiveChatMessage, **refusals(400, 401, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """Says something in a room; an open one is joined by it. A room that the caller may not enter is NOT_FOUND
        (404), one where only the teacher writes, or whose class is over, ROOM_READ_ONLY (403), a full one
        QUOTA_EXCEEDED (409), too many messages RATE_LIMITED (429)."""
        body = self.body(shapes.LiveChatSend)
        command = SendMessage(message=body.message, parent_chat=body.parent_chat)
        sending = services.Sending(self.actor, body.room, command, joins=True)
        return KeyedWrite(self, request, sending, shape=_sent).run(services.send_messages)


def _registered(user: User) -> Response:
    return Response(answers.registered_body(user), status=201)


def _sent(sent: services.Sent) -> Response:
    """As the room was told."""
    return Response(answers.message_body(sent.message, sent.message.file_url, None), status=201)


def _under_its_name(refusal: DomainError) -> Invalid:
    field = refusal.details.get("field")
    details = {"field": _FIELDS.get(str(field), field)} if field else {}
    return Invalid(refusal.code, refusal.message, details=details)


urlpatterns: list[URLPattern] = [
    *both("user/v1/register", LiveChatAccounts),
    *both("user/v1/login", LiveChatLogIn),
    *both("chat/v1/room", LiveChatRooms),
    *both("chat/v1/room/<id:room_id>", LiveChatRoomDetail),
    *both("chat/v1/message", LiveChatMessages),
]
