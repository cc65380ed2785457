"""Accounts and logins: register, log in, refresh, log out, guests (contract 3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.db.models import Max, Q, QuerySet
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt

from mobilegpt.accounts import confirmation, policies, queries, tokens
from mobilegpt.accounts.challenge import Proof
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.accounts.guesses import QUARTER_HOUR, Guess
from mobilegpt.accounts.models import LoginFamily, Role, User, forms_of_password
from mobilegpt.accounts.tokens import Claims, ForgedToken, TokenPair
from mobilegpt.audit import trail
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, Unauthenticated
from mobilegpt.core.network import counted_address
from mobilegpt.core.text import is_blank, one_line
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit
from mobilegpt.events.outbox import emit, unit_of_work

log = structlog.get_logger(__name__)

TEN_MINUTES = 600
TRIES_PER_ADDRESS = 100
MAX_NAME = 100
_DELETED_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody who logged in gets: the account, the tokens, and the value of the session cookie."""

    user: User
    tokens: TokenPair
    session_key: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A registration that makes sense, its password hashed. ``base`` is this server's own address, for links."""

    user: User
    address: str
    base: str


def new_account(*, command: RegisterAccount, address: str, base: str) -> NewAccount:
    """Check a registration (R1) and hash its password; ``write_accounts`` makes the account, in ``counting_taken``.

    Hashing is done outside of any transaction: nobody waits for it who wants to write.
    Raises ``Invalid``; ``Forbidden`` INSTRUCTOR_SIGNUP_CLOSED; ``RateLimited`` for an address with too many tries of
    taken ones, or that made as many accounts as a hall would.
    """
    role = policies.open_role(command.role)
    throttle.refuse_if_exceeded(_taken_tries(address), *_registrations(address, role))
    return NewAccount(_new_account(command, role), address, base)


@contextmanager
def counting_taken(address: str) -> Iterator[None]:
    """``Conflict`` EMAIL_TAKEN or PHONE_TAKEN tells that an account exists, so it counts as a try of ``address``.

    Around ``write_accounts`` and its transaction, which must not undo the count.
    """
    try:
        yield
    except Conflict as refusal:
        if refusal.code in (ErrorCode.EMAIL_TAKEN, ErrorCode.PHONE_TAKEN):
            throttle.count_failure(_taken_tries(address))
        raise
    except IntegrityError as error:  # two registrations at once: the unique index decides
        throttle.count_failure(_taken_tries(address))
        index = str(error).partition("\n")[0]  # PostgreSQL goes on with the value, which may be anything
        raise _taken("phone" if "phone" in index else "email") from None


def _taken_tries(address: str) -> Limit:
    return Limit(f"register:address:{counted_address(address)}", TRIES_PER_ADDRESS, QUARTER_HOUR)


def write_accounts(accounts: Sequence[NewAccount]) -> list[User | Conflict]:
    """Write several in one transaction; a taken e-mail or phone refuses its own alone. Alone, it is raised."""
    if len(accounts) == 1:
        return [_write(accounts[0])]
    # Everybody counts addresses in one order: two transactions never wait for each other's.
    results: dict[int, User | Conflict] = {}
    for place in sorted(range(len(accounts)), key=lambda place: counted_address(accounts[place].address)):
        results[place] = _written(accounts[place])
    return [results[place] for place in range(len(accounts))]


def _written(account: NewAccount) -> User | Conflict:
    try:
        return _write(account)
    except Conflict as refusal:
        return refusal


def _write(account: NewAccount) -> User:
    user = account.user
    with unit_of_work():
        _refuse_taken(user)
        user.save(force_insert=True)
        throttle.count_failure(*_registrations(account.address, Role(user.role)))
        trail.record("account.registered", subject=f"user:{user.pk}", address=account.address, role=user.role)
        if user.awaits_confirmation:
            confirmation.send_link(user, account.base)
    log.info("account_registered", user_id=user.pk, role=user.role)
    return user


