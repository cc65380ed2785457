"""R57–R60 and what S4 implies: rooms, history, members (contract 3.8, 9.4). JSON whatever the Content-Type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec.structs import asdict
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.chat import policies, selectors, services
from mobilegpt.chat.commands import ChangeRoom, OpenRoom, SendMessage
from mobilegpt.chat.models import Member
from mobilegpt.chat.people import shows_email
from mobilegpt.chat.trust import may_name_itself
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden, NotFound, Unauthenticated
from mobilegpt.events import topics
from mobilegpt.rest.http import catch_up
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.catch_up import answered, missed
from mobilegpt.rest.http.codec import AnyTypeParser
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.paging import id_from_query, whole_number
from mobilegpt.rest.http.retries import key_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.roomchat import answers, shapes
from mobilegpt.rest.roomchat.shapes import refusals

_MOST = 100
_USER = OpenApiParameter("user_id", int, description="The caller's own; alone it counts from trusted callers only")
_PAGE = [OpenApiParameter("limit", int), OpenApiParameter("offset", int)]
_HISTORY = [
    *_PAGE,
    OpenApiParameter("before", int, description="Older than this message"),
    OpenApiParameter("after", int, description="Newer than this message, from it onwards"),
    *catch_up.PARAMETERS,
]


class ChatEndpoint(Endpoint):
    """One URL of this family: a token, or a ``user_id`` from a trusted caller (contract 3.8)."""

    public = True  # who comes without a token is asked for below
    guests = True
    parser_classes = [AnyTypeParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.caller is None and not self._is_trusted():
            raise Unauthenticated(message="Sign in first")

    def acting(self, user_id: int | None, stranger: Callable[[], DomainError] = policies.no_room) -> Actor:
        """Who acts: the caller, whom ``user_id`` must name if it is sent (contract 3.6), or whom a trusted one names.

        Raises ``Forbidden`` USER_ID_MISMATCH, ``Unauthenticated``, and ``stranger()`` for an account that is none.
        """
        if self.caller is not None:
            if user_id is not None and user_id != self.caller.user_id:
                raise Forbidden(ErrorCode.USER_ID_MISMATCH, "user_id is not the caller's")
            return self.caller
        if user_id is None:
            raise Unauthenticated(message="Sign in first, or name your user_id")
        actor = selectors.named_actor(user_id)
        if actor is None:
            raise stranger()
        return actor

    def reading(self, request: Request) -> Actor:
        """Who reads; a trusted caller names itself with ``?user_id=``."""
        return self.acting(id_from_query(request.query_params, "user_id"))

    def managing(self, room_id: int) -> Actor:
        """Who adds and removes: a trusted caller without a token does it in the owner's name (contract 3.8)."""
        actor = self.caller or selectors.owner_of(room_id)
        if actor is None:
            raise Forbidden(message="This room has no owner any more")
        return actor

    def _is_trusted(self) -> bool:
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        return may_name_itself(self.request.META.get("REMOTE_ADDR", ""), headers)


