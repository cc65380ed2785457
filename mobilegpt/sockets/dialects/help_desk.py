"""W7 ``/ws/dashboard/help-requests/``: requests of all of an instructor's lectures, strictly ``{type, data}``."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.core.clock import iso
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import (
    HelpAnswered,
    HelpClaimed,
    HelpClosed,
    HelpGrouped,
    HelpRequested,
    HelpSuggested,
    SuggestionDecided,
)
from mobilegpt.realtime.dialect import Dialect, Encoder, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.choices import DecisionChoice, WithheldChoice
from mobilegpt.wire.help_group import HelpGroup, group_of_event
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import Titled


class NewHelpRequestData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    lecture: Titled
    user: Named
    subtask: Titled
    priority: str
    timestamp: str


class NewHelpRequest(Frame, frozen=True, kw_only=True, tag="new_help_request"):
    """Somebody needs help. ``priority`` is HIGH from a minute on the same step, LOW when nobody asked."""

    data: NewHelpRequestData


class HelpAnsweredData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    source: str
    timestamp: str


class HelpAnsweredFrame(Frame, frozen=True, kw_only=True, tag="help_answered"):
    """An answer was delivered: a teacher's, the analysis's own, or word that the teacher was asked (``DEFERRED``). The
    request stays in the queue."""

    data: HelpAnsweredData


class HelpClosedData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    timestamp: str


class HelpClosedFrame(Frame, frozen=True, kw_only=True, tag="help_closed"):
    """The request has left the queue."""

    data: HelpClosedData


class HelpClaimedData(Struct, frozen=True, kw_only=True):
    """``claimed_by`` is null when it was given back."""

    help_request_id: int
    claimed_by: Named | None
    timestamp: str


class HelpClaimedFrame(Frame, frozen=True, kw_only=True, tag="help_claimed"):
    """Somebody goes to help, or has given the request back."""

    data: HelpClaimedData


class HelpSuggestedData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    session_id: int | None
    withheld: WithheldChoice
    timestamp: str


class HelpSuggestedFrame(Frame, frozen=True, kw_only=True, tag="help_suggested"):
    """An answer was not given: whoever helps there may send it. R33 and R36 have its words (contract 11.17)."""

    data: HelpSuggestedData


class SuggestionDecidedData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    decision: DecisionChoice
    decided_by: Named
    timestamp: str


class SuggestionDecidedFrame(Frame, frozen=True, kw_only=True, tag="help_suggestion_decided"):
    """Somebody has sent it, or sends none."""

    data: SuggestionDecidedData


class HelpGroupedFrame(Frame, frozen=True, kw_only=True, tag="help_grouped"):
    """Many wait on one step: one card (contract 11.18). Again as it grows; who is answered or closed leaves it."""

    data: HelpGroup


def _requested(event: HelpRequested) -> NewHelpRequest:
    case = event.case
    return NewHelpRequest(
        data=NewHelpRequestData(
            help_request_id=case.id,
            lecture=Titled(id=case.lecture_id, title=case.lecture_title),
            user=Named.of(case.user),
            subtask=Titled(id=case.subtask_id, title=case.subtask_title),
            priority=event.priority,
            timestamp=iso(event.at),
        )
    )


def answered(event: HelpAnswered) -> HelpAnsweredFrame:
    return HelpAnsweredFrame(
        data=HelpAnsweredData(help_request_id=event.case.id, source=event.source, timestamp=iso(event.at))
    )


def claimed(event: HelpClaimed) -> HelpClaimedFrame:
    by = Named.of(event.claimed_by) if event.claimed_by else None
    return HelpClaimedFrame(data=HelpClaimedData(help_request_id=event.case.id, claimed_by=by, timestamp=iso(event.at)))


def closed(event: HelpClosed) -> HelpClosedFrame:
    return HelpClosedFrame(data=HelpClosedData(help_request_id=event.case.id, timestamp=iso(event.at)))


def suggested(event: HelpSuggested) -> HelpSuggestedFrame:
    case = event.case
    return HelpSuggestedFrame(
        data=HelpSuggestedData(
            help_request_id=case.id, session_id=case.session_id, withheld=event.withheld, timestamp=iso(event.at)
        )
    )


def decided(event: SuggestionDecided) -> SuggestionDecidedFrame:
    return SuggestionDecidedFrame(
        data=SuggestionDecidedData(
            help_request_id=event.case.id,
            decision=event.decision,
            decided_by=Named.of(event.decided_by),
            timestamp=iso(event.at),
        )
    )


def grouped(event: HelpGrouped) -> HelpGroupedFrame:
    return HelpGroupedFrame(data=group_of_event(event))


CHANGES_OF_A_REQUEST: dict[type[Event], Encoder] = {
    HelpAnswered: answered,
    HelpClaimed: claimed,
    HelpClosed: closed,
    HelpGrouped: grouped,
    HelpSuggested: suggested,
    SuggestionDecided: decided,
}
DIALECT = Dialect(
    "help_desk",
    encoders={HelpRequested: _requested},
    rt_encoders=CHANGES_OF_A_REQUEST,
    ignored={*(IN_CLASS - {HelpRequested, *CHANGES_OF_A_REQUEST}), *IN_CHAT, *NEVER_SHOWN},
)
