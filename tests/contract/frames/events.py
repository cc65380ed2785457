"""One instance of every event, and of those that are shown in several ways one for each.

Where an event goes is the world's: its lecture, its class, its room. The other values are any.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mobilegpt.accounts.events import AccountErased, AccountsMerged, CredentialsRevoked
from mobilegpt.accounts.person import Person
from mobilegpt.activity import events as activity
from mobilegpt.chat import events as chat
from mobilegpt.classroom import events as classroom
from mobilegpt.events.event import Event
from mobilegpt.guidance.expectation import Expectation, State, Target
from mobilegpt.helpdesk import events as helpdesk
from mobilegpt.jobs.events import JobDied
from mobilegpt.lectures import events as lectures
from mobilegpt.lectures.step import PictureFile, Step, StepImage
from mobilegpt.notifications.events import NotificationCreated, RelatedUser
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.screenshots.events import ScreenshotUpdated
from tests.contract.world import World

AT = datetime(2025, 10, 28, 10, 0, tzinfo=UTC)
_WORDS = "화면의 설치 버튼을 찾아 눌러주세요"
_STEP = Step(
    id=123, task_id=12, title="앱 설치하기", order_index=3, position=5, target_action="CLICK",
    guide_text="설치 버튼을 눌러주세요", voice_guide_text=_WORDS,
    expectation=Expectation(
        action="TAP", source="teacher", where=State(apps=["com.android.vending"]),
        target=Target(id_suffix="install", labels=["설치"]),
    ),
)  # fmt: skip
_IMAGE = StepImage(alt="카카오톡 화면", marks=[], sizes=[PictureFile(file=f"{'a' * 40}.webp", width=720, height=1280)])


def instances(world: World) -> dict[str, Event]:
    """By name: the event's own, and what is special about it. Those that close sockets come last."""
    return {
        **_control(world),
        **_coming_and_going(world),
        **_learning(world),
        **_help(world),
        **_chat(world),
        **_inside(world),
        **_closing(world),
    }


def _lee(world: World) -> Person:
    return Person(id=world.ids["lee"], name="이학생", email="student2@example.com", role="STUDENT")


def _kim(world: World) -> Person:
    return Person(id=world.ids["kim"], name="김학생", email="student1@example.com", role="STUDENT")


def _kang(world: World) -> Person:
    return Person(id=world.users["co_teacher"].pk, name="강동료", email="co@example.com", role="INSTRUCTOR")


def _room(world: World) -> classroom.SessionRef:
    ids = world.ids
    return classroom.SessionRef(id=ids["live"], code=ids["code"], lecture_id=ids["lecture"], instructor_id=ids["park"])


def _control(world: World) -> dict[str, Event]:
    room = _room(world)
    said: dict[str, Any] = {"room": room, "at": AT, "instructor_message": "천천히 따라해보세요"}
    by_park = {**said, "instructor_name": "박강사"}
    return {
        "SessionStarted": classroom.SessionStarted(
            room=room, step=_STEP, started_at=AT, instructor_message="수업을 시작하겠습니다"
        ),
        "StepChanged, the first": classroom.StepChanged(
            step=_STEP, previous_subtask_id=None, initial=True, **said | {"instructor_message": None}
        ),
        "StepChanged": classroom.StepChanged(step=_STEP, previous_subtask_id=122, **said),
        "LessonRefreshed": classroom.LessonRefreshed(room=room, total_steps=20, at=AT),
        "StepReworded": classroom.StepReworded(step=_STEP, **said),
        "SessionPaused": classroom.SessionPaused(**said),
        "BreakChanged": classroom.BreakChanged(room=room, at=AT, break_ends_at=AT + timedelta(minutes=5)),
        "BreakChanged, no end": classroom.BreakChanged(room=room, at=AT, break_ends_at=None),
        "SessionResumed": classroom.SessionResumed(**said),
        "SessionEnded": classroom.SessionEnded(room=room, ended_at=AT, instructor_message="수고하셨습니다!"),
        "SettingsChanged": classroom.SettingsChanged(
            room=room,
            title="오전반",
            scheduled_at=AT,
            locked=True,
            auto_help=False,
            distinct_names=True,
            gate_percent=80,
            completion="by_itself",
            screens=False,
            at=AT,
        ),
        "SeatChanged": classroom.SeatChanged(
            room=room, participant_id=12, user=_lee(world), removed=True, may_return=False, merged_into=None, at=AT
        ),
        "Announcement, before the start": classroom.Announcement(status="WAITING", ended_at=None, **by_park),
        "Announcement, in class": classroom.Announcement(status="IN_PROGRESS", ended_at=None, **by_park),
        "Announcement, in a pause": classroom.Announcement(status="PAUSED", ended_at=None, **by_park),
        "Announcement, afterwards": classroom.Announcement(status="REVIEW_MODE", ended_at=AT, **by_park),
        "ControlChanged": classroom.ControlChanged(room=room, controller=_kang(world), is_here=True, at=AT),
    }


