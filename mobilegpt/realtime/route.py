"""What a socket URL family must say of itself: who may open it, what it follows, who handles its commands.

``SocketRoute.open`` and the handlers are plain synchronous functions, run in database threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import DomainError
from mobilegpt.events.command import Command
from mobilegpt.events.event import Event, Position
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.realtime.protocol import Resume


@dataclass(frozen=True, slots=True)
class Handshake:
    """A socket that wants to open. ``actor`` is ``None`` without a credential; a bad credential never gets here.

    ``address`` is the client's own, ``peer`` the connection's, which may be a proxy's; header names are lower case.
    ``base`` is this server's own address over HTTP, as the client reaches it.
    """

    params: Mapping[str, str]
    query: Mapping[str, str]
    actor: Actor | None
    address: str
    peer: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    base: str = ""


class Listeners(NamedTuple):
    """Where sockets without a user are counted over all processes, and how many there may be."""

    topic: str
    most: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A socket that may open: whose it is, which topics it follows, what it is told first.

    ``actor`` is ``None`` for a provisional socket: it receives nothing, and only its first frame can admit it
    (contract 3.9); it names the topics all the same, so that nothing is missed between the admission and the first
    event. With ``listeners``, the place that they are counted in, who did not join in time stays, and hears what
    ``dialect`` shows.

    ``snapshot`` runs after the topics are followed, so no event falls between the two; ``state`` is what a
    client needs whose missed events are gone (contract 10.2), where that is not the snapshot.
    ``presence`` is the topic on which this socket shows its user as being there; ``None`` for observers.
    ``context`` is the route's own; handlers get it back. ``unadmitted`` closes a provisional socket that did not join.
    ``resume`` is where a client stood that says so in its address; ``rt.v1`` only (contract 10.2).
    ``dialect`` is for those who are shown less than the route's own shows: the same events and frames.

    ``snapshot`` may raise a ``DomainError``: who was let in, and lost the right before following began, is refused.
    """

    actor: Actor | None
    topics: tuple[str, ...] = ()
    context: Any = None
    snapshot: Callable[[], Sequence[Frame]] | None = None
    state: Callable[[], Sequence[Frame]] | None = None
    presence: str | None = None
    unadmitted: CloseCode = CloseCode.TOKEN
    listeners: Listeners | None = None
    dialect: Dialect | None = None
    resume: Resume | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One decoded command on its way to a handler. ``actor`` is ``None`` on sockets of who has not joined."""

    actor: Actor | None
    context: Any
    command: Any
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler tells its own socket: frames, the id for the ``ack``, or the admission of a provisional socket.

    With ``admit``, the frames go out before any broadcast (contract 3.10). ``event`` is the one whose ``seq`` the
    ``ack`` tells, where several commands share a transaction.
    """

    frames: Sequence[Frame] = ()
    id: int | None = None
    admit: Opening | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: frames for its own socket, positions that the frames' state stands at, an admission."""

    frames: Sequence[Frame | dict[str, Any]] = ()
    positions: dict[str, Position] = field(default_factory=dict)
    admit: Opening | None = None


CommandHandler = Callable[[Call], Reply | None]
HandlerOfMany = Callable[[Sequence[Call]], Sequence[Reply | DomainError | None]]
"""One answer per call, in one transaction; ``None`` for a call that was not tried and must be made alone."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Frames that sum up what happened: the first of these events is followed by them at once, then they come at most
    once in ``seconds``, and once more when the last one was later than they are.

    ``read`` gets the number of the topic and runs in a database thread, for all sockets of the topic together.

    With ``prefix`` only sockets of ``rt.v1`` that follow a topic ``<prefix>:<id>`` are told, by its number and of what
    happens on any of their topics, first when they enter. ``later``: so many seconds after such an event the frames
    come once more, because time alone has changed what they say.
    """

    events: frozenset[type[Event]]
    read: Callable[[int], Sequence[Frame]]
    seconds: float = 1.0
    prefix: str = ""
    later: Mapping[type[Event], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SocketRoute:
    """One socket URL: ``pattern`` as in Django's ``path``, without the trailing slash."""

    name: str
    pattern: str
    dialect: Dialect
    open: Callable[[Handshake], Opening]
    handlers: Mapping[type[Command], CommandHandler] = field(default_factory=dict)
    # Keyed commands that share a transaction with those of other sockets, see database/loop_batcher.py.
    shared_handlers: Mapping[type[Command], HandlerOfMany] = field(default_factory=dict)
    # W11 accepts first and closes with the code; the others refuse the handshake (contract 3.7).
    accept_then_close: bool = False
    # W11 ignores what clients send (contract 1), but for the frames of rt.v1 itself: heartbeat, resume, received.
    ignores_input: bool = False
    # How many bytes of a command may come on top of what a frame may have; ``None``: of none (contract 10.5).
    large: Callable[[Command], int] | None = None
    # ``open`` asks nothing of the database, so it needs no thread.
    opens_at_once: bool = False
    # W2 sums up the progress that it shows (contract 7).
    summary: Summary | None = None
    # It shows what is known of others; who teaches and opens it is written down so (reliability X18).
    audited: str = ""
