"""OpenAPI from the structs: ``@operation`` names them, this module teaches drf-spectacular to read them."""

from __future__ import annotations

from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent


class OperationSchema(AutoSchema):
    """Operation ids from the view's name and the method: stable, and readable in generated clients."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[0].lower() + name[1:] + self.method.capitalize()


def one_form_of_each_path(endpoints: list[Any]) -> list[Any]:
    """Both slash forms are served; the schema shows the one without."""
    return [endpoint for endpoint in endpoints if not (endpoint[0].endswith("/") and endpoint[0] != "/")]


class StructExtension(OpenApiSerializerExtension):
    """A ``msgspec.Struct`` as a component; what it refers to becomes components too."""

    target_class = "msgspec.Struct"
    match_subclasses = True

    def get_name(self, auto_schema: Any = None, direction: Any = None) -> str:
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        (schema,), components = msgspec.json.schema_components(
            [self.target], ref_template="#/components/schemas/{name}"
        )
        own = str(schema["$ref"]).rsplit("/", 1)[1] if "$ref" in schema else None
        for name, component in components.items():
            if name != own:
                resolved = ResolvedComponent(
                    name=name, type=ResolvedComponent.SCHEMA, schema=component, object=name
                )
                auto_schema.registry.register_on_missing(resolved)
        described: dict[str, Any] = components[own] if own else schema
        return described


class BearerScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer`` in the schema."""

    target_class = "mobilegpt.rest.auth.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def error_responses(*statuses: int) -> dict[int, Any]:
    """The envelope for the statuses that an operation may refuse with."""
    return {status: ErrorEnvelope for status in statuses}


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str
    details: dict[str, Any]


class ErrorEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """Every refusal under ``/api/`` (contract 4.1)."""

    error: ErrorDetail
