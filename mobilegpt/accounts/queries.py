"""Statements over accounts and their logins that are asked so often that they are built once, or written by hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.sessions.models import Session
from django.db import connection

from mobilegpt.accounts.models import LoginFamily, RefreshToken, User
from mobilegpt.database.statements import PreparedGet, PreparedInsert, Statement, one_of, parts

# Every request and socket asks this; building the query would cost five times as much as running it.
_LOGINS = """
SELECT family.id, "user".id, "user".role, "user".name, "user".email, "user".is_guest, "user".guest_session_id
FROM accounts_loginfamily family JOIN accounts_user "user" ON "user".id = family.user_id
WHERE family.revoked_at IS NULL AND "user".is_active AND
"""
_USES = """
SELECT token.used_at IS NOT NULL,
    EXISTS (SELECT 1 FROM accounts_refreshtoken next WHERE next.parent_id = token.id AND next.used_at IS NOT NULL)
FROM accounts_refreshtoken token WHERE token.id = %s AND token.family_id = %s
"""
_MARK_USED = "UPDATE accounts_refreshtoken SET used_at = %s WHERE id = %s"
_account = PreparedGet(User.objects.all, pk=int)
_accounts = PreparedInsert(User)
_tokens = PreparedInsert(RefreshToken)
_logins = PreparedInsert(LoginFamily)
_sessions = PreparedInsert(Session)


# --- accounts


def account(user_id: int) -> User | None:
    return _account.get(user_id)


def accounts_among(user_ids: Iterable[int]) -> Statement:
    """To be a part of another domain's statement: its one column, ``user_id``, has those of these that exist."""
    among, parameters = one_of("id", user_ids)
    return f"SELECT id AS user_id FROM accounts_user WHERE {among}", parameters  # noqa: S608


def insert_accounts(users: Sequence[User]) -> None:
    """Store new accounts, all in one statement; each gets its id."""
    _accounts.insert(users)
    for user in users:
        user.note_standing()


def name_guests_by_number(user_ids: Iterable[int], ending: str) -> None:
    """The e-mail of each of these guests is ``guest-``, its id and ``ending`` from now on; one statement for all."""
    among, parameters = one_of("id", user_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE accounts_user SET email = 'guest-' || id || %s WHERE {among}",  # noqa: S608
            [ending, *parameters],
        )


# --- logins


class Caller(NamedTuple):
    """What a standing login says of its account. ``is_guest`` is a number on SQLite."""

    role: str
    name: str
    email: str
    is_guest: bool | int
    guest_session_id: int | None


def callers(family_ids: Iterable[uuid.UUID], *, lock: bool = False) -> dict[tuple[uuid.UUID, int], Caller]:
    """The people of these logins, by login and user; nothing of logins that are over, or whose account is.

    One query for 64 of them. With ``lock`` the logins stay locked until the commit.
    """
    locking = ""
    if lock and connection.features.has_select_for_update_of:
        locking = connection.ops.for_update_sql(of=("family",))
    found: dict[tuple[uuid.UUID, int], Caller] = {}
    asked = {_stored_id(one): one for one in family_ids}
    for part in parts(list(asked)):
        among, parameters = one_of("family.id", part)
        with connection.cursor() as cursor:
            cursor.execute(f"{_LOGINS} {among} {locking}", parameters)
            for family_id, user_id, *facts in cursor.fetchall():
                found[asked[family_id], user_id] = Caller(*facts)
    return found


def insert_logins(families: Sequence[LoginFamily], sessions: Sequence[Session]) -> None:
    """Store new logins, and the browser sessions that belong to them."""
    _logins.insert(families)
    _sessions.insert(sessions)


def insert_refresh_tokens(tokens: Sequence[RefreshToken]) -> None:
    _tokens.insert(tokens)


class TokenUse(NamedTuple):
    """A refresh token that is stored. ``succeeded``: one of its successors has been used."""

    used: bool
    succeeded: bool


def use_of_refresh_token(token_id: uuid.UUID, family_id: uuid.UUID) -> TokenUse | None:
    """``None`` for a token that this login never had. Ask once the login is locked: others may have waited too."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, [_stored_id(token_id), _stored_id(family_id)])
        row = cursor.fetchone()
    return TokenUse(used=bool(row[0]), succeeded=bool(row[1])) if row is not None else None


def mark_refresh_token_used(token_id: uuid.UUID, moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MARK_USED, [connection.ops.adapt_datetimefield_value(moment), _stored_id(token_id)])


def _stored_id(value: uuid.UUID) -> Any:
    """As the database has it; SQLite has no type for it."""
    return value if connection.features.has_native_uuid_field else value.hex
