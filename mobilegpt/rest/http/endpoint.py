"""The base of every REST view, and how its operations are described.

A view decodes a body, calls one service or selector, and shapes the answer. ``@operation`` gives the OpenAPI facts;
``public`` lets anonymous callers in; ``guests`` lets seats without an account in (contract 3.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mobilegpt.audit.trail import note_reading
from mobilegpt.core import extras
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden, Unauthenticated
from mobilegpt.database import byte_budget
from mobilegpt.database.batching import Work
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.rest.http.codec import decode_body
from mobilegpt.rest.http.idempotency import once_per_key

Body = TypeVar("Body")
View = TypeVar("View", bound=Callable[..., Any])


def operation(
    row: str,
    summary: str,
    *,
    request: type | dict[str, Any] | None = None,
    responses: Mapping[Any, Any],
    parameters: list[OpenApiParameter] | None = None,
    tags: list[str] | None = None,
) -> Callable[[View], View]:
    """Describe one operation: its row or rule in the contract, its body, its answers by status (and media type).

    The method's docstring is its description: what it does, who may, what refuses it.
    """

    def described(view: View) -> View:
        words = " ".join((view.__doc__ or "").split())
        describe: Callable[[View], View] = extend_schema(
            summary=summary,
            description=f"{words}\n\nContract {row}.",
            request=request,
            responses=responses,
            parameters=parameters or [],
            tags=tags,
        )
        return describe(view)

    return described


class Endpoint(APIView):
    """One URL. A POST honours ``Idempotency-Key`` unless ``idempotent`` is off.

    ``weighed``: the bytes of a POST count towards what one person may report (``database.byte_budget``).
    ``costly``: ``prepare`` is so much work that a retry looks for its first answer before.
    ``shares``: the visits to the database that a POST makes together with others who come at that moment.
    ``audited``: a GET shows what is known of others; who teaches and looks at it is written down so (X18).
    ``for_apps``: refusals are told as the apps that exist read them (contract 12).
    """

    public: ClassVar[bool] = False
    guests: ClassVar[bool] = False
    idempotent: ClassVar[bool] = True
    weighed: ClassVar[bool] = False
    costly: ClassVar[bool] = False
    shares: ClassVar[tuple[Work, ...]] = ()
    audited: ClassVar[str] = ""
    for_apps: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.idempotent and "post" in cls.__dict__:
            cls.post = once_per_key(cls.__dict__["post"])  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.shares or request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        with by_threads.on_the_way(*self.shares):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        actor = self.caller
        if actor is None and not self.public:
            raise Unauthenticated(message="Sign in first")
        if actor is not None and actor.is_guest and not (self.guests or self.public):
            raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may not use this operation")
        if self.weighed and actor is not None and request.method == "POST":
            byte_budget.refuse_if_spent(actor.user_id)

    def weigh(self) -> None:
        """Count the body, unpacked, before anything of it is read. Raises ``RateLimited``."""
        if self.weighed:
            raw = self.request.data
            byte_budget.spend(self.actor.user_id, len(raw) if isinstance(raw, bytes) else 0)

    def prepare(self, *args: Any, **kwargs: Any) -> None:
        """What a POST can do before its key's transaction, so that nobody waits for it: check, mask (contract 10.3)."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answers hold tokens and people's data: nobody on the way keeps them, unless the view says otherwise. JSON is
        another for who wants no extras (contract 11.7)."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response):
            patch_vary_headers(response, [extras.HEADER])
        response.headers.setdefault("Cache-Control", "no-store")
        if self.audited and request.method == "GET" and response.status_code == 200:
            note_reading(self.audited, self.caller, self.kwargs)
        return response

    @property
    def caller(self) -> Actor | None:
        """The verified caller, or ``None`` on a public operation."""
        return self.request.user if isinstance(self.request.user, Actor) else None

    @property
    def actor(self) -> Actor:
        """The verified caller of an operation that needs one."""
        assert isinstance(self.request.user, Actor)
        return self.request.user

    def idempotency_key(self) -> str:
        """What makes a retry of this request safe (contract 10.3); empty for none."""
        return self.request.headers.get("Idempotency-Key", "")

    def body(self, shape: type[Body]) -> Body:
        """The JSON body as ``shape``. Raises what ``decode_body`` raises."""
        raw = self.request.data
        return decode_body(raw if isinstance(raw, bytes) else b"", shape)
