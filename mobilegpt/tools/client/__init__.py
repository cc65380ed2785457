"""A client of the live class in Python: REST, and sockets of the delivery protocol ``rt.v1`` (contract 10).

    async with Api("http://127.0.0.1:8000") as api:
        seat = await api.take_guest_seat("ABC123", "김영자", device_id)
        async with RtSocket(api.socket_url("/ws/sessions/ABC123/"), api.token) as phone:
            step = await phone.next("step_changed")
            ack = await phone.write({"type": "progress_update", "subtask_id": 5, "status": "COMPLETED"})

It stands outside of the server and imports nothing of it: the protocol is all that they share.
"""

from mobilegpt.tools.client.api import Api, ApiError, Tokens
from mobilegpt.tools.client.reconnect import Backoff, Meaning, meaning_of
from mobilegpt.tools.client.session import Ack, Refused, RtSession
from mobilegpt.tools.client.socket import Ended, Phase, RtSocket
from mobilegpt.tools.client.streams import Frame, Position

__all__ = [
    "Ack",
    "Api",
    "ApiError",
    "Backoff",
    "Ended",
    "Frame",
    "Meaning",
    "Phase",
    "Position",
    "Refused",
    "RtSession",
    "RtSocket",
    "Tokens",
    "meaning_of",
]
