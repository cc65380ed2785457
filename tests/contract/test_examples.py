"""Every JSON example of the documents, compared with what the server really said (contract 1, 2.8, 4, 7)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.comparison import additions, differences, example, example_names
from tests.contract.lesson import Transcript

# The database is the fixture's; the mark makes the runner set it up.
pytestmark = pytest.mark.django_db

# Rows of later issues; an example leaves this list when its row is built.
LATER: tuple[str, ...] = ()
# Null until there is something to tell (contract 2.8, 8.3).
EMPTY = {
    "R14.200": {".email"},  # a guest has none
    "R29.200": {".started_at", ".completed_at"},
    "R35.200": {".email"},
}
GOLDEN = json.loads((Path(__file__).parent / "additions.json").read_text(encoding="utf-8"))


def _built(name: str) -> bool:
    """Rows of the class; chat has its own transcript (``test_chat_examples``)."""
    generation, _, row = name.partition("/")
    return generation not in ("s3", "s4") and row.split(".")[0] not in LATER


ANSWERS = [name for name in example_names("R") if name.endswith(("200", "201", "404")) and _built(name)]
REQUESTS = [name for name in example_names() if name.endswith(".request") or ".client." in name]
FRAMES = [name for name in example_names("W") if ".server." in name and _built(name)]


def _deviations(documented: Any, said: Any, empty: set[str]) -> list[str]:
    return [
        difference
        for difference in differences(documented, said)
        if not (" is null" in difference and difference.split(" ")[0].endswith(tuple(empty)))
    ]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_what_its_document_shows(transcript: Transcript, name: str) -> None:
    row = name.split("/")[1]
    answered = {
        key: answer.body for key, answer in transcript.answers.items() if key.startswith(f"{row.split('.')[0]}.")
    }
    assert row in answered, answered
    assert _deviations(example(name), answered[row], EMPTY.get(row, set())) == []


@pytest.mark.parametrize("name", [name for name in REQUESTS if _built(name)])
def test_a_request_of_the_documents_is_taken(transcript: Transcript, name: str) -> None:
    assert name in transcript.taken, {
        key: answer.body for key, answer in transcript.answers.items() if answer.status >= 400
    }


def _said(transcript: Transcript, name: str) -> list[dict[str, Any]]:
    url, _, kind = name.split("/")[1].split(".")
    return transcript.frames[f"{url}.{kind}"]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_has_what_its_document_shows(transcript: Transcript, name: str) -> None:
    said = _said(transcript, name)
    assert said, sorted(transcript.frames)
    best = [_deviations(example(name), frame, set()) for frame in said]
    assert [] in best, best[0]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_has_nothing_but_its_document_and_the_named_additions(transcript: Transcript, name: str) -> None:
    """Contract 10: a client that did not opt in gets nothing else."""
    url, _, kind = name.split("/")[1].split(".")
    documented = example(name)
    added = {key for frame in _said(transcript, name) for key in additions(documented, frame)}
    assert added == set(GOLDEN.get(f"{url}.{kind}", []))


def test_a_client_that_opts_in_gets_the_place_of_each_frame_besides(transcript: Transcript) -> None:
    """Contract 10.1, 10.2: a step and a state are numbered, gapless, in one stream; ``hello`` comes first."""
    hello, *frames = [frame for key, frames in transcript.frames.items() if key.startswith("rt.") for frame in frames]
    assert hello["type"] == "hello"
    assert set(hello) - {"data"} == {"type", "connection_id", "heartbeat_interval", "streams", "limits", "resume"}
    assert [frame["type"] for frame in frames].count("session_status_changed") == 3
    stream = frames[0]["stream"]
    numbers = sorted(frame["seq"] for frame in frames if frame.get("stream") == stream)
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    for frame in frames:
        documented = transcript.frames[f"W1.{frame['type']}"][0]
        assert set(frame) - set(documented) == {"stream", "epoch", "seq", "event_id"}


def test_the_copy_under_data_is_the_frame_itself(transcript: Transcript) -> None:
    """Contract 7.1; of three frames it says more (contract 12)."""
    frames = [frame for key, frames in transcript.frames.items() if key.startswith("W1.") for frame in frames]
    assert len(frames) > 10
    for frame in frames:
        flat = {key: value for key, value in frame.items() if key not in ("type", "data")}
        if frame["type"] in ("step_changed", "participant_joined", "participant_left"):
            assert list(differences(flat, frame["data"])) == []
        else:
            assert frame["data"] == flat


def test_every_example_is_compared_or_named_as_later() -> None:
    compared = {*ANSWERS, *REQUESTS, *FRAMES, "s1/error", "s1/page"}
    assert {name for name in example_names() if name not in compared and _built(name)} == set()


def test_every_golden_list_belongs_to_an_example() -> None:
    known = {".".join(name.split("/")[1].split(".")[::2]) for name in FRAMES}
    assert set(GOLDEN) <= known


def test_rows_without_an_example_answer_as_the_inventory_says(transcript: Transcript) -> None:
    wanted = {
        "R8.200",
        "R22.201",
        "R24.201",
        "R25.200",
        "R34.200",
        "R40.200",
        "R41.201",
        "R48.200",
        "R49.200",
        "R50.200",
    }
    assert wanted <= set(transcript.answers)
    assert {"guest.201", "guest.200"} <= set(transcript.answers)


def test_a_new_task_and_a_new_step_are_answered_in_full(transcript: Transcript) -> None:
    """R22, R24, R25 have no example of an answer: it is the full object (contract 1)."""
    task, subtask = transcript.answers["R22.201"].body, transcript.answers["R24.201"].body
    assert _deviations(example("s1/R22.request"), task, set()) == []
    assert _deviations(example("s1/R24.request"), subtask, set()) == []
    assert set(transcript.answers["R25.200"].body) == set(subtask)


def test_both_creating_paths_answer_alike(transcript: Transcript) -> None:
    """R41 is R11 (contract 1)."""
    first, later = transcript.answers["R11.201"].body, transcript.answers["R41.201"].body
    assert set(first) == set(later)


def test_login_and_refresh_speak_both_generations(transcript: Transcript) -> None:
    """Contract 3.3."""
    for row in ("R2.200", "R3.200"):
        body = transcript.answers[row].body
        assert body["access"] == body["access_token"]
        assert body["refresh"] == body["refresh_token"]


def test_a_guest_gets_a_login_and_a_seat(transcript: Transcript) -> None:
    """Contract 3.9: the login body plus the join body; the same device gets the same seat."""
    first, again = transcript.answers["guest.201"], transcript.answers["guest.200"]
    assert _deviations(example("s1/R2.200"), first.body, {"$.user.email"}) == []
    assert _deviations(example("s1/R13.201"), first.body, set()) == []
    assert first.body["participant_id"] == again.body["participant_id"]
    assert first.body["user"]["email"] is None
    assert "sessionid" in first.cookies


def test_join_is_confirmed_with_the_documented_keys(transcript: Transcript) -> None:
    """Contract 3.10."""
    keys = {
        "type", "session_id", "session_code", "participant_id", "user_id", "role", "status", "session_status",
        "current_subtask", "joined_at", "message", "data",
    }  # fmt: skip
    (student,) = transcript.frames["W1.join_confirmed"]
    (guest,) = transcript.frames["W1.guest"]
    assert set(student) == keys
    assert set(guest) == keys | {"access_token", "refresh_token"}


def test_a_dashboard_of_everything_says_where_and_has_a_copy(transcript: Transcript) -> None:
    """W9 has no example of its own: S0's flat keys, three more, and the copy (contract 7.1)."""
    where = {"type", "lecture_id", "session_id", "session_code", "data"}
    for kind, example_of in (
        ("progress_update", "s0/W2"),
        ("help_request", "s0/W2"),
        ("session_status_changed", "s0/W1"),
    ):
        frames = transcript.frames[f"W9.{kind}"]
        assert frames, sorted(transcript.frames)
        for frame in frames:
            assert set(frame) == {*example(f"{example_of}.server.{kind}"), *where}
            assert frame["data"] == {key: value for key, value in frame.items() if key not in ("type", "data")}
            assert frame["session_code"] == transcript.answers["R11.201"].body["session_code"]


