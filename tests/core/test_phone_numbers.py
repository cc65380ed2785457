"""One number, one account: however it is written, it is the number that it looks like (contract 3.1, 8.1)."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.accounts.admin import UserForm
from mobilegpt.accounts.models import User
from mobilegpt.accounts.policies import usable_phone
from mobilegpt.core.errors import Invalid
from mobilegpt.core.phone_numbers import domestic, is_korean
from mobilegpt.privacy.masking import mask_text

ONE_NUMBER = (
    "01077770001",
    "010-7777-0001",
    "82-10-7777-0001",
    "821077770001",
    "+82 10-7777-0001",
    "+82 (0)10 7777 0001",
    "+82(0)10-7777-0001",
    "0082 10 7777 0001",
    "0082-10-7777-0001",
    "002-82-10-7777-0001",
    "001 82 10 7777 0001",
    "00700-82-10-7777-0001",
    "010–7777–0001",
    "010\u20117777\u20110001",
    "010\u00a07777\u00a00001",
    "０１０－７７７７－０００１",
    "(010) 7777-0001",
    "010·7777·0001",
    "\u202a010 7777 0001\u202c",
    "0\u200b10-7777-0001",
    "٠١٠-٧٧٧٧-٠٠٠١",
)


@pytest.mark.parametrize("written", ONE_NUMBER)
def test_one_number_is_one_where_it_is_taken_and_where_it_is_masked(written: str) -> None:
    assert usable_phone(written) == "01077770001"
    assert mask_text(written).strip("\u202a\u202c") == "[전화번호]"


@given(
    st.sampled_from(["", "+82", "0082", "00282", "82"]),
    st.sampled_from(["", "-", " ", ".", "–", "\u2011", "\u00a0"]),
    st.sampled_from(["10", "2", "31", "70"]),
    st.integers(200, 9999).map(str),
    st.integers(0, 9999).map("{:04}".format),
)
def test_taken_and_masked_by_one_rule(abroad: str, between: str, area: str, middle: str, end: str) -> None:
    written = between.join((abroad, area, middle, end)) if abroad else between.join((f"0{area}", middle, end))
    assert domestic(written) == f"0{area}{middle}{end}"
    assert is_korean(f"0{area}{middle}{end}")
    if abroad != "82" or between.strip():
        assert mask_text(f"전화 {written}") == "전화 [전화번호]"


@pytest.mark.parametrize(
    ("written", "number"),
    [("+1 (202) 555-0100", "12025550100"), ("1588-1234", "15881234"), (None, None), (" - ", None)],
)
def test_other_numbers_are_kept_as_they_are(written: str | None, number: str | None) -> None:
    assert usable_phone(written) == number


@pytest.mark.parametrize(
    "written", ["call me", "123", "010-1234-567a", "0" * 16, "1-" * 100_000, "+" * 50, "①" * 9 + "가"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        usable_phone(written)


@pytest.mark.django_db
def test_staff_give_nobody_a_number_that_somebody_has(kim: User, lee: User) -> None:
    User.objects.filter(pk=kim.pk).update(phone="01077770001")
    data = {"email": lee.email, "name": lee.name, "nickname": lee.name, "role": lee.role, "digital_level": "BEGINNER"}
    free = UserForm({**data, "phone": "+82 (0)10–8888–0001"}, instance=User.objects.get(pk=lee.pk))
    assert "phone" not in free.errors
    assert free.cleaned_data["phone"] == "01088880001"
    assert "phone" in UserForm({**data, "phone": "82-10-7777-0001"}, instance=User.objects.get(pk=lee.pk)).errors
    assert "phone" in UserForm({**data, "phone": "call me"}, instance=User.objects.get(pk=lee.pk)).errors
    assert UserForm({**data, "phone": ""}, instance=User.objects.get(pk=lee.pk)).fields["phone"] is not None


@pytest.mark.django_db
def test_what_was_stored_before_is_brought_into_one_form(kim: User, lee: User, park: User) -> None:
    for user, phone in ((kim, "821077770001"), (lee, "01077770001"), (park, "008221234567")):
        User.objects.filter(pk=user.pk).update(phone=phone)
    migration = import_module("mobilegpt.accounts.migrations.0003_phone_in_one_form")
    migration.into_one_form(apps, SimpleNamespace(connection=connection))
    kept = {user.pk: user.phone for user in User.objects.filter(phone__isnull=False)}
    assert kept == {kim.pk: "821077770001", lee.pk: "01077770001", park.pk: "021234567"}
