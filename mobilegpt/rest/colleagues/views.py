"""Who teaches and helps beside the owner of a lecture: inviting, accepting, leaving, taking over (contract 11.8)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom import policies, selectors, services
from mobilegpt.classroom.helping import helped_in
from mobilegpt.lectures.policies import owns
from mobilegpt.rest.colleagues import answers, shapes
from mobilegpt.rest.http.addresses import public_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.people import Named


class Invitations(Endpoint):
    """An answer with a secret is not kept, so there is no key: a retry makes another link."""

    idempotent = False

    @operation(
        "11.8",
        "Invite a colleague by a link",
        request=shapes.InvitationRequest,
        responses={201: shapes.NewInvitation, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Makes a link whose first visitor becomes a co-instructor or a supporter, of the lecture or of one class of
        it; it holds for seven days. The lecture's owner and admins may, others get FORBIDDEN (403); a class of another
        lecture is NOT_FOUND (404), more than fifty open ones QUOTA_EXCEEDED (409)."""
        body = self.body(shapes.InvitationRequest)
        made = services.invite(actor=self.actor, lecture_id=lecture_id, role=body.role, session_id=body.session_id)
        return Response(answers.new_invitation(made, public_base(request)), status=201)


class Invitation(Endpoint):
    @operation("11.8", "Withdraw an invitation", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, lecture_id: int, invitation_id: int) -> Response:
        """Withdraws a link, so that nobody can accept it. The lecture's owner and admins may, others get FORBIDDEN
        (403); one that is used or over is NOT_FOUND (404)."""
        services.withdraw(actor=self.actor, lecture_id=lecture_id, invitation_id=invitation_id)
        return Response(status=204)


class Colleagues(Endpoint):
    @operation(
        "11.8",
        "Who teaches and helps beside the owner",
        responses={200: shapes.ColleagueList, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The colleagues of a lecture and of its classes, and for its owner and admins their e-mails and the links that
        nobody has accepted. Its co-instructors may, too; others get FORBIDDEN (403)."""
        listed = services.colleagues_of(self.actor, lecture_id)
        is_owner = owns(self.actor, listed.lecture)
        waiting = services.open_invitations(lecture_id) if is_owner else []
        return Response(
            shapes.ColleagueList(
                owner=Named.of(listed.lecture.instructor),
                colleagues=[answers.colleague(one, with_email=is_owner) for one in listed.colleagues],
                invitations=[answers.invitation(one) for one in waiting],
            )
        )


class RemoveColleague(Endpoint):
    @operation("11.8", "Part from a colleague, or leave", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, lecture_id: int, colleague_id: int) -> Response:
        """Ends a colleague's role; their open sockets close. The lecture's owner, admins and the colleague may; others
        get FORBIDDEN (403), and an unknown one is NOT_FOUND (404)."""
        services.remove_colleague(actor=self.actor, lecture_id=lecture_id, colleague_id=colleague_id)
        return Response(status=204)


class Helping(Endpoint):
    @operation(
        "11.8",
        "Where the caller teaches or helps beside others",
        responses={200: shapes.Helped, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The classes and lectures of others in which the caller is a co-instructor or a supporter, classes that run
        first. Anybody with an account may ask for their own; guests get GUEST_NOT_ALLOWED (403)."""
        return Response(answers.helped(helped_in(self.actor)))


class ShowOffer(Endpoint):
    public = True

    @operation(
        "11.8",
        "What an invitation offers",
        responses={200: shapes.OfferBody, **error_responses(404, 429)},
    )
    def get(self, request: Request, token: str) -> Response:
        """What a link offers and who made it, for anybody who has the link. A wrong, used, withdrawn or expired one is
        NOT_FOUND (404); too many wrong ones are RATE_LIMITED (429)."""
        return Response(answers.offer(services.offer_of(token=token, address=client_address(request))))


class Accept(Endpoint):
    """Wrong links are counted, which the transaction of a key would undo; accepting again gives the same answer."""

    idempotent = False

    @operation(
        "11.8",
        "Accept an invitation",
        responses={200: shapes.AcceptedBody, **error_responses(401, 403, 404, 409, 429)},
    )
    def post(self, request: Request, token: str) -> Response:
        """Makes the caller a colleague; once, and again with the same answer for who accepted it. Any account may but a
        guest's; a student cannot be a co-instructor (INSTRUCTOR_NEEDED, 403), who teaches there is ALREADY_COLLEAGUE
        (409), a wrong, used, withdrawn or expired link NOT_FOUND (404), too many of them RATE_LIMITED (429)."""
        done = services.accept(actor=self.actor, token=token, address=client_address(request))
        return Response(answers.accepted(done))


class Staff(Endpoint):
    @operation(
        "11.8",
        "A class as its instructors and supporters see it: where it stands, who is in control",
        responses={200: shapes.StaffBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """Where the class stands, who is in control of it, and what the caller may do there. Its instructors,
        supporters and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        session = selectors.helped_by(self.actor, session_ref)
        role = policies.role_in(self.actor, session)
        return Response(answers.staff(services.control_of(session), self.actor, role))


class TakeControl(Endpoint):
    @operation(
        "11.8",
        "Take over a class",
        responses={200: shapes.StaffBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """The class is the caller's to move, whoever had it before; the others see it at once. Its instructors and
        admins may, until it is over (INVALID_TRANSITION, 409); students get FORBIDDEN (403), others NOT_FOUND (404)."""
        control = services.take_control(actor=self.actor, session_ref=session_ref)
        role = policies.role_in(self.actor, control.session)
        return Response(answers.staff(control, self.actor, role))


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<id:lecture_id>/invitations", Invitations),
    *both("api/lectures/<id:lecture_id>/invitations/<id:invitation_id>", Invitation),
    *both("api/lectures/<id:lecture_id>/colleagues", Colleagues),
    *both("api/lectures/<id:lecture_id>/colleagues/<id:colleague_id>", RemoveColleague),
    *both("api/colleagues/me", Helping),
    *both("api/invitations/<str:token>", ShowOffer),
    *both("api/invitations/<str:token>/accept", Accept),
    *both("api/sessions/<ref:session_ref>/staff", Staff),
    *both("api/sessions/<ref:session_ref>/take-control", TakeControl),
]
