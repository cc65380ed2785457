"""Operations that a phone may call without a token, by its ``device_id`` (contract 3.9, 12)."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from mobilegpt.audit.origin import acting
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services import actor_on_device
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.database import byte_budget
from mobilegpt.realtime.presence import sign_of_life
from mobilegpt.rest.http.endpoint import Endpoint

DEVICE = OpenApiParameter("device_id", str, description="Of a phone that has no token, and joined this class")


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says of its sender, and of the class where the path does not."""

    device_id: str | None = None
    session: int | str | None = None


class DeviceEndpoint(Endpoint):
    """Who calls without a token is the guest who sits in the class that is named with this phone, and nobody else.

    A token comes first; beside one ``device_id`` says nothing. ``device_id`` is in the body of a POST, and in the
    query of a GET; the class is ``session_ref`` of the path, or the body's ``session``.
    """

    public = True
    guests = True
    for_apps: ClassVar[bool] = True
    session: LectureSession | None = None
    """The one class in which a phone without a token is anybody; null for a token."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.caller is not None:
            return
        named = self._named(request)
        ref = str(kwargs.get("session_ref") or named.session or "")
        if not named.device_id or not ref:
            raise Unauthenticated(message="Sign in first, or send the device_id with which you joined the class")
        actor, self.session = actor_on_device(session_ref=ref, device_id=named.device_id)
        request.user = actor  # type: ignore[assignment] # as after a token
        acting(actor.user_id)
        sign_of_life(actor.user_id)
        if self.weighed:
            byte_budget.refuse_if_spent(actor.user_id)

    def _named(self, request: Request) -> _Named:
        if request.method == "GET":
            return _Named(device_id=request.query_params.get("device_id"))
        return self.body(_Named)
