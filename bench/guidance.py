"""What it costs to follow phones that report their taps, on a SQLite of its own.

    python -m bench.guidance [--phones 1000] [--seconds 20] [--json bench/results/guidance.json]

Every phone of one class tells one event a second: most go about the step, some leave the app and come back, some do
it. The events are handed to ``activity.following`` in batches of a tenth of a second, as the follower does. Reported:
the CPU of it as a share of one core, how long an event waits until its row and its frame are committed, and whether
every event was matched. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from mobilegpt.activity.entry import Entry

TARGET_CORE_PERCENT = 30.0
TARGET_MS = 300.0
TOGETHER = 0.1
TALK, SETTINGS = "com.kakao.talk", "com.android.settings"
# One round of what a phone tells: event type, package, title, words.
_ROUND = (
    ("SCREEN_CHANGE", TALK, "친구", ""),
    ("SCROLL", TALK, "친구", ""),
    ("SCROLL", TALK, "친구", ""),
    ("CLICK", TALK, "친구", "쇼핑"),
    ("SCREEN_CHANGE", SETTINGS, "설정", ""),
    ("CLICK", SETTINGS, "설정", "연결"),
    ("SCROLL", SETTINGS, "설정", ""),
    ("SCREEN_CHANGE", TALK, "친구", ""),
    ("SCROLL", TALK, "친구", ""),
    ("TYPE_WINDOW_CONTENT_CHANGED", TALK, "친구", ""),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.guidance", description=__doc__)
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        result = _measured(options.phones, options.seconds)
    print(json.dumps(result, indent=1))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    good = result["core_percent"] < TARGET_CORE_PERCENT and result["p95_ms"] <= TARGET_MS and not result["lost"]
    return 0 if good else 1


def _measured(phones: int, seconds: int) -> dict[str, Any]:
    from mobilegpt.activity import following

    users = _class_of(phones)
    batches = round(1 / TOGETHER)
    waits: list[float] = []
    spent, matched, told = 0.0, 0, 0
    for tick in range(seconds * batches):
        due = users[tick % batches :: batches]
        entries = [_entry(user, tick // batches + place) for place, user in enumerate(due)]
        told += len(entries)
        began, cpu = time.perf_counter(), time.process_time()
        matched += following.follow(entries)
        spent += time.process_time() - cpu
        waits.append(TOGETHER + time.perf_counter() - began)  # the first of a batch has waited for the others
    return {
        "phones": phones,
        "events": told,
        "lost": told - matched,
        "core_percent": round(100 * spent / seconds, 1),
        "p95_ms": round(1000 * statistics.quantiles(waits, n=20)[-1], 1),
        "worst_ms": round(1000 * max(waits), 1),
    }


def _class_of(phones: int) -> list[int]:
    """A running class on a step that expects something; the ids of its people."""
    import msgspec
    from django.core.management import call_command

    from mobilegpt.accounts.models import User
    from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
    from mobilegpt.guidance.expectation import Expectation, State, Target
    from mobilegpt.lectures.models import Lecture, Subtask, Task

    call_command("migrate", verbosity=0)
    teacher = User.objects.create(email="teacher@bench.example", name="박강사", role="INSTRUCTOR")
    lecture = Lecture.objects.create(title="카카오톡", instructor=teacher)
    expectation = Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=[TALK], screens=["친구"]),
        target=Target(labels=["채팅"], role="tab"),
        after=State(apps=[TALK], screens=["채팅"]),
    )
    task = Task.objects.create(lecture=lecture, title="채팅", order_index=1)
    step = Subtask.objects.create(
        task=task, title="채팅 누르기", order_index=1, expectation=msgspec.to_builtins(expectation)
    )
    session = LectureSession.objects.create(
        lecture=lecture, code="BENCH1", title="오전반", status=SessionStatus.IN_PROGRESS, current_subtask=step
    )
    people = User.objects.bulk_create(
        User(email=f"{number}@bench.example", name=f"학생 {number}", role="STUDENT") for number in range(phones)
    )
    SessionParticipant.objects.bulk_create(SessionParticipant(session=session, user=user) for user in people)
    return [user.pk for user in people]


def _entry(user_id: int, place: int) -> Entry:
    import msgspec

    from mobilegpt.activity.entry import Entry
    from mobilegpt.core.clock import now

    kind, app, title, words = _ROUND[place % len(_ROUND)]
    data = msgspec.json.encode({"text": words, "element": "Button", "x": 150, "y": 300}).decode()
    screen = msgspec.json.encode({"package_name": app, "activity_name": "MainActivity", "screen_title": title}).decode()
    return Entry(0, user_id, None, kind, data, screen, None, now(), uuid4())


if __name__ == "__main__":
    sys.exit(main())
