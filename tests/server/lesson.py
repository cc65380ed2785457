"""A small class over HTTP and WebSocket, as clients of the documents would hold it."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect


class Server(Protocol):
    """Where the class is held."""

    @property
    def url(self) -> str: ...
    @property
    def ws(self) -> str: ...


class Lesson:
    """An instructor with a lecture of two steps and a waiting session."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=10)
        email = f"teacher-{secrets.token_hex(4)}@example.com"
        body = {"email": email, "password": "securePassword123", "name": "박강사", "role": "INSTRUCTOR"}
        self.ask("POST", "/api/auth/register", 201, body)
        login = self.ask("POST", "/api/auth/login/", 200, {"email": email, "password": body["password"]})
        self.token: str = login["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.http.cookies.clear()
        lecture = self.ask("POST", "/api/lectures", 201, {"title": "카카오톡 기초", "description": "처음"})["id"]
        task = self.ask("POST", f"/api/lectures/{lecture}/tasks", 201, {"title": "보내기", "description": ""})["id"]
        self.steps = [
            self.ask("POST", f"/api/tasks/{task}/subtasks", 201, {"title": title, "description": ""})["id"]
            for title in ("열기", "고르기")
        ]
        session = self.ask("POST", f"/api/lectures/{lecture}/sessions", 201, {"title": "오전반"})
        self.code: str = session["session_code"]

    def ask(self, method: str, path: str, status: int, body: dict[str, Any] | None = None) -> Any:
        response = self.http.request(method, path, json=body)
        assert response.status_code == status, (path, response.status_code, response.text)
        return response.json()

    def close(self) -> None:
        self.http.close()

    def guest(self) -> str:
        """Take a seat; returns its access token."""
        body = {"name": "김학생", "device_id": secrets.token_urlsafe(24)}
        return str(self.ask("POST", f"/api/sessions/{self.code}/guest", 201, body)["access_token"])

    def student(self) -> str:
        """Somebody with an account takes a seat; returns the access token."""
        email = f"student-{secrets.token_hex(4)}@example.com"
        body = {"email": email, "password": "securePassword123", "name": "이학생", "role": "STUDENT"}
        self.ask("POST", "/api/auth/register", 201, body)
        token = str(self.ask("POST", "/api/auth/login/", 200, body)["access_token"])
        self.http.cookies.clear()
        body = {"session_code": self.code}
        headers = {"Authorization": f"Bearer {token}"}
        response = self.http.post(f"/api/sessions/{self.code}/join", json=body, headers=headers)
        assert response.status_code == 201, response.text
        return token

    def socket(self, token: str, *, rt: bool = False) -> connect:
        offered = ["rt.v1", f"bearer.{token}"] if rt else [f"bearer.{token}"]
        return connect(f"{self.server.ws}/ws/sessions/{self.code}/", subprotocols=offered)  # type: ignore[arg-type]


async def until(socket: ClientConnection, kind: str, seconds: float = 5) -> dict[str, Any]:
    """The next frame of a type; others before it are skipped."""
    async with asyncio.timeout(seconds):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] == kind:
                return frame
