"""Who may do what in a room; a refusal writes nothing and tells nobody (contract 9; reliability, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.audit.models import AuditEntry
from mobilegpt.chat import acquaintance, selectors, services
from mobilegpt.chat.commands import ChangeRoom, OpenRoom, SendMessage
from mobilegpt.chat.events import MemberJoined, MemberLeft
from mobilegpt.chat.models import ChatFile, Member, Message, Outsider, Room
from mobilegpt.chat.policies import MESSAGE_LENGTH, NAME_LENGTH
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, DomainError, ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from mobilegpt.database.models import FailureCount
from mobilegpt.lectures.models import Lecture
from tests import cast, classes, rooms
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

Deed = Callable[[Actor, Room], object]
TABLES: tuple[type[Model], ...] = (Room, Member, Outsider, Message, ChatFile, FailureCount, AuditEntry)


def refused(deed: Callable[[], object]) -> DomainError:
    return refusal_of(deed, *TABLES)


# --- the matrix of a closed room: 김학생 runs it, 이학생 is a member, 박강사 was removed, 최강사 is invited


@pytest.fixture
def house(room: Room, kim: User, park: User, choi: User) -> Room:
    rooms.acquaint(park, kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=park.pk)
    rooms.remove(park, room, by=kim)
    services.add_member(actor=cast.actor(kim), room_id=room.pk, user_id=choi.pk)
    return room


PEOPLE: dict[str, Callable[[], User]] = {
    "owner": lambda: User.objects.get(email="student1@example.com"),
    "member": lambda: User.objects.get(email="student2@example.com"),
    "removed": lambda: User.objects.get(email="instructor@example.com"),
    "invited": lambda: User.objects.get(email="other.instructor@example.com"),
    "stranger": lambda: cast.person("stranger@example.com", "정남"),
    "admin": cast.admin_han,
    "guest": lambda: create_guests(["이웃"], session_id=999)[0],
}


def look(actor: Actor, room: Room) -> object:
    return selectors.require_membership(actor, room.pk)


def enter(actor: Actor, room: Room) -> object:
    return services.enter_room(actor=actor, room_id=room.pk)


def join(actor: Actor, room: Room) -> object:
    return services.join_open_room(actor=actor, room_id=room.pk)


def read(actor: Actor, room: Room) -> object:
    return services.mark_read(actor=actor, room_id=room.pk)


def say(actor: Actor, room: Room) -> object:
    (sent,) = services.send_messages([services.Sending(actor, room.pk, SendMessage(message="안녕"))])
    if isinstance(sent, DomainError):
        raise sent
    return sent


def rename(actor: Actor, room: Room) -> object:
    return services.change_room(actor=actor, room_id=room.pk, command=ChangeRoom(name="새 이름"))


def add(actor: Actor, room: Room) -> object:
    return services.add_member(actor=actor, room_id=room.pk, user_id=888_888)


def remove_owner(actor: Actor, room: Room) -> object:
    services.remove_member(actor=actor, room_id=room.pk, user_id=room.members.earliest("pk").user_id)
    return None


def decline(actor: Actor, room: Room) -> object:
    services.decline(actor=actor, room_id=room.pk)
    return None


REFUSED: dict[Deed, dict[str, type[DomainError]]] = {
    look: {"removed": NotFound, "invited": NotFound, "stranger": NotFound, "admin": NotFound, "guest": Forbidden},
    enter: {"removed": NotFound, "stranger": NotFound, "admin": NotFound, "guest": Forbidden},
    join: {"removed": NotFound, "stranger": NotFound, "admin": NotFound, "guest": Forbidden},
    read: {"removed": NotFound, "stranger": NotFound, "admin": NotFound, "guest": Forbidden},
    say: {"removed": Forbidden, "stranger": Forbidden, "admin": Forbidden, "guest": Forbidden},
    rename: {
        "member": Forbidden,
        "removed": NotFound,
        "invited": NotFound,
        "stranger": NotFound,
        "admin": NotFound,
        "guest": Forbidden,
    },
    add: {"member": Forbidden, "removed": NotFound, "invited": NotFound, "stranger": NotFound, "guest": Forbidden},
    remove_owner: {
        "owner": Conflict,
        "member": Forbidden,
        "removed": NotFound,
        "invited": NotFound,
        "stranger": NotFound,
        "admin": Conflict,
        "guest": Forbidden,
    },
    decline: {who: NotFound for who in PEOPLE if who != "invited"},
}


@pytest.mark.parametrize("deed", REFUSED, ids=lambda deed: deed.__name__)
def test_the_matrix(deed: Deed, house: Room) -> None:
    outcomes: dict[str, type[DomainError] | None] = {}
    for who, somebody in PEOPLE.items():
        with transaction.atomic():  # everybody finds the room as it was
            actor, expected = cast.actor(somebody()), REFUSED[deed].get(who)
            outcomes[who] = None if expected is None else type(refused(lambda: deed(actor, house)))  # noqa: B023
            if expected is None:
                deed(actor, house)
            transaction.set_rollback(True)
    assert outcomes == {who: REFUSED[deed].get(who) for who in PEOPLE}


@pytest.mark.parametrize("deed", [look, enter, join, rename, add])
def test_a_room_that_is_not_ones_own_looks_absent(deed: Deed, house: Room) -> None:
    stranger = cast.actor(PEOPLE["stranger"]())
    absent = Room(pk=999_999, name="없음")
    foreign, none = refused(lambda: deed(stranger, house)), refused(lambda: deed(stranger, absent))
    assert (foreign.code, foreign.message) == (none.code, none.message)


# --- what a room may be


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "가" * (NAME_LENGTH + 1)}, "name"),
        ({"name": "방", "description": "가" * 2001}, "description"),
        ({"name": "방", "description": "a\x07"}, "description"),
        ({"name": "방", "room_type": "crowd"}, "room_type"),
    ],
)
def test_a_room_that_makes_no_sense_is_not_opened(kim: User, fields: dict[str, Any], field: str) -> None:
    refusal = refused(lambda: services.open_room(actor=cast.actor(kim), command=OpenRoom(**fields)))
    assert isinstance(refusal, Invalid)
    assert refusal.details == {"field": field}


def test_a_room_at_its_edges(kim: User) -> None:
    command = OpenRoom(name="가" * NAME_LENGTH, description="나" * 2000, room_type=" DIRECT ", post=-(2**63))
    room = services.open_room(actor=cast.actor(kim), command=command).room
    room.refresh_from_db()
    assert (len(room.name), len(room.description), room.room_type, room.post) == (200, 2000, "direct", -(2**63))


def test_a_change_that_is_half_wrong_is_no_change(room: Room, kim: User) -> None:
    command = ChangeRoom(name="새 이름", description="가" * 2001)
    refusal = refused(lambda: services.change_room(actor=cast.actor(kim), room_id=room.pk, command=command))
    assert refusal.details == {"field": "description"}


def test_what_is_left_out_stays(room: Room, kim: User) -> None:
    actor = cast.actor(kim)
    services.change_room(actor=actor, room_id=room.pk, command=ChangeRoom(description="화요일마다"))
    services.change_room(actor=actor, room_id=room.pk, command=ChangeRoom(name="새 이름"))
    services.change_room(actor=actor, room_id=room.pk, command=ChangeRoom())
    room.refresh_from_db()
    assert (room.name, room.description, room.posting) == ("새 이름", "화요일마다", "EVERYONE")


def test_keeping_the_floor_is_refused_with_the_line_that_would_tell_of_it(room: Room, kim: User, settings: Any) -> None:
    """Who has said too much a moment ago; the room stays as it was."""
    settings.CHAT_MESSAGES_PER_10_SECONDS = 1
    rooms.say(kim, room)
    command = ChangeRoom(teacher_only=True)
    refusal = refused(lambda: services.change_room(actor=cast.actor(kim), room_id=room.pk, command=command))
    assert isinstance(refusal, RateLimited)


# --- how many, how often


@pytest.mark.parametrize("others", [2, 3])
def test_a_new_room_has_its_quota_too(kim: User, settings: Any, others: int) -> None:
    settings.CHAT_ROOM_MEMBERS = 3
    command = OpenRoom(name="방", member_ids=[900_000 + number for number in range(others)])
    if others < 3:
        services.open_room(actor=cast.actor(kim), command=command)
        assert Outsider.objects.count() == 2
    else:
        refusal = refused(lambda: services.open_room(actor=cast.actor(kim), command=command))
        assert (type(refusal), refusal.code) == (Conflict, ErrorCode.QUOTA_EXCEEDED)


def test_a_room_that_was_not_opened_is_not_counted(kim: User, settings: Any) -> None:
    settings.CHAT_ROOMS_PER_DAY = 1
    refused(lambda: services.open_room(actor=cast.actor(kim), command=OpenRoom(name="")))
    services.open_room(actor=cast.actor(kim), command=OpenRoom(name="방"))
    refusal = refused(lambda: services.open_room(actor=cast.actor(kim), command=OpenRoom(name="방")))
    assert isinstance(refusal, RateLimited)
    assert refusal.message == "At most 1 new rooms in a day"


def test_of_several_strangers_all_are_invited_or_none(kim: User, settings: Any) -> None:
    settings.CHAT_INVITATIONS_PER_DAY = 2
    command = OpenRoom(name="방", member_ids=[900_001, 900_002, 900_003])
    assert isinstance(refused(lambda: services.open_room(actor=cast.actor(kim), command=command)), RateLimited)
    services.open_room(actor=cast.actor(kim), command=OpenRoom(name="방", member_ids=[900_001, 900_002]))


def test_the_longest_message_is_one_letter_shorter_than_too_long(room: Room, kim: User) -> None:
    rooms.say(kim, room, "가" * MESSAGE_LENGTH)
    assert refused(lambda: rooms.say(kim, room, "가" * (MESSAGE_LENGTH + 1))).details == {"field": "message"}


# --- invitations that become memberships


def test_an_invitation_becomes_the_membership_of_its_own_number(house: Room, choi: User) -> None:
    (coming,) = selectors.invited_to(house.pk)
    classes.forget_events()
    member = services.enter_room(actor=cast.actor(choi), room_id=house.pk)
    assert member.pk == coming.member_id
    (joined,) = classes.events_of(MemberJoined)
    assert (joined.id, joined.user.name) == (coming.member_id, "최강사")
    assert not selectors.is_invited(choi.pk, house.pk)


def test_later_members_never_get_a_number_that_was_promised(
    house: Room, kim: User, choi: User, lecture: Lecture
) -> None:
    """Someone joins between the invitation and the day on which it is accepted."""
    newcomer = cast.person("new@example.com", "정새봄")
    cast.enroll(lecture, kim, newcomer)
    services.add_member(actor=cast.actor(kim), room_id=house.pk, user_id=newcomer.pk)
    services.enter_room(actor=cast.actor(choi), room_id=house.pk)
    numbers = list(Member.objects.values_list("pk", flat=True))
    assert len(numbers) == len(set(numbers)) == 4


def test_who_declines_is_as_if_never_invited(house: Room, kim: User, choi: User) -> None:
    services.decline(actor=cast.actor(choi), room_id=house.pk)
    assert [event.user_id for event in classes.events_of(MemberLeft)][-1] == choi.pk
    assert list(selectors.invitations(cast.actor(choi))) == []
    services.add_member(actor=cast.actor(kim), room_id=house.pk, user_id=choi.pk)
    assert [one.room_id for one in selectors.invitations(cast.actor(choi))] == [house.pk]


def test_a_room_that_was_archived_invites_nobody(house: Room, choi: User) -> None:
    Room.objects.update(archived_at=house.created_at)
    assert list(selectors.invitations(cast.actor(choi))) == []
    assert isinstance(refused(lambda: services.enter_room(actor=cast.actor(choi), room_id=house.pk)), NotFound)


# --- in whose name a trusted program acts


def test_a_trusted_program_acts_for_the_owner_while_there_is_one(room: Room, kim: User) -> None:
    owner = selectors.owner_of(room.pk)
    assert owner is not None
    assert owner.user_id == kim.pk
    cast.deactivate(kim)
    assert selectors.owner_of(room.pk) is None
    assert selectors.named_actor(kim.pk) is None
    kim.delete()
    assert selectors.owner_of(room.pk) is None
    Room.objects.update(archived_at=room.created_at)
    for number in (room.pk, 999_999):
        with pytest.raises(NotFound, match="Chat room not found"):
            selectors.owner_of(number)


# --- who knows whom


def test_roommates_know_each_other_and_strangers_cost_the_same(
    room: Room, kim: User, lee: User, choi: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert acquaintance._roommates(kim.pk, [lee.pk, choi.pk]) == {lee.pk}
    with django_assert_num_queries(1):
        assert acquaintance._roommates(kim.pk, [888_888, 999_999]) == set()


def test_an_invitation_makes_nobody_known(house: Room, kim: User, choi: User) -> None:
    """Else one would learn a name by inviting its number."""
    assert choi.pk not in acquaintance.known_to(kim.pk, [choi.pk])
    services.enter_room(actor=cast.actor(choi), room_id=house.pk)
    assert choi.pk in acquaintance.known_to(kim.pk, [choi.pk])
