"""OpenAPI from the structs: ``@operation`` names them, this module teaches drf-spectacular to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import PolymorphicProxySerializer


class OperationSchema(AutoSchema):
    """Operation ids from the view's name and the method: stable, and readable in generated clients."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[0].lower() + name[1:] + self.method.capitalize()

    def get_auth(self) -> list[dict[str, Any]]:
        """A public operation takes a token and needs none."""
        schemes: list[dict[str, Any]] = super().get_auth()
        return [*schemes, {}] if getattr(self.view, "public", False) else schemes

    def get_tags(self) -> list[str]:
        """The family: the module of the view."""
        return [type(self.view).__module__.split(".")[2]]  # mobilegpt.rest.<family>.views


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
        classes = dict(_structs_in(msgspec.inspect.type_info(self.target)))
        for name, component in components.items():
            if name != own:
                resolved = ResolvedComponent(
                    name=name, type=ResolvedComponent.SCHEMA, schema=component, object=classes.get(name, name)
                )
                auto_schema.registry.register_on_missing(resolved)
        described: dict[str, Any] = components[own] if own else schema
        return described


def _structs_in(info: msgspec.inspect.Type) -> Iterator[tuple[str, type]]:
    """Every struct that a type holds, by name: the identity of its component."""
    match info:
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            yield cls.__name__, cls
            for field in fields:
                yield from _structs_in(field.type)
        case msgspec.inspect.Metadata(type=inner):
            yield from _structs_in(inner)
        case msgspec.inspect.UnionType(types=types):
            for one in types:
                yield from _structs_in(one)
        case msgspec.inspect.ListType(item_type=item) | msgspec.inspect.VarTupleType(item_type=item):
            yield from _structs_in(item)
        case msgspec.inspect.DictType(value_type=value):
            yield from _structs_in(value)


class BearerScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer`` in the schema."""

    target_class = "mobilegpt.rest.http.auth.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def error_responses(*statuses: int) -> dict[int, Any]:
    """The envelope for the statuses that an operation may refuse with."""
    return dict.fromkeys(statuses, ErrorEnvelope)


def app_error_responses(*statuses: int) -> dict[int, Any]:
    """The same for the apps that exist (contract 12); what is no route at all has the envelope."""
    found: dict[int, Any] = dict.fromkeys(statuses, AppError)
    if 404 in found:
        refusals: list[Any] = [AppError, ErrorEnvelope]
        found[404] = PolymorphicProxySerializer("AppErrorOrNoRoute", refusals, resource_type_field_name=None)
    return found


class AppError(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as the apps that exist read it (contract 12); ``error`` and ``message`` are the same text."""

    success: bool
    error: str
    message: str
    code: str
    details: dict[str, Any]


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str
    details: dict[str, Any]


class ErrorEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """Every refusal under ``/api/`` (contract 4.1)."""

    error: ErrorDetail
