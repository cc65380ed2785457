"""What an account must look like, at the edges, and in one form however it is typed (contract 3.1, 3.2)."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts import policies
from mobilegpt.accounts.models import User, forms_of_password, same_email
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden, Invalid

HANGUL = "가각힣é"


def refused(check: Any, *given: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        check(*given)
    return refusal.value


# --- e-mails


@pytest.mark.parametrize(
    "written",
    [
        "kim@example.com",
        "  Kim@Example.COM ",
        "ｋｉｍ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "kim@example。com",
        "kim\u200b@exam\u00adple.com",
        "kim @ example . com",
        "\u202akim@example.com\u202c",
    ],
)
def test_an_email_is_one_however_a_keyboard_writes_it(written: str) -> None:
    assert policies.usable_email(written) == "kim@example.com"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "kim",
        "@example.com",
        "kim@",
        "kim@@example.com",
        "kim@example",
        "kim@-example.com",
        "a@b.c\nBcc: all@example.com",
        "guest-7@guest.invalid",
        "GUEST-7@GUEST.INVALID",
        "guest-7@guest。invalid",
        "ｇｕｅｓｔ-7@ｇｕｅｓｔ.ｉｎｖａｌｉｄ",
    ],
)
def test_what_is_no_email_or_a_guests_is_refused_with_its_field(written: str) -> None:
    refusal = refused(policies.usable_email, written)
    assert (refusal.code, refusal.details) == (ErrorCode.INVALID_REQUEST, {"field": "email"})


def test_only_the_guests_own_domain_is_theirs() -> None:
    assert policies.usable_email("guest-7@guest.invalid.example.com") == "guest-7@guest.invalid.example.com"


@given(st.emails(), st.sampled_from(["", " ", "\u200b", "\u00ad", "\u3000", "\u202e"]))
def test_neither_capitals_nor_width_nor_what_nobody_sees_makes_another_email(email: str, between: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in email)
    kept = same_email(email)
    assert kept == same_email(kept) == same_email(email.upper()) == same_email(wide) == same_email(between.join(email))


# --- telephone numbers


@pytest.mark.parametrize("empty", [None, "", "   ", "-", "( )", " . - \t\r\n", "\u200b", "\u3000"])
def test_no_number_is_no_number(empty: str | None) -> None:
    """Two people without a telephone do not share one: the column is unique."""
    assert policies.usable_phone(empty) is None


@pytest.mark.parametrize(("digits", "taken"), [(7, False), (8, True), (15, True), (16, False)])
def test_a_number_has_eight_to_fifteen_digits(digits: int, taken: bool) -> None:
    written = "9" * digits
    if taken:
        assert policies.usable_phone(written) == written
    else:
        assert refused(policies.usable_phone, written).details == {"field": "phone"}


def test_a_number_of_64_signs_is_still_read_and_one_of_65_is_not() -> None:
    written = "0-1-0-1-2-3-4-5-6-7-8"
    padded = written.replace("-", " " * 4, 10)
    assert policies.usable_phone(padded.replace("0", "0" + " " * (64 - len(padded)), 1)) == "01012345678"
    refused(policies.usable_phone, padded.replace("0", "0" + " " * (65 - len(padded)), 1))


@pytest.mark.parametrize("written", ["call me", "010-1234-567a", "전화 010-1234-5678", "010+12345678"])
def test_words_are_no_number(written: str) -> None:
    assert refused(policies.usable_phone, written).code == ErrorCode.INVALID_REQUEST


# --- passwords


@pytest.mark.parametrize("length", [8, 128])
def test_the_shortest_and_the_longest_password(length: int) -> None:
    policies.check_password("q" * length)
    policies.check_password("가" * length, "가" * length)


@pytest.mark.parametrize(("length", "said"), [(0, "at least 8"), (7, "at least 8"), (129, "at most 128")])
def test_a_password_beyond_the_edges_is_told_which(length: int, said: str) -> None:
    refusal = refused(policies.check_password, "가" * length)
    assert said in refusal.message
    assert refusal.details == {"field": "password"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_of_a_password_count_once_however_they_are_composed(form: Any) -> None:
    """A keyboard that sends 각 in three parts makes a password neither longer nor shorter."""
    refused(policies.check_password, unicodedata.normalize(form, "각" * 7))
    policies.check_password(unicodedata.normalize(form, "각" * 8))
    policies.check_password(unicodedata.normalize(form, "각" * 128))
    refused(policies.check_password, unicodedata.normalize(form, "각" * 129))


def test_the_same_password_from_two_keyboards_is_confirmed() -> None:
    policies.check_password("비밀번호가-아니다", unicodedata.normalize("NFD", "비밀번호가-아니다"))
    refusal = refused(policies.check_password, "비밀번호가-아니다", "비밀번호가-아니디")
    assert refusal.details == {"field": "password_confirm"}


@given(st.text(HANGUL + "\u0301\u1100\u1161\u11a8 aZ", min_size=1, max_size=12))
def test_what_was_set_is_accepted_in_every_form_of_typing_it(text: str) -> None:
    stored = forms_of_password(text)[0]
    for form in ("NFC", "NFD"):
        assert stored in forms_of_password(unicodedata.normalize(form, text))
    assert len(forms_of_password(text)) == len(set(forms_of_password(text)))


def test_a_password_that_was_hashed_in_loose_parts_still_holds() -> None:
    """Accounts of earlier versions: the hash is of whatever the keyboard sent."""
    user = User(email="old@example.com")
    super(User, user).set_password(unicodedata.normalize("NFD", "비밀번호 일이삼"))
    assert user.check_password("비밀번호 일이삼")
    assert user.check_password(unicodedata.normalize("NFD", "비밀번호 일이삼"))
    assert not user.check_password("비밀번호 일이사")


def test_nobody_logs_in_without_a_password() -> None:
    user = User(email="nobody@example.com")
    user.set_password(None)
    assert not user.has_usable_password()
    assert not user.check_password("")
    assert not user.check_password("None")


# --- roles and levels


@pytest.mark.parametrize("written", ["INSTRUCTOR", "instructor", " Instructor\n"])
def test_roles_are_read_in_any_case(written: str) -> None:
    assert policies.open_role(written) == "INSTRUCTOR"


@pytest.mark.parametrize("written", ["ADMIN", "admin", "GUEST", "", "STUDENTS", "0"])
def test_nobody_registers_as_anything_else(written: str) -> None:
    refusal = refused(policies.open_role, written)
    assert isinstance(refusal, Invalid)
    assert refusal.details == {"field": "role"}


def test_where_instructors_are_made_by_staff_only_students_sign_up(settings: Any) -> None:
    settings.INSTRUCTOR_SIGNUP = "closed"
    assert policies.open_role("student") == "STUDENT"
    refusal = refused(policies.open_role, "instructor")
    assert isinstance(refusal, Forbidden)
    assert refusal.code == ErrorCode.INSTRUCTOR_SIGNUP_CLOSED
    assert isinstance(refused(policies.open_role, "admin"), Invalid), "an admin's role is no secret of the setting"


def test_levels_are_read_in_any_case_and_others_are_named() -> None:
    assert policies.known_level(" advanced ") == "ADVANCED"
    refusal = refused(policies.known_level, "expert")
    assert refusal.message == "digital_level is one of BEGINNER, INTERMEDIATE, ADVANCED"
    assert refusal.details == {"field": "digital_level"}
