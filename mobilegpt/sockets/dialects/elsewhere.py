"""Events that a socket does not show: of classes in chat, of chat in class, and what speaks to the server itself."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountErased, AccountsMerged, CredentialsRevoked
from mobilegpt.activity.events import WhereaboutsChanged
from mobilegpt.chat.events import (
    MemberCame,
    MemberJoined,
    MemberLeft,
    MemberWent,
    MessageSent,
    MessagesRead,
    RoomArchived,
    UserEntered,
    UserExited,
)
from mobilegpt.classroom.events import (
    Announcement,
    BreakChanged,
    CompletionReported,
    ControlChanged,
    LessonRefreshed,
    ParticipantJoined,
    ParticipantLeft,
    RosterChanged,
    SeatChanged,
    SeatRemoved,
    SessionArchived,
    SessionEnded,
    SessionHandedOver,
    SessionOpened,
    SessionPaused,
    SessionProgress,
    SessionResumed,
    SessionStarted,
    SettingsChanged,
    StaffLeft,
    StepChanged,
    StepReworded,
)
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import (
    HelpAnswered,
    HelpClaimed,
    HelpClosed,
    HelpGrouped,
    HelpRequested,
    HelpSuggested,
    Nudged,
    SuggestionDecided,
)
from mobilegpt.jobs.events import JobDied
from mobilegpt.lectures.events import (
    ColleaguesChanged,
    LectureChanged,
    LectureErased,
    LectureHandedOver,
    LectureRemoved,
    StudentUnenrolled,
    SubtasksRemoved,
)
from mobilegpt.notifications.events import NotificationCreated
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.screenshots.events import ScreenshotUpdated

NEVER_SHOWN: frozenset[type[Event]] = frozenset(
    {
        AccountErased,
        ColleaguesChanged,
        CompletionRepeated,
        AccountsMerged,
        CredentialsRevoked,
        JobDied,
        LectureChanged,
        LectureErased,
        LectureHandedOver,
        LectureRemoved,
        RosterChanged,
        SeatRemoved,
        SessionHandedOver,
        SessionOpened,
        StaffLeft,
        StudentUnenrolled,
        SubtasksRemoved,
    }
)
IN_CHAT: frozenset[type[Event]] = frozenset(
    {
        MemberCame,
        MemberJoined,
        MemberLeft,
        MemberWent,
        MessageSent,
        MessagesRead,
        RoomArchived,
        UserEntered,
        UserExited,
    }
)
IN_CLASS: frozenset[type[Event]] = frozenset(
    {
        Announcement,
        BreakChanged,
        CompletionReported,
        ControlChanged,
        HelpAnswered,
        HelpClaimed,
        HelpClosed,
        HelpGrouped,
        HelpRequested,
        HelpSuggested,
        LessonRefreshed,
        NotificationCreated,
        Nudged,
        ParticipantJoined,
        ParticipantLeft,
        ProgressChanged,
        ScreenshotUpdated,
        SeatChanged,
        SessionArchived,
        SessionEnded,
        SessionPaused,
        SessionProgress,
        SessionResumed,
        SessionStarted,
        SettingsChanged,
        StepChanged,
        SuggestionDecided,
        StepReworded,
        WhereaboutsChanged,
    }
)
