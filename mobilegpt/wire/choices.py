"""The values of fields that are one of a few words: the same in every schema, so that clients get them as types.

Documentation only. The fields stay text on the wire and in memory, and nothing is checked when a body is written; a
test holds the words to those of the models.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta


def _one_of(name: str, *words: str) -> Meta:
    """``name`` is what generated clients call the type."""
    return Meta(title=name, extra_json_schema={"enum": list(words)})


RoleChoice = Annotated[str, _one_of("Role", "STUDENT", "INSTRUCTOR", "ADMIN")]
TargetActionChoice = Annotated[str, _one_of("TargetAction", "CLICK", "LONG_CLICK", "SCROLL", "INPUT", "NAVIGATE")]
SessionStatusChoice = Annotated[
    str, _one_of("SessionStatus", "WAITING", "IN_PROGRESS", "PAUSED", "REVIEW_MODE", "ENDED")
]
SeatStatusChoice = Annotated[str, _one_of("SeatStatus", "WAITING", "ACTIVE", "COMPLETED", "DISCONNECTED")]
ProgressStatusChoice = Annotated[
    str, _one_of("ProgressStatus", "NOT_STARTED", "IN_PROGRESS", "COMPLETED", "HELP_NEEDED")
]
RosterStateChoice = Annotated[
    str,
    _one_of(
        "RosterState",
        "HELP",
        "NOT_RECEIVED",
        "OFFLINE",
        "SENT",
        "TRYING",
        "READING",
        "WAITING",
        "DONE",
        "LEFT",
    ),
]
CompletionChoice = Annotated[str, _one_of("Completion", "by_hand", "suggested", "by_itself")]
CompletionDecisionChoice = Annotated[str, _one_of("CompletionDecision", "ACCEPTED", "DECLINED")]
WhereaboutsChoice = Annotated[
    str, _one_of("WhereaboutsKind", "on_the_way", "done", "wrong_screen", "wrong_app", "interrupted")
]
RestsOnChoice = Annotated[str, _one_of("RestsOn", "", "act", "alternative", "state")]
WayBackChoice = Annotated[str, _one_of("WayBack", "", "open", "back", "close", "finish")]
InterruptionChoice = Annotated[str, _one_of("Interruption", "", "permission", "call", "update", "error")]
HelpStatusChoice = Annotated[str, _one_of("HelpStatus", "ANALYZING", "RESOLVED", "FAILED")]
ColleagueRoleChoice = Annotated[str, _one_of("ColleagueRole", "co_instructor", "supporter")]
StaffRoleChoice = Annotated[str, _one_of("StaffRole", "owner", "co_instructor", "supporter", "admin")]
RequestTypeChoice = Annotated[str, _one_of("RequestType", "MANUAL", "AUTO")]
PriorityChoice = Annotated[str, _one_of("Priority", "LOW", "NORMAL", "HIGH")]
AnswerSourceChoice = Annotated[
    str, _one_of("AnswerSource", "TEACHER", "MEMORY", "MODEL", "LOCAL", "FALLBACK", "DEFERRED")
]
ReasonChoice = Annotated[str, _one_of("HelpReason", "CANNOT_FIND", "NO_REACTION", "OTHER_SCREEN", "CANNOT_TYPE")]
WithheldChoice = Annotated[str, _one_of("Withheld", "NOT_SURE", "RISK")]
DecisionChoice = Annotated[str, _one_of("SuggestionDecision", "SENT", "EDITED", "DECLINED")]
RecordingStatusChoice = Annotated[str, _one_of("RecordingStatus", "RECORDING", "COMPLETED", "PROCESSING", "FAILED")]
MessageTypeChoice = Annotated[str, _one_of("MessageType", "text", "image", "file", "system")]
MemberRoleChoice = Annotated[str, _one_of("MemberRole", "admin", "member")]
PresenceChoice = Annotated[str, _one_of("Presence", "online", "offline")]
MemberPresenceChoice = Annotated[str, _one_of("MemberPresence", "online", "offline", "invited")]
ScreenWithheldChoice = Annotated[str, _one_of("ScreenWithheld", "", "PERSONAL_DATA", "SENSITIVE_APP")]
AppRecordingStatusChoice = Annotated[
    str, _one_of("AppRecordingStatus", "RECORDING", "COMPLETED", "PROCESSING", "ANALYZED", "FAILED")
]
