"""A stand-in for a language model: real HTTP in the OpenAI protocol, well and badly behaved.

``with OpenAIServer() as model: model.behave("hang"); …; model.requests`` holds the bodies that were received.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

Mode = Literal[
    "ok", "429", "500", "401", "hang", "drip", "cut", "bad json", "bad shape", "no schema", "not http", "markdown"
]
ANSWER = {
    "problem_diagnosis": "수강생이 친구 탭을 찾지 못하고 있습니다",
    "help_content": "화면 맨 아래 왼쪽의 사람 그림을 한 번 눌러보세요. 친구 목록이 나와요.",
    "voice_guide_text": "화면 맨 아래 왼쪽의 사람 그림을 한 번 눌러보세요.",
    "confidence_score": 0.85,
}


class OpenAIServer:
    """Answers ``POST /v1/chat/completions``. ``behave`` takes the modes of the next calls; the last one stays."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: dict[str, Any] = dict(ANSWER)
        self._modes: list[Mode] = ["ok"]
        self._lock = threading.Lock()
        self.closing = threading.Event()
        handler = type("Handler", (_Handler,), {"model": self})
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

    def everything_said(self) -> str:
        """All that ever came, as text."""
        return json.dumps(self.requests, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ClassVar[OpenAIServer]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = self.model.received({name.lower(): value for name, value in self.headers.items()}, body)
        if self.path != "/v1/chat/completions":
            self._send(404, {"error": {"message": "no such path"}})
            return
        {"hang": self._hang, "drip": self._drip, "cut": self._cut, "not http": self._gibberish}.get(
            mode, lambda: self._reply(mode, body)
        )()

    def _reply(self, mode: Mode, body: dict[str, Any]) -> None:
        match mode:
            case "429":
                self._send(429, {"error": {"message": "slow down", "type": "rate_limit"}}, {"Retry-After": "0"})
            case "500":
                self._send(500, {"error": {"message": "oh no"}})
            case "401":
                self._send(401, {"error": {"message": "bad key"}})
            case "no schema" if body["response_format"]["type"] == "json_schema":
                self._send(400, {"error": {"message": "response_format json_schema is not supported"}})
            case "bad json":
                self._send(200, self._completion("도와드릴게요! 친구를 누르세요"))
            case "bad shape":
                self._send(200, {"choices": "none"})
            case "markdown":
                self._send(200, self._completion(f"```json\n{json.dumps(self.model.answer)}\n```"))
            case _:
                self._send(200, self._completion(json.dumps(self.model.answer, ensure_ascii=False)))

    def _completion(self, content: str) -> dict[str, Any]:
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {"id": "c1", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice]}

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        encoded = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(encoded)

    def _hang(self) -> None:
        self.model.closing.wait(60)

    def _drip(self) -> None:
        """A byte now and then: each read succeeds, the answer never ends."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(600):
            if self.model.closing.is_set():
                return
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def _cut(self) -> None:
        encoded = json.dumps(self._completion(json.dumps(self.model.answer))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded[: len(encoded) // 2])
        self.close_connection = True

    def _gibberish(self) -> None:
        self.wfile.write(b"hello?\r\n\r\n")
        self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        """Tests look at ``requests``."""
