"""Reads of rooms. Each takes a constant number of queries, however many rooms and messages there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from mobilegpt.accounts.models import User
from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.chat import policies, queries
from mobilegpt.chat.models import Member, Message, Outsider, Room, Standing
from mobilegpt.chat.queries import SEEN
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Invalid

PEOPLE_SHOWN = 20
"""Of a room in a list; its own list has everybody."""


def membership(user_id: int, room_id: int) -> Member | None:
    """With its room and its user; ``None`` also where the room is archived and the member does not run it."""
    member = queries.member_and_room(room_id, user_id)
    return member if member is not None and policies.sees(member) else None


def require_membership(actor: Actor, room_id: int) -> Member:
    """The caller's membership. Raises ``NotFound`` for everybody else; an absent room looks the same."""
    member = membership(actor.user_id, room_id)
    policies.require_own_room(actor, member)
    if member is None:
        raise policies.no_room()
    return member


def require_own_rooms(actor: Actor) -> QuerySet[Member]:
    """The caller's memberships, the room with the latest activity first."""
    mine = Member.objects.filter(user_id=actor.user_id).select_related("room__owner")
    mine = mine.filter(SEEN)
    if actor.is_guest:
        mine = mine.filter(room__session_id__isnull=False)
    return mine.order_by("-room__last_activity_at", "-room_id")


def joinable_rooms(actor: Actor) -> QuerySet[Room]:
    """The caller's rooms and the open ones (contract 9.1), the one with the latest activity first."""
    mine = require_own_rooms(actor).order_by().values("room_id")
    removed = Outsider.objects.filter(user_id=actor.user_id, standing=Standing.REMOVED).values("room_id")
    rooms = Room.objects.filter(Q(is_open=True, archived_at__isnull=True) & ~Q(pk__in=removed) | Q(pk__in=mine))
    return rooms.order_by("-last_activity_at", "-pk")


def rooms_among(user_id: int, room_ids: Iterable[int]) -> set[int]:
    """Of which of these rooms somebody is a member."""
    own = Member.objects.filter(SEEN, user_id=user_id, room_id__in=list(room_ids))
    return set(own.values_list("room_id", flat=True))


def may_enter(user_id: int, room_id: int, *, joins: bool) -> bool:
    """Whether somebody who is no member would become one by coming; to be asked again when the room is locked."""
    outsider = Outsider.objects.filter(room_id=room_id, user_id=user_id).first()
    if outsider is not None:
        return outsider.standing == Standing.INVITED
    return joins and Room.objects.filter(pk=room_id, is_open=True, archived_at__isnull=True).exists()


# --- invitations


def is_invited(user_id: int, room_id: int) -> bool:
    return Outsider.objects.filter(room_id=room_id, user_id=user_id, standing=Standing.INVITED).exists()


def invitations(actor: Actor) -> QuerySet[Outsider]:
    """To the caller, the newest first; with their rooms, and with whoever invites."""
    mine = Outsider.objects.filter(
        user_id=actor.user_id, standing=Standing.INVITED, room__archived_at__isnull=True
    ).select_related("room", "inviter")
    return mine.order_by("-since", "-pk")


def invited_to(room_id: int) -> QuerySet[Outsider]:
    """Who was invited and has not opened the room, in order of their invitations."""
    return Outsider.objects.filter(room_id=room_id, standing=Standing.INVITED).order_by("member_id")


def named_actor(user_id: int) -> Actor | None:
    """The account that a trusted caller names (contract 3.8); ``None`` when there is none that may sign in."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_from_user(user) if user is not None else None


def owner_of(room_id: int) -> Actor | None:
    """In whose name a trusted caller adds and removes members (contract 3.8). Raises ``NotFound``."""
    room = Room.objects.select_related("owner").filter(pk=room_id, archived_at__isnull=True).first()
    if room is None:
        raise policies.no_room()
    return actor_from_user(room.owner) if room.owner is not None and room.owner.is_active else None


def room_of_class(user_id: int, session_id: int) -> int | None:
    """The id of a class's room, for who is in it (contract 9.4); one query."""
    return queries.room_of_class(user_id, session_id)


# --- unread counts and receipts


def unread(member: Member) -> int:
    """Messages of others that the member has not read."""
    return max(0, member.room.message_count - member.read_number - member.sent_since_read)


@dataclass(frozen=True, slots=True)
class Receipts:
    """The two members of a room who have read least: enough to tell of any message whether all others have read it."""

    slowest: Sequence[tuple[int, int]]

    def is_read(self, message: Message) -> bool:
        """Whether every other member has read it; false while there is no other member (contract 9.4)."""
        others = [number for user_id, number in self.slowest if user_id != message.sender_id]
        return bool(others) and others[0] >= message.number


