"""W11 ``/ws/chat/{room_id}?user_id=``: S4's frames; the client listens only (contract 9.4, 9.5)."""

from __future__ import annotations

from mobilegpt.chat.events import RoomArchived, UserEntered, UserExited
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.shapes.chat import ENCODERS
from mobilegpt.sockets.dialects.elsewhere import IN_CLASS, NEVER_SHOWN

DIALECT = Dialect(
    "chat_s4",
    encoders=ENCODERS,
    ignored={RoomArchived, UserEntered, UserExited, *IN_CLASS, *NEVER_SHOWN},
)
