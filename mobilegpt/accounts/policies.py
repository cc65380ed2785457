"""What an account must look like (contract 3.1, 3.2)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mobilegpt.accounts.models import DigitalLevel, Role, forms_of_password, same_email
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid
from mobilegpt.core.folding import folded
from mobilegpt.core.phone_numbers import domestic

GUEST_DOMAIN = "guest.invalid"
MAX_PASSWORD = 128
_PHONE_DIGITS = range(8, 16)
_PHONE_LENGTH = 64


def usable_email(text: str) -> str:
    """The e-mail in lower case. Raises ``Invalid``; the guests' own domain is refused too."""
    email = same_email(text)
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(message="email is not an e-mail address", details={"field": "email"}) from None
    if email.endswith(f"@{GUEST_DOMAIN}"):
        raise Invalid(message="email is not an e-mail address", details={"field": "email"})
    return email


def usable_phone(text: str | None) -> str | None:
    """A number in one form, however it is written (``domestic``); ``None`` for an empty one. Raises ``Invalid``."""
    written = folded(text or "").strip(" -().\t\n\r")
    if not written:
        return None
    digits = domestic(written) if len(written) <= _PHONE_LENGTH else None
    if digits is None or len(digits) not in _PHONE_DIGITS:
        raise Invalid(message="phone is not a telephone number", details={"field": "phone"})
    return digits


def check_password(password: str, confirm: str | None = None) -> None:
    """Raises ``Invalid``: 8 to 128 characters, and in production none of the common ones."""
    field = {"field": "password"}
    password = forms_of_password(password)[0]
    if confirm is not None and forms_of_password(confirm)[0] != password:
        raise Invalid(message="The passwords differ", details={"field": "password_confirm"})
    if len(password) > MAX_PASSWORD:
        raise Invalid(message=f"password has at most {MAX_PASSWORD} characters", details=field)
    try:
        validate_password(password)
    except ValidationError as refusal:
        codes = {error.code for error in refusal.error_list}
        if codes == {"password_too_common"}:
            raise Invalid(ErrorCode.PASSWORD_TOO_COMMON, "This password is too common", details=field) from None
        raise Invalid(message="password has at least 8 characters", details=field) from None


def open_role(text: str) -> Role:
    """STUDENT or INSTRUCTOR. Raises ``Invalid`` for others, ``Forbidden`` when instructors cannot sign up."""
    role = text.strip().upper()
    if role not in (Role.STUDENT, Role.INSTRUCTOR):
        raise Invalid(message="role is STUDENT or INSTRUCTOR", details={"field": "role"})
    if role == Role.INSTRUCTOR and settings.INSTRUCTOR_SIGNUP == "closed":
        raise Forbidden(ErrorCode.INSTRUCTOR_SIGNUP_CLOSED, "Instructors are registered by an administrator here")
    return Role(role)


def known_level(text: str) -> DigitalLevel:
    """Raises ``Invalid`` for what is not a digital level."""
    try:
        return DigitalLevel(text.strip().upper())
    except ValueError:
        levels = ", ".join(DigitalLevel.values)
        raise Invalid(message=f"digital_level is one of {levels}", details={"field": "digital_level"}) from None
