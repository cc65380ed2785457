"""A tiny domain for the tests of the realtime core: counted ticks in a room, notes beside them."""

from __future__ import annotations

from mobilegpt.core.locale import Language
from mobilegpt.events.command import Command
from mobilegpt.events.event import Closing, Envelope, Event
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Decoder, Dialect, Frame
from mobilegpt.realtime.frames import WireFrames


class Ticked(Event, frozen=True, kw_only=True):
    room: int
    number: int

    def streams(self) -> tuple[str, ...]:
        return (f"room:{self.room}",)


class Noted(Event, frozen=True, kw_only=True):
    """Not numbered, and not told to the one it is about."""

    room: int
    about: int

    def topics(self) -> tuple[str, ...]:
        return (f"room:{self.room}", "lecture:1")

    def hidden_from(self) -> int | None:
        return self.about


class Shut(Event, frozen=True, kw_only=True):
    room: int
    user_id: int | None = None

    def topics(self) -> tuple[str, ...]:
        return (f"room:{self.room}",)

    def closes(self) -> Closing | None:
        return Closing(CloseCode.SESSION_OVER, self.user_id)


class TickFrame(Frame, frozen=True, kw_only=True, tag="tick"):
    number: int


class NoteFrame(Frame, frozen=True, kw_only=True, tag="note"):
    about: int


class ShutFrame(Frame, frozen=True, kw_only=True, tag="shut"):
    pass


class Press(Command, frozen=True, kw_only=True):
    number: int


def tick(event: Ticked) -> TickFrame:
    return TickFrame(number=event.number)


def note(event: Noted) -> NoteFrame:
    return NoteFrame(about=event.about)


def shut(event: Shut) -> ShutFrame:
    return ShutFrame()


PLAIN = Dialect(
    "plain",
    encoders={Ticked: tick, Noted: note, Shut: shut},
    decoders={"press": Decoder(Press, aliases={"n": "number"})},
)
DEAF_TO_TICKS = Dialect("deaf", encoders={Noted: note, Shut: shut}, ignored={Ticked})
TICKS_FOR_FEW = Dialect("few", encoders={Noted: note, Shut: shut}, rt_encoders={Ticked: tick})


class Listener:
    """A subscriber that keeps what it is told."""

    def __init__(
        self,
        user_id: int = 1,
        dialect: Dialect = PLAIN,
        *,
        rt: bool = False,
        language: Language = Language.KOREAN,
    ) -> None:
        self._user_id = user_id
        self.language = language
        self.descriptor = -1
        self.dialect = dialect
        self.rt = rt
        self.frames: list[str] = []
        self.writes = 0
        self.closed: CloseCode | None = None

    @property
    def user_id(self) -> int:
        return self._user_id

    def write_rest(self, rest: bytes) -> None:
        raise AssertionError("nobody wrote a part of it")

    def write(self, frames: WireFrames) -> None:
        self.writes += 1
        self.frames += frames.texts

    def close(self, code: CloseCode, reason: str = "") -> None:
        self.closed = code


def ticked(seq: int, room: int = 1, epoch: str = "e") -> Envelope:
    return Envelope(
        row_id=seq,
        event_id=f"id{seq}",
        event=Ticked(room=room, number=seq),
        stream=f"room:{room}",
        epoch=epoch,
        seq=seq,
    )


def noted(about: int, room: int = 1) -> Envelope:
    event = Noted(room=room, about=about)
    return Envelope(row_id=1000 + about, event_id=f"note{about}", event=event, topics=event.topics())
