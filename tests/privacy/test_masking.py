"""Personal data goes, as a person would see it; everything else stays (contract 8.1)."""

from __future__ import annotations

import json
import time
import unicodedata
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.errors import Invalid
from mobilegpt.core.folding import folded
from mobilegpt.privacy.masking import MOST_LEVELS, is_harmless, mask, mask_context, mask_event, mask_text

# Each is somebody's, in one of the forms in which people and phones write it. No digit of it may be left.
GONE = (
    "010-1234-5678",
    "전화는 01012345678번",
    "Tel.010 1234 5678",
    "０１０－１２３４－５６７８",
    "010–1234–5678",
    "010‑1234‑5678",
    "+82 10-1234-5678 로",
    "82-10-1234-5678",
    "821012345678",
    "0082-10-1234-5678",
    "002-82-10-1234-5678",
    "+82 (0)10 1234 5678",
    "(02) 123-4567",
    "031.123.4567",
    "070-1234-5678",
    "011-234-5678",
    "010 - 1234 - 5678",
    "010·1234·5678",
    "010/1234/5678",
    "010_1234_5678",
    "010,1234,5678",
    "010~1234~5678",
    "010ㅡ1234ㅡ5678",
    "010\t1234\t5678",
    "010\n1234\n5678",
    "010\u200b1234\u200b5678",
    "0\u200b1\u200b0\u200b1234\u200b5678",
    "0 1 0 1 2 3 4 5 6 7 8",
    "0 1 0 - 1 2 3 4 - 5 6 7 8",
    "0-1-0-1-2-3-4-5-6-7-8",
    "010 12 34 56 78",
    "공일공 일이삼사 오육칠팔",
    "공일공일이삼사오육칠팔",
    "공일공-일이삼사-오육칠팔",
    "영일영 일이삼사 오육칠팔",
    "공 일 공 일 이 삼 사 오 육 칠 팔",
    "제로하나제로 하나둘셋넷 다섯여섯일곱여덟",
    "영하나영 하나둘셋넷 다섯여섯일곱여덟",
    "공하나공 하나 둘 셋 넷 다섯 여섯 일곱 여덟",
    "제 번호는 공일공에 일이삼사에 오육칠팔이에요",
    "010에 1234에 5678",
    "010 다시 1234 다시 5678",
    "010 일이삼사 오육칠팔",
    "공일공 1234 5678",
    "٠١٠١٢٣٤٥٦٧٨",
    "०१०-१२३४-५६७८",
    "010\xa01234\xa05678",
    "0️⃣1️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    "⓪①⓪①②③④⑤⑥⑦⑧",
    "𝟎𝟏𝟎-𝟏𝟐𝟑𝟒-𝟓𝟔𝟕𝟖",
    "010)1234-5678",
    "[010-1234-5678]",
    "010.1234.5678",
    "010:1234:5678",
    "010--1234--5678",
    "010  1234  5678",
    "010 -1234- 5678",
    "1.010-1234-5678",
    "공이 일이삼 사오육칠",
    "02/123/4567",
    "450101-2345678",
    "4501012345678",
    "주민 450101 - 2******",
    "450101-*******",
    "450101.2345678",
    "450101/2345678",
    "450101_2345678",
    "450101 2345678",
    "450101-9345678",
    "450101-0345678",
    "4501010345678",
    "450101–2345678",
    "４５０１０１－２３４５６７８",
    "4 5 0 1 0 1 2 3 4 5 6 7 8",
    "사오공일공일 이삼사오육칠팔",
    "45.01.01-2345678",
    "4111 1111 1111 1111",
    "4111111111111111",
    "3782-822463-10005",
    "4111.1111.1111.1111",
    "4111/1111/1111/1111",
    "4111  1111  1111  1111",
    "4111_1111_1111_1111",
    "110-123-456789",
    "3333-01-1234567",
    "110 - 123 - 456789",
    "110ㅡ123ㅡ456789",
    "신한은행 110123456789",
    "110123456789 신한",
    "계좌번호: 1234567890123",
    "계좌번호: 110 123 456789",
    "계좌번호:110.123.456789",
    "계좌번호\n110123456789",
    "국민 123456 78 901234",
    "kim.soon-ja+1@example.co.kr",
    "김순자＠example.com",
    "kim @ naver.com",
    "kim@naver . com",
    "kim골뱅이naver.com",
    "M12345678",
    "M123A4567",
    "여권번호 M12345678",
    "여권 m 1234 5678",
    "passport: AB1234567",
    "주민번호 뒷자리 2345678",
    "82-10-7777-0001",
    "전화 010…1234…5678",
    "010 📞 1234 📞 5678",
    "연락처:01012345678이에요",
    "\u2066010-1234-5678\u2069",
)
# A text, and what in it nobody else may know.
SECRETS = (
    ("인증번호는 482913 입니다", "482913"),
    ("[Web발신] 인증번호[482913]을 입력하세요", "482913"),
    ("인증번호 : 4829", "4829"),
    ("인증번호 482 913", "482 913"),
    ("482913은 인증번호입니다", "482913"),
    ("[482913] 인증번호", "482913"),
    ("G-482913 is your Google verification code", "482913"),
    ("Your verification code is 482913.", "482913"),
    ("OTP 482913", "482913"),
    ("본인확인 인증번호(482913)", "482913"),
    ("비밀번호는 abcd1234! 입니다", "abcd1234!"),
    ("비번 1234", "1234"),
    ("비밀번호: hunter", "hunter"),
    ("password: hunter2", "hunter2"),
    ("password is hunter2", "hunter2"),
    ("pw=qwer1234", "qwer1234"),
    ("PW qwer1234", "qwer1234"),
    ("비번은 사과나무12 예요", "사과나무12"),
    ("PIN 번호 1234", "1234"),
    ("비밀\u200b번호 1234", "1234"),
    ("CVC 123", "123"),
    ("보안코드 1234", "1234"),
    ("인증번호는 일이삼사오육", "일이삼사오육"),
    ("와이파이 비번 12345678", "12345678"),
    ("암호는 qwer123", "qwer123"),
    ("일회용 비밀번호 482913", "482913"),
    ("승인번호 12345678", "12345678"),
    ('비밀번호 "abcd12"', "abcd12"),
)
# Dates, times, places on a screen, counts, prices, versions, codes: nobody's.
STAYS = (
    "확인",
    "친구 12명",
    "2025-10-28T10:05:30Z",
    "2025-10-28T10:05:30.123456+09:00",
    "2025-10-28 10:05",
    "2025-10-28-1005",
    "2025.10.28 10:05:30",
    "2025년 10월 28일 오전 10시 5분",
    "20251028100530",
    "1761645930123",
    "1796000000000",
    "1.03125551234",
    "com.kakao.talk:id/chat_1234",
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678-1234-1234-1234-123456789012",
    "192.168.100.101",
    "192.168.0.10:8000",
    "1588-1234",
    "고객센터 1588-1234",
    "12,345,678,900원",
    "송금 1,234,567,890원",
    "4111111111111112",
    "3단계 중 2단계",
    "@",
    "0 10 200 300",
    "[0,10][200,3000]",
    "[0,100][1080,2340]",
    "0,10,1080,2340",
    "0 10 1080 2340",
    "82 10 1080 2340",
    "82,10,1080,2340",
    "[90,101][1080,2340]",
    "Rect(0, 100 - 1080, 2340)",
    "x=102, y=1034",
    "01, 02, 03, 04, 05, 06",
    "01 02 03 04 05",
    "1 2 3 4 5 6 7 8 9 0",
    "1 2 3 4 5 6 7 8 9 * 0 #",
    "일이삼사오육칠팔구십",
    "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열",
    "공유하기 영상 이 단계",
    "10:05:30",
    "00:02:30.1234567",
    "01:02:03",
    "01/02/2026 10:05",
    "11/30/2026, 10:05:30 AM",
    "1.2.3.4567",
    "v10.23.45 (2026112901)",
    "Android 14.0.1",
    "ABC234",
    "수업 코드 ABC234",
    "조회수 1,234,567회",
    "조회수 1234만회",
    "좋아요 12345678",
    "100% 50.5 GB",
    "1080x2340",
    "3/12 단계",
    "인증번호 6자리를 입력하세요",
    "인증번호 재전송 (03:00)",
    "비밀번호 8~16자",
    "비밀번호를 잊으셨나요?",
    "비밀번호 입력",
    "비밀번호 4자리 입력",
    "비밀번호를 2026-11-30에 바꿨어요",
    "Password reset",
    "password is required",
    "Forgot password?",
    "코드를 입력하세요",
    "우리 하나 2026-11-30",
    "은행 3시에 가요",
    "계좌 만들기",
    "신한 2025-10-28 10:05",
    "https://youtu.be/dQw4w9WgXcQ",
    "#FF00AA",
    "주문 12345",
    "가격 12,000원 수량 3",
    "이 영상 조회수 10만",
    "오전 10:05 2026-11-30",
    "13:00~14:00",
    "2026.11.30~2026.12.05",
    "2025-10-28 - 2025-11-05",
    "기온 -3.5 12.25",
    "37.5665, 126.9780",
    "37.56653512345, 126.97801234567",
    "우리 1 2 3 4 5 6 7 8 9 0",
    "ISBN 978-89-123",
    "제1234-5678호",
)
_SPOKEN = str.maketrans("0123456789", "공일이삼사오육칠팔구")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_BETWEEN = [
    "-",
    " ",
    ".",
    "/",
    "_",
    ",",
    "·",
    "~",
    "ㅡ",
    "–",
    "\u2011",
    "\u00a0",
    "\t",
    "\n",
    " - ",
    "\u200b",
    "  ",
    ") ",
]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("전화는 01012345678번", "전화는 [전화번호]번"),
        ("Tel.010 1234 5678", "Tel.[전화번호]"),
        ("+82 10-1234-5678 로", "[전화번호] 로"),
        ("031.123.4567, 070-1234-5678", "[전화번호], [전화번호]"),
        ("엄마 011-234-5678 아빠 016-345-6789", "엄마 [전화번호] 아빠 [전화번호]"),
        ("공일공 일이삼사 오육칠팔이에요", "[전화번호]이에요"),
        ("주민 450101 - 2******", "주민 [주민등록번호]"),
        ("4111 1111 1111 1111 12/25", "[카드번호] 12/25"),
        ("3333-01-1234567 으로 보내줘", "[계좌번호] 으로 보내줘"),
        ("110123456789 신한", "[계좌번호] 신한"),
        ("계좌번호: 1234567890123", "계좌번호: [계좌번호]"),
        ("kim.soon-ja+1@example.co.kr 입니다", "[이메일] 입니다"),
        ("kim@naver.com으로", "[이메일]으로"),
        ("여권 M12345678", "여권 [여권번호]"),
        ("인증번호[482913]을", "인증번호[[비밀]]을"),
        ("비밀번호는 abcd1234! 입니다", "비밀번호는 [비밀] 입니다"),
    ],
)
def test_a_label_stands_where_it_was(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("text", GONE)
def test_what_belongs_to_somebody_goes_in_every_form(text: str) -> None:
    masked = mask_text(text)
    assert masked != text
    rest = masked.removeprefix("1.") if text.startswith("1.") else masked
    assert not any(sign.isdigit() or sign == "@" for sign in rest)
    assert mask_text(masked) == masked


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_codes_and_passwords_go(text: str, secret: str) -> None:
    masked = mask_text(text)
    assert secret not in masked
    assert "[비밀]" in masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("text", STAYS)
def test_what_belongs_to_nobody_stays(text: str) -> None:
    assert mask_text(text) == text
    assert is_harmless({"text": text})


def test_digits_of_every_script_and_every_unseen_sign_are_read() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert not [sign for sign in every if sign.isdecimal() and folded(sign) != str(unicodedata.decimal(sign))]
    assert not [sign for sign in every if unicodedata.category(sign) == "Cf" and folded(sign)]
    assert not [sign for sign in every if unicodedata.category(sign) == "Pd" and folded(sign) != "-"]
    assert not [sign for sign in every if unicodedata.category(sign) == "Zs" and folded(sign) != " "]


@given(
    st.sampled_from(["010", "011", "016", "019"]),
    st.integers(100, 9999).map(str),
    st.integers(0, 9999).map("{:04}".format),
    st.sampled_from(_BETWEEN),
    st.sampled_from([None, _SPOKEN, _ARABIC, _WIDE]),
    st.sampled_from(["", "번호는 ", "(", "전화:", "가"]),
    st.sampled_from(["", "이에요", ")", " 입니다", "\n"]),
)
def test_a_planted_number_is_gone(
    area: str, middle: str, end: str, between: str, digits: dict[int, int] | None, before: str, behind: str
) -> None:
    if area == "010":
        middle = middle.rjust(4, "2")
    number = between.join((area, middle, end))
    text = before + (number.translate(digits) if digits else number) + behind
    masked = mask_text(text)
    assert "[전화번호]" in masked
    assert not any(sign.isdigit() for sign in masked)
    assert mask_text(masked) == masked


@given(
    st.integers(0, 99), st.integers(1, 12), st.integers(1, 28), st.integers(0, 9), st.integers(0, 999_999),
    st.sampled_from([*_BETWEEN, ""]),
)  # fmt: skip
def test_a_planted_resident_number_is_gone(
    year: int, month: int, day: int, century: int, rest: int, between: str
) -> None:
    if between in ("", "\u200b") and 16 <= year <= 19:  # looks like milliseconds: it must have its check digit
        between = "-"
    masked = mask_text(f"주민 {year:02}{month:02}{day:02}{between}{century}{rest:06}")
    assert not any(sign.isdigit() for sign in masked)


@given(st.text(alphabet="0123456789-+ .@()/[]ab은행계좌번호인증비밀공일이*:M\n\u200b", max_size=80))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


_KEYS = st.sampled_from(
    ["text", "x", "is_password", "isPassword", "password", "app", "type", "node", "pin", "010-1234-5678", "a@b.com"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.text(alphabet='0123456789-@a.은행"\n공일', max_size=20)
    | st.sampled_from(["010-1234-5678", "true", "1", "com.kakaobank.channel", "password"]),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(_KEYS, each, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), st.dictionaries(_KEYS, _VALUES, max_size=3))
def test_the_quick_look_overlooks_nothing_and_events_are_masked_once(data: Any, screen: Any) -> None:
    masked = mask_event(data, screen)
    if is_harmless(data, screen):
        assert masked == (data, screen)
    assert mask_event(*masked) == masked


def test_only_strings_are_masked() -> None:
    data = {"x": 1012345678, "y": 300.5, "on": True, "none": None, "list": [1012345678, {"text": "010-1234-5678"}]}
    assert mask(data) == {**data, "list": [1012345678, {"text": "[전화번호]"}]}


def test_keys_are_masked_and_lose_nothing() -> None:
    calls = {"010-1234-5678": 3, "kim@example.com": 1, "010-9876-5432": 4, "[전화번호] 2": 5}
    masked = mask(calls)
    assert masked == {"[전화번호]": 3, "[이메일]": 1, "[전화번호] 3": 4, "[전화번호] 2": 5}
    assert mask(masked) == masked


@given(st.dictionaries(st.integers(1000, 9999).map("010-1234-{}".format), st.integers(), max_size=20))
def test_as_many_keys_as_there_were(calls: dict[str, int]) -> None:
    assert sorted(mask(calls).values()) == sorted(calls.values())


@pytest.mark.parametrize(
    "key", ["password", "user_password", "PassWord", "pwd", "PIN", "otp", "비밀번호", "access_token"]
)
def test_what_a_key_calls_a_secret_is_not_kept(key: str) -> None:
    for value in ("사과나무", ["사과나무", {"in": "사과나무"}], {"text": "사과나무"}):
        assert "사과나무" not in json.dumps(mask({"x": 1, key: value}), ensure_ascii=False)
    assert mask({key: 1234, "shopping": "사과나무"}) == {key: 1234, "shopping": "사과나무"}


@pytest.mark.parametrize("flag", ["is_password", "isPassword", "password", "is_sensitive_data"])
@pytest.mark.parametrize("value", [True, "true", "True", 1, "1", 1.0])
@pytest.mark.parametrize("text", ["사과나무", ["사과", "사과나무"], {"value": "사과나무"}])
def test_of_a_password_field_no_text_is_kept_wherever_it_says_what_it_is(flag: str, value: Any, text: Any) -> None:
    said = {"text": text, "x": 10}
    for data, screen in (
        ({**said, flag: value}, {}),
        (said, {flag: value}),
        ({**said, "node_info": {flag: value, "text": text}}, {}),
        ({"nodes": [{"children": [{**said, flag: value}]}]}, {"title": text}),
        (said, {"node": {"child": [{flag: value}]}}),
    ):
        assert not is_harmless(data, screen)
        kept = mask_event(data, screen)
        assert "사과" not in json.dumps(kept, ensure_ascii=False)
        assert mask_event(*kept) == kept
    context = mask_context({"message": "도와주세요", "node": {flag: value, "text": text}, "screen_text": text})
    assert "사과" not in json.dumps(context, ensure_ascii=False)
    assert context["message"] == "도와주세요"


def test_what_says_that_it_is_no_password_field_is_kept() -> None:
    data = {"text": "사과나무", "isPassword": False, "password": "false", "x": 1}
    assert mask_event(data, {"is_password": 0}) == (data, {"is_password": 0})


def test_of_a_password_field_the_place_and_the_numbers_stay() -> None:
    data, screen = mask_event(
        {"text": "hunter2", "isPassword": True, "x": 10}, {"package_name": "com.kakao.talk", "class": "EditText"}
    )
    assert data == {"text": "[비밀]", "isPassword": True, "x": 10}
    assert screen == {"package_name": "com.kakao.talk", "class": "EditText"}


def test_nesting_has_an_end() -> None:
    deep: Any = "바닥"
    for _ in range(MOST_LEVELS):
        deep = {"in": deep}
    assert mask(deep) == deep
    assert not is_harmless({"in": deep})
    for refused in (lambda: mask({"in": deep}), lambda: mask_event({"in": deep}, {})):
        with pytest.raises(Invalid):
            refused()


@pytest.mark.parametrize(
    "screen",
    [
        {"package_name": "com.kakaobank.channel", "screen_title": "이체"},
        {"packageName": "com.KBstar.kbbank"},
        {"current_screen": "com.kakaopay.app.home.MainActivity"},
        {"currentScreen": "viva.republica.toss"},
        {"app": "viva.republica.toss"},
        {"pkg": "viva.republica.toss"},
        {"package": "viva.republica.toss"},
        {"window": {"package_name": "viva.republica.toss"}},
        {"node_info": {"packageName": "viva.republica.toss"}},
        {"nodes": [{"children": [{"whatever": "viva.republica.toss"}]}]},
        {"windows": {"viva.republica.toss": {"title": "송금"}}},
    ],
)
def test_of_a_bank_only_its_name_is_kept(screen: dict[str, Any]) -> None:
    typed = {"text": "잔액 100원", "x": 10, "y": 20}
    for data, around in ((typed, screen), ({**typed, **screen}, {})):
        assert not is_harmless(data, around)
        kept = mask_event(data, around)
        assert kept[0] == {"redacted": True}
        assert set(kept[1]) == {"package_name", "redacted"}
        assert kept[1]["package_name"] in json.dumps(screen)
    assert "잔액" not in json.dumps(mask_context({**typed, **screen}), ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "app"),
    [
        ("viva.republica.toss/.MainActivity", "viva.republica.toss"),
        ("viva.republica.toss:id/amount", "viva.republica.toss"),
        ("ComponentInfo{com.kakaobank.channel/com.kakaobank.Main}", "com.kakaobank.channel"),
        (" com.kakaobank.channel ", "com.kakaobank.channel"),
    ],
)
def test_a_part_of_an_app_names_the_app(name: str, app: str) -> None:
    assert mask_event({}, {"activity": name})[1] == {"package_name": app, "redacted": True}


def test_an_app_whose_name_only_begins_alike_is_another() -> None:
    data, screen = {"text": "확인", "x": 10}, {"package_name": "com.kakaopayment.game"}
    assert mask_event(data, screen) == (data, screen)


def test_the_list_of_apps_is_a_setting() -> None:
    diary, bank = {"package_name": "com.example.diary"}, {"package_name": "com.kakaobank.channel"}
    assert is_harmless({"x": 1}, diary)
    with override_settings(SENSITIVE_APPS="com.example.*, com.other"):
        assert not is_harmless({"x": 1}, diary)
        assert mask_event({"x": 1}, diary)[0] == {"redacted": True}
        assert mask_event({"x": 1}, bank)[0] == {"x": 1}
        assert is_harmless(bank)
    assert not is_harmless(bank)


_UNITS = (
    "1", "1 ", "0 ", "1-", "01", "010-", "010-1234-5678 ", "82", "+82", "0082 ", "4111 ", "4111 1111 1111 1112 ", "(0",
    "450101 ", "450101-2345678 ", "110-123-456789 ", "2025-10-28", "1,234,", "0 1 0 1 2 3 4 5 6 7 8 ", "은행", "은행1",
    "계좌번호1234567 ", "비밀번호", "비밀번호=a", "password is a", "pw", "인증번호", "1234 otp ", "is your ",
    "암호는 가", "공", "공일", "이일", "하나", "공일공일이삼사오육칠팔", "M1234567", "M12345678 ", "@", "a@", "a@a.a ",
    "a.", "골뱅이a", "(at)", "\u200b", "0\u200b", "\u0301", "٠", "550e8400-e29b-41d4-a716-446655440000 ", "[1", "가",
)  # fmt: skip


@pytest.mark.parametrize("unit", _UNITS)
def test_sixteen_times_the_text_takes_at_most_twenty_times_as_long(unit: str) -> None:
    """Reliability F32."""

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        started = time.thread_time()
        mask_text(text)
        return time.thread_time() - started

    # Another process may push ours out of the processor's memory: the shortest of each is what the text takes.
    short, long = seconds(10_000), seconds(160_000)
    for _ in range(20):
        if long <= 20 * max(short, 0.0002):
            return
        short, long = min(short, seconds(10_000)), min(long, seconds(160_000))
    pytest.fail(f"16 times {unit!r} takes {long / short:.1f} times as long")