def _coming_and_going(world: World) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for whose, user in (("", _lee(world)), (", the student's own", _kim(world))):
        found |= {
            f"ParticipantJoined{whose}": classroom.ParticipantJoined(
                room=_room(world), user=user, status="ACTIVE", joined_at=AT, at=AT, total_participants=12
            ),
            f"ParticipantLeft{whose}": classroom.ParticipantLeft(
                room=_room(world), user=user, last_active_at=AT, at=AT, active_participants=11
            ),
        }
    return found


def _astray(world: World) -> list[activity.SeatWhereabouts]:
    found = activity.Whereabouts(
        verdict="wrong_app", since=AT, app="com.android.settings", title="설정", touched="설정", way_back="open"
    )
    done = activity.Whereabouts(verdict="done", since=AT, app="com.kakao.talk", rests_on="act", suggested=True)
    return [
        activity.SeatWhereabouts(participant_id=12, user_id=world.ids["kim"], whereabouts=found),
        activity.SeatWhereabouts(participant_id=13, user_id=world.ids["lee"], whereabouts=done),
        activity.SeatWhereabouts(participant_id=14, user_id=world.ids["park"], whereabouts=None),
    ]


def _learning(world: World) -> dict[str, Event]:
    ids = world.ids
    step: dict[str, Any] = {
        "user": _kim(world), "lecture_id": ids["lecture"], "instructor_id": ids["park"], "subtask_id": 16,
        "subtask_title": "앱 열기", "old_status": "IN_PROGRESS",
    }  # fmt: skip
    counts: dict[str, Any] = {"at": AT, "completed_count": 10, "total_count": 20}
    done: dict[str, Any] = {"new_status": "COMPLETED", "completed_at": AT}
    begun: dict[str, Any] = {"new_status": "IN_PROGRESS", "completed_at": None}
    return {
        "ProgressChanged": ProgressChanged(
            **step, **done, **counts, next_step=_STEP, achievements=[10], encouragement=50
        ),
        "ProgressChanged, to the end": ProgressChanged(**step, **done, **counts, next_step=None),
        "ProgressChanged, begun": ProgressChanged(**step, **begun, **counts, next_step=_STEP),
        "CompletionRepeated": CompletionRepeated(user_id=ids["kim"], lecture_id=ids["lecture"], subtask_id=16, at=AT),
        "WhereaboutsChanged": activity.WhereaboutsChanged(
            session_id=ids["live"], subtask_id=16, people=_astray(world), at=AT
        ),
        "CompletionReported": classroom.CompletionReported(
            room=_room(world), participant_id=12, user=_kim(world), subtask_id=16, completed_subtasks=[15, 16]
        ),
        **_screens(world),
        "RosterChanged": classroom.RosterChanged(session_id=ids["live"]),
        "SessionProgress": classroom.SessionProgress(room=_room(world), **step, **done, rate=0.755),
        "SessionProgress, outside of a class": classroom.SessionProgress(room=None, **step, **begun, rate=0.5),
    }


def _screens(world: World) -> dict[str, Event]:
    where: dict[str, Any] = {"room": _room(world), "screenshot_id": 7, "participant_id": 12, "user": _kim(world)}
    return {
        "ScreenshotUpdated": ScreenshotUpdated(**where, has_picture=True, withheld="", captured_at=AT, at=AT),
        "ScreenshotUpdated, withheld": ScreenshotUpdated(
            **where, has_picture=False, withheld="SENSITIVE_APP", captured_at=AT, at=AT
        ),
    }


def _help(world: World) -> dict[str, Event]:
    ids = world.ids
    alone = helpdesk.HelpCase(
        id=5001, user=_kim(world), subtask_id=17, subtask_title="친구 선택하기", lecture_id=ids["lecture"],
        lecture_title="카카오톡 기초", instructor_id=ids["park"], session_id=None, session_code=None,
    )  # fmt: skip
    case = helpdesk.HelpCase(
        **{field: getattr(alone, field) for field in alone.__struct_fields__}
        | {"session_id": ids["live"], "session_code": ids["code"]}
    )
    return {
        "HelpRequested": helpdesk.HelpRequested(
            case=case, request_type="MANUAL", priority="NORMAL", message="이 단계가 어렵습니다", stuck_seconds=45, at=AT
        ),
        "HelpRequested, outside of a class": helpdesk.HelpRequested(
            case=alone, request_type="AUTO", priority="LOW", message=None, stuck_seconds=None, at=AT
        ),
        "HelpAnswered": helpdesk.HelpAnswered(
            case=case, help_response_id=3000, source="TEACHER", help_type="TEXT", at=AT,
            help_content="화면 상단의 '친구' 탭을 눌러보세요", voice_guide_text="화면 상단의 친구 탭을 눌러보세요",
        ),
        "HelpAnswered, with a picture": helpdesk.HelpAnswered(
            case=case, help_response_id=3001, source="DEFERRED", help_type="TEXT", at=AT,
            help_content="선생님이 보고 계세요", voice_guide_text="선생님이 보고 계세요", image=_IMAGE,
        ),
        "HelpSuggested": helpdesk.HelpSuggested(case=case, withheld="NOT_SURE", at=AT),
        "SuggestionDecided": helpdesk.SuggestionDecided(
            case=case, decision="EDITED", decided_by=_kang(world), at=AT
        ),
        "HelpGrouped": helpdesk.HelpGrouped(
            case=case, position=5, help_request_ids=[5001, 5002, 5003, 5004, 5005], since=AT, at=AT
        ),
        "HelpClaimed": helpdesk.HelpClaimed(case=case, claimed_by=_kang(world), at=AT),
        "HelpClaimed, given back": helpdesk.HelpClaimed(case=case, claimed_by=None, at=AT),
        "HelpClosed": helpdesk.HelpClosed(case=case, at=AT),
        "Nudged": helpdesk.Nudged(
            user_id=ids["kim"], session_id=ids["live"], subtask_id=17, message="괜찮아요",
            voice_guide_text=_WORDS, at=AT,
        ),
        "NotificationCreated": NotificationCreated(
            notification_id=9, user_id=ids["park"], notification_type="HELP_REQUEST", title="도움 요청",
            message="김학생님이 도움을 요청했습니다", related_user=RelatedUser(id=ids["kim"], name="김학생"),
            data={"help_request_id": 5001}, at=AT,
        ),
    }  # fmt: skip


