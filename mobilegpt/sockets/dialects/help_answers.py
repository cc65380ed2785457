"""W8 ``/ws/help/{user_id}``: answers for a learner's own requests, in S1's shape (contract 7.1)."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from mobilegpt.helpdesk.events import HelpAnswered
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.choices import AnswerSourceChoice
from mobilegpt.wire.step import ImageBody, image_body


class HelpResponseData(Struct, frozen=True, kw_only=True):
    """The last four are for ``rt.v1`` (contract 11.17). ``deferred``: no answer, but word that the teacher was asked;
    ``image`` is the step's picture."""

    help_content: str
    voice_guide_text: str
    help_request_id: int
    help_response_id: int | UnsetType = UNSET
    source: AnswerSourceChoice | UnsetType = UNSET
    deferred: bool | UnsetType = UNSET
    image: ImageBody | UnsetType | None = UNSET


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


def _shown(event: HelpAnswered) -> HelpAvailable:
    return HelpAvailable(
        help_response=replace(
            _answered(event).help_response,
            help_response_id=event.help_response_id,
            source=event.source,
            deferred=event.source == "DEFERRED",
            image=image_body(event.image) if event.image else None,
        )
    )


DIALECT = Dialect(
    "help_answers",
    encoders={HelpAnswered: _answered},
    rt_encoders={HelpAnswered: _shown},
    ignored={*(IN_CLASS - {HelpAnswered}), *IN_CHAT, *NEVER_SHOWN},
)
