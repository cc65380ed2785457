"""The one application: HTTP through the bridge, WebSocket and long polls as ASGI endpoints, on every port.

Served by ``manage.py serve`` and, at the slower ``send()`` path, by daphne, uvicorn and gunicorn's uvicorn worker.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402

from config.production import refuse_sample_accounts  # noqa: E402
from mobilegpt.files import lesson_files  # noqa: E402
from mobilegpt.realtime.runtime import runtime  # noqa: E402
from mobilegpt.server.bodies import Bodies  # noqa: E402
from mobilegpt.server.django_handler import RememberingHandler  # noqa: E402
from mobilegpt.server.http_bridge import Asgi, HttpBridge, Receive, Scope, Send, Uploads  # noqa: E402
from mobilegpt.server.lesson_files import LessonFiles  # noqa: E402
from mobilegpt.server.long_poll import LongPoll  # noqa: E402
from mobilegpt.server.uploading import UPLOAD_PATHS, largest_upload, uploading_caller  # noqa: E402
from mobilegpt.sockets.application import websocket_application  # noqa: E402

# Servers import this inside their event loop, where Django allows no query. The paths bring all views with them, and
# what verifies tokens brings its cryptography: left to the first request, it would wait, and every socket with it.
with ThreadPoolExecutor(1) as _aside:
    _aside.submit(refuse_sample_accounts).result()
    for _name in (settings.ROOT_URLCONF, "rest_framework_simplejwt.state"):
        _aside.submit(import_module, _name).result()
PASSWORD_PATHS = ("/api/auth/register", "/api/auth/login", "/user/v1/register", "/user/v1/login", "/admin/login")
_HASHING_AT_ONCE = 600
_django = RememberingHandler()
_bodies = Bodies(
    in_memory=settings.MAX_BODY_BYTES_IN_MEMORY,
    on_disk=settings.MAX_BODY_BYTES_ON_DISK,
    folder=settings.FILE_UPLOAD_TEMP_DIR,
)
_uploads = Uploads(
    paths=UPLOAD_PATHS,
    most=largest_upload,
    caller=uploading_caller,
    at_once=settings.UPLOADS_AT_ONCE_PER_USER,
)
_pages_and_api = LongPoll(
    HttpBridge(
        _django,
        threads=settings.HTTP_THREADS,
        max_body=settings.MAX_BODY_BYTES,
        bodies=_bodies,
        uploads=_uploads,
    )
)
# Where passwords are hashed, which takes as much processor as a hundred reads: a hall that registers queues up here,
# and nobody else behind it.
_passwords = HttpBridge(
    _django,
    threads=settings.PASSWORD_THREADS,
    max_body=settings.MAX_BODY_BYTES,
    bodies=_bodies,
    name="passwords",
    most=_HASHING_AT_ONCE,
)
# Paths that must not queue behind the others: health answers while every other thread waits for a dead database, and a
# class that fetches its pictures leaves the threads to what is asked besides.
_OWN_APPLICATIONS: dict[str, Asgi] = {
    "/api/health": HttpBridge(_django, threads=2, max_body=1024, bodies=_bodies, name="health"),
    lesson_files.ADDRESS: LessonFiles(_pages_and_api, most_bytes=settings.LESSON_FILES_BYTES_IN_MEMORY),
    **dict.fromkeys(PASSWORD_PATHS, _passwords),
}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    match scope["type"]:
        case "http":
            await _http_application(scope["path"])(scope, receive, send)
        case "websocket":
            await websocket_application(scope, receive, send)
        case "lifespan":
            await _lifespan(receive, send)


def _http_application(path: str) -> Asgi:
    for prefix, own in _OWN_APPLICATIONS.items():
        if path.startswith(prefix):
            return own
    return _pages_and_api


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    try:
        await runtime.start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await runtime.stop()
    await send({"type": "lifespan.shutdown.complete"})
