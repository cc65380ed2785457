"""Staff look at progress; nobody writes it by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


@pytest.fixture
def rows(lecture: Lecture, kim: User, lee: User) -> list[SubtaskProgress]:
    step = classes.steps(lecture)[0]
    return [
        SubtaskProgress.objects.create(user=user, subtask=step, status=status)
        for user, status in ((kim, ProgressStatus.COMPLETED), (lee, ProgressStatus.HELP_NEEDED))
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"김학생", "이학생"}),
        ({"status__exact": "HELP_NEEDED"}, {"이학생"}),
        ({"q": "김학생"}, {"김학생"}),
        ({"q": "student2@"}, {"이학생"}),
        ({"q": "카카오톡 기초"}, {"김학생", "이학생"}),
        ({"q": "없는 사람"}, set()),
    ],
)
def test_progress_is_found_by_person_step_and_state(
    staff: Client, rows: list[SubtaskProgress], query: dict[str, str], shown: set[str]
) -> None:
    page = staff.get(reverse("admin:progress_subtaskprogress_changelist"), query)
    assert {row.user.name for row in page.context["cl"].queryset} == shown


@pytest.mark.parametrize("kind", ["subtaskprogress", "achievement"])
def test_nobody_writes_what_learners_did(staff: Client, rows: list[SubtaskProgress], kind: str) -> None:
    Achievement.objects.create(user=rows[0].user, milestone=10)
    pk = rows[0].pk if kind == "subtaskprogress" else Achievement.objects.get().pk
    forms = {"status": "NOT_STARTED", "milestone": "200"}
    assert staff.post(reverse(f"admin:progress_{kind}_change", args=[pk]), forms).status_code == 403
    assert staff.post(reverse(f"admin:progress_{kind}_add"), forms).status_code == 403
    assert set(SubtaskProgress.objects.values_list("status", flat=True)) == {"COMPLETED", "HELP_NEEDED"}
    assert Achievement.objects.get().milestone == 10
