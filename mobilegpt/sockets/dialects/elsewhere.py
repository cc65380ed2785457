"""Events that no socket shows: they speak to the server's own processes."""

from __future__ import annotations

from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.lectures.events import LectureChanged, LectureRemoved, SubtasksRemoved
from mobilegpt.realtime.event import Event

NEVER_SHOWN: frozenset[type[Event]] = frozenset({CredentialsRevoked, LectureChanged, LectureRemoved, SubtasksRemoved})