def _registrations(address: str, role: Role) -> list[Limit]:
    """A hall behind one address registers within minutes; the instructors of a house are fewer."""
    whence = counted_address(address)
    limits = [Limit(f"registered:{whence}", settings.REGISTRATIONS_PER_ADDRESS, TEN_MINUTES)]
    if role == Role.INSTRUCTOR:
        limits.append(Limit(f"registered:instructor:{whence}", settings.INSTRUCTORS_PER_ADDRESS, TEN_MINUTES))
    return limits


def log_in(*, email: str, password: str, address: str, device: Device, proof: Proof | None = None) -> Login:
    """Check a password and start a login (R2). Raises what ``prove`` raises."""
    user = prove(email=email, password=password, address=address, device=device, proof=proof)
    login = open_login(user)
    log.info("login", user_id=user.pk, family_id=login.tokens.family_id)
    return login


def prove(*, email: str, password: str, address: str, device: Device, proof: Proof | None = None) -> User:
    """The account whose e-mail and password these are.

    Raises ``Unauthenticated`` INVALID_CREDENTIALS, the same and after the same time whether the account exists or not;
    ``RateLimited`` where too many were wrong (see ``guesses.py``), with a challenge where a ``proof`` would help; for
    the right password ``Forbidden`` EMAIL_NOT_CONFIRMED.
    """
    user = User.objects.of_email(email)
    guess = Guess(email, address, proof)
    guess.begin(user.pk if user else None, device)
    if not _password_holds(user, password):
        log.warning("login_refused", address=address, user_id=user.pk if user else None)
        trail.record_denial(
            ErrorCode.INVALID_CREDENTIALS,
            door="login",
            subject=f"user:{user.pk}" if user else "",
            action="login.failed",
            address=address,
        )
        raise Unauthenticated(ErrorCode.INVALID_CREDENTIALS, "Wrong e-mail or password")
    assert user is not None
    guess.was_right()
    if settings.EMAIL_CONFIRMATION and user.awaits_confirmation:
        raise Forbidden(ErrorCode.EMAIL_NOT_CONFIRMED, "Open the link that was sent to this e-mail first")
    return user


