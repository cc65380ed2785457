"""Runs as a program: fills our database with people and classes, or counts what the operations store.

python -m bench.servers.ours_classes fill COMERS HALL MOVING PHONES SEATS STEPS FILE | count
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

from mobilegpt.accounts.models import LoginFamily, RefreshToken, Role, User  # noqa: E402
from mobilegpt.accounts.tokens import AccessToken, _signed, issue_tokens  # noqa: E402
from mobilegpt.activity.models import ActivityLog  # noqa: E402
from mobilegpt.chat.models import Member, Message, Room  # noqa: E402
from mobilegpt.classroom.models import (  # noqa: E402
    LectureSession,
    ParticipantStatus,
    SessionParticipant,
    SessionStatus,
    StepAction,
    StepControl,
)
from mobilegpt.core.clock import now  # noqa: E402
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task  # noqa: E402
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress  # noqa: E402

_LECTURES, _TASKS = 16, 4
_AT_ONCE = 500


def fill(comers: int, hall: int, moving: int, phones: int, seats: int, steps: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        lectures = [_lecture(number, steps) for number in range(_LECTURES)]
        coming = _people("c", comers)
        halls = _sessions("H", lectures, -(-comers // hall))
        _enrol((user, halls[number // hall]) for number, user in enumerate(coming))
        for_phones = _sessions("P", lectures, phones)
        students = _seated(for_phones, _people("p", phones * seats))
        moved = _sessions("M", lectures, moving)
        _seated(moved, _people("m", moving * seats))
        teachers = {lecture.instructor_id: issue_tokens(lecture.instructor).access for lecture in lectures}
        return {
            "comers": [
                (halls[number // hall].pk, user.pk, _token(family))
                for number, (user, family) in enumerate(zip(coming, _families(coming), strict=True))
            ],
            "moving": [
                {
                    "session": session.pk,
                    "teacher": teachers[session.lecture.instructor_id],
                    "steps": _steps(session.lecture),
                }
                for session in moved
            ],
            "phones": [
                {
                    "session": session.pk,
                    "room": _room(session, people).pk,
                    "steps": _steps(session.lecture),
                    "students": [_signed_in(user) for user in people],
                }
                for session, people in zip(for_phones, students, strict=True)
            ],
        }


def _people(kind: str, count: int) -> list[User]:
    names = ((f"{kind}{n}@example.com", f"회원 {n}") for n in range(count))
    return User.objects.bulk_create(
        (User(email=email, name=name, nickname=name, password="!") for email, name in names), batch_size=_AT_ONCE
    )


def _lecture(number: int, steps: int) -> Lecture:
    teacher = User.objects.create(
        email=f"t{number}@example.com", name=f"강사 {number}", nickname="강사", role=Role.INSTRUCTOR, password="!"
    )
    made = Lecture.objects.create(instructor=teacher, title=f"카카오톡 기초 {number}", description="사용법을 배웁니다")
    for index in range(1, _TASKS + 1):
        task = Task.objects.create(lecture=made, title=f"과제 {index}", order_index=index)
        Subtask.objects.bulk_create(
            Subtask(
                task=task,
                title=f"단계 {place}",
                order_index=place,
                target_action="CLICK",
                guide_text=f"{place}번째 단추를 눌러주세요",
                voice_guide_text=f"{place}번째 단추를 눌러주세요",
            )
            for place in range(1, steps // _TASKS + 1)
        )
    return made


def _steps(lecture: Lecture) -> list[int]:
    steps = Subtask.objects.filter(task__lecture=lecture).order_by("task__order_index", "order_index")
    return list(steps.values_list("pk", flat=True))


def _sessions(letter: str, lectures: list[Lecture], count: int) -> list[LectureSession]:
    """Running, on their first step."""
    first = {lecture.pk: _steps(lecture)[0] for lecture in lectures}
    chosen = [lectures[number % len(lectures)] for number in range(count)]
    return LectureSession.objects.bulk_create(
        (
            LectureSession(
                lecture=lecture,
                code=f"{letter}{number:05d}",
                title=f"오전반 {number}",
                status=SessionStatus.IN_PROGRESS,
                current_subtask_id=first[lecture.pk],
                started_at=now(),
            )
            for number, lecture in enumerate(chosen)
        ),
        batch_size=_AT_ONCE,
    )


def _enrol(pairs: Any) -> None:
    rows = (Enrollment(user=user, lecture_id=session.lecture_id) for user, session in pairs)
    Enrollment.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _seated(sessions: list[LectureSession], people: list[User]) -> list[list[User]]:
    """The people of each session, enrolled and in their seats."""
    seats = len(people) // len(sessions)
    groups = [people[at : at + seats] for at in range(0, len(people), seats)]
    pairs = [(user, session) for session, group in zip(sessions, groups, strict=True) for user in group]
    _enrol(pairs)
    SessionParticipant.objects.bulk_create(
        (
            SessionParticipant(
                session=session,
                user=user,
                status=ParticipantStatus.ACTIVE,
                current_subtask_id=session.current_subtask_id,
            )
            for user, session in pairs
        ),
        batch_size=_AT_ONCE,
    )
    return groups


def _room(session: LectureSession, people: list[User]) -> Room:
    owner = session.lecture.instructor
    room = Room.objects.create(name=session.title, owner=owner, session_id=session.pk, last_activity_at=now())
    Member.objects.bulk_create(Member(room=room, user=user, joined_at=now()) for user in (owner, *people))
    return room


def _families(users: list[User]) -> list[LoginFamily]:
    return LoginFamily.objects.bulk_create((LoginFamily(user=user) for user in users), batch_size=_AT_ONCE)


def _token(family: LoginFamily) -> str:
    return _signed(AccessToken(), family)


def _signed_in(user: User) -> dict[str, Any]:
    pair = issue_tokens(user)
    return {"user": user.pk, "token": pair.access, "refresh": pair.refresh}


def counts() -> dict[str, int]:
    completed = SubtaskProgress.objects.filter(status=ProgressStatus.COMPLETED)
    return {
        "seats": SessionParticipant.objects.count(),
        "steps": StepControl.objects.filter(action=StepAction.START_STEP).count(),
        "completed": completed.count(),
        "logs": ActivityLog.objects.count(),
        "messages": Message.objects.count(),
        "tokens": RefreshToken.objects.count(),
    }


def main(arguments: list[str]) -> None:
    if arguments[0] == "count":
        print(json.dumps(counts()))
        return
    numbers = [int(text) for text in arguments[1:7]]
    Path(arguments[7]).write_text(json.dumps(fill(*numbers)))


if __name__ == "__main__":
    main(sys.argv[1:])
