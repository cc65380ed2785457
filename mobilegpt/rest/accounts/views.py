"""R1–R4 and logout: accounts and logins (contract 3)."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import confirmation, selectors, services
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.models import User
from mobilegpt.core.errors import Invalid
from mobilegpt.core.locale import Words
from mobilegpt.rest.accounts import answers, shapes
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.cookies import clear_session_cookie, device_of, set_device_cookie, set_session_cookie
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses

_CONFIRMED = Words("이메일을 확인했어요", "Your e-mail address is confirmed")
_SENT = Words("메일을 보냈어요", "The e-mail is on its way")
_LOGGED_OUT = Words("로그아웃했어요", "You are signed out")


class Register(Endpoint):
    public = True
    idempotent = False  # the password is hashed before the transaction that has the key in it
    shares = (services.write_accounts,)

    @operation(
        "R1",
        "Make an account",
        request=RegisterAccount,
        responses={201: shapes.RegisteredWithLogin, **error_responses(400, 403, 409, 429)},
    )
    def post(self, request: Request) -> Response:
        """Makes an account for a student or an instructor, and logs it in unless its e-mail has to be confirmed first;
        anybody may. A retry by the same key is told no tokens. Refused: PASSWORD_TOO_COMMON (400, in
        production), INSTRUCTOR_SIGNUP_CLOSED (403), EMAIL_TAKEN and PHONE_TAKEN (409), RATE_LIMITED (429) for an
        address that makes or tries too many."""
        command, address = self.body(RegisterAccount), client_address(request)
        account = services.new_account(command=command, address=address, base=own_base(request))
        with services.counting_taken(address):
            response = KeyedWrite(self, request, account, shape=_registered).run(services.write_accounts)
        return _with_login(response)


class Signup(Endpoint):
    public = True

    @operation("3.2 (added)", "Who may register here", responses={200: shapes.SignupBody, **error_responses(401)})
    def get(self, request: Request) -> Response:
        """Tells a page for signing up which roles are open here, and whether an e-mail has to be confirmed. Anybody may
        ask."""
        roles = ["STUDENT"] if settings.INSTRUCTOR_SIGNUP == "closed" else ["STUDENT", "INSTRUCTOR"]
        return Response(shapes.SignupBody(roles=roles, email_confirmation=settings.EMAIL_CONFIRMATION))


class Confirm(Endpoint):
    """The page asks for it, not the link itself: programs that look into mails would use it up."""

    public = True
    idempotent = False

    @operation(
        "3.2 (added)",
        "Confirm an e-mail address by the key of its link",
        request=shapes.ConfirmRequest,
        responses={200: shapes.MessageBody, **error_responses(400, 401)},
    )
    def post(self, request: Request) -> Response:
        """Confirms the e-mail of a new account by the key of the link that was sent to it; anybody who has it may. A
        key that is made up, too old or used is BAD_LINK (400)."""
        confirmation.confirm(self.body(shapes.ConfirmRequest).key)
        return Response(shapes.MessageBody(message=_CONFIRMED.said()))


class ConfirmAgain(Endpoint):
    public = True
    idempotent = False

    @operation(
        "3.2 (added)",
        "Send another link, if this account waits for one",
        request=shapes.ResendRequest,
        responses={202: shapes.MessageBody, **error_responses(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Sends another link to an account that waits for one. Anybody may ask, and the answer is the same whether
        there is such an account; too often is RATE_LIMITED (429)."""
        email = self.body(shapes.ResendRequest).email
        confirmation.send_again(email, client_address(request), own_base(request))
        return Response(shapes.MessageBody(message=_SENT.said()), status=202)


