"""Runs as a program: a teacher with a lesson of pictures, the same lesson without, and an empty one.

python -m bench.servers.ours_pictures fill STEPS FILE | steps LECTURE

The pictures are kept by the services that the editor's requests use. ``files`` is what a phone fetches of each step.
``steps`` prints how many of a lecture's steps have a picture.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from bench import drawn_pictures  # noqa: E402
from bench.servers.teacher import EMAIL, PASSWORD  # noqa: E402
from mobilegpt.accounts.models import Role, User  # noqa: E402
from mobilegpt.accounts.tokens import actor_from_user, issue_tokens  # noqa: E402
from mobilegpt.files import lesson_files, store  # noqa: E402
from mobilegpt.files.step_pictures import Size, make_sizes  # noqa: E402
from mobilegpt.lectures.models import Lecture, Subtask, Task  # noqa: E402
from mobilegpt.pictures import services  # noqa: E402

_FETCHED_WIDTH = 720
_LEAST, _MOST = 60_000, 90_000


def fill(steps: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    teacher = User(email=EMAIL, name="강사", nickname="강사", role=Role.INSTRUCTOR)
    teacher.set_password(PASSWORD)
    teacher.save()
    pictured, plain = _lecture(teacher, "사진이 있는 강의", steps), _lecture(teacher, "글만 있는 강의", steps)
    actor = actor_from_user(teacher)
    files = []
    for number, step in enumerate(Subtask.objects.filter(task__lecture=pictured).order_by("order_index")):
        sizes = make_sizes(io.BytesIO(drawn_pictures.of_a_lesson(number)))
        services.set_image(actor=actor, subtask_id=step.pk, sizes=sizes)
        files.append(_fetched(sizes))
    return {
        "token": issue_tokens(teacher).access,
        "pictured": pictured.pk,
        "plain": plain.pk,
        "empty": _lecture(teacher, "빈 강의", 0).pk,
        "files": files,
    }


def _lecture(teacher: User, title: str, steps: int) -> Lecture:
    made = Lecture.objects.create(instructor=teacher, title=title, description="사용법을 배웁니다")
    task = Task.objects.create(lecture=made, title="과제", order_index=1)
    for place in range(1, steps + 1):
        guide = f"{place}번째 화면을 눌러주세요. 다 하셨으면 '다 했어요'를 눌러주세요."
        Subtask.objects.create(
            task=task,
            title=f"{place}번째 단계",
            order_index=place,
            target_action="CLICK",
            guide_text=guide,
            voice_guide_text=guide,
        )
    return made


def _fetched(sizes: list[Size]) -> dict[str, Any]:
    """Raises ``RuntimeError`` for a picture that is not of the size that is to be measured."""
    [name] = [size.file for size in sizes if size.width == _FETCHED_WIDTH]
    count, _ = store.facts_of(lesson_files.path_of(name))
    if not _LEAST <= count <= _MOST:
        raise RuntimeError(f"a picture of {count:,} bytes, not {_LEAST:,} to {_MOST:,}")
    return {"url": lesson_files.url_of(name), "bytes": count}


def main(arguments: list[str]) -> None:
    if arguments[0] == "steps":
        print(Subtask.objects.filter(task__lecture=int(arguments[1]), image__isnull=False).count())
        return
    Path(arguments[2]).write_text(json.dumps(fill(int(arguments[1]))))


if __name__ == "__main__":
    main(sys.argv[1:])