def _author(user: Person) -> chat.Author:
    return chat.Author(id=user.id, name=user.name, nickname=user.name, email=user.email, picture_url=None)


def _chat(world: World) -> dict[str, Event]:
    room, lee = world.ids["room"], _lee(world)
    message: dict[str, Any] = {"room_id": room, "id": 15, "parent_id": None, "created_at": AT}
    picture = chat.Author(
        id=lee.id, name=lee.name, nickname=lee.name, email=lee.email, picture_url="/media/profile.jpg"
    )
    gone = chat.Author(id=0, name="", nickname="", email=None, picture_url=None)
    return {
        "MessageSent": chat.MessageSent(author=picture, text="안녕하세요!", kind="text", file_url=None, **message),
        "MessageSent, a file": chat.MessageSent(
            author=_author(lee), text="", kind="image", file_url="https://example.com/a.png", **message
        ),
        "MessageSent, by who is gone": chat.MessageSent(
            author=gone, text="안녕", kind="text", file_url=None, **message
        ),
        "MessagesRead": chat.MessagesRead(room_id=room, user_id=lee.id, last_read_at=AT),
        "MemberJoined": chat.MemberJoined(room_id=room, id=10, user=_author(lee), role="member", joined_at=AT),
        "MemberCame": chat.MemberCame(room_id=room, user_id=lee.id),
        "MemberWent": chat.MemberWent(room_id=room, user_id=lee.id),
        "UserEntered": chat.UserEntered(room_id=room, user_id=lee.id, username=lee.name),
        "UserEntered, the student's own": chat.UserEntered(
            room_id=room, user_id=world.ids["kim"], username=_kim(world).name
        ),
        "UserExited": chat.UserExited(room_id=room, user_id=lee.id, username=lee.name),
    }


def _inside(world: World) -> dict[str, Event]:
    """What no socket shows: the server tells itself."""
    lecture = world.ids["lecture"]
    return {
        "AccountsMerged": AccountsMerged(from_id=1, into_id=2),
        "JobDied": JobDied(job_id=1, name="analyse_help", error="gone"),
        "LectureChanged": lectures.LectureChanged(lecture_id=lecture),
        "LectureErased": lectures.LectureErased(lecture_id=lecture),
        "LectureRemoved": lectures.LectureRemoved(lecture_id=lecture),
        "SessionOpened": classroom.SessionOpened(room=_room(world), title="오전반"),
        "StudentUnenrolled": lectures.StudentUnenrolled(lecture_id=lecture, user_id=456),
        "SubtasksRemoved": lectures.SubtasksRemoved(lecture_id=lecture, subtask_ids=[123]),
    }


def _closing(world: World) -> dict[str, Event]:
    ids = world.ids
    return {
        "MemberLeft": chat.MemberLeft(room_id=ids["room"], user_id=ids["lee"]),
        "MemberLeft, the student": chat.MemberLeft(room_id=ids["room"], user_id=ids["kim"]),
        "RoomArchived": chat.RoomArchived(room_id=ids["room"], at=AT),
        "ColleaguesChanged": lectures.ColleaguesChanged(lecture_id=ids["lecture"], user_id=ids["lee"]),
        "StaffLeft": classroom.StaffLeft(room=_room(world), user_id=ids["lee"]),
        "LectureHandedOver": lectures.LectureHandedOver(lecture_id=ids["lecture"], former_id=ids["park"]),
        "SessionHandedOver": classroom.SessionHandedOver(room=_room(world), former_id=ids["park"]),
        "SeatRemoved": classroom.SeatRemoved(room=_room(world), user_id=ids["kim"]),
        "SessionArchived": classroom.SessionArchived(room=_room(world), at=AT),
        "AccountErased": AccountErased(user_id=ids["kim"]),
        "CredentialsRevoked": CredentialsRevoked(user_id=ids["kim"]),
    }
