"""One HTTP request through the whole application, byte for byte: what Django's test client would not let through."""

from __future__ import annotations

import json
from typing import Any

from config.asgi import application


class Reply:
    """Status, headers and the decoded body."""

    def __init__(self, sent: list[Any]) -> None:
        self.status: int = sent[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        body = b"".join(message.get("body", b"") for message in sent[1:])
        self.body: Any = json.loads(body) if body else None


async def over_asgi(method: str, path: str, *pieces: bytes, headers: dict[str, str], peer: str) -> Reply:
    """With no header but these."""
    sent: list[Any] = []
    waiting = [
        {"type": "http.request", "body": piece, "more_body": index < len(pieces) - 1}
        for index, piece in enumerate(pieces or (b"",))
    ]

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": (peer, 50_000),
        "server": ("testserver", 80),
    }
    await application(scope, receive, send)
    return Reply(sent)


async def ask(method: str, path: str, *pieces: bytes, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    """As a client that sends JSON: status and decoded body."""
    fields = {"host": "testserver", "content-type": "application/json", **(headers or {})}
    reply = await over_asgi(method, path, *pieces, headers=fields, peer="198.51.100.7")
    return reply.status, reply.body
