"""What members of a room see of each other, and the links to what they sent (contract 9.4, 9.6)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts.models import User
from mobilegpt.chat import links
from mobilegpt.chat.events import GONE
from mobilegpt.chat.masking import HIDDEN_EMAIL, masked_email
from mobilegpt.chat.models import Message
from mobilegpt.chat.people import as_sent, author_of, invited, shows_email
from mobilegpt.core.actor import Actor
from mobilegpt.files.links import reader_of
from tests import cast

BASE = "https://class.example.com"
FILE = uuid.UUID("0b0e3f3a-6c1c-4c7e-9d55-0d6d4f3a2b1c")
NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)


def user(number: int, name: str, **fields: Any) -> User:
    return User(pk=number, email=f"{name}@example.com", name=name, nickname=name, **fields)


KIM, LEE = user(7, "kim"), user(8, "lee")
GUEST = user(9, "guest", is_guest=True, guest_session_id=3)


# --- e-mails


@pytest.mark.parametrize(
    ("shows", "reader", "seen", "email"),
    [
        (True, None, KIM, "kim@example.com"),
        (True, LEE, KIM, "kim@example.com"),
        (True, GUEST, KIM, "k***@example.com"),
        (True, LEE, GUEST, None),
        (True, GUEST, GUEST, None),
        (False, None, KIM, "k***@example.com"),
        (False, LEE, KIM, "k***@example.com"),
        (False, KIM, KIM, "kim@example.com"),
        (False, GUEST, KIM, "k***@example.com"),
        (False, LEE, GUEST, None),
    ],
)
def test_whose_email_is_shown_to_whom(
    settings: Any, shows: bool, reader: User | None, seen: User, email: str | None
) -> None:
    settings.CHAT_SHOW_EMAIL = shows
    actor: Actor | None = cast.actor(reader) if reader is not None else None
    author = author_of(seen, actor)
    assert (author.id, author.name, author.email) == (seen.pk, seen.name, email)


def test_a_guest_is_shown_nobodys_email_whatever_the_setting(settings: Any) -> None:
    settings.CHAT_SHOW_EMAIL = True
    assert shows_email(cast.actor(LEE))
    assert not shows_email(cast.actor(GUEST))


def test_who_has_no_nickname_is_called_by_name() -> None:
    assert author_of(User(pk=7, email="a@example.com", name="김학생")).nickname == "김학생"


def test_who_is_gone_and_who_is_not_there_yet_have_no_name() -> None:
    assert author_of(None) == GONE
    coming = invited(8)
    assert (coming.id, coming.name, coming.email, coming.picture_url) == (8, "회원 8", HIDDEN_EMAIL, None)
    assert invited(999_999).name == "회원 999999", "who does not exist looks the same"


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        (None, None),
        ("kim@example.com", "k***@example.com"),
        ("k@example.com", "k***@example.com"),
        ("@example.com", "***@example.com"),
        (HIDDEN_EMAIL, HIDDEN_EMAIL),
    ],
)
def test_a_masked_email(email: str | None, masked: str | None) -> None:
    assert masked_email(email) == masked


@given(st.emails())
def test_of_a_masked_email_one_letter_and_the_domain_are_left(email: str) -> None:
    name, _, domain = email.partition("@")
    masked = masked_email(email)
    assert masked == f"{name[0]}***@{domain}"
    assert masked_email(masked) == masked


# --- messages


def test_a_message_tells_what_was_said_and_not_by_whom_it_was_when_they_are_gone() -> None:
    message = Message(pk=1, room_id=5, number=1, sender=None, text="안녕", created_at=NOON)
    sent = as_sent(message, None)
    assert (sent.room_id, sent.id, sent.author, sent.text, sent.kind, sent.parent_id) == (
        5,
        1,
        GONE,
        "안녕",
        "text",
        None,
    )


def test_a_file_of_ours_has_a_link_for_each_reader_and_another_address_is_as_it_was_sent() -> None:
    ours = Message(file_id=FILE, file_url=f"{BASE}/api/v1/chat/files/{FILE}?u=1")
    links_of = {links.url_for(ours, BASE, reader) for reader in (7, 8)}
    assert len(links_of) == 2
    assert all(link is not None and links.file_in(link) == FILE for link in links_of)
    assert links.url_for(Message(file_url="https://example.com/a.png"), BASE, 7) == "https://example.com/a.png"
    assert links.url_for(Message(), BASE, 7) is None


# --- links


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


@given(st.uuids(), st.integers(1, 10**17))
def test_a_link_names_its_reader_and_its_file(file_id: uuid.UUID, user_id: int) -> None:
    link = links.link_to(BASE, file_id, user_id)
    assert links.file_in(link) == file_id
    assert reader_of(file_id, query_of(link)) == user_id


@given(st.uuids())
def test_a_link_opens_no_other_file(other: uuid.UUID) -> None:
    found = reader_of(other, query_of(links.link_to(BASE, FILE, 7)))
    assert found == (7 if other == FILE else None)


@pytest.mark.parametrize(
    "change",
    [
        {"u": "8"},
        {"u": "７"},
        {"u": "-7"},
        {"u": ""},
        {"u": "7" * 19},
        {"e": "99999999999"},
        {"e": "x"},
        {"e": ""},
        {"s": ""},
        {"s": "가"},
    ],
)
def test_no_part_of_a_link_is_changed(change: dict[str, str]) -> None:
    query = query_of(links.link_to(BASE, FILE, 7)) | change
    assert reader_of(FILE, query) is None


@pytest.mark.parametrize("missing", ["u", "e", "s"])
def test_a_link_without_a_part_opens_nothing(missing: str) -> None:
    query = query_of(links.link_to(BASE, FILE, 7))
    del query[missing]
    assert reader_of(FILE, query) is None


def test_links_of_a_day_are_equal_so_that_browsers_keep_what_they_fetched() -> None:
    with time_machine.travel(datetime(2026, 11, 21, tzinfo=UTC), tick=False) as clock:
        first = links.link_to(BASE, FILE, 7)
        clock.shift(timedelta(hours=23, minutes=59, seconds=59))
        assert links.link_to(BASE, FILE, 7) == first
        clock.shift(timedelta(seconds=1))
        assert links.link_to(BASE, FILE, 7) != first
        clock.shift(timedelta(hours=24))
        assert reader_of(FILE, query_of(first)) == 7  # to the last second of the next day
        clock.shift(timedelta(seconds=1))
        assert reader_of(FILE, query_of(first)) is None


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        (f"/api/v1/chat/files/{FILE}", True),
        (f"/api/v1/chat/files/{FILE}/", True),
        (f"/api/v1/chat/files/{FILE}?u=1&e=2&s=3#x", True),
        (f"/api/v1/chat/files/{str(FILE).upper()}", False),
        (f"/api/v1/chat/files/{FILE}/more", False),
        (f"/x/api/v1/chat/files/{FILE}", False),
        ("/api/v1/chat/files/0b0e3f3a", False),
        ("/", False),
    ],
)
def test_which_addresses_are_ours(path: str, ours: bool) -> None:
    assert (links.file_in(BASE + path) is not None) is ours
