"""Seats as the instructor changes them (contract 11.4)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import ChangeSeat, MergeSeat
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.clock import iso
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import flag_from_query
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import SeatStatusChoice


class SeatRow(Struct, frozen=True, kw_only=True):
    """A seat, also one that was removed. ``name`` is what this class calls its owner, ``account_name`` what they are
    called elsewhere; ``may_return`` is about who was removed."""

    participant_id: int
    user_id: int
    name: str
    account_name: str
    is_guest: bool
    status: SeatStatusChoice
    is_present: bool
    removed_at: str | None
    may_return: bool
    joined_at: str


class Seats(Struct, frozen=True, kw_only=True):
    """All seats of a class in order of arrival, removed ones too."""

    session_id: int
    seats: list[SeatRow]
    results: list[SeatRow]


def _row(seat: SessionParticipant) -> SeatRow:
    return SeatRow(
        participant_id=seat.pk,
        user_id=seat.user_id,
        name=seat.shown_name,
        account_name=seat.user.name,
        is_guest=seat.user.is_guest,
        status=seat.status,
        is_present=seat.is_present,
        removed_at=iso(seat.removed_at),
        may_return=seat.may_return,
        joined_at=iso(seat.joined_at),
    )


class SessionSeats(Endpoint):
    audited = "read.participants"

    @operation(
        "11.4 (added)",
        "All seats of a class",
        responses={200: Seats, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """All seats of a class in order of arrival, with those that were removed and whether they may return. The
        session's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        session = selectors.run_by(self.actor, session_ref)
        rows = [_row(seat) for seat in selectors.all_seats(session)]
        return Response(Seats(session_id=session.pk, seats=rows, results=rows))


class SessionSeat(Endpoint):
    @operation(
        "11.4 (added)",
        "Rename a seat, or give it back",
        request=ChangeSeat,
        responses={200: SeatRow, **error_responses(400, 401, 403, 404)},
    )
    def patch(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """Gives a seat another name (a guest is called so in all classes of their instructor, a member in this one
        only), or gives it back to who was removed (``removed`` false). The session's instructor and admins may;
        students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        command = self.body(ChangeSeat)
        seat = services.change_seat(
            actor=self.actor, session_ref=session_ref, participant_id=participant_id, command=command
        )
        return Response(_row(seat))

    @operation(
        "11.4 (added)",
        "Remove a seat",
        responses={200: SeatRow, **error_responses(400, 401, 403, 404)},
        parameters=[OpenApiParameter("may_return", OpenApiTypes.BOOL, description="true by default")],
    )
    def delete(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """Takes a seat away: its owner's sockets of the class close, and the other learners are not told why they went.
        With ``may_return`` the code brings them back to it, without they are refused with SEAT_REMOVED. The session's
        instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        may_return = flag_from_query(request.query_params, "may_return") is not False
        seat = services.remove_seat(
            actor=self.actor, session_ref=session_ref, participant_id=participant_id, may_return=may_return
        )
        return Response(_row(seat))


class MergeSeats(Endpoint):
    @operation(
        "11.4 (added)",
        "Two seats are one person's",
        request=MergeSeat,
        responses={200: SeatRow, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """Gives everything of the guest of one seat to the guest of another, whose seat the answer shows; both phones
        find that person from then on. It cannot be undone. The session's instructor and admins may; MERGE_REFUSED (409)
        tells by details.reason why two seats cannot become one."""
        command = self.body(MergeSeat)
        seat = services.merge_seat(
            actor=self.actor, session_ref=session_ref, participant_id=participant_id, command=command
        )
        return Response(_row(seat))


urlpatterns: list[URLPattern] = [
    *both("api/sessions/<ref:session_ref>/seats", SessionSeats),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>", SessionSeat),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>/merge", MergeSeats),
]
