"""The newest messages of many rooms, as many as a list of rooms may have."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors
from mobilegpt.chat.models import Room
from mobilegpt.core.clock import now
from tests import rooms

pytestmark = pytest.mark.django_db


def test_each_of_five_hundred_rooms_shows_its_newest_messages(
    kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = Room.objects.bulk_create(Room(name=f"방 {number}", last_activity_at=now()) for number in range(500))
    said = {room.pk: rooms.fill(room, kim, count) for room, count in ((many[0], 3), (many[499], 1), (many[7], 2))}
    shown = list(Room.objects.order_by("pk"))
    with django_assert_num_queries(1):
        found = selectors.latest(shown, 2)
    assert set(found) == {room.pk for room in many}
    for room in many:
        assert found[room.pk] == said.get(room.pk, [])[-2:]
    with django_assert_num_queries(0):
        assert selectors.latest([], 2) == {}