class ChatRooms(ChatEndpoint):
    @operation(
        "9.4 (implied)",
        "The caller's rooms, the one with the latest activity first",
        responses={200: shapes.RoomsAnswer, **refusals(400, 401, 403, 404)},
        parameters=[*_PAGE, OpenApiParameter("page", int), OpenApiParameter("page_size", int), _USER],
    )
    def get(self, request: Request) -> Response:
        """The caller's rooms, the one with the latest activity first, with what is unread. Members see their own rooms
        only."""
        actor = self.reading(request)
        limit, offset = _rooms_in(request)
        mine = selectors.require_own_rooms(actor)
        page = list(mine[offset : offset + limit])
        rows = answers.rooms(selectors.viewed(page), actor, own_base(request))
        total = mine.count()
        pagination = shapes.RoomPagination(
            page=offset // limit + 1,
            page_size=limit,
            total_count=total,
            total_pages=-(-total // limit),
            total=total,
            limit=limit,
            offset=offset,
        )
        return Response(shapes.RoomsAnswer(data=rows, pagination=pagination))

    @operation(
        "9.4 (implied)",
        "Open a room for those who are invited",
        request=shapes.NewRoomRequest,
        responses={201: shapes.RoomAnswer, **refusals(400, 401, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """Opens a room that belongs to the caller. Those of ``member_ids`` whom the caller knows are members at once,
        others are invited. Guests are refused with GUEST_NOT_ALLOWED (403), too many people with QUOTA_EXCEEDED (409),
        too many rooms or invitations in a day with RATE_LIMITED (429)."""
        body = self.body(shapes.NewRoomRequest)
        command = OpenRoom(
            name=body.name,
            description=body.description or "",
            room_type=body.room_type or "group",
            post=body.post,
            member_ids=body.member_ids or [],
        )
        actor = self.acting(body.user_id, _no_user)
        member = services.open_room(actor=actor, command=command)
        return Response(_room_answer("Chat room created successfully", member, actor, request), status=201)


class ChatRoomDetail(ChatEndpoint):
    @operation(
        "9.4 (implied)",
        "A room; whoever was invited becomes a member by it",
        responses={200: shapes.RoomAnswer, **refusals(400, 401, 403, 404)},
        parameters=[_USER],
    )
    def get(self, request: Request, room_id: int) -> Response:
        """A room as its member sees it; whoever was invited becomes a member by asking for it. To everybody else it is
        NOT_FOUND (404)."""
        actor = self.reading(request)
        member = services.enter_room(actor=actor, room_id=room_id)
        return Response(_room_answer("Chat room found", member, actor, request))

    @operation(
        "9.4 (added)",
        "Rename a room, or say who writes in it",
        request=shapes.ChangeRoomRequest,
        responses={200: shapes.RoomAnswer, **refusals(400, 401, 403, 404, 409, 429)},
    )
    def patch(self, request: Request, room_id: int) -> Response:
        """Renames a room, or says whether only its admins write. The room's admins may; other members get FORBIDDEN
        (403), everybody else NOT_FOUND (404), and the chat of a class that is over stays as it is (SESSION_OVER, 409).
        """
        body = self.body(shapes.ChangeRoomRequest)
        command = ChangeRoom(name=body.name, description=body.description, teacher_only=body.teacher_only)
        actor = self.acting(body.user_id)
        member = services.change_room(actor=actor, room_id=room_id, command=command)
        return Response(_room_answer("Chat room updated successfully", member, actor, request))


class ChatMessages(ChatEndpoint):
    idempotent = False  # messages that share a transaction have their keys in it
    shares = (services.send_messages,)

    def idempotency_key(self) -> str:
        body = self.body(shapes.SendRequest)
        key = super().idempotency_key() or key_of(body.client_msg_id)
        # Trusted callers share an address: the key is that of the one whom they name.
        return f"{body.user_id}/{key}" if key and self.caller is None else key

    @operation(
        "9.4 (implied)",
        "History, newest first; with after_seq what happened since",
        responses={200: shapes.MessagesAnswer, **refusals(400, 401, 403, 404)},
        parameters=[*_HISTORY, _USER],
    )
    def get(self, request: Request, room_id: int) -> Response:
        """The room's messages, newest first; with ``after_seq`` also what happened since, and with ``wait`` not before
        something does. Members and whoever was invited may; to everybody else it is NOT_FOUND (404)."""
        actor = self.reading(request)
        member = services.enter_room(actor=actor, room_id=room_id)
        frames = answers.events if shows_email(actor) else answers.events_masked
        since = missed(request, topics.room(room_id), frames) if "after_seq" in request.query_params else None
        limit, offset = _page_in(request)
        messages = selectors.history(
            member.room,
            limit=limit,
            offset=offset,
            before=id_from_query(request.query_params, "before"),
            after=id_from_query(request.query_params, "after"),
        )
        receipts = selectors.receipts(room_id)
        base = own_base(request)
        rows = [answers.message(one, actor, base, is_read=receipts.is_read(one)) for one in messages]
        total = member.room.message_count
        more = asdict(since) if since else {}
        body = shapes.MessagesAnswer(
            data=shapes.MessagePage(messages=rows, total=total, limit=limit, offset=offset, **more)
        )
        return answered(request, body, since, actor) if since else Response(body)

    @operation(
        "R57",
        "Say something",
        request=shapes.SendRequest,
        responses={201: shapes.MessageAnswer, **refusals(400, 401, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request, room_id: int) -> Response:
        """Says something in a room, in words or with a file that was uploaded to it. Members may; others get
        NOT_A_MEMBER, another's ``user_id`` USER_ID_MISMATCH, and where only the teacher writes, or the class is over,
        it is ROOM_READ_ONLY (403); too many messages are RATE_LIMITED (429)."""
        body = self.body(shapes.SendRequest)
        command = SendMessage(
            message=body.message,
            message_type=body.message_type or "text",
            file_url=body.file_url,
            parent_chat=body.parent_chat,
        )
        sending = services.Sending(self.acting(body.user_id, policies.not_a_member), room_id, command)
        return KeyedWrite(self, request, sending, shape=_sent).run(services.send_messages)


class ChatRead(ChatEndpoint):
    @operation(
        "R58",
        "Everything is read",
        request=shapes.ReadRequest,
        responses={200: shapes.Done, **refusals(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, room_id: int) -> Response:
        """Marks everything in the room as read by the caller. Members may; others get NOT_FOUND (404), another's
        ``user_id`` USER_ID_MISMATCH (403)."""
        actor = self.acting(self.body(shapes.ReadRequest).user_id, _no_membership)
        services.mark_read(actor=actor, room_id=room_id)
        return Response(shapes.Done(message="Messages marked as read"))


class ChatMembers(ChatEndpoint):
    audited = "read.members"

    @operation(
        "9.4 (implied)",
        "Everybody in the room",
        responses={200: shapes.MembersAnswer, **refusals(400, 401, 403, 404)},
        parameters=[_USER],
    )
    def get(self, request: Request, room_id: int) -> Response:
        """Everybody in the room, with whether they are there now; who was invited and has not come yet has no name.
        Members may; to everybody else it is NOT_FOUND (404)."""
        actor = self.reading(request)
        services.enter_room(actor=actor, room_id=room_id)
        rows = answers.members(selectors.members_of(room_id), selectors.invited_to(room_id), actor)
        return Response(shapes.MembersAnswer(data=shapes.MemberPage(members=rows, total=len(rows))))

    @operation(
        "R59",
        "Add a member; somebody whom the caller does not know is invited",
        request=shapes.AddRequest,
        responses={201: shapes.MemberAnswer, **refusals(400, 401, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request, room_id: int) -> Response:
        """Adds somebody whom the caller knows, and invites everybody else. The room's admins and staff
        may; other members get FORBIDDEN (403), strangers NOT_FOUND (404). Refused: ALREADY_MEMBER, QUOTA_EXCEEDED
        (409), GUEST_NOT_ALLOWED (403) for a guest who belongs elsewhere, RATE_LIMITED (429) for too many invitations.
        """
        target = self.body(shapes.AddRequest).user_id
        actor = self.managing(room_id)
        member = services.add_member(actor=actor, room_id=room_id, user_id=target)
        body = shapes.MemberAnswer(message="Member added successfully", data=answers.added(member, actor))
        return Response(body, status=201)


class ChatMember(ChatEndpoint):
    @operation(
        "R60", "Remove a member, leave, or decline", responses={200: shapes.Done, **refusals(401, 403, 404, 409)}
    )
    def delete(self, request: Request, room_id: int, user_id: int) -> Response:
        """Removes a member, whose sockets of the room close; with one's own number, leaves the room or declines an
        invitation. The room's admins and staff may, and everybody for themselves; other members get FORBIDDEN (403),
        strangers NOT_FOUND (404), and the last admin is LAST_OWNER (409)."""
        services.remove_member(actor=self.managing(room_id), room_id=room_id, user_id=user_id)
        return Response(shapes.Done(message="Member removed successfully"))


class ChatInvitations(ChatEndpoint):
    @operation(
        "9.6 (added)",
        "Rooms that the caller was invited to; opening one accepts",
        responses={200: shapes.InvitationsAnswer, **refusals(400, 401, 403, 404)},
        parameters=[*_PAGE, _USER],
    )
    def get(self, request: Request) -> Response:
        """The rooms that the caller was invited to and has not opened yet, and by whom. Everybody sees their own."""
        mine = selectors.invitations(self.reading(request))
        limit, offset = _page_in(request)
        rows = [answers.invitation(row) for row in mine[offset : offset + limit]]
        data = shapes.InvitationPage(invitations=rows, total=mine.count(), limit=limit, offset=offset)
        return Response(shapes.InvitationsAnswer(data=data))


class ChatInvitation(ChatEndpoint):
    @operation(
        "9.6 (added)",
        "Decline an invitation",
        responses={200: shapes.Done, **refusals(400, 401, 403, 404)},
        parameters=[_USER],
    )
    def delete(self, request: Request, room_id: int) -> Response:
        """Declines an invitation of the caller's. Without one it is NOT_FOUND (404)."""
        services.decline(actor=self.reading(request), room_id=room_id)
        return Response(shapes.Done(message="Invitation declined"))


def _no_membership() -> DomainError:
    return NotFound("Membership")


def _no_user() -> DomainError:
    return NotFound("User")


def _room_answer(message: str, member: Member, reader: Actor, request: Request) -> shapes.RoomAnswer:
    (view,), base = selectors.viewed([member]), own_base(request)
    return shapes.RoomAnswer(message=message, data=answers.room(view, reader, base))


def _sent(sent: services.Sent) -> Response:
    return Response(answers.sent(sent.message), status=201)


def _page_in(request: Request) -> tuple[int, int]:
    query = request.query_params
    return whole_number(query, "limit", 50, 1, _MOST), whole_number(query, "offset", 0, 0, None)


def _rooms_in(request: Request) -> tuple[int, int]:
    """``limit`` and ``offset``, or ``page`` and ``page_size``."""
    query = request.query_params
    if "page" not in query and "page_size" not in query:
        return _page_in(request)
    size = whole_number(query, "page_size", 20, 1, _MOST)
    return size, (whole_number(query, "page", 1, 1, None) - 1) * size


urlpatterns: list[URLPattern] = [
    *both("api/v1/chat/rooms", ChatRooms),
    *both("api/v1/chat/invitations", ChatInvitations),
    *both("api/v1/chat/invitations/<id:room_id>", ChatInvitation),
    *both("api/v1/chat/rooms/<id:room_id>", ChatRoomDetail),
    *both("api/v1/chat/rooms/<id:room_id>/messages", ChatMessages),
    *both("api/v1/chat/rooms/<id:room_id>/read", ChatRead),
    *both("api/v1/chat/rooms/<id:room_id>/members", ChatMembers),
    *both("api/v1/chat/rooms/<id:room_id>/members/<id:user_id>", ChatMember),
]
