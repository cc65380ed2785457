"""How a lesson's file is refused (contract 11.11)."""

from __future__ import annotations

from mobilegpt.core.errors import ErrorCode, Invalid


def bad(reason: str, message: str, *, file: str = "", field: str = "") -> Invalid:
    """BAD_LESSON_FILE: ``reason`` is for programs, ``file`` (within the zip) and ``field`` (a path of its JSON) say
    where."""
    where = {name: value[:200] for name, value in (("file", file), ("field", field)) if value}
    return Invalid(ErrorCode.BAD_LESSON_FILE, message, details={"reason": reason, **where})
