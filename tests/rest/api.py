"""A client of the REST door, as one of the cast."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from mobilegpt.accounts.models import User
from tests import cast


class Answer:
    """Status, headers and the decoded body of one response."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.headers = response.headers
        self.cookies = response.cookies
        self.body: Any = json.loads(response.content) if response.content else None

    @property
    def code(self) -> str:
        """The code of a refusal, out of the envelope that every one has."""
        assert set(self.body) == {"error"}
        assert set(self.body["error"]) == {"code", "message", "details"}
        return str(self.body["error"]["code"])


class Api:
    """JSON in, JSON out; signed in when it has a user. Keeps cookies, as a browser does."""

    def __init__(self, user: User | None = None, *, token: str | None = None, address: str = "198.51.100.7") -> None:
        self.client = Client(REMOTE_ADDR=address)
        self.token = cast.access_token(user) if user is not None else token

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, headers=headers)

    def put(self, path: str, body: Any = None) -> Answer:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Answer:
        return self.send("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        return Answer(
            self.client.generic(
                method, path, data, content_type="application/json", headers=sent, query_params=query or None
            )
        )
