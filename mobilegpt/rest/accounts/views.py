"""R1–R4 and logout: accounts and logins (contract 3)."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import confirmation, selectors, services
from mobilegpt.accounts.challenge import Proof
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import Login
from mobilegpt.accounts.tokens import TokenPair
from mobilegpt.core.clock import iso
from mobilegpt.core.errors import Invalid
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.http.client_address import client_address
from mobilegpt.rest.http.cookies import clear_session_cookie, device_of, set_device_cookie, set_session_cookie
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.idempotency import KeyedWrite
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import RoleChoice


class RegisteredBody(Struct, frozen=True, kw_only=True):
    """R1's answer."""

    id: int
    email: str
    name: str
    role: RoleChoice
    digital_level: str
    created_at: str


class LoginRequest(Struct, frozen=True, kw_only=True):
    """``proof`` answers the challenge of a 429 (docs/adr/0019-right-passwords-get-through.md)."""

    email: str
    password: str
    proof: Proof | None = None


class LoginUser(Struct, frozen=True, kw_only=True):
    """The account as a login shows it; ``email`` is null for a guest."""

    id: int
    email: str | None
    name: str
    nickname: str
    role: RoleChoice
    digital_level: str
    is_guest: bool


class LoginBody(Struct, frozen=True, kw_only=True):
    """R2's answer, under the names of both generations of clients (contract 3.3)."""

    access_token: str
    refresh_token: str
    access: str
    refresh: str
    user: LoginUser


class RefreshRequest(Struct, frozen=True, kw_only=True):
    """``refresh_token`` or ``refresh``."""

    refresh_token: str | None = None
    refresh: str | None = None

    @property
    def token(self) -> str | None:
        return self.refresh_token if self.refresh_token is not None else self.refresh


class TokensBody(Struct, frozen=True, kw_only=True):
    """R3's answer."""

    access_token: str
    refresh_token: str
    access: str
    refresh: str


class MeBody(Struct, frozen=True, kw_only=True):
    """R4's answer: what only the account itself may see of itself."""

    id: int
    email: str | None
    name: str
    nickname: str
    role: RoleChoice
    digital_level: str
    age: int | None
    phone: str | None
    is_guest: bool
    created_at: str


class MessageBody(Struct, frozen=True, kw_only=True):
    message: str


class SignupBody(Struct, frozen=True, kw_only=True):
    """What somebody who wants to register should know. ``roles``: those that are open."""

    roles: list[RoleChoice]
    email_confirmation: bool


class ConfirmRequest(Struct, frozen=True, kw_only=True):
    key: str


class ResendRequest(Struct, frozen=True, kw_only=True):
    email: str


class Register(Endpoint):
    public = True
    idempotent = False  # the password is hashed before the transaction that has the key in it
    shares = (services.write_accounts,)

    @operation(
        "R1",
        "Make an account",
        request=RegisterAccount,
        responses={201: RegisteredBody, **error_responses(400, 403, 409, 429)},
    )
    def post(self, request: Request) -> Response:
        """Makes an account for a student or an instructor; anybody may. Refused: PASSWORD_TOO_COMMON (400, in
        production), INSTRUCTOR_SIGNUP_CLOSED (403), EMAIL_TAKEN and PHONE_TAKEN (409), RATE_LIMITED (429) for an
        address that makes or tries too many."""
        command, address = self.body(RegisterAccount), client_address(request)
        account = services.new_account(command=command, address=address, base=own_base(request._request))
        with services.counting_taken(address):
            return KeyedWrite(self, request, account, shape=_registered).run(services.write_accounts)


class Signup(Endpoint):
    public = True

    @operation("3.2 (added)", "Who may register here", responses={200: SignupBody, **error_responses(401)})
    def get(self, request: Request) -> Response:
        """Tells a page for signing up which roles are open here, and whether an e-mail has to be confirmed. Anybody may
        ask."""
        roles = ["STUDENT"] if settings.INSTRUCTOR_SIGNUP == "closed" else ["STUDENT", "INSTRUCTOR"]
        return Response(SignupBody(roles=roles, email_confirmation=settings.EMAIL_CONFIRMATION))


class Confirm(Endpoint):
    """The page asks for it, not the link itself: programs that look into mails would use it up."""

    public = True
    idempotent = False

    @operation(
        "3.2 (added)",
        "Confirm an e-mail address by the key of its link",
        request=ConfirmRequest,
        responses={200: MessageBody, **error_responses(400, 401)},
    )
    def post(self, request: Request) -> Response:
        """Confirms the e-mail of a new account by the key of the link that was sent to it; anybody who has it may. A
        key that is made up, too old or used is BAD_LINK (400)."""
        confirmation.confirm(self.body(ConfirmRequest).key)
        return Response(MessageBody(message="이메일을 확인했습니다"))


