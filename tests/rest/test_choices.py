"""The words that the schemas offer are those that the models know."""

from __future__ import annotations

from enum import Enum
from typing import Any, get_args

import msgspec
import pytest

from mobilegpt.accounts.models import Role
from mobilegpt.chat.models import MemberRole, MessageType
from mobilegpt.classroom.models import ParticipantStatus, SessionStatus
from mobilegpt.core.actor import Role as ActorRole
from mobilegpt.helpdesk.models import AnswerSource, Priority, RequestStatus, RequestType
from mobilegpt.lectures.models import TargetAction
from mobilegpt.progress.models import ProgressStatus
from mobilegpt.recordings.models import RecordingStatus
from mobilegpt.tools.documents.typescript import api_types, protocol_types
from mobilegpt.wire import choices


@pytest.mark.parametrize(
    ("choice", "model"),
    [
        (choices.RoleChoice, Role),
        (choices.RoleChoice, ActorRole),
        (choices.TargetActionChoice, TargetAction),
        (choices.SessionStatusChoice, SessionStatus),
        (choices.SeatStatusChoice, ParticipantStatus),
        (choices.ProgressStatusChoice, ProgressStatus),
        (choices.HelpStatusChoice, RequestStatus),
        (choices.RequestTypeChoice, RequestType),
        (choices.PriorityChoice, Priority),
        (choices.AnswerSourceChoice, AnswerSource),
        (choices.RecordingStatusChoice, RecordingStatus),
        (choices.MessageTypeChoice, MessageType),
        (choices.MemberRoleChoice, MemberRole),
    ],
)
def test_a_choice_has_the_words_of_its_model(choice: Any, model: type[Enum]) -> None:
    assert _meta(choice).extra_json_schema == {"enum": [member.value for member in model]}


def test_nothing_is_checked_when_a_value_is_read_or_written() -> None:
    """A choice describes; a phone's new word must not make a body unreadable."""
    assert msgspec.convert("SOMETHING_NEW", choices.SessionStatusChoice) == "SOMETHING_NEW"


def test_pages_get_each_choice_once_by_its_name() -> None:
    for types in (api_types(), protocol_types()):
        named = [line for line in types.splitlines() if line.startswith("export type SessionStatus =")]
        assert named == ['export type SessionStatus = "WAITING" | "IN_PROGRESS" | "PAUSED" | "REVIEW_MODE" | "ENDED";']
        assert "status: SessionStatus;" in types


def _meta(choice: Any) -> msgspec.Meta:
    _, meta = get_args(choice)
    assert isinstance(meta, msgspec.Meta)
    return meta
