"""W11 ``/ws/chat/{room_id}?user_id=``: S4's frames; the client listens only (contract 9.4, 9.5).

Who is shown nobody's e-mail (contract 9.6), as guests are, has a dialect of their own.
"""

from __future__ import annotations

from mobilegpt.chat.events import RoomArchived, UserEntered, UserExited
from mobilegpt.events.event import Event
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.sockets.dialects.elsewhere import IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.chat import ENCODERS, MASKED_ENCODERS

_IGNORED: set[type[Event]] = {RoomArchived, UserEntered, UserExited, *IN_CLASS, *NEVER_SHOWN}
DIALECT = Dialect("chat_s4", encoders=ENCODERS, ignored=_IGNORED)
MASKED = Dialect("chat_s4_masked", encoders=MASKED_ENCODERS, ignored=_IGNORED)