class ConfirmAgain(Endpoint):
    public = True
    idempotent = False

    @operation(
        "3.2 (added)",
        "Send another link, if this account waits for one",
        request=ResendRequest,
        responses={202: MessageBody, **error_responses(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Sends another link to an account that waits for one. Anybody may ask, and the answer is the same whether
        there is such an account; too often is RATE_LIMITED (429)."""
        email = self.body(ResendRequest).email
        confirmation.send_again(email, client_address(request), own_base(request._request))
        return Response(MessageBody(message="메일을 보냈습니다"), status=202)


class LogIn(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept

    @operation(
        "R2",
        "Log in",
        request=LoginRequest,
        responses={200: LoginBody, **error_responses(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Logs in by e-mail and password: both pairs of tokens, and the session cookie for sockets. Refused:
        INVALID_CREDENTIALS (401), EMAIL_NOT_CONFIRMED (403), RATE_LIMITED (429) after too many wrong passwords; its
        details may hold a challenge whose answer, sent as ``proof``, lets one more be tried."""
        body, device = self.body(LoginRequest), device_of(request)
        login = services.log_in(
            email=body.email,
            password=body.password,
            address=client_address(request),
            device=device,
            proof=body.proof,
        )
        response = Response(login_body(login))
        set_session_cookie(response, login)
        set_device_cookie(response, device, login)
        return response


class RefreshTokens(Endpoint):
    public = True
    idempotent = False  # an answer with tokens is not kept

    @operation(
        "R3",
        "Get new tokens",
        request=RefreshRequest,
        responses={200: TokensBody, **error_responses(400, 401, 429)},
    )
    def post(self, request: Request) -> Response:
        """Gives a new pair for a refresh token, under either of its names. The old one stays usable until a successor
        was used; using it after that ends the whole login. INVALID_TOKEN (401) for one that does not hold, RATE_LIMITED
        (429) for an address that sends forged ones."""
        token = self.body(RefreshRequest).token
        if token is None:
            raise Invalid(message="refresh_token is missing", details={"field": "refresh_token"})
        return Response(_tokens_body(services.refresh(token=token, address=client_address(request))))


class Me(Endpoint):
    guests = True

    @operation("R4", "The caller's own account", responses={200: MeBody, **error_responses(401)})
    def get(self, request: Request) -> Response:
        """The caller's own account, with everything that only they and staff see; guests too."""
        return Response(_me_body(selectors.account(self.actor.user_id)))


class LogOut(Endpoint):
    """Takes the access token, or a refresh token in the body when that has expired."""

    public = True
    idempotent = False

    @operation(
        "1 (implied)",
        "Log out: ends this login, its tokens and its sockets",
        request=RefreshRequest,
        responses={200: MessageBody, **error_responses(400, 401)},
    )
    def post(self, request: Request) -> Response:
        """Ends the caller's login: its tokens, its cookie and its open sockets. Takes the access token, or a refresh
        token in the body when that has expired; without either it is UNAUTHENTICATED (401)."""
        token = self.body(RefreshRequest).token
        services.log_out(actor=self.caller, refresh_token=token, address=client_address(request))
        response = Response(MessageBody(message="로그아웃했습니다"))
        clear_session_cookie(response)
        return response


def _registered(user: User) -> Response:
    body = RegisteredBody(
        id=user.pk,
        email=user.email,
        name=user.name,
        role=user.role,
        digital_level=user.digital_level,
        created_at=iso(user.created_at),
    )
    return Response(body, status=201)


def login_body(login: Login) -> LoginBody:
    """R2's answer; the guest seat and S3's login build on it."""
    user = login.user
    return LoginBody(
        access_token=login.tokens.access,
        refresh_token=login.tokens.refresh,
        access=login.tokens.access,
        refresh=login.tokens.refresh,
        user=LoginUser(
            id=user.pk,
            email=user.shown_email,
            name=user.name,
            nickname=user.nickname,
            role=user.role,
            digital_level=user.digital_level,
            is_guest=user.is_guest,
        ),
    )


def _tokens_body(pair: TokenPair) -> TokensBody:
    return TokensBody(access_token=pair.access, refresh_token=pair.refresh, access=pair.access, refresh=pair.refresh)


def _me_body(user: User) -> MeBody:
    return MeBody(
        id=user.pk,
        email=user.shown_email,
        name=user.name,
        nickname=user.nickname,
        role=user.role,
        digital_level=user.digital_level,
        age=user.age,
        phone=user.phone,
        is_guest=user.is_guest,
        created_at=iso(user.created_at),
    )


urlpatterns: list[URLPattern] = [
    *both("api/auth/register", Register),
    *both("api/auth/signup", Signup),
    *both("api/auth/confirm", Confirm),
    *both("api/auth/confirm/resend", ConfirmAgain),
    *both("api/auth/login", LogIn),
    *both("api/auth/refresh", RefreshTokens),
    *both("api/auth/me", Me),
    *both("api/auth/logout", LogOut),
]
