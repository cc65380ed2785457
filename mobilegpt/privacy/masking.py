"""Personal data, taken out at the door (contract 8.1): before Kafka, the database or a model sees it.

What a phone reports is full of people: names of friends on a screen, numbers that somebody types. Strings, and the keys
of objects, lose addresses, numbers that belong to somebody, codes and passwords (``personal_data``); numbers are
coordinates and counts, and stay. Where something is marked as a password field nothing that was written stays; of apps
that are nobody's business (``sensitive_apps``) nothing stays but which app it was. Masking what is masked already
changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from mobilegpt.core.errors import Invalid
from mobilegpt.core.folding import folded
from mobilegpt.privacy.personal_data import HIDDEN, LABELS, find
from mobilegpt.privacy.sensitive_apps import sensitive_app_in

MOST_LEVELS = 32
REDACTED = {"redacted": True}
_FLAGS = frozenset(
    {"password", "ispassword", "passwordfield", "ispasswordfield", "ispasswordinput", "haspassword", "textpassword",
     "sensitive", "issensitive", "sensitivedata", "issensitivedata", "secure", "issecure", "securetextentry",
     "issecuretextentry", "secret", "issecret"}
)  # fmt: skip
_TRUE = frozenset({"true", "1", "1.0", "yes", "y", "on", "t"})
_FALSE = frozenset({"false", "0", "0.0", "no", "n", "off", "f", ""})
_KINDS_OF_FIELD = frozenset({"type", "inputtype", "fieldtype", "elementtype"})
_SECRET_KEY = re.compile(
    r"passw|passcode|passphrase|pwd|^(?:user|my|new|old)?pw$|^(?:user)?pin(?:code|number)?$|secret|otp(?:code)?$|"
    r"^(?:cvc|cvv)2?$|(?:verification|verify|auth|security)code|privatekey|apikey|"
    r"(?:access|refresh|auth|bearer|api)token$|^authorization$|"
    r"비밀번호|비번|패스워드|암호|인증번호|인증코드|보안코드|주민(?:등록)?번호"
)
# What may stay of a password field: where it is, as programs name it.
_PLACE_KEY = re.compile(
    r"package|^pkg|^app|activity|class(?:name)?$|screen(?:name)?$|component|viewid|resource|"
    r"^(?:node|element|event|window)?id$|type$|^action$|^event$|direction|orientation|timestamp|^time$"
)
_PLACE = re.compile(r"[A-Za-z_](?:[A-Za-z_]|[.:/$-](?=[A-Za-z_])|\d(?=[A-Za-z_.:/$-])){0,200}|[\d:TZ.+-]{1,40}")
_NOT_IN_A_NAME = re.compile(r"[\W_]+")

# Texts and keys in which there was nothing, lately: phones send the same ones again and again.
_HARMLESS_LENGTH, _HARMLESS_TEXTS = 100, 10_000
_harmless: set[str] = set()
_harmless_keys: set[str] = set()


def mask_text(text: str) -> str:
    """``text`` with a label in place of every number, address, code or password that belongs to somebody."""
    found = find(text)
    if not found:
        return text
    pieces, at = [], 0
    for start, end, label in found:
        pieces += [text[at:start], label]
        at = end
    return "".join([*pieces, text[at:]])


def mask(value: Any, levels: int = MOST_LEVELS) -> Any:
    """A JSON value with every string and key masked. Raises ``Invalid`` for what is nested deeper than ``MOST_LEVELS``.

    Of an object that is marked as a password field no text stays, nor of anything in it; nor what a key calls a secret.
    """
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        _require_levels(levels)
        return [mask(each, levels - 1) for each in value]
    if isinstance(value, dict):
        _require_levels(levels)
        if _is_flagged(value):
            return _hidden(value, levels)
        kept = {
            key: _hidden(each, levels - 1) if _is_secret(key, each) else mask(each, levels - 1)
            for key, each in value.items()
        }
        return _with_masked_keys(kept)
    return value


def mask_event(data: dict[str, Any], screen: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What may be kept of something done on a screen: everything masked, or, in a sensitive app, the app alone.

    A password field that one of them names, anywhere in it, is what both speak of. Raises ``Invalid`` as ``mask``.
    """
    app = sensitive_app(screen, data)
    if app is not None:
        return dict(REDACTED), {"package_name": app, **REDACTED}
    if any(_is_flagged(each) for each in _objects(data, screen)):
        return _hidden(data), _hidden(screen)
    return mask(data), mask(screen)


def mask_context(context: dict[str, Any]) -> dict[str, Any]:
    """As ``mask_event``, of what is sent with a call for help: ``message`` is the person's own, and stays, masked.

    Raises ``Invalid`` as ``mask``.
    """
    said = {"message": mask(context["message"])} if "message" in context else {}
    rest = {key: each for key, each in context.items() if key != "message"}
    app = sensitive_app(rest)
    if app is not None:
        numbers = {key: each for key, each in rest.items() if isinstance(each, int | float)}
        return {**_with_masked_keys(numbers), "current_screen": app, **REDACTED, **said}
    flagged = any(_is_flagged(each) for each in _objects(rest))
    return {**(_hidden(rest) if flagged else mask(rest)), **said}


def hides_something(kept: Any) -> bool:
    """Whether something was taken out of what is kept, by ``mask`` or one of its like."""
    for text in _texts([kept]):
        if any(label in text for label in LABELS):
            return True
    return isinstance(kept, dict) and kept.get("redacted") is True


def is_harmless(*values: dict[str, Any]) -> bool:
    """A quick look: true only where ``mask_event`` would change nothing and refuse nothing."""
    if _listed != settings.SENSITIVE_APPS:
        _forget_harmless()
    return all(_is_harmless(value, MOST_LEVELS) for value in values)