def log_in_new(user_id: int) -> Login | None:
    """A login for who has registered a moment ago; ``None`` while their e-mail has to be confirmed first."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or (settings.EMAIL_CONFIRMATION and user.awaits_confirmation):
        return None
    return open_login(user)


def open_login(user: User) -> Login:
    """Start a login for an account that has proved itself, or for a new guest."""
    return open_logins([user])[0]


def open_logins(users: Sequence[User]) -> list[Login]:
    """As ``open_login``, for several."""
    with unit_of_work():
        issued = tokens.issue_sessions(users)
        for user in users:
            _write_down(user)
    return [Login(user, pair, session_key) for user, (pair, session_key) in zip(users, issued, strict=True)]


def _write_down(user: User) -> None:
    """Guests take their seats by the hundred: they are noted together."""
    if user.is_guest:
        trail.note_person("login.guest", subject=f"session:{user.guest_session_id}", user_id=user.pk)
    else:
        trail.record("login.ok", actor_id=user.pk, subject=f"user:{user.pk}")


def become_instructor(*, actor: Actor, address: str) -> Login:
    """A student teaches from now on, where instructors may sign up. Their logins end with their role (reliability X2);
    returns a new one.

    Raises ``Forbidden`` INSTRUCTOR_SIGNUP_CLOSED, or for other roles; ``RateLimited`` for an address where as many have
    become instructors as a house has.
    """
    role = policies.open_role(Role.INSTRUCTOR)
    if not actor.is_student or actor.is_guest:
        raise Forbidden(message="Only students become instructors")
    limit = _registrations(address, role)[-1]
    throttle.refuse_if_exceeded(limit)
    with unit_of_work():
        user = User.objects.select_for_update().get(pk=actor.user_id)
        user.role = role
        user.save(update_fields=["role"])
        throttle.count_failure(limit)
        log.info("became_instructor", user_id=user.pk)
        return open_login(user)


def refresh(*, token: str, address: str) -> TokenPair:
    """A new pair for a refresh token (R3).

    The token stays usable until one of its successors has been used; a use after that revokes the whole family.
    Raises ``Unauthenticated`` INVALID_TOKEN, and ``RateLimited`` for an address that sends forged tokens.
    """
    claims = _refresh_claims(token, address)
    with unit_of_work():
        pair = _successor(claims)
    # Outside of the unit of work: a revocation must be committed.
    if pair is None:
        raise tokens.invalid_token()
    return pair


def log_out(*, actor: Actor | None, refresh_token: str | None, address: str) -> None:
    """End the caller's login, and the refresh token's. Raises ``Unauthenticated`` when neither is given."""
    families: dict[uuid.UUID, int] = {}
    if refresh_token is not None:
        claims = _refresh_claims(refresh_token, address)
        families[claims.family_id] = claims.user_id
    if actor is not None and actor.family_id is not None:
        families[uuid.UUID(actor.family_id)] = actor.user_id
    if not families:
        raise Unauthenticated(message="Sign in first")
    with unit_of_work():
        for family_id, user_id in families.items():
            _revoke_family(family_id, user_id, reason="logout")


def revoke_all(user: User, *, reason: str) -> None:
    """End every login of an account; its open sockets close."""
    with unit_of_work():
        user.login_families.live().revoke(reason=reason)
        emit(CredentialsRevoked(user_id=user.pk))
        trail.record("login.ended", subject=f"user:{user.pk}", everywhere=True, reason=reason)
    log.info("logins_revoked", user_id=user.pk, reason=reason)


def end_login(family: LoginFamily, *, reason: str) -> None:
    """End one login; the sockets that were opened with it close."""
    with unit_of_work():
        _revoke_family(family.pk, family.user_id, reason=reason)


def create_guests(names: Sequence[str], session_id: int) -> list[User]:
    """Accounts without a password for one seat each (contract 3.9). Raises ``Invalid`` for an unusable name."""
    guests = [_guest(one_line(name, "name", MAX_NAME), session_id) for name in names]
    ending = f"@{policies.GUEST_DOMAIN}"
    with unit_of_work():
        queries.insert_accounts(guests)
        queries.name_guests_by_number([guest.pk for guest in guests], ending)
        for guest in guests:
            guest.email = f"guest-{guest.pk}{ending}"
    return guests


def _guest(name: str, session_id: int) -> User:
    return User(
        email=f"guest-{uuid.uuid4().hex}@{policies.GUEST_DOMAIN}",  # until there is a number
        name=name,
        nickname=name,
        password=make_password(None),
        is_guest=True,
        guest_session_id=session_id,
    )


def seat_guests_again(user_ids: Sequence[int], session_id: int) -> int:
    """Guests of earlier classes take seats in a newer one. Returns how many of them there still are, locked."""
    return User.objects.filter(pk__in=user_ids, is_guest=True).update(guest_session_id=session_id)


def rename_guest(user: User, name: str) -> None:
    """What their phone is called by in all classes of their instructor."""
    user.name = user.nickname = name
    user.save(update_fields=["name", "nickname"])


def delete_expired_guests(session_ids: Iterable[int], *, keep: QuerySet[Any, Any] | None = None) -> int:
    """Delete the guests of sessions whose time to keep them is over, but for whom to ``keep`` (a query of user ids).

    Returns how many. The classroom knows which.
    """
    over = User.objects.filter(is_guest=True, guest_session_id__in=list(session_ids))
    guests = list(over if keep is None else over.exclude(pk__in=keep))
    for guest in guests:
        guest.delete(expired=True)
    return len(guests)


def delete_expired_logins() -> int:
    """Delete logins whose every refresh token has expired, with their sessions, some at a time; returns how many."""
    Session.objects.filter(expire_date__lt=now()).delete()
    total = 0
    while True:
        with unit_of_work():
            last = LoginFamily.objects.annotate(last=Max("tokens__expires_at"))
            by_form = Q(last__isnull=True, created_at__lt=now() - settings.STAFF_SESSION)
            over = last.filter(Q(last__lt=now()) | by_form)
            ids = list(over.values_list("pk", flat=True)[:_DELETED_AT_ONCE])
            LoginFamily.objects.filter(pk__in=ids).revoke(reason="expired")
            LoginFamily.objects.filter(pk__in=ids).delete()
        total += len(ids)
        if len(ids) < _DELETED_AT_ONCE:
            return total


def _new_account(command: RegisterAccount, role: Role) -> User:
    policies.check_password(command.password, command.password_confirm)
    given = [name for name in (command.name, command.nickname) if name is not None]
    if not given:
        raise Invalid(message="name is missing", details={"field": "name"})
    seen = [name for name in given if not is_blank(name)] or given  # one without anything to see is none
    user = User(
        email=policies.usable_email(command.email),
        name=one_line(seen[0], "name", MAX_NAME),
        nickname=one_line(seen[-1], "nickname", MAX_NAME),
        phone=policies.usable_phone(command.phone),
        age=command.age,
        role=role,
        digital_level=policies.known_level(command.digital_level),
        awaits_confirmation=settings.EMAIL_CONFIRMATION,
    )
    user.set_password(command.password)
    return user


def _refuse_taken(user: User) -> None:
    if User.objects.of_email(user.email) is not None:
        raise _taken("email")
    if user.phone is not None and User.objects.filter(phone=user.phone).exists():
        raise _taken("phone")


def _taken(field: str) -> Conflict:
    if field == "phone":
        return Conflict(ErrorCode.PHONE_TAKEN, "This phone number is registered already", details={"field": field})
    return Conflict(ErrorCode.EMAIL_TAKEN, "This e-mail is registered already", details={"field": field})


def _password_holds(user: User | None, password: str) -> bool:
    """Whether it is the account's; takes as long when there is no account, or when it may not log in."""
    if len(forms_of_password(password)[0]) > policies.MAX_PASSWORD:
        password = ""
    if user is None:
        for form in forms_of_password(password):
            make_password(form)
        return False
    return user.check_password(password) and user.is_active


