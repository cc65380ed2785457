"""Who notices that somebody is stuck: the rules of ``helpdesk/watching.py``, given what its queries would have read.

Needs Django's settings, and no database.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.help.analysers import evidence_of
from bench.help.phone_events import moment
from bench.help.stuck import Detector, View, Watcher, time_alone
from bench.help.trace import Label, Trace
from mobilegpt.activity.page_events import PAGE_EVENTS
from mobilegpt.classroom.pace import PEOPLE_NEEDED, Usual
from mobilegpt.guidance.matcher import Verdict
from mobilegpt.helpdesk.analysis.trouble import PAGES, trouble
from mobilegpt.helpdesk.watching import Watched, is_last, is_silent, may_be_noticed, patience, tells, wants_nudge

_INTERVAL = timedelta(seconds=120)
_CAME = moment(-600)


def kind_word() -> Detector:
    """A word on the phone of who seems stuck."""
    return _wants_word


class Instructor:
    """The instructor hears of it: the kind word has not helped, and the phone shows that something is wrong."""

    def __init__(self) -> None:
        self._nudged_at: datetime | None = None

    def __call__(self, view: View) -> bool:
        at = moment(view.now)
        if self._nudged_at is None and _wants_word(view):
            self._nudged_at = at
        seat = _seat(view, self._nudged_at)
        if not may_be_noticed(seat, at, _INTERVAL):
            return False
        return trouble(evidence_of(_trace(view)), at, silent=is_silent(seat, at, _INTERVAL)) is not None


WATCHERS: dict[str, Watcher] = {
    "before: time alone": time_alone,
    "now: a kind word": kind_word,
    "now: the instructor hears": Instructor,
}


def _wants_word(view: View) -> bool:
    """What their phone or page shows, else time."""
    seat, at, evidence = _seat(view, None), moment(view.now), evidence_of(_trace(view))
    if evidence.match.verdict is Verdict.DONE:
        return False
    shown = trouble(evidence, at, silent=False) is not None if tells(seat) else evidence.page.away >= PAGES
    usual = Usual(PEOPLE_NEEDED, view.of.usual_median, view.of.usual_p75)
    people = len(view.of.learners)
    last = is_last(round(view.done_share * people), people)
    return shown or wants_nudge(seat, at, patience(usual, _INTERVAL, last=last, tells_taps=tells(seat)))


def _seat(view: View, nudged_at: datetime | None) -> Watched:
    told = [event.arrived for event in view.events if event.body["event_type"] not in PAGE_EVENTS]
    return Watched(
        session_id=1,
        user_id=1,
        subtask_id=1,
        came_at=_CAME,
        begun_at=moment(0),
        progress_at=None,
        log_at=moment(max(told)) if told else None,
        nudged_at=nudged_at,
        requested_at=None,
    )


def _trace(view: View) -> Trace:
    """Of somebody who has not asked."""
    return Trace(
        id="",
        half=view.of.half,
        kind="",
        step=view.of.step.key,
        client=view.client,
        make="",
        level="BEGINNER",
        events=tuple(view.events),
        message="",
        context={},
        asked_at=view.now,
        label=Label(done=False),
    )
