"""A draft that a model words: at once by the local rules, better a little later, never worse (contract 8.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.database.models import ModelCall
from mobilegpt.jobs import work
from mobilegpt.jobs.models import Job, JobState
from mobilegpt.language import model
from mobilegpt.language.model import Breaker
from mobilegpt.recordings import wording
from mobilegpt.recordings.models import Recording
from tests.openai_server import Mode, OpenAIServer
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
ALL = "/api/sessions/recordings/"
EVENTS = [
    ("app_open", {"package": "com.kakao.talk", "screen": "친구"}),
    ("click", {"text": "채팅", "class": "android.widget.TabWidget"}),
    ("click", {"text": "박강사", "class": "ListItem"}),
]
BETTER = [
    {"number": number, "title": title, "guide_text": f"{what} 누르세요.", "voice_guide_text": f"{what} 한 번 누르세요."}
    for number, title, what in (
        (1, "카카오톡 열기", "노란 그림을"),
        (2, "대화 보기", "'채팅' 글자를"),
        (3, "친구 고르기", "친구를"),
    )
]


@pytest.fixture
def stub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setattr(model, "breaker", Breaker())
    monkeypatch.setattr(model, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(wording, "SECONDS_A_TRY", 10.0)
    with OpenAIServer() as server:
        server.answer = {"steps": BETTER}
        settings.OPENAI = {**settings.OPENAI, "API_KEY": "sk-test", "BASE_URL": server.url}
        yield server


def recorded(park: User, events: list[tuple[str, dict[str, Any]]] = EVENTS, *, stopped: bool = True) -> str:
    """The address of a recording with these events, ten seconds apart."""
    at = f"{ALL}{Api(park).post(ALL, {'title': '대화하기'}).body['id']}"
    batch = [
        {"event_type": kind, "timestamp": 1_700_000_000 + 10 * second, "data": data}
        for second, (kind, data) in enumerate(events)
    ]
    Api(park).post(f"{at}/save-events-batch", {"events": batch})
    if stopped:
        Api(park).post(f"{at}/stop")
    return at


def test_a_model_words_the_draft_a_little_later(stub: OpenAIServer, park: User) -> None:
    at = recorded(park)
    first = Api(park).post(f"{at}/draft").body
    assert (first["worded_by"], first["improving"], len(first["steps"])) == ("local", True, 3)
    assert stub.requests == []  # nobody waits for it
    assert Api(park).get(at).body["status"] == "PROCESSING"
    assert Api(park).post(f"{at}/draft").body == first  # asked again meanwhile: nothing begins anew
    work.run_due()
    then = Api(park).get(f"{at}/draft").body
    assert (then["worded_by"], then["improving"]) == ("model", False)
    assert [{key: step[key] for key in ("title", "guide_text", "voice_guide_text")} for step in then["steps"]] == [
        {key: step[key] for key in ("title", "guide_text", "voice_guide_text")} for step in BETTER
    ]
    kept = [(step["target_action"], step["target_element_hint"]) for step in first["steps"]]
    assert [(step["target_action"], step["target_element_hint"]) for step in then["steps"]] == kept
    assert Api(park).get(at).body["status"] == "COMPLETED"
    assert (ModelCall.objects.get().user_id, len(stub.requests)) == (park.pk, 1)


def test_what_the_model_is_told(stub: OpenAIServer, park: User) -> None:
    Api(park).post(f"{recorded(park)}/draft")
    work.run_due()
    said = stub.requests[0]["messages"][1]["content"]
    assert "카카오톡 열기" in said
    assert "박강사" not in stub.everything_said()
    assert stub.requests[0]["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("mode", ["500", "hang", "bad json", "cut", "401"])
def test_the_draft_stays_as_it_was_when_the_model_fails(
    stub: OpenAIServer, park: User, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "SECONDS_A_TRY", 0.5)
    at = recorded(park)
    first = Api(park).post(f"{at}/draft").body
    stub.behave(mode)
    work.run_due()
    assert Api(park).get(f"{at}/draft").body == {**first, "improving": False}
    assert Api(park).get(at).body["status"] == "COMPLETED"
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.parametrize(
    "steps", [BETTER[:2], [*BETTER, {**BETTER[2], "number": 4}], [BETTER[1], BETTER[0], BETTER[2]], []]
)
def test_other_steps_than_asked_are_not_taken(stub: OpenAIServer, park: User, steps: list[dict[str, Any]]) -> None:
    at = recorded(park)
    first = Api(park).post(f"{at}/draft").body
    stub.answer = {"steps": steps}
    work.run_due()
    assert Api(park).get(f"{at}/draft").body == {**first, "improving": False}


@pytest.mark.parametrize(
    "words",
    [
        {"guide_text": "결제하기를 누르세요."},
        {"voice_guide_text": "비밀번호를 적고 로그인하세요."},
        {"guide_text": "천천히 하세요. " * 60},
        {"title": ""},
        {"title": "두 줄\n제목"},
    ],
)
def test_words_that_are_not_fit_are_left_out(stub: OpenAIServer, park: User, words: dict[str, str]) -> None:
    at = recorded(park)
    first = Api(park).post(f"{at}/draft").body
    stub.answer = {"steps": [BETTER[0], {**BETTER[1], **words}, BETTER[2]]}
    work.run_due()
    then = Api(park).get(f"{at}/draft").body
    assert then["steps"][1] == first["steps"][1]
    assert (then["steps"][0]["guide_text"], then["worded_by"]) == ("노란 그림을 누르세요.", "model")


def test_long_drafts_are_asked_for_in_parts(stub: OpenAIServer, park: User) -> None:
    at = recorded(park, [("click", {"text": f"항목 {number}"}) for number in range(20)])
    Api(park).post(f"{at}/draft")
    stub.answer = {"steps": [{**BETTER[0], "number": number} for number in range(1, 16)]}
    work.run_due()  # the second part gets an answer to the first: not step for step
    assert len(stub.requests) == 2
    assert Api(park).get(f"{at}/draft").body["worded_by"] == "local"


def test_without_a_model_the_draft_is_ready_at_once(park: User) -> None:
    at = recorded(park)
    assert Api(park).post(f"{at}/draft").body["improving"] is False
    assert not Job.objects.exists()


def test_what_still_records_is_not_worded(stub: OpenAIServer, park: User) -> None:
    at = recorded(park, stopped=False)
    assert Api(park).post(f"{at}/draft").body["improving"] is False
    assert Api(park).get(at).body["status"] == "RECORDING"


def test_a_job_that_dies_leaves_the_draft(stub: OpenAIServer, park: User, monkeypatch: pytest.MonkeyPatch) -> None:
    at = recorded(park)
    first = Api(park).post(f"{at}/draft").body
    Job.objects.update(attempts=2)  # its workers died
    work.run_due()
    assert Job.objects.get().state == JobState.DEAD
    assert Api(park).get(f"{at}/draft").body == {**first, "improving": False}


def test_a_recording_deleted_meanwhile(stub: OpenAIServer, park: User) -> None:
    at = recorded(park)
    Api(park).post(f"{at}/draft")
    Recording.objects.all().delete()
    work.run_due()
    assert Job.objects.get().state == JobState.DONE
    assert stub.requests == []


def test_there_is_no_draft_before_one_was_asked_for(park: User) -> None:
    assert Api(park).get(f"{recorded(park)}/draft").status == 404
