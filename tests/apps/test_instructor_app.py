"""The native instructor app: records, has it analysed, makes a task of it, edits and teaches it (contract 12)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Lecture, Task
from mobilegpt.recordings.models import RecordedEvent, Recording
from tests import cast
from tests.apps.needed import LIST, MAYBE_OBJECT, MAYBE_TEXT, OBJECT, TEXT, WHOLE, N, lacks
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
ALL = "/api/recordings/"
FIELDS = {
    "id": WHOLE, "title": TEXT, "description": TEXT, "status": TEXT, "event_count": WHOLE, "duration_seconds": WHOLE,
    "started_at": TEXT, "ended_at": MAYBE_TEXT, "created_at": TEXT, "updated_at": TEXT, "instructor": OBJECT,
    "task": MAYBE_OBJECT, "lecture": MAYBE_OBJECT,
}  # fmt: skip
KAKAO = "com.kakao.talk"
UPTIME = 86_415_000  # milliseconds since the phone was started: 1970-01-02


def event(kind: str, after: float, **told: Any) -> dict[str, Any]:
    """As the app's accessibility service sends it; ``after`` is in seconds."""
    data = {"package_name": KAKAO, "text": [], "content_description": None, "bounds": "", **told}
    return {"event_type": kind, "timestamp": UPTIME + round(after * 1000), "event_data": data}


# A lesson about sending a message, with what comes between: a window that reports itself twice, content that changes,
# focus, a double tap, the keyboard, each letter of a text.
SENDING = [
    event("TYPE_WINDOW_STATE_CHANGED", 0, class_name=f"{KAKAO}.activity.main.MainActivity", text=["친구"]),
    event("TYPE_WINDOW_STATE_CHANGED", 0.1, class_name=f"{KAKAO}.activity.main.MainActivity", text=["친구"]),
    event("TYPE_WINDOW_CONTENT_CHANGED", 0.3, class_name="android.widget.FrameLayout"),
    event(
        "TYPE_VIEW_CLICKED", 4, class_name="android.widget.Button", text=["채팅"],
        view_id_resource_name=f"{KAKAO}:id/chat_tab", bounds="360 2100 720 2240",
    ),
    event("TYPE_WINDOW_STATE_CHANGED", 5, class_name=f"{KAKAO}.activity.chat.ChatListActivity", text=["채팅"]),
    event(
        "TYPE_VIEW_CLICKED", 12, class_name="android.widget.ImageButton", text=[], content_description="새로운 채팅",
        view_id_resource_name=f"{KAKAO}:id/new_chat", bounds="940 80 1060 200",
    ),
    event(
        "TYPE_VIEW_CLICKED", 12.3, class_name="android.widget.ImageButton", text=[], content_description="새로운 채팅",
        view_id_resource_name=f"{KAKAO}:id/new_chat", bounds="940 80 1060 200",
    ),
    event("TYPE_WINDOW_STATE_CHANGED", 13, class_name=f"{KAKAO}.activity.chat.ChatRoomActivity", text=["채팅방"]),
    event("TYPE_VIEW_FOCUSED", 18, class_name="android.widget.EditText", text=["메시지 입력"]),
    event(
        "TYPE_WINDOW_STATE_CHANGED", 18.2, package_name="com.samsung.android.honeyboard",
        class_name="android.inputmethodservice.SoftInputWindow",
    ),
    *(
        event(
            "TYPE_VIEW_TEXT_CHANGED", 20 + second, class_name="android.widget.EditText", text=[text],
            view_id_resource_name=f"{KAKAO}:id/message_edit_text", bounds="120 2100 900 2240",
        )
        for second, text in enumerate(("안", "안녕", "안녕하", "안녕하세", "안녕하세요"))
    ),
    event(
        "TYPE_VIEW_CLICKED", 30, class_name="android.widget.ImageButton", text=[], content_description="전송",
        view_id_resource_name=f"{KAKAO}:id/send", bounds="920 2100 1060 2240",
    ),
]  # fmt: skip


