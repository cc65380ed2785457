"""Who may do what by the operations of the apps that exist: rows of the access matrix (contract 12).

Where a phone may name itself by its ``device_id``, a row sends the one of the guest, who sits in ``{live}`` with it: it
lets in who has no token, and says nothing beside one.
"""

from __future__ import annotations

import base64

from tests.contract.rows import Row, row
from tests.contract.world import DEVICE
from tests.pictures import picture

_EVERYBODY = "200 200 200 200 200 200 200"
_RUNS, _SEATED, _STUDENTS = "401 403 403 403 200 404 200", "401 200 404 200 403 403 403", "401 200 200 200 403 403 403"
_OWN_201, _OWN_200 = (f"401 403 403 403 {status} 403 {status}" for status in (201, 200))
_LOGIN = {"email": "student1@example.com", "password": "securePassword123"}
_PHONE = {"device_id": DEVICE}
_VISITOR = {"session_code": "{code}", "device_id": "another-device-of-a-visitor", "name": "손님"}
_TAP = {"event_type": "CLICK", "session": "{live}", "subtask": "{next_subtask}"}
_DONE = {"subtask_id": "{next_subtask}"}
_CLASS, _STUDENT = "/api/sessions/{live}", "/api/students/sessions"
_STEP = {"title": "새 단계", "view_id": "com.kakao.talk:id/send"}

_SCREENS, _LOOKS = "/api/sessions/{live}/screenshots", "401 403 403 403 200 404 403"
_SCREEN = {"image_data": base64.b64encode(picture()).decode()}
_AGREED = {"agreed": True}
_APP, _OWN, _STOPPED = "/api/recordings", "/api/recordings/{recording}", "/api/recordings/{stopped}"
_BATCH = {"events": [{"event_type": "CLICK", "timestamp": 12_000, "text": ["채팅"], "bounds": "0 0 100 100"}]}
_MAKES = "401 403 403 403 {0} 404 {0}"

_RECORDINGS: tuple[Row, ...] = (
    row("GET", _APP, "401 200 200 403 200 200 200"),
    row("POST", _APP, "401 201 201 403 201 201 201", {"title": "연습"}),
    row("GET", _OWN, "401 200 404 403 404 404 200", note="of no class"),
    row("GET", _STOPPED, "401 200 404 403 200 404 200", note="of the teacher's class"),
    row("GET", f"{_STOPPED}/events", "401 200 404 403 200 404 200"),
    row("POST", f"{_OWN}/stop", "401 200 404 403 404 404 200"),
    row("POST", f"{_OWN}/save-events-batch", "401 201 404 403 404 404 404", _BATCH),
    row("POST", f"{_STOPPED}/save_events_batch", "401 201 404 403 404 404 404", _BATCH, note="the alias"),
    row("POST", f"{_STOPPED}/analyze", _MAKES.format(202), {}),
    row("GET", f"{_STOPPED}/analysis-status", _MAKES.format(200)),
    row("POST", f"{_STOPPED}/convert-to-task", _MAKES.format(201), {"title": "새 과제"}),
    row("GET", f"{_STOPPED}/subtasks", _MAKES.format(200)),
    row("GET", f"{_STOPPED}/comparison", _MAKES.format(200)),
    row("DELETE", _OWN, "401 204 404 403 404 404 404"),
)
_SHOWN: tuple[Row, ...] = (
    row("POST", f"{_SCREENS}/upload", "401 201 404 201 403 403 403", _SCREEN),
    row("POST", f"{_SCREENS}/upload", "201 201 404 201 403 403 403", {**_SCREEN, **_PHONE}, note="by the phone"),
    row("POST", "/api/sessions/{waiting}/screenshots/upload", "401 201 404 403 403 403 403", {**_SCREEN, **_PHONE}),
    row("POST", f"{_SCREENS}/consent", _SEATED, _AGREED),
    row("POST", f"{_SCREENS}/consent", "200 200 404 200 403 403 403", {**_AGREED, **_PHONE}, note="by the phone"),
    row("GET", f"{_SCREENS}/consent", _SEATED),
    row("GET", f"{_SCREENS}/consent?device_id={DEVICE}", "200 200 404 200 403 403 403", note="by the phone"),
    row("GET", _SCREENS, _LOOKS, colleagues="200 200 200 200"),
    row("GET", f"{_SCREENS}?device_id={DEVICE}", _LOOKS, note="by the phone", colleagues="200 200 200 200"),
    row("GET", f"{_SCREENS}/{{guest_seat}}", _LOOKS, colleagues="200 200 200 200"),
    row("GET", f"{_SCREENS}/by-device/{DEVICE}", _LOOKS, colleagues="200 200 200 200"),
    row("GET", f"{_SCREENS}/{{guest_seat}}/image", _LOOKS, colleagues="200 200 200 200"),
)

