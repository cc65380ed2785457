"""The REST surface as an OpenAPI document, by drf-spectacular."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.generators import SchemaGenerator


def openapi_document() -> dict[str, Any]:
    """What ``GET /api/schema/`` serves, as plain objects."""
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    document: dict[str, Any] = json.loads(json.dumps(schema, ensure_ascii=False, default=str))
    return document
