"""Staff look at requests and close them; what the server wrote they do not rewrite (contract 8.3)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.helpdesk import remembering
from mobilegpt.helpdesk.commands import ShareAnswer
from mobilegpt.helpdesk.events import HelpClosed
from mobilegpt.helpdesk.models import HelpRequest, RememberedAnswer
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes
from tests.helpdesk.desk import answer, ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enrolled(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


def close(staff: Client, *requests: HelpRequest) -> str:
    chosen = {"action": "close", "_selected_action": [str(each.pk) for each in requests]}
    page = staff.post(reverse("admin:helpdesk_helprequest_changelist"), chosen, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def test_staff_close_several_and_everybody_is_told(staff: Client, kim: User, lee: User, step: Subtask) -> None:
    first, second = ask(kim, step), ask(lee, step)
    classes.forget_events()
    assert "2 closed" in close(staff, first, second)
    assert {event.case.id for event in classes.events_of(HelpClosed)} == {first.pk, second.pk}
    assert not HelpRequest.objects.filter(closed_at__isnull=True).exists()
    assert set(SubtaskProgress.objects.values_list("status", flat=True)) == {"IN_PROGRESS"}


def test_what_is_closed_keeps_its_time(staff: Client, kim: User, step: Subtask) -> None:
    request = ask(kim, step)
    close(staff, request)
    request.refresh_from_db()
    before = request.closed_at
    classes.forget_events()
    close(staff, request)
    request.refresh_from_db()
    assert request.closed_at == before
    assert classes.events() == []


@pytest.mark.parametrize("model", ["helprequest", "helpresponse", "helpanalysis", "rememberedanswer", "silence"])
def test_nothing_of_the_help_desk_is_made_by_hand(staff: Client, model: str) -> None:
    assert staff.post(reverse(f"admin:helpdesk_{model}_add"), {}).status_code == 403


def test_an_answer_that_should_not_be_given_is_deleted_here(
    staff: Client, kim: User, park: User, step: Subtask
) -> None:
    given = answer(park, ask(kim, step), "위를 보세요")
    shared, _ = remembering.share_answer(actor=cast.actor(park), response_id=given.pk, command=ShareAnswer())
    page = reverse("admin:helpdesk_rememberedanswer_change", args=[shared.pk])
    assert staff.post(page, {"help_content": "아래를 보세요"}).status_code == 403
    deletion = reverse("admin:helpdesk_rememberedanswer_delete", args=[shared.pk])
    assert staff.post(deletion, {"post": "yes"}).status_code == 302
    assert not RememberedAnswer.objects.exists()
    given.refresh_from_db()
    assert given.help_content == "위를 보세요", "who got it keeps it"


def test_requests_are_found_by_who_and_where(staff: Client, kim: User, lee: User, step: Subtask) -> None:
    ask(kim, step)
    ask(lee, step)
    listing = reverse("admin:helpdesk_helprequest_changelist")
    for wanted, found in (("김학생", 1), ("student2@", 1), ("카카오톡", 2), ("없는 사람", 0)):
        page = staff.get(listing, {"q": wanted})
        assert page.context["cl"].result_count == found
