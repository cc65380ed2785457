"""Runs as a program: fills our database with people, rooms and logins, or counts its messages.

python -m bench.servers.ours_rows fill ROOMS MEMBERS PORT PLAN [personal] | count

The sockets of the plan are those of the rooms (W10), or everybody's own (W8).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from mobilegpt.accounts.models import LoginFamily, User  # noqa: E402
from mobilegpt.accounts.tokens import AccessToken, _signed  # noqa: E402
from mobilegpt.chat.models import Member, Message, Room  # noqa: E402
from mobilegpt.core.clock import now  # noqa: E402

_ROOM = "/ws/chat/{room_id}/chat/?token={token}"
_OWN = "/ws/help/{user}/?token={token}"


def fill(rooms: int, members: int) -> list[dict[str, Any]]:
    """Every member of every room is somebody else. One of each room in turn, so that neighbours share no room."""
    call_command("migrate", verbosity=0)
    count = rooms * members
    with transaction.atomic():
        users = User.objects.bulk_create(
            (
                User(email=f"m{n}@example.com", name=f"회원 {n}", nickname=f"회원 {n}", password="!")
                for n in range(count)
            ),
            batch_size=500,
        )
        families = LoginFamily.objects.bulk_create((LoginFamily(user=user) for user in users), batch_size=500)
        made = Room.objects.bulk_create(
            (Room(name=f"방 {n}", owner=users[n], last_activity_at=now()) for n in range(rooms)), batch_size=500
        )
        Member.objects.bulk_create(
            (Member(room=made[n % rooms], user=user, joined_at=now()) for n, user in enumerate(users)), batch_size=500
        )
    return [
        {"room": n % rooms, "room_id": made[n % rooms].pk, "user": user.pk, "token": _signed(AccessToken(), family)}
        for n, (user, family) in enumerate(zip(users, families, strict=True))
    ]


def plan_of(people: list[dict[str, Any]], port: int, path: str) -> dict[str, Any]:
    return {
        "protocol": "ws",
        "address": f"127.0.0.1:{port}",
        "opening": 32,
        "sockets": [{"path": path.format(**one), "room": one["room"]} for one in people],
        "posts": [
            {
                "head": f"POST /api/v1/chat/rooms/{one['room_id']}/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                f"Content-Type: application/json\r\nAuthorization: Bearer {one['token']}\r\n",
                "before": f'{{"user_id":{one["user"]},"message_type":"text","message":"',
                "after": '"}',
                "room": one["room"],
            }
            for one in people
        ],
    }


def main(arguments: list[str]) -> None:
    if arguments[0] == "count":
        print(Message.objects.count())
        return
    rooms, members, port = (int(text) for text in arguments[1:4])
    path = _OWN if arguments[5:] == ["personal"] else _ROOM
    Path(arguments[4]).write_text(json.dumps(plan_of(fill(rooms, members), port, path)))


if __name__ == "__main__":
    main(sys.argv[1:])
