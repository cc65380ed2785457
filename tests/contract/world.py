"""The people and things of the access matrix: one lecture with its classes, and everybody who might reach for them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.core.files.base import ContentFile

from mobilegpt.accounts import confirmation
from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.tokens import actor_from_user, issue_tokens
from mobilegpt.activity.models import StepMatch
from mobilegpt.chat import services as chat
from mobilegpt.chat.commands import OpenRoom
from mobilegpt.chat.models import Room
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.commands import AdvanceStep, OpenSession, PauseSession, StartSession
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.files import lesson_files
from mobilegpt.files.step_pictures import make_sizes
from mobilegpt.guidance.expectation import Expectation, Target
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp, ShareAnswer
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest
from mobilegpt.helpdesk.remembering import share_answer
from mobilegpt.lectures import expecting
from mobilegpt.lectures.models import Lecture, LectureRevision, Subtask
from mobilegpt.notifications.models import Notification, NotificationType
from mobilegpt.packs.shelf import shelf
from mobilegpt.pictures import services as pictures
from mobilegpt.pictures import uploads
from mobilegpt.pictures.commands import OpenUploadLink
from mobilegpt.recordings import drafting
from mobilegpt.recordings import services as recordings
from mobilegpt.recordings.batch import read_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.screenshots import services as screenshots
from mobilegpt.screenshots.commands import ShowScreen
from mobilegpt.screenshots.models import Screenshot
from tests import cast
from tests.packs import making as pack_making
from tests.pictures import picture

PRINCIPALS = (
    "anonymous",
    "student",
    "other_student",
    "guest",
    "teacher",
    "other_teacher",
    "admin",
    "deactivated",
    "expired",
    "co_teacher",
    "class_teacher",
    "supporter",
    "class_supporter",
)
DEVICE = "kX2vQ9fR7bLm4TzN8cYw1A"
"""Of the guest's phone."""
COLLEAGUES = PRINCIPALS[-4:]
"""Of the lecture: an instructor who teaches, and one who helps; of some of its classes: the same, but the one who helps
has a student's account."""
SECRETS = ("student1@example.com", "instructor@example.com", "01098765432", "김학생", "김손님")
"""What a refusal must not tell: e-mail, phone and names of people who are not the caller."""


@dataclass
class World:
    """``tokens`` by principal; ``ids`` fill the paths and bodies of the matrix."""

    tokens: dict[str, str | None] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def build_world() -> World:
    """김학생 sits in the class, 이학생 does not; 박강사 owns it, 최강사 does not."""
    world = World()
    teacher, kim = cast.instructor_park(), cast.student_kim()
    kim.phone = "01098765432"
    kim.save(update_fields=["phone"])
    world.users = {
        "student": kim,
        "other_student": cast.student_lee(),
        "teacher": teacher,
        "other_teacher": cast.instructor_choi(),
        "admin": cast.admin_han(),
        "deactivated": cast.person("gone@example.com", "간학생"),
        "co_teacher": cast.person("co@example.com", "강동료", Role.INSTRUCTOR),
        "class_teacher": cast.person("co.class@example.com", "노동료", Role.INSTRUCTOR),
        "supporter": cast.person("supporter@example.com", "도우미", Role.INSTRUCTOR),
        "class_supporter": cast.person("supporter.class@example.com", "손도움"),
    }
    _lectures(world, teacher, kim)
    _pictures(world, teacher)
    _library(world)
    _sessions(world, teacher, kim)
    _colleagues(world, teacher)
    _help(world, teacher, kim)
    _chat(world, teacher, kim)
    _recordings(world, teacher, kim)
    _tokens(world)
    return world


def _lectures(world: World, teacher: User, kim: User) -> None:
    lecture, idle = cast.lecture(teacher, (3, 1)), cast.lecture(teacher, title="쉬는 강의")
    inactive = cast.lecture(teacher, title="숨은 강의")
    Lecture.objects.filter(pk=inactive.pk).update(is_active=False)
    foreign = cast.lecture(world.users["other_teacher"], title="다른 강의")
    cast.enroll(lecture, kim)
    cast.enroll(inactive, kim)
    steps = [
        row.pk for row in Subtask.objects.filter(task__lecture=lecture).order_by("task__order_index", "order_index")
    ]
    unused = Subtask.objects.filter(task__lecture=idle).order_by("id").last()
    assert unused is not None
    clip = lesson_files.keep(pack_making.clip(), "m4a")
    unused.audio = {"file": clip, "duration_seconds": 1.0, "source": "clip"}
    unused.save(update_fields=["audio"])
    world.ids |= {
        "lecture": lecture.pk,
        "idle": idle.pk,
        "inactive": inactive.pk,
        "foreign": foreign.pk,
        "task": lecture.tasks.order_by("id")[0].pk,
        "tasks": [lecture.tasks.order_by("id")[0].pk],
        "idle_task": unused.task_id,
        "subtask": steps[0],
        "next_subtask": steps[1],
        "idle_subtask": unused.pk,
        "kim": kim.pk,
        "order": [
            {"id": task.pk, "subtasks": [subtask.pk for subtask in task.subtasks.order_by("-id")]}
            for task in idle.tasks.order_by("-id")
        ],
    }


