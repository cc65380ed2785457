"""Headers of the pages and their files. Imports no Django: the settings import this."""

from __future__ import annotations

from typing import Any

# Nothing comes from elsewhere: uploads have addresses of ours wherever they are kept, and the pages show links to other
# hosts as links. Older Safari does not take 'self' for ws:.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

# What a page may ask a phone for: to stay awake, to play, and to record a clip of a step. Whatever it does not need, no
# flaw in it can ask for.
PERMISSIONS_POLICY = ", ".join(
    [
        "screen-wake-lock=(self)",
        "autoplay=(self)",
        "fullscreen=(self)",
        "picture-in-picture=(self)",
        "camera=()",
        "microphone=(self)",
        "geolocation=()",
        "display-capture=()",
        "payment=()",
        "usb=()",
        "serial=()",
        "bluetooth=()",
        "midi=()",
        "accelerometer=()",
        "gyroscope=()",
        "magnetometer=()",
    ]
)


def static_file_headers(headers: Any, path: str, url: str) -> None:
    """WhiteNoise's hook for files of ``web/dist``: what carries no hash in its name is always asked for again."""
    if not url.startswith(("/assets/", "/static/", "/icons/")):
        headers["Cache-Control"] = "no-cache"
    if url.endswith(".html"):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        headers["Permissions-Policy"] = PERMISSIONS_POLICY
