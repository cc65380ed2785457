"""W8 ``/ws/help/{user_id}``: answers for a learner's own requests, in S1's shape (contract 7.1)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.helpdesk.events import HelpAnswered
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN


class HelpResponseData(Struct, frozen=True, kw_only=True):
    help_content: str
    voice_guide_text: str
    help_request_id: int


class HelpAvailable(Frame, frozen=True, kw_only=True, tag="HELP_AVAILABLE"):
    """An answer was delivered."""

    help_response: HelpResponseData


def _answered(event: HelpAnswered) -> HelpAvailable:
    return HelpAvailable(
        help_response=HelpResponseData(
            help_content=event.help_content,
            voice_guide_text=event.voice_guide_text,
            help_request_id=event.case.id,
        )
    )


DIALECT = Dialect(
    "help_answers",
    encoders={HelpAnswered: _answered},
    ignored={*(IN_CLASS - {HelpAnswered}), *IN_CHAT, *NEVER_SHOWN},
)
