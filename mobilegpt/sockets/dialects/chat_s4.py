"""W11 ``/ws/chat/{room_id}?user_id=``: S4's frames; the client listens only (contract 9.4, 9.5).

Guests are shown nobody's e-mail (contract 9.6), so theirs is a dialect of its own.
"""

from __future__ import annotations

from mobilegpt.chat.events import RoomArchived, UserEntered, UserExited
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.event import Event
from mobilegpt.shapes.chat import ENCODERS, ENCODERS_FOR_GUESTS
from mobilegpt.sockets.dialects.elsewhere import IN_CLASS, NEVER_SHOWN

_IGNORED: set[type[Event]] = {RoomArchived, UserEntered, UserExited, *IN_CLASS, *NEVER_SHOWN}
DIALECT = Dialect("chat_s4", encoders=ENCODERS, ignored=_IGNORED)
FOR_GUESTS = Dialect("chat_s4_for_guests", encoders=ENCODERS_FOR_GUESTS, ignored=_IGNORED)
