"""The sockets as an AsyncAPI 3 document: one channel per URL, one operation per direction."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from mobilegpt.tools.documents.schemas import Schemas, command_schemas, frame_schemas
from mobilegpt.tools.documents.sockets import (
    SentFrame,
    SocketPage,
    TakenCommand,
    delivery_commands,
    delivery_frames,
    socket_pages,
)

DELIVERY = "rt"
"""The prefix of what ``rt.v1`` adds."""

Object = dict[str, Any]


def asyncapi_document() -> Object:
    """The whole document; every example in it validates against its schema (tested)."""
    channels: Object = {}
    operations: Object = {}
    messages: Object = {}
    schemas: Schemas = {}
    for page in socket_pages():
        name = page.route.name
        sent, taken = _messages_of(page)
        messages |= sent | taken
        schemas |= _schemas_of(page)
        channels[name] = _channel(page, [*sent, *taken])
        operations |= _operations(name, list(sent), list(taken))
    messages |= _delivery_messages()
    schemas |= frame_schemas(delivery_frames(), DELIVERY, data_copy=False)
    schemas |= command_schemas(delivery_commands(), DELIVERY)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "MobileGPT Classroom sockets",
            "version": settings.SPECTACULAR_SETTINGS["VERSION"],
            "description": _ABOUT,
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "localhost:8000",
                "protocol": "ws",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas, "securitySchemes": _SECURITY},
    }


_ABOUT = (
    "Frames are JSON objects in text frames. Every URL works with and without the trailing slash. Clients that offer "
    "the subprotocol rt.v1 get the frames whose names begin with rt besides, and stream, epoch, seq and event_id in "
    "every numbered frame. Limits and close codes: docs/protocol.md."
)
_SECURITY: Object = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "query": {"type": "httpApiKey", "name": "token", "in": "query"},
    "cookie": {"type": "httpApiKey", "name": "sessionid", "in": "cookie"},
}


def _messages_of(page: SocketPage) -> tuple[Object, Object]:
    prefix = page.route.dialect.name
    sent = {f"{prefix}.{frame.wire}": _sent(frame, prefix) for frame in page.sent}
    taken = {f"{prefix}.send.{command.wire}": _taken(command, f"{prefix}.send") for command in page.taken}
    return sent, taken


def _delivery_messages() -> Object:
    sent = {f"{DELIVERY}.{frame.wire}": _sent(frame, DELIVERY) for frame in delivery_frames()}
    return sent | {f"{DELIVERY}.send.{one.wire}": _taken(one, DELIVERY) for one in delivery_commands()}


def _schemas_of(page: SocketPage) -> Schemas:
    dialect = page.route.dialect
    sent = frame_schemas(page.sent, dialect.name, data_copy=dialect.data_copy)
    return sent | command_schemas(page.taken, f"{dialect.name}.send")


def _sent(frame: SentFrame, prefix: str) -> Object:
    return _message(frame.wire, f"{prefix}.{frame.shape.__name__}", frame.shape.__doc__, frame.example)


def _taken(command: TakenCommand, prefix: str) -> Object:
    return _message(command.wire, f"{prefix}.{command.wire}", command.shape.__doc__, command.example)


def _message(wire: str, schema: str, about: str | None, example: Object) -> Object:
    message = {
        "name": wire,
        "payload": {"$ref": f"#/components/schemas/{schema}"},
        "examples": [{"payload": example}],
    }
    if about and not about.startswith(f"{schema.rpartition('.')[2]}("):
        message["summary"] = " ".join(about.split())
    return message


def _channel(page: SocketPage, messages: list[str]) -> Object:
    channel: Object = {
        "address": page.address,
        "title": page.route.name,
        "description": f"{page.about}\n\n{page.who}".strip(),
        "messages": {_key(name): {"$ref": f"#/components/messages/{name}"} for name in messages},
    }
    if page.parameters:
        channel["parameters"] = {name: {} for name in page.parameters}
    return channel


def _operations(channel: str, sent: list[str], taken: list[str]) -> Object:
    operations: Object = {}
    for action, names in (("send", sent), ("receive", taken)):
        if names:
            operations[f"{channel}.{action}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [{"$ref": f"#/channels/{channel}/messages/{_key(name)}"} for name in names],
            }
    return operations


def _key(message: str) -> str:
    """A message's name within its channel: ``classroom_room.send.join`` is ``send.join``."""
    return message.partition(".")[2]
