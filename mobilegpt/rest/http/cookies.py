"""The two cookies of a login: the browser session that sockets accept, and the note that this device is known.

REST reads neither as a credential (contract 3.3).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts import devices
from mobilegpt.accounts.devices import Device
from mobilegpt.accounts.services import Login


def device_of(request: Request) -> Device:
    """The device that sent this request, as far as it has a note of itself."""
    return devices.read_note(request.COOKIES.get(devices.COOKIE))


def set_session_cookie(response: Response, login: Login) -> None:
    """What R2, R52 and the guest seat set (contract 3.3)."""
    age = int(settings.REFRESH_TOKEN_LIFETIME.total_seconds())
    response.set_cookie(settings.SESSION_COOKIE_NAME, login.session_key, max_age=age, **_attributes())


def set_device_cookie(response: Response, device: Device, login: Login) -> None:
    """Remember that this device has logged in to this account."""
    note = devices.write_note(device.remembering(login.user.pk))
    response.set_cookie(devices.COOKIE, note, max_age=devices.LIFETIME_SECONDS, **_attributes())


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


def _attributes() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
