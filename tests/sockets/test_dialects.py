"""The exact frames of each socket for one class, as a client receives them (S0, S1; contract 3.10, 7)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    Announce,
    EndSession,
    JoinSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.models import LectureSession
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.services import answer_help, request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from mobilegpt.realtime.dialect import BadFrame, Dialect
from mobilegpt.realtime.protocol import Heartbeat
from mobilegpt.sockets.dialects import class_instructor, class_room, class_student, help_answers, student_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db
NOW = "2025-10-28T10:00:00Z"
Frames = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _at_ten() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def frames(dialect: Dialect) -> Frames:
    """What a socket shows of everything that was emitted, whoever it was for."""
    return [frame for event in classes.events() for frame in dialect.encode(event)]


def hold_class(session: LectureSession) -> None:
    actor, ref = classes.owner_of(session), str(session.pk)
    services.start_session(actor=actor, session_ref=ref, command=StartSession(message="시작해요"))
    services.advance_step(actor=actor, session_ref=ref, command=AdvanceStep(message="다음이에요"))
    services.pause_session(actor=actor, session_ref=ref, command=PauseSession(message="쉬어요"))
    services.announce(actor=actor, session_ref=ref, command=Announce(message="5분만요"))
    services.resume_session(actor=actor, session_ref=ref, command=ResumeSession())
    services.announce(actor=actor, session_ref=ref, command=Announce(message="천천히"))
    services.end_session(actor=actor, session_ref=ref, command=EndSession(message="수고했어요"))
    services.announce(actor=actor, session_ref=ref, command=Announce(message="복습하세요"))


APPS_READ = ("description", "view_id", "text", "content_description", "target_package", "target_class", "bounds")


def with_copy(frame: dict[str, Any]) -> dict[str, Any]:
    return {**frame, "data": {key: value for key, value in frame.items() if key != "type"}}


def test_the_room_is_flat_with_a_copy(session: LectureSession) -> None:
    hold_class(session)

    def status(value: str, message: str, words: str | None) -> dict[str, Any]:
        return {
            "type": "session_status_changed",
            "status": value,
            "message": message,
            "instructor_message": words or "",
        }

    def step(number: int, words: str) -> dict[str, Any]:
        subtask = classes.steps(session.lecture)[number - 1]
        shown = {
            "id": subtask.pk,
            "title": subtask.title,
            "order": subtask.order_index,
            "order_index": subtask.order_index,
            "position": number,
            "target_action": "CLICK",
            "guide_text": subtask.guide_text,
            "voice_guide_text": subtask.voice_guide_text,
            "image": None,
            "audio": None,
        }
        apps_read = {**shown, **dict.fromkeys(APPS_READ, ""), "time": None}
        return {
            "type": "step_changed",
            "subtask": shown,
            "instructor_message": words,
            "data": {**apps_read, "subtask": apps_read, "instructor_message": words},
        }

    def said(words: str) -> dict[str, Any]:
        return {"type": "instructor_message", "message": words, "instructor_name": session.lecture.instructor.name}

    assert frames(class_room.DIALECT) == [
        frame if "data" in frame else with_copy(frame)
        for frame in [
            status("IN_PROGRESS", "세션이 시작되었습니다", "시작해요"),
            step(1, "시작해요"),
            step(2, "다음이에요"),
            status("PAUSED", "세션이 일시정지되었습니다", "쉬어요"),
            status("PAUSED", "선생님 말씀이 있어요", "5분만요"),
            said("5분만요"),
            status("IN_PROGRESS", "세션이 재개되었습니다", None),
            status("IN_PROGRESS", "선생님 말씀이 있어요", "천천히"),
            said("천천히"),
            status("REVIEW_MODE", "세션이 종료되었습니다", "수고했어요"),
            status("REVIEW_MODE", "선생님 말씀이 있어요", "복습하세요"),
            said("복습하세요"),
        ]
    ]


def test_the_students_class_is_type_and_data(session: LectureSession) -> None:
    hold_class(session)
    one, two, _ = classes.steps(session.lecture)

    def step(subtask: Any) -> dict[str, Any]:
        names = ("id", "title", "guide_text", "voice_guide_text", "image", "audio")
        return {name: getattr(subtask, name) for name in names}

    def halt(words: str | None) -> dict[str, Any]:
        return {"session_id": session.pk, "instructor_message": words or "", "timestamp": NOW}

    def ended(words: str) -> dict[str, Any]:
        return {"session_id": session.pk, "ended_at": NOW, "instructor_message": words, "review_mode_enabled": True}

    assert frames(class_student.DIALECT) == [
        {
            "type": "session_started",
            "data": {
                "session_id": session.pk,
                "started_at": NOW,
                "current_subtask": step(one),
                "instructor_message": "시작해요",
            },
        },
        {
            "type": "step_changed",
            "data": {
                "previous_subtask_id": one.pk,
                "current_subtask": step(two),
                "instructor_message": "다음이에요",
                "timestamp": NOW,
            },
        },
        {"type": "session_paused", "data": halt("쉬어요")},
        {"type": "session_paused", "data": halt("5분만요")},
        {"type": "session_resumed", "data": halt(None)},
        {"type": "session_resumed", "data": halt("천천히")},
        {"type": "session_ended", "data": ended("수고했어요")},
        {"type": "session_ended", "data": ended("복습하세요")},
    ]
    assert frames(class_instructor.DIALECT) == []


def test_words_in_the_waiting_room(session: LectureSession) -> None:
    command = Announce(message="곧 시작해요")
    services.announce(actor=classes.owner_of(session), session_ref=session.code, command=command)
    frame, message = frames(class_room.DIALECT)
    assert (message["message"], message["instructor_name"]) == ("곧 시작해요", "박강사")
    assert (frame["status"], frame["instructor_message"]) == ("WAITING", "곧 시작해요")
    assert frames(class_student.DIALECT) == []


def test_coming_and_going(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    services.mark_absent(session.pk, kim.pk)
    person = {"user_id": kim.pk, "user_name": "김학생"}
    assert frames(class_room.DIALECT) == [
        {
            "type": "participant_joined",
            **person,
            "role": "STUDENT",
            "data": {**person, "role": "STUDENT", "username": "김학생"},
        },
        {"type": "participant_left", **person, "data": {**person, "username": "김학생"}},
    ]
    person = {"user_id": kim.pk, "name": "김학생"}
    assert frames(class_instructor.DIALECT) == [
        {
            "type": "student_joined",
            "data": {**person, "email": kim.email, "joined_at": NOW, "total_participants": 1},
        },
        {
            "type": "student_disconnected",
            "data": {**person, "last_active_at": NOW, "active_participants": 0},
        },
    ]
    assert "email" not in json.dumps(frames(class_room.DIALECT))


def test_progress_and_help_for_the_staff(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.forget_events()
    step = classes.steps(session.lecture)[0]
    actor = cast.actor(kim)
    context = {"stuck_duration_seconds": 45}
    asked = request_help(
        actor=actor, command=RequestHelp(subtask_id=step.pk, message="어려워요", context_data=context)
    ).request
    update_progress(actor=actor, command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    person = {"user_id": kim.pk, "user_name": "김학생", "subtask_id": step.pk}
    assert frames(class_room.DIALECT) == [
        with_copy({"type": "help_requested", **person, "message": "어려워요"}),
        with_copy({"type": "progress_updated", **person, "status": "HELP_NEEDED"}),
        with_copy({"type": "progress_updated", **person, "status": "COMPLETED"}),
    ]
    progress = {"user_id": kim.pk, "name": "김학생", "subtask_id": step.pk, "subtask_title": step.title}
    assert frames(class_instructor.DIALECT) == [
        {
            "type": "student_help_request",
            "data": {
                "help_request_id": asked.pk,
                "user": {"id": kim.pk, "name": "김학생"},
                "subtask": {"id": step.pk, "title": step.title},
                "stuck_duration_seconds": 45,
                "timestamp": NOW,
            },
        },
        {"type": "student_progress", "data": {**progress, "status": "HELP_NEEDED", "completed_at": None}},
        {"type": "student_progress", "data": {**progress, "status": "COMPLETED", "completed_at": NOW}},
    ]


def test_an_answer_reaches_the_asker(lecture: Lecture, park: User, kim: User) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    request = request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=step.pk)).request
    answer_help(
        actor=cast.actor(park),
        request_id=request.pk,
        command=AnswerHelp(help_content="'친구' 탭을 눌러보세요", voice_guide_text="친구 탭을 눌러보세요"),
    )
    assert frames(help_answers.DIALECT) == [
        {
            "type": "HELP_AVAILABLE",
            "help_response": {
                "help_content": "'친구' 탭을 눌러보세요",
                "voice_guide_text": "친구 탭을 눌러보세요",
                "help_request_id": request.pk,
            },
        }
    ]


def test_the_learners_own_frames_come_in_their_order(park: User, kim: User) -> None:
    lecture = cast.lecture(park, shape=(10, 10))
    cast.enroll(lecture, kim)
    steps = classes.steps(lecture)
    for step in steps[:9]:
        update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    classes.forget_events()
    tenth, following = steps[9], steps[10]
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=tenth.pk, status="COMPLETED"))
    assert frames(student_progress.DIALECT) == [
        {
            "type": "subtask_completed",
            "subtask_id": tenth.pk,
            "next_subtask": {
                "id": following.pk,
                "title": following.title,
                "order": 1,
                "order_index": 1,
                "position": 11,
                "target_action": "CLICK",
                "guide_text": following.guide_text,
                "voice_guide_text": following.voice_guide_text,
                "image": None,
                "audio": None,
            },
        },
        {
            "type": "progress_updated",
            "subtask_id": tenth.pk,
            "status": "COMPLETED",
            "message": "단계를 완료했습니다!",
        },
        {
            "type": "achievement_unlocked",
            "achievements": [
                {
                    "type": "milestone",
                    "title": "10개 단계 완료!",
                    "description": "축하합니다! 10개의 단계를 완료하셨습니다.",
                    "icon": "trophy",
                }
            ],
        },
        {"type": "encouragement", "message": "벌써 절반이나 하셨어요!", "progress_rate": 50.0},
    ]


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ({"type": "next_step", "subtask_id": 5}, AdvanceStep(subtask_id=5)),
        ({"type": "next_step", "next_subtask_id": 5}, AdvanceStep(subtask_id=5)),
        ({"type": "next_step", "data": {"subtask_id": 5, "message": "자"}}, AdvanceStep(subtask_id=5, message="자")),
        ({"type": "next_step"}, AdvanceStep()),
        ({"type": "request_help", "data": {"subtask_id": 5}}, RequestHelp(subtask_id=5)),
        ({"type": "help_request", "subtask_id": 5, "message": "아"}, RequestHelp(subtask_id=5, message="아")),
        ({"type": "join", "data": {"device_id": "test", "name": "t"}}, JoinSession(device_id="test", name="t")),
        ({"type": "heartbeat", "data": {"timestamp": 17}}, Heartbeat(timestamp=17)),
    ],
)
def test_both_forms_of_client_frames(frame: dict[str, Any], command: object) -> None:
    assert class_room.DIALECT.decode(json.dumps(frame)).command == command


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "next_step", "subtask_id": "5"},
        {"type": "next_step", "subtask_id": 2**63},
        {"type": "next_step", "message": 5},
        {"type": "progress_update", "subtask_id": 5},
        {"type": "request_help", "context_data": []},
        {"type": "mark_complete", "subtask_id": 5},
        {"type": ["next_step"]},
        {},
    ],
)
def test_bad_client_frames(frame: dict[str, Any]) -> None:
    with pytest.raises(BadFrame):
        class_room.DIALECT.decode(json.dumps(frame))
