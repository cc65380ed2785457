"""However many ask and analyse at once: one request, one analysed answer, one event (reliability F13)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.helpdesk import analysing, services
from mobilegpt.helpdesk.commands import AnswerHelp, RequestHelp
from mobilegpt.helpdesk.events import HelpAnswered, HelpRequested
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.jobs.models import Job
from mobilegpt.lectures.models import Lecture
from tests import cast, classes
from tests.classroom.test_one_winner import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asker(lecture: Lecture, kim: User) -> Actor:
    cast.enroll(lecture, kim)
    return cast.actor(kim)


def test_one_request(asker: Actor, lecture: Lecture) -> None:
    command = RequestHelp(subtask_id=classes.steps(lecture)[0].pk, message="친구가 안 보여요")
    found: set[int] = set()
    ends = at_once(lambda _: found.add(services.request_help(actor=asker, command=command).request.pk))
    assert ends == {"done": THREADS}
    assert found == {HelpRequest.objects.get().pk}
    assert len(classes.events_of(HelpRequested)) == Job.objects.count() == 1


def test_one_answer(asker: Actor, lecture: Lecture) -> None:
    command = RequestHelp(subtask_id=classes.steps(lecture)[0].pk, message="친구가 안 보여요")
    request = services.request_help(actor=asker, command=command).request
    payload = {"request_id": request.pk}
    work = (analysing.analyse, analysing.finish)
    assert at_once(lambda number: work[number % 2](payload)) == {"done": THREADS}
    request.refresh_from_db()
    assert request.status == "RESOLVED"
    assert HelpResponse.objects.get().source == "LOCAL"
    assert HelpAnalysis.objects.count() == len(classes.events_of(HelpAnswered)) == 1


def test_a_teacher_and_the_analysis_at_once(asker: Actor, park: User, lecture: Lecture) -> None:
    command = RequestHelp(subtask_id=classes.steps(lecture)[0].pk, message="친구가 안 보여요")
    request = services.request_help(actor=asker, command=command).request
    teacher = cast.actor(park)

    def answer(number: int) -> None:
        if number:
            analysing.analyse({"request_id": request.pk})
        else:
            services.answer_help(actor=teacher, request_id=request.pk, command=AnswerHelp(help_content="여기예요"))

    assert at_once(answer) == {"done": THREADS}
    sources = list(HelpResponse.objects.order_by("id").values_list("source", flat=True))
    assert sources in (["TEACHER"], ["LOCAL", "TEACHER"])  # never an analysed answer over the teacher's