APPS: tuple[Row, ...] = (
    *_RECORDINGS,
    *_SHOWN,
    row("POST", "/api/token", _EVERYBODY, _LOGIN),
    row("POST", "/api/token/refresh", _EVERYBODY, {"refresh": "{refresh}"}),
    row("POST", "/api/sessions/join", "201 200 201 201 403 403 403", _VISITOR),
    row("GET", f"{_STUDENT}/my_sessions", _STUDENTS),
    row("GET", f"{_STUDENT}/active_sessions", _STUDENTS),
    row("POST", f"{_STUDENT}/join", "401 200 201 200 403 403 403", {"session_code": "{code}"}),
    row("POST", f"{_STUDENT}/{{live}}/leave", _SEATED, {}),
    row("POST", f"{_STUDENT}/{{live}}/leave", "200 200 404 200 403 403 403", _PHONE, note="by the phone"),
    row("POST", f"{_STUDENT}/{{waiting}}/leave", "401 200 404 403 403 403 403", _PHONE, note="not the phone's class"),
    row("GET", "/api/students/lectures", "401 200 200 403 200 200 200"),
    row("GET", "/api/students/lectures/my_lectures", "401 200 200 403 403 403 403"),
    row("POST", "/api/students/lectures/{idle}/enroll", "401 201 201 403 403 403 403"),
    row("POST", "/api/students/lectures/{inactive}/unenroll", "401 200 404 403 403 403 403", note="inactive"),
    row("POST", "/api/students/lectures/{lecture}/unenroll", "401 409 403 403 403 403 403", note="seated there"),
    row("POST", "/api/logs/activity/anonymous", "401 201 201 201 201 201 201", _TAP),
    row("POST", "/api/logs/activity/anonymous", "201 201 201 201 201 201 201", {**_TAP, **_PHONE}, "by the phone"),
    row("POST", f"{_CLASS}/report-completion", _SEATED, _DONE),
    row("POST", f"{_CLASS}/report-completion", "200 200 404 200 403 403 403", {**_DONE, **_PHONE}, "by the phone"),
    row("GET", f"{_CLASS}/completion-status", _RUNS),
    row("GET", f"{_CLASS}/subtasks", "401 200 404 200 200 404 200"),
    row("GET", f"{_CLASS}/subtasks?device_id={DEVICE}", "200 200 404 200 200 404 200", note="by the phone"),
    row("GET", f"/api/sessions/{{waiting}}/subtasks?device_id={DEVICE}", "401 200 404 403 200 404 200"),
    row("GET", f"{_CLASS}/summary?device_id={DEVICE}", "200 200 404 200 200 404 200", note="by the phone"),
    row("GET", "/api/sessions/instructor-active", "401 403 403 403 200 200 200"),
    row("POST", f"{_CLASS}/broadcast", _RUNS, {"message": "천천히 하세요"}),
    row("POST", "/api/sessions/{waiting}/switch-lecture", _RUNS, {"lecture_id": "{idle}"}),
    row("POST", "/api/sessions/{live}/switch-lecture", "401 403 403 403 409 404 409", {"lecture_id": "{idle}"}),
    row("POST", "/api/help/request/{help}/resolve", _RUNS, colleagues="200 200 200 200"),
    row("GET", "/api/dashboard/sessions/{live}/progress-stats", _RUNS),
    row("GET", "/api/dashboard/statistics/lecture/{lecture}/step-analysis", _RUNS),
    row("GET", "/api/dashboard/statistics/lecture/{lecture}/session-trends", _RUNS),
    row("GET", "/api/lectures/{lecture}/tasks", "401 200 200 200 200 200 200"),
    row("GET", "/api/lectures/{inactive}/tasks", "401 200 404 403 200 404 200", note="inactive"),
    row("POST", "/api/lectures/{lecture}/tasks/create", _OWN_201, {"title": "새 과제"}),
    row("POST", "/api/lectures/{lecture}/tasks/attach", _OWN_201, {"task_ids": "{tasks}"}),
    row("GET", "/api/tasks/available", "401 403 403 403 200 200 200"),
    row("POST", "/api/tasks/{task}/subtasks/create", _OWN_201, _STEP),
    row("PUT", "/api/tasks/{idle_task}/subtasks/bulk", _OWN_200, {"subtasks": [_STEP]}),
    row("PUT", "/api/tasks/subtasks/{subtask}", _OWN_200, _STEP),
    row("DELETE", "/api/tasks/subtasks/{idle_subtask}", "401 403 403 403 204 403 204"),
)
