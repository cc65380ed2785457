"""The addresses of the pages: the one table behind the server's, the router's and the service worker's.

``python manage.py generate`` makes ``web/src/paths.gen.ts`` of it. A part that begins with a colon is a name.
"""

from __future__ import annotations

import re

PAGE_PATHS = (
    "/",
    "/login",
    "/signup",
    "/confirm",
    "/join/:code",
    "/class/:code",
    "/invite/:token",
    "/upload/:token",
    "/learning",
    "/support",
    "/support/:id",
    "/chat",
    "/chat/:room",
    "/teach",
    "/teach/dashboard",
    "/teach/library",
    "/teach/lectures/:id",
    "/teach/lectures/:id/attendance",
    "/teach/lectures/:id/dashboard",
    "/teach/lectures/:id/handout",
    "/teach/recordings",
    "/teach/recordings/:id",
    "/teach/sessions/:id",
    "/teach/sessions/:id/attendance",
    "/teach/sessions/:id/handout",
    "/teach/sessions/:id/projector",
    "/teach/sessions/:id/sheet",
    "/teach/sessions/:id/summary",
    "/teach/split-screen",
)
# Rooms are numbers: what else is below /chat belongs to the third version of the chat's API (contract, section 1).
_SHAPES = {":room": r"\d+"}
_ANY = "[^/]+"


def page_pattern() -> str:
    """One pattern for all pages, without the leading slash as Django has it; with and without a trailing one."""
    shapes = (re.sub(r":\w+", lambda name: _SHAPES.get(str(name[0]), _ANY), path[1:]) for path in PAGE_PATHS)
    return f"^(?:{'|'.join(shapes)})/?$"
