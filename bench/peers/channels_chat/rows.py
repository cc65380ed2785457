"""python rows.py fill ROOMS MEMBERS PEOPLE | count"""

import json
import sys
from pathlib import Path

import django

django.setup()

from chat.models import Chat, Room, RoomMember  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402


def fill(rooms, members):
    call_command("migrate", "auth", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)
    count = rooms * members
    users = User.objects.bulk_create(
        [User(username=f"m{n}", email=f"m{n}@example.com", first_name=f"회원 {n}") for n in range(count)],
        batch_size=500,
    )
    made = Room.objects.bulk_create([Room(name=f"방 {n}", owner=users[n]) for n in range(rooms)], batch_size=500)
    RoomMember.objects.bulk_create(
        [RoomMember(room=made[n % rooms], user=user) for n, user in enumerate(users)], batch_size=500
    )
    return [{"room": n % rooms, "room_id": made[n % rooms].pk, "user_id": user.pk} for n, user in enumerate(users)]


if sys.argv[1] == "count":
    print(Chat.objects.count())
else:
    Path(sys.argv[4]).write_text(json.dumps(fill(int(sys.argv[2]), int(sys.argv[3]))))
