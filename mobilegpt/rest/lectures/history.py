"""The history of a lecture: its versions, one of them in full, and the way back (contract 11.11)."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.lectures import history, restoring, selectors
from mobilegpt.lectures.commands import RestoreVersion
from mobilegpt.lectures.history import Change, Entry
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.lectures import answers, shapes
from mobilegpt.wire.people import Named


class VersionAuthor(Named, frozen=True, kw_only=True):
    pass


class VersionChange(Struct, frozen=True, kw_only=True):
    """What a version says otherwise than the one before: ``words`` of the lecture, ``tasks`` of its tasks; how many
    steps came, went and read otherwise; ``step`` is the title of the only one, if it is one."""

    words: bool
    tasks: bool
    added: int
    removed: int
    changed: int
    reordered: bool
    step: str | None


class VersionRow(Struct, frozen=True, kw_only=True):
    """``author`` and ``change`` are null for what was there before the history began; ``taught``: to a class."""

    version: int
    at: str
    author: VersionAuthor | None
    taught: bool
    title: str
    total_subtasks: int
    change: VersionChange | None


class LectureHistory(Struct, frozen=True, kw_only=True):
    """Newest first; ``version`` is the lecture's now."""

    lecture_id: int
    version: int
    versions: list[VersionRow]


class LectureVersion(VersionRow, frozen=True, kw_only=True):
    """One of them in full."""

    lecture_id: int
    description: str
    tasks: list[shapes.TaskRow]


class History(Endpoint):
    @operation(
        "11.11",
        "The versions of a lecture",
        responses={200: LectureHistory, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The newest hundred versions of a lecture: who made each, when, and what it changed. What one person changes
        within ten minutes is one version. Who teaches the lecture may, others get FORBIDDEN (403)."""
        lecture, entries = history.history_of(self.actor, lecture_id)
        rows = [VersionRow(**_facts(entry)) for entry in entries]
        return Response(LectureHistory(lecture_id=lecture.pk, version=lecture.version, versions=rows))


class Version(Endpoint):
    @operation(
        "11.11",
        "What a lecture said at one version",
        responses={200: LectureVersion, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int, version: int) -> Response:
        """All that a lecture said at one version of its history. Who teaches the lecture may, others get FORBIDDEN
        (403); a version that is not kept is NOT_FOUND (404)."""
        entry = history.entry_of(self.actor, lecture_id, version)
        tasks = [answers.task_row(task, with_subtasks=True) for task in entry.content.tasks]
        body = LectureVersion(
            lecture_id=lecture_id, description=entry.content.description, tasks=tasks, **_facts(entry)
        )
        return Response(body)


class Restored(Endpoint):
    @operation(
        "11.11",
        "Go back to a version of a lecture",
        request=RestoreVersion,
        responses={200: shapes.LectureBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int, version: int) -> Response:
        """Makes a lecture say what it said at a version, as a new version. Steps of then are the same ones again. Who
        teaches the lecture may, others get FORBIDDEN (403); LECTURE_CHANGED (409) when it is not at ``seen_version``
        any more, IN_USE (409) while a live class stands on a step that was not there."""
        command = self.body(RestoreVersion)
        restoring.restore(actor=self.actor, lecture_id=lecture_id, version=version, command=command)
        return Response(answers.lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks=True))


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "at": iso(entry.at),
        "author": VersionAuthor.of(entry.author) if entry.author else None,
        "taught": entry.taught,
        "title": entry.content.title,
        "total_subtasks": sum(len(task.subtasks) for task in entry.content.tasks),
        "change": _change(entry.change) if entry.change else None,
    }


def _change(change: Change) -> VersionChange:
    return VersionChange(
        words=change.words,
        tasks=change.tasks,
        added=change.added,
        removed=change.removed,
        changed=change.changed,
        reordered=change.reordered,
        step=change.step,
    )


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<id:lecture_id>/history", History),
    *both("api/lectures/<id:lecture_id>/history/<id:version>", Version),
    *both("api/lectures/<id:lecture_id>/history/<id:version>/restore", Restored),
]
