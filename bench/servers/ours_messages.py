"""Runs as a program: how long lists, pages and counts take while the number of messages grows.

python -m bench.servers.ours_messages RESULT COUNT...

One person is in 50 of 60 rooms of 20 people; half of all messages are in one of their rooms. Requests go through the
whole of Django, without a network.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rich.progress import Progress  # noqa: E402

from mobilegpt.accounts.models import LoginFamily, User  # noqa: E402
from mobilegpt.accounts.tokens import AccessToken, _signed  # noqa: E402
from mobilegpt.chat.models import Member, Message, Room  # noqa: E402

ROOMS, MEMBERS, OWN_ROOMS = 60, 20, 50
_REPEATS = 60
_PART = 20_000
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_COLUMNS = ("room_id", "number", "sender_id", "text", "kind", "created_at")


def people_and_rooms() -> tuple[str, int]:
    """The token of the person who reads, and the id of the large room."""
    call_command("migrate", verbosity=0)
    chance = random.Random(7)
    with transaction.atomic():
        users = User.objects.bulk_create(
            User(email=f"m{n}@example.com", name=f"회원 {n}", nickname=f"회원 {n}", password="!") for n in range(500)
        )
        rooms = Room.objects.bulk_create(
            Room(name=f"방 {n}", owner=users[0], is_open=n % 10 == 0, last_activity_at=_BEGIN) for n in range(ROOMS)
        )
        rows = []
        for number, room in enumerate(rooms):
            others = chance.sample(users[1:], MEMBERS - 1)
            inside = [*others, users[0]] if number < OWN_ROOMS else others
            rows += [Member(room=room, user=user, joined_at=_BEGIN) for user in inside]
        Member.objects.bulk_create(rows)
        family = LoginFamily.objects.create(user=users[0])
    return _signed(AccessToken(), family), rooms[0].pk


def grow(total: int, progress: Progress) -> None:
    """Messages up to this number in all; counters of rooms and members as the services keep them."""
    rooms = list(Room.objects.order_by("pk"))
    senders = {room.pk: list(room.members.values_list("user_id", flat=True)) for room in rooms}
    task = progress.add_task(f"{connection.vendor}: {total:,} messages", total=total)
    there = sum(room.message_count for room in rooms)
    progress.advance(task, there)
    chance = random.Random(total)
    with transaction.atomic():
        while there < total:
            part = min(_PART, total - there)
            _write([_message(chance, rooms, senders, there + n) for n in range(part)])
            there += part
            progress.advance(task, part)
        for room in rooms:
            room.last_message = Message.objects.filter(room=room, number=room.message_count).first()
        Room.objects.bulk_update(rooms, ["message_count", "last_message", "last_activity_at"])
        for member in (members := list(Member.objects.select_related("room"))):
            member.read_number = max(0, member.room.message_count - chance.randrange(50))
        Member.objects.bulk_update(members, ["read_number"], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _message(chance: random.Random, rooms: list[Room], senders: dict[int, list[int]], n: int) -> tuple[Any, ...]:
    room = rooms[0] if n % 2 else rooms[chance.randrange(1, ROOMS)]
    room.message_count += 1
    room.last_activity_at = _BEGIN + timedelta(seconds=n)
    text = "네, 지금 화면이 보여요. 다음은 어디를 누르면 되나요?"
    return room.pk, room.message_count, chance.choice(senders[room.pk]), text, "text", room.last_activity_at


def _write(rows: list[tuple[Any, ...]]) -> None:
    columns = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY chat_message ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        shown = [(*row[:-1], row[-1].replace(tzinfo=None).isoformat(" ")) for row in rows]
        cursor.executemany(f"INSERT INTO chat_message ({columns}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})", shown)


def questions(large_room: int) -> dict[str, str]:
    room = Room.objects.get(pk=large_room)
    middle = Message.objects.get(room=room, number=room.message_count // 2).pk
    page = f"/api/v1/chat/rooms/{room.pk}/messages?limit=50"
    return {
        "room list with unread counts (S4)": "/api/v1/chat/rooms?limit=50",
        "room list with 50 messages each (S3)": "/chat/v1/room/?limit=20",
        "newest page of the large room": page,
        "page after half of it, by offset": f"{page}&offset={room.message_count // 2}",
        "page before its middle, by cursor": f"{page}&before={middle}",
    }


def ask(token: str, path: str) -> dict[str, Any]:
    """Milliseconds of one question, its number of queries, and how the database answers them."""
    client = Client(headers={"authorization": f"Bearer {token}"})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]  # the next request empties the list
    wall, cpu = [], []
    for _ in range(_REPEATS):
        started, used = time.perf_counter(), time.thread_time()
        client.get(path)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.thread_time() - used) * 1000)
    return {
        "p50": statistics.median(wall),
        "p95": sorted(wall)[int(_REPEATS * 0.95)],
        "cpu": statistics.median(cpu),
        "queries": len(statements),
        "plans": list(_plans(statements)),
    }


def _plans(statements: list[str]) -> Iterator[dict[str, Any]]:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN (COSTS OFF) "
    for sql in statements:
        if "chat_" in sql and sql.lstrip().startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(explain + sql.replace("%", "%%"))
                yield {"sql": sql[:2000], "plan": [str(row[-1]) for row in cursor.fetchall()]}


def main(arguments: list[str]) -> None:
    token, large_room = people_and_rooms()
    result = []
    with Progress() as progress:
        for total in (int(text) for text in arguments[1:]):
            grow(total, progress)
            asked = {name: ask(token, path) for name, path in questions(large_room).items()}
            result.append({"messages": total, "vendor": connection.vendor, "questions": asked})
    Path(arguments[0]).write_text(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
