"""python rows.py fill COMERS HALL MOVING PHONES SEATS STEPS FILE | count"""

import json
import sys
from pathlib import Path

import django

django.setup()

from classroom.models import (  # noqa: E402
    ActivityLog,
    ChatMessage,
    ChatRoom,
    ChatRoomMember,
    Enrollment,
    Lecture,
    LectureSession,
    SessionParticipant,
    SessionStepControl,
    Subtask,
    Task,
    User,
    UserProgress,
)
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken  # noqa: E402

LECTURES, TASKS = 16, 4


def fill(comers, hall, moving, phones, seats, steps):
    with transaction.atomic():
        lectures = [lecture(number, steps) for number in range(LECTURES)]
        coming = people("c", comers)
        halls = sessions("H", lectures, -(-comers // hall))
        enrol((user, halls[number // hall]) for number, user in enumerate(coming))
        for_phones = sessions("P", lectures, phones)
        students = seated(for_phones, people("p", phones * seats))
        moved = sessions("M", lectures, moving)
        seated(moved, people("m", moving * seats))
        return {
            "comers": [
                (halls[number // hall].pk, user.pk, str(AccessToken.for_user(user)))
                for number, user in enumerate(coming)
            ],
            "moving": [
                {
                    "session": session.pk,
                    "teacher": str(AccessToken.for_user(session.lecture.instructor)),
                    "steps": steps_of(session.lecture),
                }
                for session in moved
            ],
            "phones": [
                {
                    "session": session.pk,
                    "room": room(session, group).pk,
                    "steps": steps_of(session.lecture),
                    "students": [signed_in(user) for user in group],
                }
                for session, group in zip(for_phones, students, strict=True)
            ],
        }


def people(kind, count):
    return User.objects.bulk_create(
        [User(username=f"{kind}{n}", email=f"{kind}{n}@example.com", name=f"회원 {n}") for n in range(count)],
        batch_size=500,
    )


def lecture(number, steps):
    teacher = User.objects.create(username=f"t{number}", name=f"강사 {number}", role="INSTRUCTOR")
    made = Lecture.objects.create(instructor=teacher, title=f"카카오톡 기초 {number}", description="사용법을 배웁니다")
    for index in range(1, TASKS + 1):
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
            for place in range(1, steps // TASKS + 1)
        )
    return made


def steps_of(lecture):
    steps = Subtask.objects.filter(task__lecture=lecture).order_by("task__order_index", "order_index")
    return list(steps.values_list("pk", flat=True))


def sessions(letter, lectures, count):
    first = {lecture.pk: steps_of(lecture)[0] for lecture in lectures}
    chosen = [lectures[number % len(lectures)] for number in range(count)]
    return LectureSession.objects.bulk_create(
        [
            LectureSession(
                lecture=lecture,
                session_code=f"{letter}{number:05d}",
                title=f"오전반 {number}",
                status="IN_PROGRESS",
                current_subtask_id=first[lecture.pk],
                started_at=timezone.now(),
            )
            for number, lecture in enumerate(chosen)
        ],
        batch_size=500,
    )


def enrol(pairs):
    Enrollment.objects.bulk_create(
        [Enrollment(user=user, lecture_id=session.lecture_id) for user, session in pairs], batch_size=500
    )


def seated(sessions, people):
    seats = len(people) // len(sessions)
    groups = [people[at : at + seats] for at in range(0, len(people), seats)]
    pairs = [(user, session) for session, group in zip(sessions, groups, strict=True) for user in group]
    enrol(pairs)
    SessionParticipant.objects.bulk_create(
        [
            SessionParticipant(
                session=session, user=user, status="ACTIVE", current_subtask_id=session.current_subtask_id
            )
            for user, session in pairs
        ],
        batch_size=500,
    )
    return groups


def room(session, group):
    owner = session.lecture.instructor
    made = ChatRoom.objects.create(name=session.title, owner=owner)
    ChatRoomMember.objects.bulk_create(ChatRoomMember(chat_room=made, user=user) for user in (owner, *group))
    return made


def signed_in(user):
    refresh = RefreshToken.for_user(user)
    return {"user": user.pk, "token": str(refresh.access_token), "refresh": str(refresh)}


def counts():
    return {
        "seats": SessionParticipant.objects.count(),
        "steps": SessionStepControl.objects.count(),
        "completed": UserProgress.objects.filter(status="COMPLETED").count(),
        "logs": ActivityLog.objects.count(),
        "messages": ChatMessage.objects.count(),
        "tokens": OutstandingToken.objects.count(),
    }


if sys.argv[1] == "count":
    print(json.dumps(counts()))
else:
    call_command("migrate", "auth", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)
    Path(sys.argv[8]).write_text(json.dumps(fill(*(int(text) for text in sys.argv[2:8]))))
