"""Personal data, taken out at the door (contract 8.1): before Kafka, the database or a model sees it.

What a phone reports is full of people: names of friends on a screen, numbers that somebody types. Strings lose e-mail
addresses, resident-registration, card, telephone and account numbers; numbers are coordinates and counts, and stay.
Of apps that are nobody's business (banks, payments, identity: ``SENSITIVE_APPS``) nothing stays but which app it was.
Masking what is masked already changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from mobilegpt.core.errors import Invalid
from mobilegpt.core.sensitive_apps import SENSITIVE_APPS

MOST_LEVELS = 32
HIDDEN = "[비밀]"
REDACTED = {"redacted": True}
_PACKAGE = ("package_name", "packageName", "package", "current_screen")
_SECRET_FLAGS = ("is_password", "isPassword")

# Other forms of digits, hyphens and spaces; sign for sign, so that places stay the same.
_SHADOW = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFF0D, 0xFE63, 0x30FC), "-"),
    **dict.fromkeys((0x00A0, 0x2007, 0x202F, 0x3000), " "),
    0xFF20: "@",
    0xFF0E: ".",
}
# As many digits as the shortest of the rules needs, close together.
_SUSPICIOUS = re.compile(r'[0-9０-９](?:[^\w"{}\[\],:]{0,5}ー?[0-9０-９]){6}')
# The same, rougher and faster: signs that may stand between digits are left out, what ends a number becomes an x.
_DIGITS = b"0123456789"
_ENDS_A_NUMBER = b'"{}[],:_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
_ROUGHLY = bytes(ord("0") if byte in _DIGITS else ord("x") for byte in range(256))
_BETWEEN_DIGITS = bytes(byte for byte in range(256) if byte not in _DIGITS + _ENDS_A_NUMBER)
_A_NUMBER = b"0" * 7
_FULL_WIDTH = b"\xef\xbc"  # how full-width digits and signs begin in UTF-8
_WORTH_A_LOOK = re.compile(r"[0-9０-９]\D?[0-9０-９]\D?[0-9０-９]|[@＠]")
_A_DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d")
_BANK = (
    r"(?:(?<!\[)계좌|입금|송금|이체|은행|뱅크|농협|신한|국민|우리|하나|기업|수협|신협|새마을|우체국|토스|케이|카카오|"
    "[Aa]ccount|[Bb]ank)"
)


class Rule(NamedTuple):
    """``pattern`` names what goes ``secret``; ``holds`` has the last word."""

    label: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None


def _rule(label: str, pattern: str, holds: Callable[[str], bool] | None = None) -> Rule:
    return Rule(label, re.compile(pattern, re.ASCII), holds)


def _passes_luhn(text: str) -> bool:
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return sum(digits[::2], sum(doubled)) % 10 == 0


def _is_an_account(text: str) -> bool:
    """As many digits as an account has, and not a date with a time behind it."""
    return 10 <= sum(sign.isdigit() for sign in text) <= 16 and not _A_DATE.match(text)


_RULES = (
    Rule("[이메일]", re.compile(r"(?P<secret>[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")),
    # The birthday, then a digit for century and sex; what follows may be starred already.
    _rule(
        "[주민등록번호]",
        r"(?<!\d)(?P<secret>\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?-? ?[1-8](?:\d{6}|[*xX]{6}))(?!\d)",
    ),
    _rule(
        "[카드번호]",
        r"(?<!\d)(?P<secret>(?=[3-69]|2[2-7])"
        r"(?:\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{2,7}|\d{4}[ -]?\d{6}[ -]?\d{4,5}))(?!\d)",
        _passes_luhn,
    ),
    # Mobile, regional, internet and masking numbers, at home and from abroad.
    _rule(
        "[전화번호]",
        r"(?<!\d)(?<!\d[.-])(?P<secret>(?:\(?0|\+?82[ .)-]{0,2}\(?0?)"
        r"(?:1[016789]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d)[ .)-]{0,2}\d{3,4}[ .-]{0,2}\d{4})(?!\d)",
    ),
    _rule("[계좌번호]", r"(?<![\d.:-])(?P<secret>\d{2,8}(?:-\d{1,8}){2,3})(?![\d:-])", _is_an_account),
    _rule("[계좌번호]", _BANK + r"[^\d\n\]]{0,15}(?P<secret>\d[\d-]{8,18}\d)(?!\d)", _is_an_account),
    _rule("[계좌번호]", r"(?<!\d)(?P<secret>\d[\d-]{8,18}\d) ?(?=" + _BANK + ")", _is_an_account),
)


def mask_text(text: str) -> str:
    """``text`` with a label in place of every number or address that belongs to somebody."""
    if not _WORTH_A_LOOK.search(text):
        return text
    shadow = text.translate(_SHADOW)
    found: list[tuple[int, int, str]] = []
    for rule in _RULES:
        for match in rule.pattern.finditer(shadow):
            if rule.holds is None or rule.holds(match["secret"]):
                found.append((*match.span("secret"), rule.label))
        for start, end, _ in found:
            shadow = f"{shadow[:start]}{']' * (end - start)}{shadow[end:]}"
    for start, end, label in sorted(found, reverse=True):
        text = f"{text[:start]}{label}{text[end:]}"
    return text


def may_need_masking(json: bytes) -> bool:
    """A quick look at one or more compact JSON texts. ``False``: ``mask`` would neither change nor refuse any."""
    if b"@" in json or _FULL_WIDTH in json or b"assword" in json or json.count(b"{") + json.count(b"[") > MOST_LEVELS:
        return True
    return _A_NUMBER in json.translate(_ROUGHLY, _BETWEEN_DIGITS) and _SUSPICIOUS.search(json.decode()) is not None


def mask(value: Any, levels: int = MOST_LEVELS) -> Any:
    """A JSON value with every string masked. Raises ``Invalid`` for what is nested deeper than ``MOST_LEVELS``."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict | list) and levels == 0:
        raise Invalid(message=f"Data may be nested {MOST_LEVELS} levels deep")
    if isinstance(value, list):
        return [mask(each, levels - 1) for each in value]
    if isinstance(value, dict):
        if any(value.get(flag) is True for flag in _SECRET_FLAGS):
            return {key: HIDDEN if isinstance(each, str) else mask(each, levels - 1) for key, each in value.items()}
        return {key: mask(each, levels - 1) for key, each in value.items()}
    return value


def mask_event(data: dict[str, Any], screen: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What may be kept of something done on a screen: everything masked, or, in a sensitive app, the app alone."""
    app = sensitive_app(screen, data)
    if app is not None:
        return dict(REDACTED), {"package_name": app, **REDACTED}
    return mask(data), mask(screen)


def sensitive_app(*described: Mapping[str, Any]) -> str | None:
    """The first sensitive app that one of these names as its package, or ``None``."""
    for each in described:
        for key in _PACKAGE:
            name = each.get(key)
            if isinstance(name, str) and _is_sensitive(name[:200], settings.SENSITIVE_APPS):
                return name
    return None


@lru_cache(maxsize=1024)
def _is_sensitive(name: str, listed: str) -> bool:
    return f"{name.strip().lower()}.".startswith(_beginnings(listed))


@lru_cache(maxsize=4)
def _beginnings(listed: str) -> tuple[str, ...]:
    apps = [app.strip() for app in listed.split(",") if app.strip()] or SENSITIVE_APPS
    return tuple(f"{app.lower().removesuffix('*').removesuffix('.')}." for app in apps)
