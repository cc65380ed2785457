"""What a class's page tells of itself: the same names on both sides, counted by step, never taken for taps."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.activity import selectors
from mobilegpt.activity.models import ActivityLog
from mobilegpt.activity.page_events import PAGE_EVENTS, PageEvent, PageEvidence, PageReport, page_evidence
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Subtask

_PAGE = Path(__file__).parents[2] / "web" / "src" / "along" / "evidence.ts"
MOMENT = now()


def report(event: str, step: int | None = 1, second: int = 0, *, floating: bool = False) -> PageReport:
    return PageReport(MOMENT + timedelta(seconds=second), event, step, {"visible": True, "floating": floating})


def test_page_and_server_have_the_same_names() -> None:
    found = re.search(r"PAGE_EVENTS = \[(.*?)\]", _PAGE.read_text(), re.DOTALL)
    assert found
    assert set(re.findall(r"'(.+?)'", found.group(1))) == PAGE_EVENTS


def test_nothing_told_says_nothing() -> None:
    assert page_evidence([], 1) == PageEvidence()


def test_each_step_has_its_own_counts() -> None:
    reports = [
        report(PageEvent.STEP_SHOWN, 1, 0),
        report(PageEvent.CLIP_HEARD, 1, 5),
        report(PageEvent.HIDDEN, 1, 6),
        report(PageEvent.STEP_SHOWN, 2, 10),
        report(PageEvent.CLIP_HEARD, 2, 11),
        report(PageEvent.CLIP_HEARD, 2, 12),
        report(PageEvent.PICTURE_ENLARGED, 2, 13),
        report(PageEvent.STEP_SHOWN, 2, 20),
    ]
    assert page_evidence(reports, 2) == PageEvidence(shown_at=MOMENT + timedelta(seconds=10), heard=2, enlarged=1)
    assert page_evidence(reports, 1) == PageEvidence(shown_at=MOMENT, heard=1, away=1)


@pytest.mark.parametrize(
    ("last", "floats"),
    [
        (report(PageEvent.GUIDE_FLOATED, 1, 1, floating=True), True),
        (report(PageEvent.STEP_SHOWN, 2, 1, floating=True), True),
        (report(PageEvent.GUIDE_CLOSED, 1, 1), False),
        # The page was opened anew, which closed the window.
        (report(PageEvent.STEP_SHOWN, 1, 1), False),
        (PageReport(MOMENT, "page.step_shown", 1, {"floating": "yes"}), False),
    ],
)
def test_a_window_floats_from_step_to_step_until_it_is_closed(last: PageReport, floats: bool) -> None:
    before = report(PageEvent.GUIDE_FLOATED, 1, 0, floating=True)
    assert page_evidence([before, last], 2).floating is floats


@pytest.mark.django_db
def test_only_the_page_is_read_oldest_first(kim: User, lee: User, step: Subtask) -> None:
    came = now()

    def log(user: User, kind: str, second: int) -> None:
        at = came + timedelta(seconds=second)
        ActivityLog.objects.create(user=user, subtask=step, event_type=kind, received_at=at, timestamp=at)

    log(kim, "page.hidden", 3)
    log(kim, "CLICK", 4)
    log(kim, "page.step_shown", 2)
    log(kim, "page.back", -5)
    log(lee, "page.back", 6)
    assert [each.event for each in selectors.page_reports(kim.pk, came)] == ["page.step_shown", "page.hidden"]


@pytest.mark.django_db
def test_a_page_is_no_phone_that_was_heard_of_where_that_is_asked(kim: User, lee: User) -> None:
    tapped = ActivityLog.objects.create(user=kim, event_type="CLICK", received_at=now() - timedelta(minutes=1))
    for user in (kim, lee):
        ActivityLog.objects.create(user=user, event_type="page.hidden")
    assert selectors.last_at([kim.pk, lee.pk], besides=PAGE_EVENTS) == {kim.pk: tapped.received_at}
    assert set(selectors.last_at([kim.pk, lee.pk])) == {kim.pk, lee.pk}