def test_a_student_list_has_the_rows_of_the_initial_data(transcript: Transcript) -> None:
    """``student_list`` has no example of its own (contract 7.2)."""
    (answer,) = transcript.frames["W2.student_list"]
    rows = example("s0/W2.server.initial_data")["data"]["students"]
    assert set(answer) == {"type", "students"}
    assert _deviations(rows, answer["students"], {".email"}) == []


def test_refusals_have_the_envelope(transcript: Transcript) -> None:
    """Contract 4.1."""
    body = transcript.answers["error.401"].body
    assert _deviations(example("s1/error"), body, set()) == []
    assert set(body) == {"error"}


@pytest.mark.parametrize(
    ("row", "key"), [("R5.200", "lectures"), ("R36.200", "pending_requests"), ("R39.200", "notifications")]
)
def test_a_list_has_its_own_key_and_the_common_page(transcript: Transcript, row: str, key: str) -> None:
    """Contract 4.3."""
    body = transcript.answers[row].body
    page = {**example("s1/page"), "results": example(f"s1/{row}")[key]}
    assert _deviations(page, body, set()) == []
    assert body["results"] == body[key]


def test_links_for_android_are_as_its_documents_want_them(transcript: Transcript) -> None:
    """Contract 8.9."""
    (statement,) = transcript.answers["R50.200"].body
    assert statement["relation"] == ["delegate_permission/common.handle_all_urls"]
    assert statement["target"]["namespace"] == "android_app"
    assert statement["target"]["package_name"] == "com.mobilegpt.student"


def test_health_is_told_as_the_contract_says(transcript: Transcript) -> None:
    """Contract 8.8."""
    assert transcript.answers["R48.200"].body == {"status": "healthy", "service": "mobilegpt-backend"}
    detailed = transcript.answers["R49.200"].body
    assert set(detailed["checks"]) == {"database", "redis", "kafka"}
    assert set(detailed["checks"].values()) <= {"healthy", "degraded", "unhealthy", "disabled"}
