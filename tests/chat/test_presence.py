"""Who is in a room right now, told once to each API, whatever comes twice or too late (contract 9.3, 9.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.events import MemberCame, MemberJoined, MemberWent, UserEntered, UserExited
from mobilegpt.chat.models import Member, Room
from mobilegpt.core.clock import now
from mobilegpt.events.event import Event
from mobilegpt.events.models import SocketLease
from tests import cast, classes, rooms

pytestmark = pytest.mark.django_db


def kinds() -> list[type[Event]]:
    return [type(event) for event in classes.events()]


def is_online(user: User, room: Room) -> bool:
    return rooms.member(user, room).is_online


@pytest.fixture(autouse=True)
def _quiet(room: Room) -> None:
    classes.forget_events()


def test_who_comes_is_told_once_to_each_api(room: Room, kim: User) -> None:
    for _ in range(2):
        services.mark_online({room.pk: {kim.pk}})
    came, entered = classes.events()
    assert came == MemberCame(room_id=room.pk, user_id=kim.pk)
    assert entered == UserEntered(room_id=room.pk, user_id=kim.pk, username="김학생")
    assert is_online(kim, room)


def test_who_goes_is_told_once_to_each_api(room: Room, kim: User) -> None:
    services.mark_online({room.pk: {kim.pk}})
    classes.forget_events()
    for _ in range(2):
        services.mark_offline({room.pk: [kim.pk]})
    went, exited = classes.events()
    assert went == MemberWent(room_id=room.pk, user_id=kim.pk)
    assert exited == UserExited(room_id=room.pk, user_id=kim.pk, username="김학생")
    assert not is_online(kim, room)


def test_who_never_came_does_not_go(room: Room, kim: User) -> None:
    services.mark_offline({room.pk: [kim.pk]})
    assert classes.events() == []


def test_people_are_called_by_their_nicknames(room: Room, kim: User) -> None:
    User.objects.filter(pk=kim.pk).update(nickname="김할머니")
    services.mark_online({room.pk: {kim.pk}})
    services.mark_offline({room.pk: [kim.pk]})
    assert {event.username for event in classes.events_of(UserEntered)} == {"김할머니"}
    assert {event.username for event in classes.events_of(UserExited)} == {"김할머니"}


def test_only_members_are_there(room: Room, park: User) -> None:
    """Somebody who was removed while the socket opened."""
    services.mark_online({room.pk: {park.pk, 999_999}, 888_888: {park.pk}})
    services.mark_offline({room.pk: [park.pk]})
    assert classes.events() == []


def test_each_room_for_itself(room: Room, kim: User, lee: User) -> None:
    other = rooms.private(kim, lee, name="다른 방")
    classes.forget_events()
    services.mark_online({room.pk: {kim.pk}, other.pk: {kim.pk, lee.pk}})
    services.mark_offline({other.pk: [kim.pk]})
    assert (is_online(kim, room), is_online(kim, other), is_online(lee, other)) == (True, False, True)
    assert {(event.room_id, event.user_id) for event in classes.events_of(MemberCame)} == {
        (room.pk, kim.pk),
        (other.pk, kim.pk),
        (other.pk, lee.pk),
    }
    assert [(event.room_id, event.user_id) for event in classes.events_of(MemberWent)] == [(other.pk, kim.pk)]


def test_a_hall_that_comes_at_once_costs_a_few_questions(
    kim: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    room = rooms.private(kim, name="큰 방")
    people = cast.students(40)
    Member.objects.bulk_create(Member(room=room, user=user, joined_at=now()) for user in people)
    classes.forget_events()
    with django_assert_max_num_queries(8):
        services.mark_online({room.pk: {user.pk for user in people}})
    assert len(classes.events_of(MemberCame)) == len(classes.events_of(UserEntered)) == 40
    assert Member.objects.filter(room=room, is_online=True).count() == 40


def test_nobody_costs_nothing(room: Room) -> None:
    services.mark_online({})
    services.mark_online({room.pk: set()})
    assert classes.events() == []


# --- who comes back while a socket is still open


@pytest.mark.parametrize("seconds", [60, -60])
def test_who_is_added_again_within_the_grace_is_there(
    room: Room, kim: User, lee: User, park: User, seconds: int
) -> None:
    """The socket's lease stands, or ran out a moment ago and was not swept yet: whoever sweeps tells of the leaving."""
    rooms.acquaint(park, kim, lee)
    rooms.remove(lee, room, by=kim)
    expires = now() + timedelta(seconds=seconds)
    SocketLease.objects.create(topic=f"room:{room.pk}", user_id=lee.pk, process="p", expires_at=expires)
    classes.forget_events()
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=lee.pk)
    assert kinds() == [MemberJoined, MemberCame, UserEntered]
    assert is_online(lee, room)


def test_a_lease_of_another_room_or_person_is_none_here(room: Room, kim: User, lee: User, park: User) -> None:
    rooms.acquaint(park, kim, lee)
    rooms.remove(lee, room, by=kim)
    for topic, user in ((f"room:{room.pk + 1}", lee), (f"room:{room.pk}", kim)):
        SocketLease.objects.create(topic=topic, user_id=user.pk, process="p", expires_at=now() + timedelta(minutes=1))
    classes.forget_events()
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=lee.pk)
    assert kinds() == [MemberJoined]
    assert not is_online(lee, room)
