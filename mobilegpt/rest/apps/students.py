"""What the student app asks for: a class without an account, its own classes and lectures (contract 12)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom import lists, policies, selectors, services
from mobilegpt.core.errors import Invalid, NotFound
from mobilegpt.lectures import selectors as lectures
from mobilegpt.lectures.services import enroll, unenroll
from mobilegpt.progress.policies import require_student
from mobilegpt.rest.apps import answers, shapes
from mobilegpt.rest.apps.device import DeviceEndpoint
from mobilegpt.rest.classroom import answers as class_answers
from mobilegpt.rest.classroom.shapes import SeatBody
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.paging import page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses
from mobilegpt.rest.lectures.answers import enrollment_body, lecture_row
from mobilegpt.rest.lectures.shapes import EnrollmentBody, LectureList

_SESSIONS = {"type": "array", "items": {"$ref": "#/components/schemas/AppSession"}}
_PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class AppJoin(Endpoint):
    """The device id makes a retry safe, as at the guests' own door."""

    public = True
    guests = True
    idempotent = False
    for_apps = True
    shares = (selectors.found_by_each, services.take_guest_seats)

    @operation(
        "12",
        "Come into a class by its code, with an account or with a phone alone",
        request=shapes.AppJoin,
        responses={
            201: shapes.AppJoined,
            200: shapes.AppJoined,
            **app_error_responses(400, 401, 403, 404, 409, 429),
        },
    )
    def post(self, request: Request) -> Response:
        """Takes a seat in the class of this code: without a token by a name and a ``device_id``, as a guest does; with
        a student's token for the student. 201, and 200 for who comes again. Refused: GUEST_JOIN_DISABLED, SEAT_REMOVED
        (403), SESSION_FULL, SESSION_OVER, CLASS_LOCKED, DEVICE_SEATS_TAKEN (409), RATE_LIMITED (429) after too many
        wrong codes."""
        body, address = self.body(shapes.AppJoin), client_address(request)
        if self.caller is not None and not self.caller.is_guest:
            visit = services.visit_to_join(
                actor=self.caller, ref=_code(body.session_code), session_code=None, address=address
            )
            session, seating = visit.session, services.take_seat(actor=self.caller, session=visit.session)
        else:
            policies.require_guests_welcome()
            session = services.visit(actor=None, ref=_code(body.session_code), address=address).session
            seating = services.take_guest_seat(
                session=session, name=body.name or "", device_id=body.device_id or "", address=address
            ).seating
        return Response(answers.joined(seating, session), status=201 if seating.created else 200)


class AppJoinByCode(Endpoint):
    guests = True
    idempotent = False  # the key is in the transaction that many share
    for_apps = True
    shares = (selectors.found_by_each, services.take_seats)

    @operation(
        "12",
        "Take a seat by a class's code",
        request=shapes.CodeRequest,
        responses={201: SeatBody, 200: SeatBody, **app_error_responses(400, 401, 403, 404, 409, 429)},
    )
    def post(self, request: Request) -> Response:
        """Takes a seat for the calling student as ``POST /api/sessions/{code}/join`` does: 201, and 200 with the same
        seat when repeated. Other roles get FORBIDDEN (403); SESSION_FULL, SESSION_OVER and CLASS_LOCKED are 409, too
        many wrong codes RATE_LIMITED (429)."""
        code = _code(self.body(shapes.CodeRequest).session_code)
        visit = services.visit_to_join(actor=self.actor, ref=code, session_code=None, address=client_address(request))
        arrival = services.Arrival(self.actor, visit)
        seating = services.seated(arrival)
        if seating is not None and not self.idempotency_key():
            return _seated(seating)
        return KeyedWrite(self, request, arrival, shape=_seated).run(services.take_seats, about=arrival.session_id)


def _seated(seating: services.Seating) -> Response:
    return Response(class_answers.seat_body(seating), status=201 if seating.created else 200)


def _code(told: str) -> str:
    """An id can be guessed: these doors take the code alone (contract 2.3). Raises ``Invalid``."""
    if not told.strip() or told.strip().isdigit():
        raise Invalid(message="session_code is the class's code", details={"field": "session_code"})
    return told


