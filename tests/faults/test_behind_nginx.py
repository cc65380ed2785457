"""Two servers behind nginx, as deploy/nginx.conf has them, which are restarted while people chat (reliability F15)."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.chatting import Crowd, stored
from tests.faults.checker import complaints
from tests.faults.processes import Redis, Server
from tests.server.process import ROOT, free_port

pytestmark = pytest.mark.faults

PEOPLE, ROOMS = 8, 2
_PIECE = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {ours}
}}
"""


class Proxy:
    """A place to come to: what the crowd takes for its server."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (Debian: apt-get install redis-server)")
    with Redis() as redis:
        settings = {"REDIS_URL": redis.url, "TRUSTED_PROXIES": "127.0.0.1"}
        with Server(tmp_path, settings) as first, Server(tmp_path, settings, first.data) as second:
            yield [first, second]


@pytest.fixture
def proxy(servers: list[Server], tmp_path: Path) -> Iterator[Proxy]:
    """The real configuration, with other ports."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    port = free_port()
    ours = (ROOT / "deploy" / "nginx.conf").read_text()
    ours = re.sub(r"listen \d+;", f"listen 127.0.0.1:{port};", ours)
    for was, server in zip((8000, 8001), servers, strict=True):
        assert f":{was} " in ours
        ours = ours.replace(f":{was} ", f":{server.port} ")
    (tmp_path / "nginx.conf").write_text(_PIECE.format(folder=tmp_path, ours=ours))
    tmp_path.chmod(0o755)
    with subprocess.Popen([program, "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")]) as process:
        try:
            _until_it_answers(port)
            yield Proxy(port)
        finally:
            process.send_signal(signal.SIGTERM)


def _until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=5).status_code == 200
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


async def test_servers_are_restarted_one_after_the_other(servers: list[Server], proxy: Proxy) -> None:
    crowd = Crowd([proxy], PEOPLE, ROOMS)
    await crowd.gather()
    reader = asyncio.create_task(_read(proxy))
    took = []
    for server in servers:
        await asyncio.sleep(2)
        took.append(await asyncio.to_thread(server.stop))
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(2)
    if reader.done():
        reader.result()  # raises what a request got instead of its answer
    reader.cancel()
    await crowd.finish()
    assert max(took) < 10
    rows = {room: stored(servers[0].database(), room) for room in crowd.rooms}
    for room in crowd.rooms:
        assert complaints(crowd.promises[room], rows[room], crowd.views[room]) == []
    assert crowd.unanswered == []
    assert crowd.lost_places == []


async def _read(proxy: Proxy) -> None:
    """Fifty requests a second; each has its answer."""
    async with httpx.AsyncClient(base_url=proxy.url, timeout=10, trust_env=False) as http:
        while True:
            answer = await http.get("/api/health/detailed")
            assert answer.status_code == 200, (answer.status_code, answer.text)
            await asyncio.sleep(0.02)
