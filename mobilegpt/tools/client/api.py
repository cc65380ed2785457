"""The REST door: signing in, seats, and any other operation as ``get`` and ``post``."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from mobilegpt.tools.client.reconnect import Backoff

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal: the HTTP status and the envelope's stable code (contract 4.1)."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


@dataclass(slots=True)
class Tokens:
    """A login's pair."""

    access: str
    refresh: str


class Api:
    """One caller of one server; ``tokens`` are set by signing in. Raises ``ApiError`` and httpx's transport errors."""

    def __init__(self, base_url: str, *, tokens: Tokens | None = None, http: httpx.AsyncClient | None = None) -> None:
        self.tokens = tokens
        self._base_url = base_url.rstrip("/")
        self._own_http = http is None
        # No proxy of the environment: a class is in the same network as its phones.
        self._http = http or httpx.AsyncClient(timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._own_http:
            await self._http.aclose()

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self._base_url

    def socket_url(self, path: str) -> str:
        """The WebSocket address of a path."""
        return self._base_url.replace("http", "ws", 1) + path

    # --- signing in

    async def login(self, email: str, password: str) -> Json:
        """R2. Returns the answer's ``user``."""
        answer = await self.post("/api/auth/login", {"email": email, "password": password})
        self.tokens = _tokens(answer)
        user: Json = answer["user"]
        return user

    async def take_guest_seat(self, code: str, name: str, device_id: str) -> Json:
        """A seat without an account; the same device id gets the same seat back. Returns the whole answer."""
        answer = await self.post(f"/api/sessions/{code}/guest", {"name": name, "device_id": device_id})
        self.tokens = _tokens(answer)
        return answer

    async def join(self, session_ref: str | int, session_code: str | None = None) -> Json:
        """R13, as a signed-in student."""
        return await self.post(f"/api/sessions/{session_ref}/join", {"session_code": session_code})

    async def refresh(self) -> None:
        """R3. Raises ``ApiError`` 401 when the login is over."""
        if self.tokens is None:
            raise ApiError(401, "UNAUTHENTICATED", "not signed in", None)
        self.tokens = _tokens(await self.post("/api/auth/refresh", {"refresh_token": self.tokens.refresh}))

    async def token(self, fresh: bool = False) -> str | None:
        """The token source of sockets: ``None`` once the login is over."""
        if self.tokens is not None and fresh:
            try:
                await self.refresh()
            except ApiError as error:
                if error.status != 401:
                    raise OSError(str(error)) from error
                self.tokens = None
            except httpx.TransportError as error:
                raise OSError(str(error)) from error
        return self.tokens.access if self.tokens is not None else None

    # --- operations

    async def get(self, path: str, **query: Any) -> Json:
        return await self._send("GET", path, params=query)

    async def patch(self, path: str, body: Json) -> Json:
        return await self._send("PATCH", path, json=body)

    async def post(self, path: str, body: Json | None = None, *, retries: int = 0) -> Json:
        """POST with an Idempotency-Key, so that ``retries`` after a lost answer or a 503 do it once."""
        key, backoff = uuid.uuid4().hex, Backoff()
        while True:
            try:
                return await self._send("POST", path, json=body or {}, headers={"Idempotency-Key": key})
            except (httpx.TransportError, ApiError) as error:
                if retries == 0 or (isinstance(error, ApiError) and error.status != 503):
                    raise
                retries -= 1
                await asyncio.sleep(backoff.delay())

    async def _send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **parts: Any) -> Json:
        sent = dict(headers or {})
        if self.tokens is not None:
            sent["Authorization"] = f"Bearer {self.tokens.access}"
        response = await self._http.request(method, self._base_url + path, headers=sent, **parts)
        if response.is_success:
            answer: Json = response.json() if response.content else {}
            return answer
        raise _refusal(response)


def _tokens(answer: Json) -> Tokens:
    return Tokens(access=answer["access_token"], refresh=answer["refresh_token"])


def _refusal(response: httpx.Response) -> ApiError:
    try:
        error = response.json()["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        code, message = "UNREADABLE", response.text[:200]
    waits = response.headers.get("Retry-After", "")
    return ApiError(response.status_code, code, message, float(waits) if waits.isdigit() else None)
