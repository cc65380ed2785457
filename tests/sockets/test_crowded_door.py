"""Many handshakes at the same moment: they share a look into the database, and each is let in or refused for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from mobilegpt.accounts import services
from mobilegpt.accounts.models import User
from mobilegpt.realtime.handshake import Credential
from mobilegpt.sockets import application
from tests import cast
from tests.sockets.client import Refused, SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def served() -> AsyncIterator[None]:
    async with serving():
        yield


async def let_in(client: SocketClient) -> int | None:
    """The status of a refusal, ``None`` for a socket that opened."""
    try:
        async with client:
            return None
    except Refused as refusal:
        return refusal.status


async def test_each_is_judged_for_itself(kim: User, lee: User, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    real = application._actors_of

    def counted(credentials: list[Credential]) -> object:
        looks.append(len(credentials))
        return real(credentials)

    monkeypatch.setattr(application, "_actors_of", counted)
    tokens = {user: await sync_to_async(cast.access_token)(user) for user in (kim, lee)}
    login = await sync_to_async(services.open_login)(kim)
    ended = await sync_to_async(services.open_login)(kim)
    await sync_to_async(services.revoke_all)(lee, reason="test")
    await sync_to_async(services.log_out)(actor=None, refresh_token=ended.tokens.refresh, address="198.51.100.7")
    own, page = f"/ws/help/{kim.pk}/", {"origin": "http://testserver"}
    attempts = [
        (SocketClient(own, token=tokens[kim]), None),
        (SocketClient(own), 401),
        (SocketClient(own, token="a.b.c"), 401),
        (SocketClient(f"/ws/help/{lee.pk}/", token=tokens[lee]), 401),
        (SocketClient(own, headers={**page, "cookie": f"sessionid={login.session_key}"}), None),
        (SocketClient(own, headers={**page, "cookie": f"sessionid={ended.session_key}"}), 401),
        (SocketClient(own, token=ended.tokens.access), 401),
        (SocketClient(f"/ws/help/{lee.pk}/", token=tokens[kim]), 403),
        *[(SocketClient(own, token=login.tokens.access), None) for _ in range(4)],
    ]
    results = await asyncio.gather(*[let_in(client) for client, _ in attempts])
    assert results == [expected for _, expected in attempts]
    assert sum(looks) == len(attempts) - 1
    assert len(looks) < len(attempts) - 1
