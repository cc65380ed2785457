"""W10 ``/ws/chat/{room_id}/chat/``: S3's flat frames (contract 9.3); masked for those who are shown no e-mail (9.6)."""

from __future__ import annotations

from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.events import MessageSent, UserEntered, UserExited
from mobilegpt.chat.lines import shown_text
from mobilegpt.events.event import Event
from mobilegpt.realtime.dialect import Decoder, Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.chat import masking


class ChatMessage(Frame, frozen=True, kw_only=True, tag="chat.message"):
    """Somebody said something; the sender is told too. A file without words is shown as its address."""

    message: str
    sender: str | None
    nickname: str
    profile_picture_url: str | None


class ChatUserJoin(Frame, frozen=True, kw_only=True, tag="chat.user.join"):
    """Somebody else came: once per user, not per tab."""

    username: str


class ChatUserLeave(Frame, frozen=True, kw_only=True, tag="chat.user.leave"):
    """Somebody else has gone, or was removed."""

    username: str


def message_frame(event: MessageSent) -> ChatMessage:
    return ChatMessage(
        message=shown_text(event.kind, event.text) or event.file_url or "",
        sender=event.author.email,
        nickname=event.author.nickname,
        profile_picture_url=event.author.picture_url,
    )


def _entered(event: UserEntered) -> ChatUserJoin:
    return ChatUserJoin(username=event.username)


def _exited(event: UserExited) -> ChatUserLeave:
    return ChatUserLeave(username=event.username)


_IGNORED: set[type[Event]] = {*(IN_CHAT - {MessageSent, UserEntered, UserExited}), *IN_CLASS, *NEVER_SHOWN}
_DECODERS = {"chat.message": Decoder(SendMessage)}
DIALECT = Dialect(
    "chat_s3",
    encoders={MessageSent: message_frame, UserEntered: _entered, UserExited: _exited},
    ignored=_IGNORED,
    decoders=_DECODERS,
)
MASKED = Dialect(
    "chat_s3_masked",
    encoders={MessageSent: masking(message_frame), UserEntered: _entered, UserExited: _exited},
    ignored=_IGNORED,
    decoders=_DECODERS,
)