def _nested(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def recorded(api: Api, events: list[Any], *, stopped: bool = True) -> str:
    """The address of a recording that the app made."""
    at = f"{ALL}{api.post(ALL, {'title': '메시지 보내기', 'description': '처음부터'}).body['id']}"
    half = max(1, len(events) // 2)
    for part in (events[:half], events[half:]):
        if part:
            assert api.post(f"{at}/save-events-batch/", {"events": part}).status == 201
    if stopped:
        assert api.post(f"{at}/stop/", {}).status == 200
    return at


def test_from_recording_to_a_taught_task(lecture: Lecture, park: User) -> None:
    app = Api(park)
    started = app.post(ALL, {"title": "메시지 보내기", "description": ""})
    assert (started.status, lacks(started.body, FIELDS), started.body["status"]) == (201, [], "RECORDING")
    at = f"{ALL}{started.body['id']}/"
    saved = app.post(f"{at}save-events-batch/", {"events": SENDING})
    assert (saved.status, saved.body["saved_count"], saved.body["errors"]) == (201, len(SENDING), [])
    early = app.post(f"{at}analyze/", {})
    assert (early.status, early.body["code"]) == (409, "INVALID_TRANSITION")
    stopped = app.post(f"{at}stop/", {}).body
    assert (stopped["status"], stopped["event_count"], stopped["duration_seconds"]) == ("COMPLETED", len(SENDING), 30)
    assert app.get(f"{at}analysis-status/").body["status"] == "COMPLETED"

    begun = app.post(f"{at}analyze/", {})
    assert (begun.status, lacks(begun.body, {"message": TEXT, "recording_id": WHOLE, "status": TEXT})) == (202, [])
    state = app.get(f"{at}analysis-status/").body
    assert (state["status"], state["step_count"], state["task"]) == ("ANALYZED", 5, None)
    before = app.get(f"{at}subtasks/").body
    assert (before["task_id"], before["subtasks"]) == (None, [])

    made = app.post(f"{at}convert-to-task/", {"title": "카카오톡으로 인사하기", "description": "연습"})
    assert (made.status, made.body["title"], made.body["task"]["subtask_count"]) == (201, "카카오톡으로 인사하기", 5)
    again = app.post(f"{at}convert-to-task/", {"title": "또"})
    assert (again.status, again.body["task"]) == (200, made.body["task"])
    steps = app.get(f"{at}subtasks/").body
    fields = {"recording_id": WHOLE, "task_id": WHOLE, "task_title": TEXT, "subtask_count": WHOLE, "subtasks": LIST}
    assert lacks(steps, fields) == []
    assert [lacks(step, N) for step in steps["subtasks"]] == [[]] * 5
    listed = app.get(ALL).body
    assert listed["count"] == 1
    assert lacks(listed["recordings"][0], FIELDS) == []
    assert (listed["results"][0]["status"], listed["results"][0]["task"]) == ("ANALYZED", made.body["task"])

    loose = app.get("/api/tasks/available/").body
    assert [task["id"] for task in loose["tasks"]] == [made.body["task"]["id"]]
    edited = {**steps["subtasks"][0], "title": "카카오톡 열기"}
    bulk = app.put(f"/api/tasks/{steps['task_id']}/subtasks/bulk/", {"subtasks": [edited, *steps["subtasks"][1:]]})
    assert (bulk.status, bulk.body["deleted_count"], bulk.body["created_count"]) == (200, 0, 0)
    attached = app.post(f"/api/lectures/{lecture.pk}/tasks/attach/", {"task_ids": [steps["task_id"]]})
    assert attached.status == 201
    assert attached.body["tasks"][0]["subtasks"][0]["title"] == "카카오톡 열기"
    assert app.delete(at).status == 204
    assert Task.objects.filter(pk=steps["task_id"]).exists()


def test_a_recording_ends_in_the_expected_steps(park: User) -> None:
    app = Api(park)
    at = recorded(app, SENDING)
    app.post(f"{at}/convert-to-task", {})
    steps = app.get(f"{at}/subtasks").body
    assert steps["task_title"] == "메시지 보내기"
    seen = [(step["target_action"], step["view_id"], step["text"]) for step in steps["subtasks"]]
    assert seen == [
        ("NAVIGATE", "", ""),
        ("CLICK", f"{KAKAO}:id/chat_tab", "채팅"),
        ("CLICK", f"{KAKAO}:id/new_chat", "새로운 채팅"),
        ("INPUT", f"{KAKAO}:id/message_edit_text", ""),
        ("CLICK", f"{KAKAO}:id/send", "전송"),
    ]
    assert {step["target_package"] for step in steps["subtasks"]} == {KAKAO}
    assert steps["subtasks"][0]["target_class"].endswith("MainActivity")
    assert not any("안녕" in str(step) for step in steps["subtasks"])  # what was typed is the teacher's own


def test_a_time_from_the_phones_start_is_an_order_on_our_clock(park: User) -> None:
    app = Api(park)
    at = recorded(app, SENDING)
    listed = app.get(f"{at}/events/").body
    assert [sorted(one) for one in listed] == [["event_data", "event_type", "id", "timestamp"]] * len(SENDING)
    assert [one["event_type"] for one in listed] == [one["event_type"] for one in SENDING]
    rows = list(RecordedEvent.objects.order_by("timestamp", "id"))
    assert all(abs((now() - row.timestamp).total_seconds()) < 120 for row in rows)
    assert round((rows[-1].timestamp - rows[0].timestamp).total_seconds()) == 30
    second = app.get(f"{at}/events/", page=2, page_size=5).body
    assert [one["id"] for one in second] == [one["id"] for one in listed[5:10]]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"event_type": 1, "text": "확인", "class_name": "Button"}, ("TYPE_VIEW_CLICKED", "text", "확인")),
        ({"eventType": "CLICK", "event_data": '{"text": ["확인"]}'}, ("CLICK", "text", ["확인"])),
        ({"event_type": "CLICK", "event_data": "확인"}, ("CLICK", "value", "확인")),
        ({"event_type": "x" * 80, "data": {"a": 1}}, ("x" * 50, "a", 1)),
        ({"event_type": None, "data": {"a": 1}}, ("UNKNOWN", "a", 1)),
        ({"event_type": "CLICK", "timestamp": "언젠가", "event_id": "7", "data": {"a": 1}}, ("CLICK", "a", 1)),
        ({"event_type": "CLICK", "data": {"a": "b\u0000c"}}, ("CLICK", "a", "bc")),
        ({"event_type": "CLICK", "data": {"a": 1, "screenshot": "%%"}}, ("CLICK", "a", 1)),
        ({"event_type": "CLICK", "data": {"nodes": ["n" * 100] * 300, "a": 1}}, ("CLICK", "left_out", ["nodes"])),
        ({"event_type": "CLICK", "data": {"a": 1, "deep": _nested(60)}}, ("CLICK", "a", 1)),
        ({"event_type": "CLICK", "event_data": '{"a":' * 3000 + "1" + "}" * 3000}, ("CLICK", "left_out", ["value"])),
    ],
)
def test_no_event_is_refused_for_a_part_of_it(park: User, sent: dict[str, Any], kept: tuple[str, str, Any]) -> None:
    app = Api(park)
    at = recorded(app, [])
    answer = app.post(f"{at}/save_events_batch", {"events": [sent, 7]})
    assert (answer.status, answer.body["saved_count"], len(answer.body["errors"])) == (201, 1, 1)
    row = RecordedEvent.objects.get()
    kind, name, value = kept
    assert (row.event_type, row.data.get(name)) == (kind, value)


