"""What a socket says and takes, read off its route, its dialect and the frames of the dialect's module."""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from mobilegpt.events.command import Command
from mobilegpt.events.event import event_types
from mobilegpt.realtime.dialect import Dialect, ErrorFrame, Frame
from mobilegpt.realtime.protocol import RT_DECODERS, RT_FRAMES, Ack, HeartbeatAck
from mobilegpt.realtime.route import SocketRoute
from mobilegpt.sockets.routes import ROUTES
from mobilegpt.tools.documents.samples import sample


@dataclass(frozen=True, slots=True)
class SentFrame:
    """A frame that the server sends: its wire type, its struct, one example as it goes over the wire.

    ``opt_in``: it goes to clients of ``rt.v1`` only.
    """

    wire: str
    shape: type[Frame]
    example: dict[str, Any]
    opt_in: bool = False


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """A message that the server takes. ``aliases`` are other names of its fields."""

    wire: str
    shape: type[Command]
    aliases: dict[str, str]
    example: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SocketPage:
    """One socket URL as the documents show it. ``about`` says what it is for, ``who`` who may open it."""

    route: SocketRoute
    about: str
    who: str
    sent: tuple[SentFrame, ...]
    taken: tuple[TakenCommand, ...]

    @property
    def address(self) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.route.pattern) + "/"

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route.pattern)


@cache
def socket_pages() -> tuple[SocketPage, ...]:
    """Every socket URL, in the order of the routes."""
    return tuple(_page(route) for route in ROUTES)


@cache
def delivery_frames() -> tuple[SentFrame, ...]:
    """What ``rt.v1`` adds on every socket (contract 10)."""
    shapes: list[type[Frame]] = [*RT_FRAMES, Ack, ErrorFrame]
    return tuple(_sent_plain(shape) for shape in shapes)


@cache
def delivery_commands() -> tuple[TakenCommand, ...]:
    return tuple(_taken(wire, decoder) for wire, decoder in RT_DECODERS.items())


def tag_of(shape: type[Frame]) -> str:
    return str(shape.__struct_config__.tag)


def frames_of_dialect(dialect: Dialect) -> list[type[Frame]]:
    """What the encoders return, and what else the dialect's module defines: snapshots and answers to commands."""
    encoders = [*dialect.encoders.values(), *dialect.rt_encoders.values()]
    found = [frame for encoder in encoders for frame in returned_frames(encoder)]
    module = module_of(dialect)
    found += [
        member
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Frame) and member.__module__ == module.__name__
    ]
    if "heartbeat" in dialect.decoders:
        found.append(HeartbeatAck)
    bases = {base for frame in found for base in frame.__mro__[1:]}
    return [frame for frame in dict.fromkeys(found) if frame not in bases and frame.__struct_config__.tag]


def returned_frames(encoder: Any) -> list[type[Frame]]:
    """The frame types in an encoder's return annotation. Raises ``TypeError`` for an encoder without one."""
    hint = typing.get_type_hints(encoder).get("return")
    if hint is None:
        raise TypeError(f"{encoder.__module__}.{encoder.__qualname__} does not say which frames it returns")
    return list(_frames_in(hint))


def _frames_in(hint: Any) -> typing.Iterator[type[Frame]]:
    if inspect.isclass(hint) and not isinstance(hint, types.GenericAlias):
        if issubclass(hint, Frame) and hint is not Frame:
            yield hint
        return
    for part in typing.get_args(hint):
        yield from _frames_in(part)


def module_of(dialect: Dialect) -> types.ModuleType:
    """The module that defines the dialect."""
    return next(
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("mobilegpt.sockets.dialects.") and vars(module).get("DIALECT") is dialect
    )


def _page(route: SocketRoute) -> SocketPage:
    dialect = route.dialect
    examples = _examples(dialect)
    opted_in = {frame for encoder in dialect.rt_encoders.values() for frame in returned_frames(encoder)}
    sent = [
        SentFrame(tag_of(shape), shape, examples.get(tag_of(shape)) or dialect.shape(sample(shape)), shape in opted_in)
        for shape in frames_of_dialect(dialect)
    ]
    commands = {} if route.ignores_input else dialect.decoders
    return SocketPage(
        route=route,
        about=inspect.getdoc(module_of(dialect)) or "",
        who=inspect.getdoc(route.open) or "",
        sent=tuple(sent),
        taken=tuple(_taken(wire, decoder) for wire, decoder in commands.items()),
    )


def _examples(dialect: Dialect) -> dict[str, dict[str, Any]]:
    """What the dialect really makes of sample events, by wire type."""
    found: dict[str, dict[str, Any]] = {}
    for event_type in event_types().values():
        if event_type in dialect.encoders or event_type in dialect.rt_encoders:
            for frame in dialect.encode(sample(event_type), rt=True):
                found.setdefault(frame["type"], frame)
    return found


def _sent_plain(shape: type[Frame]) -> SentFrame:
    return SentFrame(tag_of(shape), shape, msgspec.to_builtins(sample(shape)))


def _taken(wire: str, decoder: Any) -> TakenCommand:
    example = {"type": wire, **msgspec.to_builtins(sample(decoder.command))}
    return TakenCommand(wire, decoder.command, dict(decoder.aliases), example)