class AppMySessions(Endpoint):
    guests = True
    for_apps = True

    @operation(
        "12",
        "The classes in which the caller has a seat",
        responses={200: _SESSIONS, **app_error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The classes in which the calling student has a seat, the newest 100; archived ones and those from which they
        were removed are not among them. Other roles get FORBIDDEN (403)."""
        return Response([answers.session_of(seat.session, seat) for seat in lists.seats_of(self.actor)])


class AppActiveSessions(Endpoint):
    guests = True
    for_apps = True

    @operation(
        "12",
        "The caller's classes that have not ended",
        responses={200: _SESSIONS, **app_error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The classes in which the calling student has a seat and that wait, run or are paused, newest first. Other
        roles get FORBIDDEN (403)."""
        return Response([answers.session_of(seat.session, seat) for seat in lists.seats_of(self.actor, running=True)])


class AppLeave(DeviceEndpoint):
    @operation(
        "12",
        "Say goodbye to a class",
        request=shapes.DeviceRequest,
        responses={200: shapes.SuccessBody, **app_error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Says that the caller is gone; the seat stays theirs, and whoever comes again is there again. A student who
        has a seat may, by a token or by the ``device_id`` of their phone; others get FORBIDDEN (403) or NOT_FOUND
        (404)."""
        policies.require_student(self.actor)
        visit = selectors.visit_of_member(self.actor, session_ref)
        if visit.seat is None:
            raise NotFound("Session")
        services.say_goodbye(actor=self.actor, session_id=visit.session.pk)
        return Response(shapes.SuccessBody())


class AppLectures(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Lectures that a student may see",
        responses={200: LectureList, **app_error_responses(400, 401, 403)},
        parameters=_PAGING,
    )
    def get(self, request: Request) -> Response:
        """Lectures a page at a time as ``GET /api/lectures`` lists them. Guests are refused with GUEST_NOT_ALLOWED
        (403)."""
        rows = lectures.visible_lectures(self.actor)
        return Response(page_of(rows, request.query_params, "lectures", lecture_row))


class AppMyLectures(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Lectures in which the caller is enrolled",
        responses={200: LectureList, **app_error_responses(400, 401, 403)},
        parameters=_PAGING,
    )
    def get(self, request: Request) -> Response:
        """Lectures a page at a time in which the calling student is enrolled. Other roles get FORBIDDEN, guests
        GUEST_NOT_ALLOWED (403)."""
        require_student(self.actor)
        rows = lectures.visible_lectures(self.actor, enrolled=True)
        return Response(page_of(rows, request.query_params, "lectures", lecture_row))


class AppEnroll(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Enrol in a lecture, for the student app",
        responses={201: EnrollmentBody, **app_error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Enrols the calling student as ``POST /api/lectures/{lecture_id}/enroll`` does. Others get FORBIDDEN (403); a
        second time is ALREADY_ENROLLED (409), an inactive lecture NOT_FOUND (404)."""
        return Response(enrollment_body(enroll(actor=self.actor, lecture_id=lecture_id)), status=201)


class AppUnenroll(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Leave a lecture",
        responses={200: shapes.LeftLecture, **app_error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Takes the calling student out of a lecture; what they learned in it stays. Others get FORBIDDEN, who is not
        enrolled NOT_ENROLLED (403); who sits in a class of it that has not ended leaves that first (IN_USE, 409)."""
        unenroll(actor=self.actor, lecture_id=lecture_id)
        return Response(shapes.LeftLecture(success=True, lecture_id=lecture_id))


urlpatterns: list[URLPattern] = [
    *both("api/sessions/join", AppJoin),
    *both("api/students/sessions/my_sessions", AppMySessions),
    *both("api/students/sessions/active_sessions", AppActiveSessions),
    *both("api/students/sessions/join", AppJoinByCode),
    *both("api/students/sessions/<ref:session_ref>/leave", AppLeave),
    *both("api/students/lectures", AppLectures),
    *both("api/students/lectures/my_lectures", AppMyLectures),
    *both("api/students/lectures/<id:lecture_id>/enroll", AppEnroll),
    *both("api/students/lectures/<id:lecture_id>/unenroll", AppUnenroll),
]
