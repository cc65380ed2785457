"""JSON Schema of frames and commands, as they stand on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mobilegpt.tools.documents.sockets import SentFrame, TakenCommand

Schemas = dict[str, dict[str, Any]]


def frame_schemas(frames: Iterable[SentFrame], prefix: str, *, data_copy: bool) -> Schemas:
    """The frames' schemas and those of what they hold; ``data_copy`` adds S2's copy under ``data`` (contract 7.1)."""
    shapes = [frame.shape for frame in frames]
    schemas = _components(shapes, prefix)
    for shape in shapes:
        schema = schemas[f"{prefix}.{shape.__name__}"]
        _name_the_type(schema, str(shape.__struct_config__.tag))
        if data_copy and "data" not in schema["properties"]:
            _copy_under_data(schema)
    return schemas


def command_schemas(commands: Iterable[TakenCommand], prefix: str) -> Schemas:
    """The commands' schemas under their wire names: two of those may share one struct."""
    taken = list(commands)
    components = _components([command.shape for command in taken], prefix)
    structs = {f"{prefix}.{command.shape.__name__}" for command in taken}
    schemas = {name: schema for name, schema in components.items() if name not in structs}
    for command in taken:
        own = components[f"{prefix}.{command.shape.__name__}"]
        schema = {**own, "title": command.wire, "properties": dict(own.get("properties", {}))}
        _name_the_type(schema, command.wire)
        schemas[f"{prefix}.{command.wire}"] = schema
    return schemas


def _components(shapes: Iterable[type[msgspec.Struct]], prefix: str) -> Schemas:
    template = f"#/components/schemas/{prefix}.{{name}}"
    _, components = msgspec.json.schema_components(list(dict.fromkeys(shapes)), ref_template=template)
    return {f"{prefix}.{name}": schema for name, schema in components.items()}


def _name_the_type(schema: dict[str, Any], wire: str) -> None:
    schema["properties"] = {"type": {"const": wire}, **{k: v for k, v in schema["properties"].items() if k != "type"}}
    schema["required"] = ["type", *[name for name in schema.get("required", []) if name != "type"]]


def _copy_under_data(schema: dict[str, Any]) -> None:
    fields = {name: value for name, value in schema["properties"].items() if name != "type"}
    required = [name for name in schema["required"] if name != "type"]
    copy = {"type": "object", "description": "The same fields once more.", "properties": fields, "required": required}
    schema["properties"]["data"] = copy
    schema["required"].append("data")