@pytest.mark.parametrize("events", [[7, None, "x"], [[]]])
def test_a_batch_of_nothing_is_told_and_not_refused(park: User, events: list[Any]) -> None:
    app = Api(park)
    at = recorded(app, [])
    answer = app.post(f"{at}/save-events-batch", {"events": events})
    assert (answer.status, answer.body["saved_count"], len(answer.body["errors"])) == (201, 0, len(events))
    assert app.post(f"{at}/save-events-batch", {"events": []}).status == 400


def test_what_is_masked_is_masked_at_this_door_too(park: User) -> None:
    app = Api(park)
    recorded(
        app,
        [
            {"event_type": "CLICK", "text": "010-1234-5678"},
            {"event_type": "CLICK", "package_name": "com.kakaobank.channel", "text": "잔액 5원"},
        ],
    )
    kept = [str(row.data) for row in RecordedEvent.objects.order_by("id")]
    assert "1234" not in kept[0]
    assert "잔액" not in kept[1]


def test_without_steps_the_analysis_fails_and_nothing_is_made(park: User) -> None:
    app = Api(park)
    at = recorded(app, [event("TYPE_WINDOW_CONTENT_CHANGED", 0)])
    assert app.post(f"{at}/analyze/", {}).body["status"] == "FAILED"
    refused = app.post(f"{at}/convert-to-task/", {})
    assert (refused.status, refused.body["code"]) == (409, "NOTHING_RECORDED")
    assert not Task.objects.exists()


def test_of_a_deleted_task_another_is_made(park: User) -> None:
    app = Api(park)
    at = recorded(app, SENDING)
    first = app.post(f"{at}/convert-to-task", {}).body["task"]["id"]
    assert app.delete(f"/api/tasks/{first}").status == 204
    assert app.get(at).body["task"] is None
    second = app.post(f"{at}/convert-to-task", {"title": ""})
    assert second.status == 400
    second = app.post(f"{at}/convert-to-task", {"title": "새로"})
    assert (second.status, second.body["task"]["title"]) == (201, "새로")
    assert second.body["task"]["id"] != first


def test_nobody_else_is_told(park: User, kim: User) -> None:
    at = recorded(Api(park), SENDING)
    choi = cast.instructor_choi()

    def everything(api: Api) -> list[Answer]:
        return [
            api.get(at), api.get(f"{at}/events"), api.get(f"{at}/analysis-status"), api.get(f"{at}/subtasks"),
            api.post(f"{at}/analyze", {}), api.post(f"{at}/convert-to-task", {}), api.post(f"{at}/stop", {}),
            api.post(f"{at}/save-events-batch", {"events": SENDING}), api.delete(at),
        ]  # fmt: skip

    assert {answer.status for answer in everything(Api())} == {401}
    assert {answer.status for answer in everything(Api(choi))} == {404}
    assert {answer.status for answer in everything(Api(kim))} <= {403, 404}
    assert Recording.objects.get().event_count == len(SENDING)