def _pictures(world: World, teacher: User) -> None:
    sizes = make_sizes(io.BytesIO(picture()))
    pictured, owner = world.ids["idle_subtask"], cast.actor(teacher)
    pictures.set_image(actor=owner, subtask_id=pictured, sizes=sizes)
    expected = Expectation(action="TAP", source="teacher", target=Target(labels=["전송"]))
    expecting.set_expectation(actor=owner, subtask_id=pictured, expectation=expected)
    made = uploads.open_link(actor=owner, lecture_id=world.ids["lecture"], command=OpenUploadLink())
    world.ids |= {
        "pictured": pictured,
        "lesson_file": sizes[0].file,
        "upload": made.token,
        "upload_link": made.link.pk,
    }


def _library(world: World) -> None:
    idle = Lecture.objects.filter(pk=world.ids["idle"])
    idle.update(shared_at=now())
    ready = shelf().lessons()[0]
    world.ids |= {
        "version": LectureRevision.objects.filter(lecture__in=idle).order_by("version")[0].version,
        "library_file": f"{ready.address}/{ready.lesson.pictures[0]}",
    }


def _sessions(world: World, teacher: User, kim: User) -> None:
    """The class that runs stands on a step that the guest's phone shows to be done."""
    park = cast.actor(teacher)
    expected = Expectation(action="TAP", source="teacher", target=Target(labels=["전송"]))
    expecting.set_expectation(actor=park, subtask_id=world.ids["next_subtask"], expectation=expected)

    def opened() -> LectureSession:
        return classroom.open_session(actor=park, lecture_id=world.ids["lecture"], command=OpenSession())

    live, waiting, paused = opened(), opened(), opened()
    for session in (live, waiting, paused):
        classroom.take_seat(actor=cast.actor(kim), session=session)
    for session in (live, paused):
        classroom.start_session(actor=park, session_ref=str(session.pk), command=StartSession())
        classroom.advance_step(actor=park, session_ref=str(session.pk), command=AdvanceStep())
    classroom.pause_session(actor=park, session_ref=str(paused.pk), command=PauseSession())
    guest = classroom.take_guest_seat(session=live, name="김손님", device_id=DEVICE, address="192.0.2.1")
    world.users["guest"] = guest.login.user
    seat = classroom.take_seat(actor=cast.actor(kim), session=live).seat
    world.ids["seat"] = seat.pk
    shown = base64.b64encode(picture()).decode()
    screenshots.show_screen(
        actor=actor_from_user(guest.login.user), session_ref=str(live.pk), command=ShowScreen(image_data=shown)
    )
    Screenshot.objects.update(created_at=now() - timedelta(minutes=1))  # one a second
    world.ids["guest_seat"] = guest.seating.seat.pk
    StepMatch.objects.create(
        session=live, user=guest.login.user, subtask_id=world.ids["next_subtask"],
        match={"verdict": "done", "done_by": "act"},
    )  # fmt: skip
    world.ids |= {"live": live.pk, "code": live.code, "waiting": waiting.pk, "paused": paused.pk}


def _colleagues(world: World, teacher: User) -> None:
    """They have accepted what 박강사 invited them to: three lectures, or the classes that run and pause."""
    lectures = [(world.ids[name], None) for name in ("lecture", "idle", "inactive")]
    held = [(world.ids["lecture"], world.ids[name]) for name in ("live", "paused")]
    roles = (
        ("co_teacher", "co_instructor", lectures),
        ("class_teacher", "co_instructor", held),
        ("supporter", "supporter", lectures),
        ("class_supporter", "supporter", held),
    )
    for name, role, places in roles:
        for lecture_id, session_id in places:
            token = _invited(teacher, lecture_id, role, session_id).token
            accepted = classroom.accept(actor=cast.actor(world.users[name]), token=token, address="192.0.2.1")
            world.ids[name] = accepted.colleague.pk
    waiting = _invited(teacher, world.ids["lecture"], "supporter", None)
    world.ids |= {"invitation": waiting.invitation.pk, "token": waiting.token}


