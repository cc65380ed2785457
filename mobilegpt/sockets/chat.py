"""W10 and W11: the two sockets of a chat room. Both show their user as being there (contract 9.3, 9.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mobilegpt.chat import policies, selectors, services
from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.events import MessageSent
from mobilegpt.chat.links import url_for
from mobilegpt.chat.models import Member, Room
from mobilegpt.chat.people import as_sent, shows_email
from mobilegpt.chat.trust import may_name_itself
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden, Invalid, Unauthenticated
from mobilegpt.events import topics
from mobilegpt.events.event import Position
from mobilegpt.realtime.dialect import Frame
from mobilegpt.realtime.protocol import Resume
from mobilegpt.realtime.route import Call, Handshake, Opening, Reply, SocketRoute
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects import livechat, roomchat
from mobilegpt.wire.chat import message_frame

SNAPSHOT_MESSAGES = 50


def open_livechat(handshake: Handshake) -> Opening:
    """Members, and whoever was invited; in an open room anybody who is signed in, but who was removed (contract 9.1).

    Whoever is no member yet becomes one by it.
    """
    actor, room_id = caller_of(handshake), _room_id(handshake)
    services.join_open_room(actor=actor, room_id=room_id)
    return Opening(
        actor=actor,
        topics=(topics.room(room_id),),
        dialect=None if shows_email(actor) else livechat.MASKED,
        context=room_id,
        snapshot=_still_member(actor, room_id),
        state=_latest(actor, room_id, handshake.base, _livechat_frame),
        presence=topics.room(room_id),
    )


def open_roomchat(handshake: Handshake) -> Opening:
    """Members, and whoever was invited, who accepts by it.

    ``user_id`` is the caller's own, or counts alone where the server trusts the caller (contract 3.8). An unknown room
    is 4404, everybody else's is 4403.
    """
    actor = _named(handshake)
    room_id = _room_id(handshake)
    if selectors.membership(actor.user_id, room_id) is None:
        _accept(actor, room_id)
    return Opening(
        actor=actor,
        topics=(topics.room(room_id),),
        dialect=None if shows_email(actor) else roomchat.MASKED,
        context=room_id,
        snapshot=_still_member(actor, room_id),
        state=_latest(actor, room_id, handshake.base, _s4_frame),
        presence=topics.room(room_id),
        resume=_resume(handshake.query.get("resume")),
    )


def _accept(actor: Actor, room_id: int) -> None:
    """An invitation. Raises ``NotFound`` for an unknown room, ``Forbidden`` NOT_A_MEMBER where there is none."""
    if selectors.is_invited(actor.user_id, room_id):
        services.enter_room(actor=actor, room_id=room_id)
        return
    room = Room.objects.filter(pk=room_id).first()
    policies.require_own_room(actor, None)
    raise policies.not_a_member() if room is not None else policies.no_room()


def _room_id(handshake: Handshake) -> int:
    text = handshake.params["room_id"]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise policies.no_room()
    return int(text)


def _named(handshake: Handshake) -> Actor:
    text = handshake.query.get("user_id")
    if text is not None and (not text.isascii() or not text.isdigit() or len(text) > 18):
        raise Forbidden(ErrorCode.USER_ID_MISMATCH, "user_id is no account's id")
    if handshake.actor is not None:
        if text is not None and int(text) != handshake.actor.user_id:
            raise Forbidden(ErrorCode.USER_ID_MISMATCH, "user_id is not the caller's")
        return handshake.actor
    if text is None or not may_name_itself(handshake.peer, handshake.headers):
        raise Unauthenticated(message="Sign in first")
    actor = selectors.named_actor(int(text))
    if actor is None:
        raise policies.not_a_member()
    return actor


def _still_member(actor: Actor, room_id: int) -> Callable[[], Sequence[Frame]]:
    """Asked again once the room is followed: who is removed before that would hear of nothing, not even of it."""

    def check() -> Sequence[Frame]:
        if selectors.membership(actor.user_id, room_id) is None:
            raise policies.not_a_member()
        return ()

    return check


def _resume(text: str | None) -> Resume | None:
    """``?resume=room:7:3f…:12``: the stream, its epoch, its seq (contract 10.2)."""
    if not text:
        return None
    stream, _, place = text.rpartition(":")
    stream, _, epoch = stream.rpartition(":")
    if not stream or not place.isascii() or not place.isdigit() or len(place) > 18:
        raise Invalid(message="resume is stream:epoch:seq", details={"field": "resume"})
    return Resume(streams={stream: Position(epoch=epoch, seq=int(place))})


# --- what a client is told whose missed events are gone


def _latest(
    actor: Actor, room_id: int, base: str, frame: Callable[[MessageSent, bool], Frame]
) -> Callable[[], Sequence[Frame]]:
    def read() -> Sequence[Frame]:
        member: Member = selectors.require_membership(actor, room_id)
        receipts = selectors.receipts(room_id)
        messages = selectors.latest([member.room], SNAPSHOT_MESSAGES)[room_id]
        return [
            frame(as_sent(message, url_for(message, base, actor.user_id), actor), receipts.is_read(message))
            for message in messages
        ]

    return read


def _livechat_frame(event: MessageSent, is_read: bool) -> Frame:
    return livechat.message_frame(event)


def _s4_frame(event: MessageSent, is_read: bool) -> Frame:
    return message_frame(event, is_read=is_read)


# --- handlers


def _say(calls: Sequence[Call]) -> list[Reply | DomainError | None]:
    sendings = [
        services.Sending(call.actor, call.context, call.command, joins=True)
        for call in calls
        if call.actor is not None  # as every socket of this route
    ]
    return [
        Reply(id=sent.message.pk, event=sent.event) if isinstance(sent, services.Sent) else sent
        for sent in services.send_messages(sendings)
    ]


LIVECHAT = SocketRoute(
    name="chat_s3",  # S3, S4: keys of retries contain the names of routes
    pattern="ws/chat/<room_id>/chat",
    dialect=livechat.DIALECT,
    open=open_livechat,
    shared_handlers={SendMessage: _say},
)
ROOMCHAT = SocketRoute(
    name="chat_s4",
    pattern="ws/chat/<room_id>",
    dialect=roomchat.DIALECT,
    open=open_roomchat,
    accept_then_close=True,
    ignores_input=True,
)
