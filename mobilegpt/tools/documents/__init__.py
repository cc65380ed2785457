"""The generated documents: what the code says of its own protocols, written down by ``manage.py generate``.

The source of the sockets' documents are the dialects' structs, of the REST documents the operations' structs. Every
document is a pure function of the code, so that a test can tell a stale file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mobilegpt.packs.format import schema as lesson_schema
from mobilegpt.tools.documents.asyncapi import asyncapi_document
from mobilegpt.tools.documents.errors_page import errors_page
from mobilegpt.tools.documents.house import house_drawing, house_page
from mobilegpt.tools.documents.openapi import openapi_document
from mobilegpt.tools.documents.protocol_page import protocol_page
from mobilegpt.tools.documents.typescript import api_types, page_paths, protocol_types

COMMAND = "python manage.py generate"


def _json(document: Callable[[], dict[str, Any]]) -> Callable[[], str]:
    return lambda: json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/asyncapi.json": _json(asyncapi_document),
    "docs/protocol.md": protocol_page,
    "docs/openapi.json": _json(openapi_document),
    "docs/lesson.schema.json": _json(lesson_schema),
    "docs/errors.md": errors_page,
    "docs/house.md": house_page,
    "docs/images/house.svg": house_drawing,
    "web/src/protocol.gen.ts": protocol_types,
    "web/src/api.gen.ts": api_types,
    "web/src/paths.gen.ts": page_paths,
}
"""Path from the project's root → what makes its text."""
