"""R11–R21, R41 and what surrounds them: live sessions and their seats (contract 6)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.chat.selectors import room_of_class
from mobilegpt.classroom import policies, selectors, services
from mobilegpt.classroom.commands import (
    ChangeSettings,
    OpenSession,
)
from mobilegpt.events import topics
from mobilegpt.helpdesk.selectors import open_by_user
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.policies import require_same_user
from mobilegpt.realtime.presence import polled
from mobilegpt.realtime.replay import frames_over_http
from mobilegpt.rest.accounts.answers import login_body
from mobilegpt.rest.classroom import answers, shapes
from mobilegpt.rest.http.addresses import public_base
from mobilegpt.rest.http.catch_up import PARAMETERS, Missed, answered, missed
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.cookies import set_session_cookie
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.paging import Pagination, page_of, whole_number
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses


class LectureSessions(Endpoint):
    @operation(
        "R11",
        "Open a session",
        request=OpenSession,
        responses={201: shapes.SessionBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Opens a session of a lecture, with a code of its own and WAITING for its start. The lecture's owner and
        admins may; others get FORBIDDEN (403)."""
        return _open(self, request, lecture_id)

    @operation(
        "1 (implied)",
        "A lecture's sessions, newest first",
        responses={200: shapes.SessionList, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The sessions of a lecture a page at a time, newest first. The lecture's owner and admins may; others get
        FORBIDDEN (403)."""
        policies.require_staff_role(self.actor)
        lecture = policies.require_may_open(self.actor, Lecture.objects.filter(pk=lecture_id).first())
        base = public_base(request)

        def show(session: Any) -> shapes.SessionBody:
            return answers.listed_session(session, base)

        rows = selectors.sessions_of_lecture(lecture.pk)
        return Response(page_of(rows, request.query_params, "sessions", show))


class CreateSession(Endpoint):
    @operation(
        "R41",
        "Open a session (the later path of R11)",
        request=OpenSession,
        responses={201: shapes.SessionBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Opens a session as ``POST /api/lectures/{lecture_id}/sessions`` does, under the later path. The lecture's
        owner and admins may; others get FORBIDDEN (403)."""
        return _open(self, request, lecture_id)


def _open(view: Endpoint, request: Request, lecture_id: int) -> Response:
    session = services.open_session(actor=view.actor, lecture_id=lecture_id, command=view.body(OpenSession))
    return Response(answers.session_body(session, public_base(request), 0), status=201)


class FindSession(Endpoint):
    guests = True

    @operation(
        "R12",
        "Find a session by its code",
        responses={200: shapes.FoundSession, **error_responses(401, 403, 404, 429)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """A session by its code, for anybody signed in; a student who found it so may join within the hour. By its
        number only for its people and admins, else NOT_FOUND (404); too many wrong codes are RATE_LIMITED (429), right
        ones never count."""
        found = services.look_up(actor=self.actor, ref=session_ref, address=client_address(request))
        count = selectors.participant_count(found.session.pk)
        room = room_of_class(self.actor.user_id, found.session.pk)
        return Response(answers.found_session(found.session, found.seat, count, room))

    @operation(
        "11.4 (added)",
        "Set what a class is set to",
        request=ChangeSettings,
        responses={200: shapes.SettingsBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def patch(self, request: Request, session_ref: str) -> Response:
        """Sets the class's title, its time, whether it is locked against new seats, whether phones offer help by
        themselves, and how many percent should be done before it moves on; what is not sent stays. The session's
        instructor and admins may, until the session is archived (INVALID_TRANSITION, 409); students get FORBIDDEN
        (403), other instructors NOT_FOUND (404)."""
        command = self.body(ChangeSettings)
        session = services.change_settings(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.settings_body(session))


class SessionSettings(Endpoint):
    @operation(
        "11.4 (added)",
        "What a class is set to",
        responses={200: shapes.SettingsBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """What the class is set to, as ``PATCH /api/sessions/{session_ref}`` changes it. The session's instructor and
        admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        return Response(answers.settings_body(selectors.run_by(self.actor, session_ref)))


class JoinSession(Endpoint):
    guests = True
    idempotent = False  # the key is in the transaction that many share
    shares = (selectors.found_by_each, services.take_seats)

    @operation(
        "R13",
        "Take a seat",
        request=shapes.JoinRequest,
        responses={201: shapes.SeatBody, 200: shapes.SeatBody, **error_responses(400, 401, 403, 404, 409, 429)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Takes a seat for the calling student: 201, and 200 with the same seat when repeated. By number only with a
        proof (a seat in an earlier class, an instructor's enrolment, a look-up within the hour, ``session_code``), else
        JOIN_CODE_REQUIRED (403); FORBIDDEN (403) for other roles, SESSION_FULL and SESSION_OVER (409), RATE_LIMITED
        (429) after too many wrong codes."""
        body = self.body(shapes.JoinRequest)
        require_same_user(self.actor, body.user_id)
        visit = services.visit_to_join(
            actor=self.actor, ref=session_ref, session_code=body.session_code, address=client_address(request)
        )
        arrival = services.Arrival(self.actor, visit)
        seating = services.seated(arrival)
        if seating is not None and not self.idempotency_key():
            return _seated(seating)
        write = KeyedWrite(self, request, arrival, shape=_seated)
        return write.run(services.take_seats, about=arrival.session_id)


def _seated(seating: services.Seating) -> Response:
    return Response(answers.seat_body(seating), status=201 if seating.created else 200)


_ANSWERS: list[Any] = [shapes.GuestSeatBody, shapes.KnownPhone]
_SEAT_OR_KNOWN = PolymorphicProxySerializer("GuestSeatOrKnownPhone", _ANSWERS, resource_type_field_name=None)


class GuestSeat(Endpoint):
    """An answer with tokens is not kept, so there is no key: the device id makes a retry safe."""

    public = True
    idempotent = False
    shares = (selectors.found_by_each, services.take_guest_seats)

    @operation(
        "3.9",
        "Take a seat without an account",
        request=shapes.GuestRequest,
        responses={
            201: shapes.GuestSeatBody,
            200: _SEAT_OR_KNOWN,
            **error_responses(400, 403, 404, 409, 429),
        },
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Takes a seat by a name and a phone's ``device_id``, without an account: 201 with a login, 200 when the same
        phone takes up its seat again; in another class of the same instructor the same name, or ``same_person``, is the
        same guest. With nothing but ``device_id`` it makes nothing and says whom the phone has brought before. Anybody
        with the code may. Refused: GUEST_JOIN_DISABLED, SEAT_REMOVED (403), SESSION_FULL, SESSION_OVER, CLASS_LOCKED,
        NAME_IN_CLASS, DEVICE_SEATS_TAKEN (409), RATE_LIMITED (429)."""
        body, address = self.body(shapes.GuestRequest), client_address(request)
        if body.name is None and body.same_person is None:
            name = services.known_name(ref=session_ref, device_id=body.device_id, address=address)
            return Response(shapes.KnownPhone(known=name is not None, name=name))
        guest = services.join_as_guest(
            ref=session_ref,
            name=body.name,
            device_id=body.device_id,
            address=address,
            same_person=body.same_person,
        )
        shape = answers.guest_seat_body(login_body(guest.login), guest.seating)
        response = Response(shape, status=201 if guest.seating.created else 200)
        set_session_cookie(response, guest.login)
        return response


class Preview(Endpoint):
    public = True

    @operation(
        "11.4 (added)",
        "What class a code opens",
        responses={200: shapes.ClassPreview, **error_responses(404, 429)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """What class a code opens, before anybody says who they are: its lecture, its teacher's name and whether it
        waits, runs or is over. Anybody with the code may; a wrong one is NOT_FOUND (404), and too many of them are
        RATE_LIMITED (429)."""
        found = services.visit(actor=None, ref=session_ref, address=client_address(request))
        return Response(answers.preview(found.session))


class Participants(Endpoint):
    audited = "read.participants"

    @operation(
        "R14",
        "Who has a seat",
        responses={200: shapes.Roster, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """Everybody who has a seat, with where they stand and whether they wait for help; all of them unless a page is
        asked for. The session's instructors, its supporters (who are told no e-mail) and admins may; students get
        FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        session = selectors.helped_by(self.actor, session_ref)
        runs = policies.runs(self.actor, session)
        rows: Any = selectors.roster(session)
        if "page" in request.query_params or "page_size" in request.query_params:
            page = page_of(rows, request.query_params, "participants", lambda seat: seat)
            seats, pagination = page["participants"], page["pagination"]
        else:
            seats = list(rows)
            pagination = Pagination(page=1, page_size=max(len(seats), 1), total_count=len(seats), total_pages=1)
        stuck = open_by_user(session.pk, [seat.user_id for seat in seats])
        people = [
            answers.roster_row(seat, seat.step_status, stuck.get(seat.user_id), with_email=runs) for seat in seats
        ]
        return Response(
            shapes.Roster(
                session_id=session.pk,
                participants=people,
                results=people,
                total_count=pagination.total_count,
                count=pagination.total_count,
                pagination=pagination,
            )
        )


class Current(Endpoint):
    guests = True

    @operation(
        "R20",
        "Where the class stands",
        responses={200: shapes.CurrentState, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """The session's state, its current step and the instructor's last words. Those who have a seat or the right to
        one, its instructor and admins may; others get NOT_FOUND (404)."""
        viewed = selectors.viewed_by(self.actor, session_ref)
        room = room_of_class(self.actor.user_id, viewed.session.pk)
        return Response(answers.current_state(viewed, room))


class MySteps(Endpoint):
    guests = True

    @operation(
        "11.9 (added)",
        "What the caller has done in this class",
        responses={200: shapes.OwnStepsBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """The steps that the calling student has done in this class: what they did in an earlier class of the lecture
        is not among them. Who may take a seat may ask; others get NOT_FOUND (404), other roles FORBIDDEN (403)."""
        mine = selectors.own_steps(self.actor, session_ref)
        return Response(shapes.OwnStepsBody(session_id=mine.session_id, done=mine.done))


class SessionEvents(Endpoint):
    guests = True

    @operation(
        "10.2",
        "What happened in the class since, for networks that let no WebSocket through",
        responses={200: Missed, **error_responses(400, 401, 403, 404)},
        parameters=PARAMETERS,
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """What the session's stream has done since ``after_seq``, complete or not at all (``recovered`` is false, with
        the reason). With ``wait`` the answer comes with the next event. Those who may ask for the current state may;
        others get NOT_FOUND (404)."""
        viewed = selectors.viewed_by(self.actor, session_ref)
        stream = topics.session(viewed.session.pk)
        if viewed.seat is not None:
            polled(stream, self.actor.user_id)
        found = missed(request, stream, frames_over_http)
        had = whole_number(request.query_params, "after_seq", 0, 0, None) if found.recovered else 0
        if "wait" in request.query_params and viewed.seat is not None:
            services.follow_over_http(viewed.seat, had)
        return answered(request, found, found, self.actor)


class Lesson(Endpoint):
    guests = True

    @operation(
        "11.5 (added)",
        "What the class teaches",
        responses={200: shapes.LessonBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """The lesson of a class with all its steps: what it kept when it started, the lecture as it is before. Those
        who may ask for the current state may; others get NOT_FOUND (404)."""
        return Response(answers.lesson_body(selectors.lesson_seen_by(self.actor, session_ref)))


class RefreshLesson(Endpoint):
    @operation(
        "11.5 (added)",
        "Teach the lecture as it is now",
        request=None,
        responses={200: shapes.RefreshedBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Brings what was changed in the lecture into a class that runs or is paused; again, it changes nothing. The
        session's instructor and admins may. Another state is INVALID_TRANSITION, a current step that the lecture has
        lost STEP_NOT_IN_LESSON (409): go to another step first."""
        return Response(answers.refreshed_body(services.refresh_lesson(actor=self.actor, session_ref=session_ref)))


class MyActive(Endpoint):
    guests = True

    @operation(
        "R21",
        "The caller's active session",
        responses={200: shapes.MyActive, 404: shapes.NoActive, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The newest session in which the calling student has a seat and that is not over, or 404 with a body of its
        own. Instructors and admins get FORBIDDEN (403)."""
        seat = selectors.active_seat(self.actor)
        if seat is None:
            return Response(shapes.NoActive(), status=404)
        return Response(answers.my_active(seat))


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<int:lecture_id>/sessions/create", CreateSession),
    *both("api/lectures/<int:lecture_id>/sessions", LectureSessions),
    *both("api/sessions/my-active", MyActive),
    *both("api/sessions/<ref:session_ref>/join", JoinSession),
    *both("api/sessions/<ref:session_ref>/guest", GuestSeat),
    *both("api/sessions/<ref:session_ref>/preview", Preview),
    *both("api/sessions/<ref:session_ref>/participants", Participants),
    *both("api/sessions/<ref:session_ref>/current", Current),
    *both("api/sessions/<ref:session_ref>/my-steps", MySteps),
    *both("api/sessions/<ref:session_ref>/events", SessionEvents),
    *both("api/sessions/<ref:session_ref>/lesson", Lesson),
    *both("api/sessions/<ref:session_ref>/refresh-lesson", RefreshLesson),
    *both("api/sessions/<ref:session_ref>/settings", SessionSettings),
    *both("api/sessions/<ref:session_ref>", FindSession),
]
