"""A stand-in for a speech server: real HTTP in the ``/audio/speech`` protocol, well and badly behaved.

``with SpeechServer() as server: server.behave("hang"); …; server.requests`` holds the bodies that were received.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from tests import sounds

Mode = Literal[
    "ok", "wav", "429", "500", "401", "400", "hang", "drip", "cut", "html", "json", "empty", "noise", "silence",
    "endless", "redirect", "not http",
]  # fmt: skip


@cache
def speech(kind: str = "mp3", level: float = 0.2) -> bytes:
    return sounds.written(sounds.voice(1.0, level=level), kind)


class SpeechServer:
    """Answers ``POST /v1/audio/speech``. ``behave`` takes the modes of the next calls; the last one stays."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._modes: list[Mode] = ["ok"]
        self._lock = threading.Lock()
        self.closing = threading.Event()
        handler = type("Handler", (_Handler,), {"server_of_speech": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def behave(self, *modes: Mode) -> None:
        self._modes = list(modes)

    def received(self, headers: dict[str, str], body: dict[str, Any]) -> Mode:
        with self._lock:
            self.headers.append(headers)
            self.requests.append(body)
            return self._modes.pop(0) if len(self._modes) > 1 else self._modes[0]


class _Handler(BaseHTTPRequestHandler):
    server_of_speech: ClassVar[SpeechServer]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = self.server_of_speech.received(dict(self.headers), body)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._answer(mode)

    def do_GET(self) -> None:
        self.server_of_speech.received(dict(self.headers), {"followed": self.path})
        self._send(200, "audio/mpeg", speech())

    def _answer(self, mode: Mode) -> None:
        closing = self.server_of_speech.closing
        if self.path != "/v1/audio/speech":
            self._send(404, "text/plain", b"no such path")
        elif mode in ("ok", "wav"):
            self._send(200, "audio/mpeg", speech("mp3" if mode == "ok" else "wav"))
        elif mode.isdigit():
            headers = {"Retry-After": "0.01"} if mode == "429" else {}
            self._send(int(mode), "application/json", b'{"error": {"message": "no"}}', headers)
        elif mode == "hang":
            closing.wait(20)
        elif mode == "drip":
            self._head(200, "audio/mpeg", {"Content-Length": "100000"})
            while not closing.wait(0.05):
                self.wfile.write(b"\xff")
        elif mode == "cut":
            self._head(200, "audio/mpeg", {"Content-Length": str(len(speech()))})
            self.wfile.write(speech()[:2_000])
            self.close_connection = True
        elif mode == "endless":
            self._head(200, "audio/mpeg", {})
            while not closing.is_set():
                self.wfile.write(b"\xff" * 1_000_000)
        elif mode == "redirect":
            self._send(302, "audio/mpeg", b"", {"Location": "/v1/elsewhere"})
        elif mode == "not http":
            self.wfile.write(b"ICY 200\n\n")
        else:
            silent = sounds.written(sounds.noise(0.5, level=0.0001), "wav")
            answers = {
                "html": ("text/html", b"<html>Login</html>"),
                "json": ("application/json", b'{"error": "busy"}'),
                "empty": ("audio/mpeg", b""),
                "noise": ("audio/mpeg", bytes(range(256)) * 100),
                "silence": ("audio/wav", silent),
            }
            self._send(200, *answers[mode])

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(status, kind, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _head(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass
