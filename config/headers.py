"""Headers of the pages and their files. Imports no Django: the settings import this."""

from __future__ import annotations

from typing import Any

# Pictures may come from elsewhere (thumbnail_url); programs, styles and connections may not. Older Safari does not
# take 'self' for ws:.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https: http:",
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


def static_file_headers(headers: Any, path: str, url: str) -> None:
    """WhiteNoise's hook for files of ``web/dist``: what carries no hash in its name is always asked for again."""
    if not url.startswith(("/assets/", "/static/", "/icons/")):
        headers["Cache-Control"] = "no-cache"
    if url.endswith(".html"):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