def sensitive_app(*described: Mapping[str, Any]) -> str | None:
    """The first sensitive app that any text or key in these names, as itself or as a part of it; or ``None``."""
    return next((app for text in _texts(described) if (app := sensitive_app_in(text)) is not None), None)


_listed = ""


def _forget_harmless() -> None:
    """What is harmless depends on which apps are sensitive."""
    global _listed
    _harmless.clear()
    _listed = settings.SENSITIVE_APPS


def _is_harmless(value: dict[str, Any] | list[Any], levels: int) -> bool:
    if levels == 0:
        return False
    each: Any
    if type(value) is dict:
        if not _harmless_keys.issuperset(value) and not _are_harmless_keys(value):
            return False
        values: Any = value.values()
    else:
        values = value
    for each in values:
        kind = type(each)
        if kind is str:
            if each not in _harmless and not _is_harmless_text(each):
                return False
        elif (kind is dict or kind is list) and not _is_harmless(each, levels - 1):
            return False
    return True


def _are_harmless_keys(value: dict[str, Any]) -> bool:
    """Most nodes of a screen say that they are no password field."""
    return all(
        key in _harmless_keys or (_name(key) in _FLAGS and value[key] is False) or _is_harmless_key(key)
        for key in value
    )


def _is_harmless_text(text: str) -> bool:
    if find(text) or sensitive_app_in(text) is not None or text.strip().lower().endswith("password"):
        return False
    _remember(_harmless, text)
    return True


def _is_harmless_key(key: str) -> bool:
    """Whether it has nothing of anybody, and says nothing of the values beside it."""
    name = _name(key)
    if name in _FLAGS or _SECRET_KEY.search(name) or find(key) or sensitive_app_in(key) is not None:
        return False
    _remember(_harmless_keys, key)
    return True


def _remember(texts: set[str], text: str) -> None:
    if len(text) <= _HARMLESS_LENGTH:
        if len(texts) >= _HARMLESS_TEXTS:
            texts.clear()
        texts.add(text)


def _require_levels(levels: int) -> None:
    if levels == 0:
        raise Invalid(message=f"Data may be nested {MOST_LEVELS} levels deep")


@lru_cache(maxsize=1024)
def _short_name(key: str) -> str:
    return _NOT_IN_A_NAME.sub("", folded(key)).lower()


def _name(key: str) -> str:
    """``is_Password`` and ``isPassword`` are one name; a longer text is none."""
    return _short_name(key) if len(key) <= _HARMLESS_LENGTH else ""


def _is_flagged(value: Mapping[str, Any]) -> bool:
    """Whether this object says of itself that it is a password field."""
    for key, each in value.items():
        name = _name(key)
        if name in _FLAGS and _is_true(each):
            return True
        if name in _KINDS_OF_FIELD and isinstance(each, str) and each.strip().lower().endswith("password"):
            return True
    return False


def _is_true(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _TRUE
    return value is True or (isinstance(value, int | float) and value == 1)


def _is_secret(key: str, value: Any) -> bool:
    """Whether the key says that the value is a secret; ``"password": "false"`` says only that there is none."""
    if isinstance(value, str) and value.strip().lower() in _FALSE:
        return False
    return isinstance(value, str | list | dict) and _SECRET_KEY.search(_name(key)) is not None


def _hidden(value: Any, levels: int = MOST_LEVELS) -> Any:
    """As ``mask``, but of texts only those stay that say where the thing is, in words of programs."""
    if isinstance(value, str):
        return HIDDEN
    if isinstance(value, list):
        _require_levels(levels)
        return [_hidden(each, levels - 1) for each in value]
    if isinstance(value, dict):
        _require_levels(levels)
        kept = {key: each if _tells_place(key, each) else _hidden(each, levels - 1) for key, each in value.items()}
        return _with_masked_keys(kept)
    return value


def _tells_place(key: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    name = _name(key)
    if name in _FLAGS:
        return value.strip().lower() in _TRUE | _FALSE
    return _PLACE_KEY.search(name) is not None and _PLACE.fullmatch(value) is not None and not find(value)


def _with_masked_keys(value: dict[str, Any]) -> dict[str, Any]:
    """Two numbers under one label would be one key: the second is told by its place."""
    masked = {key: mask_text(key) for key in value if key not in _harmless_keys}
    if all(key == label for key, label in masked.items()):
        return value
    taken = {key for key in value if masked.get(key, key) == key}
    counts: dict[str, int] = {}
    kept: dict[str, Any] = {}
    for key, each in value.items():
        label = masked.get(key, key)
        if label != key:
            label = _free(label, taken, counts)
            taken.add(label)
        kept[label] = each
    return kept


def _free(label: str, taken: set[str], counts: dict[str, int]) -> str:
    """``label``, or ``label 2`` …, whichever is not taken."""
    name = label
    while name in taken:
        counts[label] = counts.get(label, 1) + 1
        name = f"{label} {counts[label]}"
    return name


def _objects(*values: Any) -> Iterator[dict[str, Any]]:
    """Every object in these, to the deepest level that is allowed. Raises ``Invalid`` beyond it."""
    level: list[Any] = list(values)
    for _ in range(MOST_LEVELS + 1):
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                yield value
                deeper += [each for each in value.values() if isinstance(each, dict | list)]
            else:
                deeper += [each for each in value if isinstance(each, dict | list)]
        if not deeper:
            return
        level = deeper
    raise Invalid(message=f"Data may be nested {MOST_LEVELS} levels deep")


def _texts(values: Any) -> Iterator[str]:
    """Every key and every string in these."""
    waiting: list[Any] = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
            waiting += value
        elif isinstance(value, list):
            waiting += value