def receipts(room_id: int) -> Receipts:
    slowest = Member.objects.filter(room_id=room_id).order_by("read_number", "pk")
    return Receipts(list(slowest.values_list("user_id", "read_number")[:2]))


# --- messages


def _messages() -> QuerySet[Message]:
    return Message.objects.select_related("sender")


def history(room: Room, *, limit: int, offset: int, before: int | None, after: int | None) -> list[Message]:
    """A page, newest first. ``before`` and ``after`` are ids of messages of this room.

    Without them the page is found by its numbers: no row is skipped one by one. Raises ``Invalid`` for an id of
    another room.
    """
    rows = _messages().filter(room_id=room.pk)
    if after is not None:
        following = rows.filter(number__gt=_number_of(room, after, "after")).order_by("number")[offset:][:limit]
        return list(following)[::-1]
    newest = room.message_count if before is None else _number_of(room, before, "before") - 1
    last = newest - offset
    return list(rows.filter(number__lte=last, number__gt=last - limit).order_by("-number"))


def _number_of(room: Room, message_id: int, field: str) -> int:
    number = Message.objects.filter(pk=message_id, room_id=room.pk).values_list("number", flat=True).first()
    if number is None:
        raise Invalid(message=f"{field} is no message of this room", details={"field": field})
    return number


def latest(rooms: Iterable[Room], count: int) -> dict[int, list[Message]]:
    """The newest ``count`` messages of each room, oldest first; one query.

    It names the numbers of every room from first to last, and does not sort: a join with the rooms' counts, or an
    order, can make a database read rooms from their first message on.
    """
    counts = {room.pk: room.message_count for room in rooms}
    found: dict[int, list[Message]] = {room_id: [] for room_id in counts}
    if counts:
        places = (Q(room_id=key, number__gt=last - count, number__lte=last) for key, last in counts.items())
        for message in _messages().filter(reduce(or_, places)):
            found[message.room_id].append(message)
    return {room_id: sorted(messages, key=lambda one: one.number) for room_id, messages in found.items()}


# --- lists of rooms and members


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one of its members sees it in a list. ``members`` counts the invited too, as they are shown among the
    members. ``is_read`` is about ``last_message``.

    ``people`` are those members who came first, at most ``PEOPLE_SHOWN``, ``coming`` who was invited.
    """

    room: Room
    member: Member
    members: int
    people: Sequence[Member]
    coming: Sequence[Outsider]
    last_message: Message | None
    is_read: bool


def viewed(members: Sequence[Member]) -> list[RoomView]:
    """These memberships, with their rooms and the rooms' owners, as rows of a list, in their order; three queries."""
    rooms = [member.room for member in members]
    facts = {
        row["room_id"]: row
        for row in Member.objects.filter(room_id__in=[room.pk for room in rooms])
        .values("room_id")
        .annotate(members=Count("pk"), slowest=Min("read_number", filter=_not_the_last_sender()))
        .order_by()
    }
    coming: dict[int, list[Outsider]] = {room.pk: [] for room in rooms}
    for one in Outsider.objects.filter(room_id__in=list(coming), standing=Standing.INVITED).order_by("member_id"):
        coming[one.room_id].append(one)
    newest = _messages().in_bulk([room.last_message_id for room in rooms if room.last_message_id])
    people = _first_of(rooms)
    views = []
    for member in members:
        room, row = member.room, facts[member.room_id]
        message = newest.get(room.last_message_id or 0)
        is_read = message is not None and row["slowest"] is not None and row["slowest"] >= message.number
        invited = coming[room.pk]
        count = row["members"] + len(invited)
        views.append(RoomView(room, member, count, people[room.pk], invited, message, is_read))
    return views


def _first_of(rooms: Sequence[Room]) -> dict[int, list[Member]]:
    """The first members of each room, in order of their joining."""
    found: dict[int, list[Member]] = {room.pk: [] for room in rooms}
    place = Window(RowNumber(), partition_by="room_id", order_by="pk")
    first = Member.objects.filter(room_id__in=list(found)).annotate(place=place).filter(place__lte=PEOPLE_SHOWN)
    for member in first.select_related("user", "room").order_by("pk"):
        found[member.room_id].append(member)
    return found


def _not_the_last_sender() -> Q:
    return Q(room__last_message__sender__isnull=True) | ~Q(user_id=F("room__last_message__sender_id"))


def members_of(room_id: int) -> QuerySet[Member]:
    """In order of their joining."""
    return Member.objects.filter(room_id=room_id).select_related("user", "room").order_by("pk")