def _invited(teacher: User, lecture_id: int, role: str, session_id: int | None) -> classroom.Invited:
    return classroom.invite(actor=cast.actor(teacher), lecture_id=lecture_id, role=role, session_id=session_id)


def _chat(world: World, teacher: User, kim: User) -> None:
    room = Room.objects.get(session_id=world.ids["live"])
    file = chat.store_file(actor=cast.actor(kim), room_id=room.pk, name="memo.txt", content=io.BytesIO(b"hello"))
    opened = chat.open_room(actor=cast.actor(teacher), command=OpenRoom(name="누구나", is_open=True))
    stranger = OpenRoom(name="모임", member_ids=[world.users["other_student"].pk])
    inviting = chat.open_room(actor=cast.actor(teacher), command=stranger)
    world.ids |= {"room": room.pk, "open": opened.room_id, "inviting": inviting.room_id, "file": str(file.pk)}
    teacher.profile_picture.save("park.png", ContentFile(picture()))
    world.ids["picture"] = teacher.profile_picture.name.rpartition("/")[2]
    world.ids |= {"lee": world.users["other_student"].pk, "park": teacher.pk}


def _recordings(world: World, teacher: User, kim: User) -> None:
    for name, session_id in (("recording", None), ("linked", world.ids["live"])):
        command = StartRecording(title="내 연습", session_id=session_id)
        world.ids[name] = recordings.start_recording(actor=cast.actor(kim), command=command).pk
    drafting.make_draft(actor=cast.actor(teacher), recording_id=world.ids["linked"])
    command = StartRecording(title="수업에서", session_id=world.ids["live"])
    stopped = recordings.start_recording(actor=cast.actor(kim), command=command).pk
    batch = read_batch([{"event_type": "CLICK", "data": {"text": "채팅", "class": "Button"}}])
    rows = recordings.rows_of(stopped, batch)
    recordings.save_events(actor=cast.actor(kim), recording_id=stopped, batch=batch, rows=rows)
    recordings.stop_recording(actor=cast.actor(kim), recording_id=stopped)
    world.ids["stopped"] = stopped


def _help(world: World, teacher: User, kim: User) -> None:
    asked = helpdesk.request_help(
        actor=cast.actor(kim), command=RequestHelp(subtask_id=world.ids["subtask"], message="어려워요")
    ).request
    response = helpdesk.answer_help(
        actor=cast.actor(teacher), request_id=asked.pk, command=AnswerHelp(help_content="여기를 누르세요")
    )
    told = Notification.objects.get(user=teacher, type=NotificationType.HELP_REQUEST)
    world.ids |= {"help": asked.pk, "response": response.pk, "notification": told.pk}
    again = helpdesk.answer_help(
        actor=cast.actor(teacher), request_id=asked.pk, command=AnswerHelp(help_content="한 번 더 누르세요")
    )
    shared, _ = share_answer(actor=cast.actor(teacher), response_id=again.pk, command=ShareAnswer())
    world.ids["answer"] = shared.pk
    waiting = HelpRequest.objects.create(
        user=kim, subtask_id=world.ids["next_subtask"], lecture_id=world.ids["lecture"], session_id=world.ids["live"],
        status="RESOLVED",
    )  # fmt: skip
    HelpAnalysis.objects.create(
        request=waiting, source="LOCAL", problem_diagnosis="알 수 없어요", confidence_score=0.4, withheld="NOT_SURE",
        help_content="'친구'를 눌러보세요", voice_guide_text="친구를 눌러보세요",
    )  # fmt: skip
    world.ids["withheld"] = waiting.pk


def _tokens(world: World) -> None:
    waiting = cast.person("waiting@example.com", "기다림", awaits_confirmation=True)
    world.ids["confirm"] = confirmation.key_for(waiting)
    pair = issue_tokens(world.users["student"])
    world.ids["refresh"] = pair.refresh
    world.tokens = {name: cast.access_token(user) for name, user in world.users.items()}
    world.tokens["anonymous"] = None
    with time_machine.travel(now() - settings.ACCESS_TOKEN_LIFETIME - timedelta(minutes=1)):
        world.tokens["expired"] = cast.access_token(world.users["student"])
    gone = world.users["deactivated"]
    gone.is_active = False
    gone.save(update_fields=["is_active"])
