"""Making accounts and guests: what is written, counted, and left behind by a refusal (contract 3.2, 3.9)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts import services
from mobilegpt.accounts.commands import RegisterAccount
from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import NewAccount
from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Invalid, RateLimited
from mobilegpt.database.models import FailureCount
from mobilegpt.jobs.models import Job
from tests import cast

pytestmark = pytest.mark.django_db

HALL = "198.51.100.7"
BASE = "https://class.example.com"


def asking(**fields: Any) -> RegisterAccount:
    return RegisterAccount(**{"email": "new@example.com", "password": cast.PASSWORD, "name": "김새봄", **fields})


def register(address: str = HALL, **fields: Any) -> User:
    account = services.new_account(command=asking(**fields), address=address, base=BASE)
    with services.counting_taken(address):
        (made,) = services.write_accounts([account])
    assert isinstance(made, User)
    return made


def new_account(email: str, address: str = HALL, **fields: Any) -> NewAccount:
    return NewAccount(User(email=email, name="김새봄", nickname="김새봄", password="!", **fields), address, BASE)


def counted() -> dict[str, int]:
    return dict(FailureCount.objects.values_list("bucket", "count"))


def refused(**fields: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        register(**fields)
    return refusal.value


# --- what an account becomes


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"name": "김새봄", "nickname": "봄"}, ("김새봄", "봄")),
        ({"name": "김새봄", "nickname": None}, ("김새봄", "김새봄")),
        ({"name": None, "nickname": "봄"}, ("봄", "봄")),
        ({"name": "김새봄", "nickname": "  "}, ("김새봄", "김새봄")),
        ({"name": "\u3164", "nickname": "봄"}, ("봄", "봄")),
        ({"name": "가" * 100}, ("가" * 100, "가" * 100)),
    ],
)
def test_name_and_nickname_stand_in_for_each_other(given: dict[str, Any], kept: tuple[str, str]) -> None:
    user = register(**given)
    assert (user.name, user.nickname) == kept


def test_a_password_is_hashed_before_anybody_writes() -> None:
    """Hashing takes long: no transaction is open meanwhile."""
    account = services.new_account(command=asking(), address=HALL, base=BASE)
    assert account.user.pk is None
    assert account.user.check_password(cast.PASSWORD)
    assert not User.objects.exists()
    assert counted() == {}


@pytest.mark.parametrize("confirming", [True, False])
def test_who_has_to_confirm_waits_for_a_mail(settings: Any, confirming: bool) -> None:
    settings.EMAIL_CONFIRMATION = confirming
    user = register()
    assert user.awaits_confirmation is confirming
    jobs = [(job.name, job.payload) for job in Job.objects.all()]
    assert jobs == ([("accounts.confirmation", {"user_id": user.pk, "base": BASE})] if confirming else [])


# --- refusals


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": None}, "name"),
        ({"name": " ", "nickname": "\u200b"}, "name"),
        ({"name": "가" * 101}, "name"),
        ({"nickname": "봄" * 101}, "nickname"),
        ({"email": "guest-1@guest.invalid"}, "email"),
        ({"phone": "1234567"}, "phone"),
        ({"password": "1234567"}, "password"),
        ({"password_confirm": "1234567"}, "password_confirm"),
        ({"role": "ADMIN"}, "role"),
        ({"digital_level": ""}, "digital_level"),
    ],
)
def test_what_makes_no_sense_leaves_nothing_and_is_no_try(fields: dict[str, Any], field: str) -> None:
    refusal = refused(**fields)
    assert isinstance(refusal, Invalid)
    assert refusal.details == {"field": field}
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()
    assert counted() == {}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"email": " Taken@Example.com"}, ErrorCode.EMAIL_TAKEN, "email"),
        ({"phone": "+82 10-5550-1234"}, ErrorCode.PHONE_TAKEN, "phone"),
        ({"email": "taken@example.com", "phone": "01055501234"}, ErrorCode.EMAIL_TAKEN, "email"),
    ],
)
def test_what_somebody_has_is_refused_and_is_a_try(fields: dict[str, Any], code: ErrorCode, field: str) -> None:
    """It tells that the account exists."""
    cast.person("taken@example.com", "먼저", phone="01055501234")
    refusal = refused(**fields)
    assert (refusal.code, refusal.details) == (code, {"field": field})
    assert User.objects.count() == 1
    assert counted() == {f"register:address:{HALL}": 1}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"email": "taken@example.com"}, ErrorCode.EMAIL_TAKEN),
        ({"email": "phone@example.com"}, ErrorCode.EMAIL_TAKEN),
        ({"phone": "01055501234"}, ErrorCode.PHONE_TAKEN),
    ],
)
def test_of_two_at_once_the_index_refuses_the_second(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], code: ErrorCode
) -> None:
    """Both looked before either was written."""
    cast.person("taken@example.com", "먼저", phone="01055501234")
    cast.person("phone@example.com", "먼저")
    monkeypatch.setattr(services, "_refuse_taken", lambda user: None)
    refusal = refused(**fields)
    assert (type(refusal), refusal.code) == (Conflict, code)
    assert User.objects.count() == 2
    assert not AuditEntry.objects.filter(action="account.registered").exists()
    assert counted() == {f"register:address:{HALL}": 1}


# --- counting


def test_instructors_count_twice_and_students_once() -> None:
    register(role="INSTRUCTOR")
    register(email="other@example.com")
    assert counted() == {f"registered:{HALL}": 2, f"registered:instructor:{HALL}": 1}


def test_a_full_hall_is_refused_before_its_password_is_hashed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REGISTRATIONS_PER_ADDRESS = 1
    register()
    monkeypatch.setattr(User, "set_password", lambda *_: pytest.fail("hashed for nothing"))
    refusal = refused(email="other@example.com")
    assert isinstance(refusal, RateLimited)
    assert refusal.retry_after is not None
    assert 0 < refusal.retry_after <= 610
    assert counted() == {f"registered:{HALL}": 1}


# --- several in one transaction


def test_those_who_register_together_have_each_their_own_answer() -> None:
    cast.person("taken@example.com", "먼저", phone="01055501234")
    emails = ("a@example.com", "taken@example.com", "b@example.com", "a@example.com")
    accounts = [new_account(email, f"192.0.2.{9 - place}") for place, email in enumerate(emails)]
    accounts.append(new_account("c@example.com", phone="01055501234"))
    results = services.write_accounts(accounts)
    assert [one.email if isinstance(one, User) else one.code for one in results] == [
        ErrorCode.EMAIL_TAKEN,  # counted by address, the later one of 192.0.2.6 was first
        ErrorCode.EMAIL_TAKEN,
        "b@example.com",
        "a@example.com",
        ErrorCode.PHONE_TAKEN,
    ]
    assert set(User.objects.values_list("email", flat=True)) == {"taken@example.com", "a@example.com", "b@example.com"}
    assert AuditEntry.objects.filter(action="account.registered").count() == 2


def test_addresses_are_counted_in_one_order_whoever_comes_first() -> None:
    """Two transactions that each hold what the other waits for would never end."""
    addresses = ["203.0.113.9", "192.0.2.1", "2001:db8:1:2::7", "198.51.100.7"]
    services.write_accounts([new_account(f"{n}@example.com", one) for n, one in enumerate(addresses)])
    buckets = list(FailureCount.objects.order_by("pk").values_list("bucket", flat=True))
    assert buckets == sorted(buckets)
    assert len(buckets) == 4


def test_one_alone_is_refused_by_raising() -> None:
    cast.person("taken@example.com", "먼저")
    with pytest.raises(Conflict):
        services.write_accounts([new_account("taken@example.com")])


# --- guests


def test_guests_are_made_together_at_one_cost(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):  # two of them begin and end the savepoint
        services.create_guests(["이웃"], session_id=1)
    with django_assert_num_queries(4):
        guests = services.create_guests([f"이웃{number}" for number in range(40)], session_id=1)
    stored = {user.pk: user for user in User.objects.filter(is_guest=True)}
    assert len(stored) == 41
    for guest in guests:
        assert (stored[guest.pk].email, stored[guest.pk].name) == (guest.email, guest.name)
        assert guest.email == f"guest-{guest.pk}@guest.invalid"
        assert not stored[guest.pk].has_usable_password()


def test_one_unusable_name_makes_no_guest_at_all() -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_guests(["이웃", "\u3164", "친구"], session_id=1)
    assert refusal.value.details == {"field": "name"}
    assert not User.objects.exists()


def test_two_guests_of_one_name_are_two() -> None:
    first, second = services.create_guests(["이웃", "이웃"], session_id=1)
    assert first.pk != second.pk
    assert first.email != second.email