def _refresh_claims(token: str, address: str) -> Claims:
    """Counts forged tokens only: a class whose logins all expired overnight sits behind one address."""
    limit = Limit(f"refresh:address:{counted_address(address)}", TRIES_PER_ADDRESS, QUARTER_HOUR)
    throttle.refuse_if_exceeded(limit)
    try:
        return tokens.read_claims(token, RefreshJwt)
    except ForgedToken:
        throttle.count_failure(limit)
        raise


def _successor(claims: Claims) -> TokenPair | None:
    """The next pair, or ``None`` for a token that no longer counts. The family's row lock orders parallel uses."""
    family = tokens.lock_family(claims)
    use = queries.use_of_refresh_token(claims.token_id, claims.family_id) if family is not None else None
    if family is None or use is None:
        return None
    if use.succeeded:
        _revoke_family(family.pk, family.user_id, reason="reuse of a refresh token")
        return None
    if not use.used:
        queries.mark_refresh_token_used(claims.token_id, now())
    return tokens.issue_successor(family, parent_id=claims.token_id)


def _revoke_family(family_id: uuid.UUID, user_id: int, *, reason: str) -> None:
    ended = LoginFamily.objects.live().filter(pk=family_id, user_id=user_id).revoke(reason=reason)
    if ended:
        emit(CredentialsRevoked(user_id=user_id, family_id=str(family_id)))
        trail.record("login.ended", subject=f"user:{user_id}", reason=reason)
        log.info("login_revoked", user_id=user_id, family_id=str(family_id), reason=reason)
