"""Personal data goes, everything else stays (contract 8.1)."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.errors import Invalid
from mobilegpt.core.masking import MOST_LEVELS, mask, mask_event, mask_text, may_need_masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("010-1234-5678", "[전화번호]"),
        ("전화는 01012345678번", "전화는 [전화번호]번"),
        ("Tel.010 1234 5678", "Tel.[전화번호]"),
        ("０１０－１２３４－５６７８", "[전화번호]"),
        ("010–1234–5678", "[전화번호]"),
        ("+82 10-1234-5678 로", "[전화번호] 로"),
        ("82-10-1234-5678", "[전화번호]"),
        ("(02) 123-4567", "[전화번호]"),
        ("031.123.4567, 070-1234-5678", "[전화번호], [전화번호]"),
        ("엄마 011-234-5678 아빠 016-345-6789", "엄마 [전화번호] 아빠 [전화번호]"),
        ("450101-2345678", "[주민등록번호]"),
        ("4501012345678", "[주민등록번호]"),
        ("주민 450101 - 2******", "주민 [주민등록번호]"),
        ("4111 1111 1111 1111 12/25", "[카드번호] 12/25"),
        ("4111111111111111", "[카드번호]"),
        ("3782-822463-10005", "[카드번호]"),
        ("110-123-456789", "[계좌번호]"),
        ("3333-01-1234567 으로 보내줘", "[계좌번호] 으로 보내줘"),
        ("신한은행 110123456789", "신한은행 [계좌번호]"),
        ("110123456789 신한", "[계좌번호] 신한"),
        ("계좌번호: 1234567890123", "계좌번호: [계좌번호]"),
        ("kim.soon-ja+1@example.co.kr 입니다", "[이메일] 입니다"),
        ("김순자＠example.com", "[이메일]"),
    ],
)
def test_what_belongs_to_somebody_goes(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "확인",
        "친구 12명",
        "2025-10-28T10:05:30Z",
        "2025-10-28 10:05",
        "2025-10-28-1005",
        "1761645930123",
        "1.03125551234",
        "com.kakao.talk:id/chat_1234",
        "550e8400-e29b-41d4-a716-446655440000",
        "192.168.100.101",
        "1588-1234",
        "12,345,678,900원",
        "4111111111111112",
        "3단계 중 2단계",
        "@",
    ],
)
def test_what_belongs_to_nobody_stays(text: str) -> None:
    assert mask_text(text) == text


def test_only_strings_are_masked() -> None:
    data = {"x": 1012345678, "y": 300.5, "on": True, "none": None, "list": [1012345678, {"text": "010-1234-5678"}]}
    assert mask(data) == {**data, "list": [1012345678, {"text": "[전화번호]"}]}


def test_a_password_field_keeps_no_text() -> None:
    assert mask({"text": "사과나무", "is_password": True, "x": 1}) == {"text": "[비밀]", "is_password": True, "x": 1}


def test_nesting_has_an_end() -> None:
    deep: Any = "바닥"
    for _ in range(MOST_LEVELS):
        deep = {"in": deep}
    assert mask(deep) == deep
    with pytest.raises(Invalid):
        mask({"in": deep})


@pytest.mark.parametrize(
    "screen",
    [
        {"package_name": "com.kakaobank.channel", "screen_title": "이체"},
        {"package_name": "viva.republica.toss"},
        {"packageName": "com.KBstar.kbbank"},
        {"current_screen": "com.kakaopay.app.home.MainActivity"},
    ],
)
def test_of_a_bank_only_its_name_is_kept(screen: dict[str, Any]) -> None:
    data, kept = mask_event({"text": "잔액 100원", "x": 10, "y": 20}, screen)
    assert data == {"redacted": True}
    assert kept == {"package_name": next(iter(screen.values())), "redacted": True}


def test_an_app_whose_name_only_begins_alike_is_another() -> None:
    data, screen = {"text": "확인", "x": 10}, {"package_name": "com.kakaopayment.game"}
    assert mask_event(data, screen) == (data, screen)


@override_settings(SENSITIVE_APPS="com.example.*, com.other")
def test_the_list_of_apps_is_a_setting() -> None:
    assert mask_event({"x": 1}, {"package_name": "com.example.diary"})[0] == {"redacted": True}
    assert mask_event({"x": 1}, {"package_name": "com.kakaobank.channel"})[0] == {"x": 1}


@given(st.text(alphabet="0123456789-+ .@()ab은행계좌", max_size=80))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.text(alphabet='0123456789０１-–ー +.(*x@＠은행계좌"\n', max_size=40))
def test_the_quick_look_overlooks_nothing(text: str) -> None:
    value = {"x": 12, "text": text, "y": 34}
    if not may_need_masking(msgspec.json.encode(value)):
        assert mask(value) == value


def test_the_quick_look_sees_passwords_and_depth() -> None:
    deep: Any = 1
    for _ in range(MOST_LEVELS + 1):
        deep = [deep]
    for value in ({"text": "나무", "is_password": True}, {"text": "나무", "isPassword": True}, {"in": deep}):
        assert may_need_masking(msgspec.json.encode(value))
    assert not may_need_masking('{"x":150,"y":300,"text":"확인","id":"com.kakao.talk:id/send"}'.encode())


@pytest.mark.parametrize("text", ["1" * 60_000, "a" * 60_000 + "@", "1-" * 30_000, "010-" * 15_000, "은행" * 30_000])
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    mask_text(text)
    assert time.perf_counter() - started < 1
