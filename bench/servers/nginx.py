"""nginx, which serves the files of a folder and does nothing else; one worker, as we are one process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import Process, free_port

_CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {home}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  types {{ image/webp webp; }}
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location {address} {{ alias {files}/; add_header Cache-Control "public, max-age=31536000, immutable"; }}
  }}
}}
"""
_PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def missing() -> str | None:
    return None if _PROGRAM else "not installed: nginx-light"


@contextmanager
def nginx(home: Path, address: str, files: Path) -> Iterator[tuple[Process, int]]:
    """The server and its port; what is below ``address`` is read from the folder ``files``."""
    assert _PROGRAM is not None
    home.mkdir()
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # the files are their owner's alone
    path = home / "nginx.conf"
    path.write_text(_CONFIGURATION.format(user=user, home=home, port=port, address=address, files=files))
    server = Process([_PROGRAM, "-c", str(path), "-p", str(home)], log=home / "server.log")
    try:
        server.wait_for(port)
        yield server, port
    finally:
        server.stop()
