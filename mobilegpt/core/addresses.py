"""Addresses of things elsewhere, as people and clients send them. Nothing here is ever fetched (contract 5.4)."""

from __future__ import annotations

from urllib.parse import urlsplit

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import is_blank, plain


def web_address(text: str | None, field: str, most: int) -> str | None:
    """An http(s) address of at most ``most`` characters, or ``None`` for an empty one. Raises ``Invalid``."""
    url = plain(text or "").strip()
    if is_blank(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.netloc)
    except ValueError:
        usable = False
    if not usable or len(url) > most or any(sign <= " " or sign == "\x7f" for sign in url):
        message = f"{field} is an http or https address of at most {most} characters"
        raise Invalid(message=message, details={"field": field})
    return url
