"""Events between processes over Redis Pub/Sub: one subscription per topic and process, whatever the sockets.

Redis keeps nothing for us, so it may be killed, frozen or emptied at any moment. A connection that is silent although
it was pinged counts as lost; what was told meanwhile is found in the stream table (realtime/feed.py).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import redis
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from mobilegpt.events.broker import Hear
from mobilegpt.events.broker_messages import broker_messages_of
from mobilegpt.events.event import Envelope

log = structlog.get_logger(__name__)

PREFIX = "classroom:"
# Redis answers within a millisecond. Without any sign for this long it is taken for dead.
SILENCE_SECONDS = 3.0
_PING_SECONDS = 1.0
_ANSWER_SECONDS = 2.0
_LISTENING_SECONDS = 1.0
_RETRY_SECONDS = (0.1, 2.0)
_AT_ONCE = 500
_MOST_WAITING = 20_000
_TELLING_SECONDS = 0.5
_REST_SECONDS = 5.0


def _client_for(url: str) -> Redis:
    """A client that never waits long and leaves trying again to us."""
    return Redis.from_url(url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS, retry=None)


class RedisBroker:
    """Two connections: one that hears, one that tells."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard_topics: dict[str, asyncio.Future[None]] = {}
        self._changes: dict[str, bool] = {}
        self._outgoing: deque[tuple[str, bytes]] = deque(maxlen=_MOST_WAITING)
        self._work = asyncio.Event()
        self._ping = False
        self._connected = False
        self._task: asyncio.Task[None] | None = None
        self._hear: Hear = lambda topic, message: None
        self._changed: Callable[[], None] = lambda: None

    @property
    def connected(self) -> bool:
        return self._connected

    # --- what the runtime asks for

    async def start(self, hear: Hear, changed: Callable[[], None]) -> None:
        self._hear, self._changed = hear, changed
        self._task = asyncio.get_running_loop().create_task(self._stay_connected())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def tell(self, messages: Iterable[tuple[str, bytes]]) -> None:
        if self._connected:
            self._outgoing.extend(messages)
            self._work.set()

    def listen(self, topic: str) -> None:
        if topic not in self._heard_topics:
            self._heard_topics[topic] = asyncio.get_running_loop().create_future()
            self._change(topic, True)

    def ignore(self, topic: str) -> None:
        confirmed = self._heard_topics.pop(topic, None)
        if confirmed is not None:
            confirmed.cancel()
            self._change(topic, False)

    def _change(self, topic: str, wanted: bool) -> None:
        self._changes[topic] = wanted
        self._work.set()

    async def listening(self, topics: Iterable[str]) -> None:
        if not self._connected:
            return
        waits = [self._heard_topics[topic] for topic in topics if topic in self._heard_topics]
        if not all(wait.done() for wait in waits):
            await asyncio.wait(waits, timeout=_LISTENING_SECONDS)

    # --- the connection

    async def _stay_connected(self) -> None:
        shortest, longest = _RETRY_SECONDS
        delay = shortest
        while True:
            try:
                await self._session()
            except (RedisError, OSError, TimeoutError) as error:
                if self._connected:
                    delay = shortest
                    log.warning("redis_lost", error=f"{type(error).__name__}: {error}")
            finally:
                self._set_connected(False)
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the tries
            delay = min(delay * 2, longest)

    async def _session(self) -> None:
        """One connection from its beginning to its loss, which it raises."""
        teller, hearer = _client_for(self._url), _client_for(self._url)
        voice = hearer.pubsub()
        try:
            await teller.ping()
            self._changes = dict.fromkeys(self._heard_topics, True)
            await self._change_topics(voice)
            tasks = [asyncio.ensure_future(self._read(voice)), asyncio.ensure_future(self._write(teller, voice))]
            self._set_connected(True)
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for closing in (voice.aclose(), hearer.aclose(), teller.aclose()):  # type: ignore[no-untyped-call]
                with suppress(RedisError, OSError, TimeoutError):
                    await asyncio.wait_for(closing, _ANSWER_SECONDS)

    def _set_connected(self, connected: bool) -> None:
        if connected == self._connected:
            return
        self._connected = connected
        if connected:
            log.info("redis_connected")
        else:
            self._outgoing.clear()
            loop = asyncio.get_running_loop()
            for topic, confirmed in self._heard_topics.items():
                if confirmed.done():
                    self._heard_topics[topic] = loop.create_future()
        self._changed()

    async def _read(self, voice: PubSub) -> None:
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while True:
            if not voice.subscribed:  # there is nothing to read before the first topic
                await asyncio.sleep(_PING_SECONDS / 20)
                heard = loop.time()
                continue
            message = await voice.get_message(timeout=_PING_SECONDS)
            if message is not None:
                heard = loop.time()
                self._take(message)
            elif loop.time() - heard > SILENCE_SECONDS:
                raise TimeoutError("no sign of life")
            else:
                self._ping = True
                self._work.set()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "pong":
            return
        topic = message["channel"].decode().removeprefix(PREFIX)
        if message["type"] == "message":
            self._hear(topic, message["data"])
        elif message["type"] == "subscribe":
            confirmed = self._heard_topics.get(topic)
            if confirmed is not None and not confirmed.done():
                confirmed.set_result(None)

    async def _write(self, teller: Redis, voice: PubSub) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            await asyncio.wait_for(self._change_topics(voice), _ANSWER_SECONDS)
            if self._ping and voice.subscribed:
                self._ping = False
                await asyncio.wait_for(voice.ping(), _ANSWER_SECONDS)
            while self._outgoing:
                messages = [self._outgoing.popleft() for _ in range(min(_AT_ONCE, len(self._outgoing)))]
                pipeline = teller.pipeline(transaction=False)
                for topic, message in messages:
                    pipeline.publish(PREFIX + topic, message)
                await asyncio.wait_for(pipeline.execute(), _ANSWER_SECONDS)

    async def _change_topics(self, voice: PubSub) -> None:
        changes, self._changes = self._changes, {}
        wanted = [PREFIX + topic for topic, listen in changes.items() if listen]
        unwanted = [PREFIX + topic for topic, listen in changes.items() if not listen]
        if unwanted:
            await voice.unsubscribe(*unwanted)
        if wanted:
            await voice.subscribe(*wanted)


class Teller:
    """For processes that serve nobody (workers, commands): tells in the committing thread, after the commit.

    Never raises. After a failure it is silent for a while: a dead Redis costs half a second, and not that per event.
    """

    def __init__(self, url: str, origin: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TELLING_SECONDS, socket_connect_timeout=_TELLING_SECONDS, retry=None
        )
        self._origin = origin
        self._silent_until = 0.0

    def __call__(self, envelopes: list[Envelope]) -> None:
        if time.monotonic() < self._silent_until:
            return
        pipeline = self._client.pipeline(transaction=False)
        for topic, message in broker_messages_of(envelopes, self._origin):
            pipeline.publish(PREFIX + topic, message)
        try:
            pipeline.execute()
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + _REST_SECONDS
            log.warning("redis_not_told", error=f"{type(error).__name__}: {error}")
