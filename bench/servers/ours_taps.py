"""Runs as a program: classes whose steps say what they expect of a phone, this server, and what it has kept.

python -m bench.servers.ours_taps fill CLASSES STEPS FILE | serve PORT FILE | kept

``fill`` makes a teacher and a lecture for each class. ``serve`` is ``manage.py serve``; the FILE gets the number of the
thread that matches, by which the system counts its CPU. ``kept`` prints how many events and completed steps there are.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import msgspec  # noqa: E402
from django.core.management import call_command  # noqa: E402

from bench import told_events  # noqa: E402
from mobilegpt.accounts.models import Role, User  # noqa: E402
from mobilegpt.accounts.tokens import issue_tokens  # noqa: E402
from mobilegpt.activity.models import ActivityLog  # noqa: E402
from mobilegpt.guidance.expectation import Expectation, State, Target  # noqa: E402
from mobilegpt.lectures.models import Lecture, Subtask, Task  # noqa: E402
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress  # noqa: E402


def fill(classes: int, steps: int) -> list[dict[str, object]]:
    """Of each class the token of its teacher and its lecture."""
    call_command("migrate", verbosity=0)
    made: list[dict[str, object]] = []
    for number in range(classes):
        teacher = User.objects.create(email=f"t{number}@example.com", name="강사", role=Role.INSTRUCTOR)
        lecture = Lecture.objects.create(instructor=teacher, title=f"{number}반", description="함께 눌러요")
        task = Task.objects.create(lecture=lecture, title="과제", order_index=1)
        for place in range(1, steps + 1):
            Subtask.objects.create(
                task=task,
                title=f"{place}번째 단계",
                order_index=place,
                target_action="CLICK",
                guide_text=f"'{told_events.button(place)}'을 눌러주세요.",
                expectation=msgspec.to_builtins(expectation_of(place)),
            )
        made.append({"token": issue_tokens(teacher).access, "lecture": lecture.pk})
    return made


def expectation_of(place: int) -> Expectation:
    """A button on one screen, which leads to the next."""
    return Expectation(
        action="TAP",
        source="teacher",
        where=State(apps=[told_events.APP], screens=[told_events.screen(place)]),
        target=Target(labels=[told_events.button(place)], role="button"),
        after=State(apps=[told_events.APP], screens=[told_events.screen(place + 1)]),
    )


def serve(port: str, file: Path) -> None:
    threading.Thread(target=_tell_of_follower, args=(file,), daemon=True).start()
    call_command("serve", "--host", "127.0.0.1", "--port", port)


def _tell_of_follower(file: Path) -> None:
    while not (found := [thread for thread in threading.enumerate() if thread.name == "follower"]):
        time.sleep(0.05)
    file.write_text(str(found[0].native_id))


def kept() -> dict[str, int]:
    completed = SubtaskProgress.objects.filter(status=ProgressStatus.COMPLETED)
    return {"events": ActivityLog.objects.count(), "completed": completed.count()}


def main(arguments: list[str]) -> None:
    match arguments:
        case ["fill", classes, steps, file]:
            Path(file).write_text(json.dumps(fill(int(classes), int(steps))))
        case ["serve", port, file]:
            serve(port, Path(file))
        case ["kept"]:
            print(json.dumps(kept()))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