class LogIn(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept

    @operation(
        "R2",
        "Log in",
        request=shapes.LoginRequest,
        responses={200: shapes.LoginBody, **error_responses(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Logs in by e-mail and password: both pairs of tokens, and the session cookie for sockets. Refused:
        INVALID_CREDENTIALS (401), EMAIL_NOT_CONFIRMED (403), RATE_LIMITED (429) after too many wrong passwords; its
        details may hold a challenge whose answer, sent as ``proof``, lets one more be tried."""
        body, device = self.body(shapes.LoginRequest), device_of(request)
        login = services.log_in(
            email=body.email,
            password=body.password,
            address=client_address(request),
            device=device,
            proof=body.proof,
        )
        response = Response(answers.login_body(login))
        set_session_cookie(response, login)
        set_device_cookie(response, device, login)
        return response


class BecomeInstructor(Endpoint):
    idempotent = False  # an answer with tokens is not kept

    @operation(
        "3.2 (added)",
        "Become an instructor",
        request=None,
        responses={200: shapes.LoginBody, **error_responses(401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Makes the calling student an instructor, where instructors may sign up. Every login of the account ends with
        its role, so the answer is a new one. INSTRUCTOR_SIGNUP_CLOSED, or FORBIDDEN for other roles (403);
        RATE_LIMITED (429) for an address where as many have become instructors as a house has."""
        login = services.become_instructor(actor=self.actor, address=client_address(request))
        response = Response(answers.login_body(login))
        set_session_cookie(response, login)
        set_device_cookie(response, device_of(request), login)
        return response


class RefreshTokens(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept

    @operation(
        "R3",
        "Get new tokens",
        request=shapes.RefreshRequest,
        responses={200: shapes.TokensBody, **error_responses(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Gives a new pair for a refresh token, under either of its names. The old one stays usable until a successor
        was used; using it after that ends the whole login. INVALID_TOKEN (401) for one that does not hold, RATE_LIMITED
        (429) for an address that sends forged ones."""
        token = self.body(shapes.RefreshRequest).token
        if token is None:
            raise Invalid(message="refresh_token is missing", details={"field": "refresh_token"})
        return Response(answers.tokens_body(services.refresh(token=token, address=client_address(request))))


class Me(Endpoint):
    guests = True

    @operation("R4", "The caller's own account", responses={200: shapes.MeBody, **error_responses(401)})
    def get(self, request: Request) -> Response:
        """The caller's own account, with everything that only they and staff see; guests too."""
        return Response(answers.me_body(selectors.account(self.actor.user_id)))


class LogOut(Endpoint):
    """Takes the access token, or a refresh token in the body when that has expired."""

    public = True
    idempotent = False

    @operation(
        "1 (implied)",
        "Log out: ends this login, its tokens and its sockets",
        request=shapes.RefreshRequest,
        responses={200: shapes.MessageBody, **error_responses(400, 401)},
    )
    def post(self, request: Request) -> Response:
        """Ends the caller's login: its tokens, its cookie and its open sockets. Takes the access token, or a refresh
        token in the body when that has expired; without either it is UNAUTHENTICATED (401)."""
        token = self.body(shapes.RefreshRequest).token
        services.log_out(actor=self.caller, refresh_token=token, address=client_address(request))
        response = Response(shapes.MessageBody(message=_LOGGED_OUT.said()))
        clear_session_cookie(response)
        return response


def _registered(user: User) -> Response:
    return Response(answers.registered_body(user), status=201)


def _with_login(response: Response) -> Response:
    """Tokens are no part of the answer that a key keeps (contract 10.3, 12)."""
    first = isinstance(response.data, shapes.RegisteredBody)
    body = response.data if first else msgspec.json.decode(response.data, type=shapes.RegisteredBody)
    login = services.log_in_new(body.id) if first else None
    response.data = answers.registered_with_login(body, login)
    return response


urlpatterns: list[URLPattern] = [
    *both("api/auth/register", Register),
    *both("api/auth/signup", Signup),
    *both("api/auth/confirm", Confirm),
    *both("api/auth/confirm/resend", ConfirmAgain),
    *both("api/auth/login", LogIn),
    *both("api/auth/instructor", BecomeInstructor),
    *both("api/auth/refresh", RefreshTokens),
    *both("api/auth/me", Me),
    *both("api/auth/logout", LogOut),
]
