"""Plausible values for any struct, chosen by the names of its fields: the stuff of the documents' examples."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import inspect

Sampled = TypeVar("Sampled", bound=msgspec.Struct)

_MOMENT = "2025-10-28T10:05:00Z"
_STEP_TEXT = "홈 화면에서 노란색 카카오톡 아이콘을 눌러주세요"
_BY_NAME: dict[str, Any] = {
    "withheld": "NOT_SURE",
    "decision": "SENT",
    "action": "PAUSE",
    "activity": "STARTED_LEARNING",
    "client_msg_id": "5f1c8a5e",
    "code": "ABC234",
    "description": "축하합니다! 10개의 단계를 완료하셨습니다.",
    "device_id": "kX2vQ9fR7bLm4TzN8cYw1A",
    "email": "student@example.com",
    "epoch": "9f2c41d7",
    "event_id": "0b9d6ad0d0c84b0f9f5a4f0c0a1be2f3",
    "guide_text": _STEP_TEXT,
    "help_content": "화면 상단의 '친구' 탭을 눌러보세요",
    "help_type": "TEXT",
    "icon": "trophy",
    "instructor_message": "천천히 따라해보세요",
    "kind": "text",
    "lecture_title": "카카오톡 기초",
    "message": "이 단계가 어렵습니다",
    "my_status": "ACTIVE",
    "name": "김학생",
    "new_status": "COMPLETED",
    "old_status": "IN_PROGRESS",
    "completion": "suggested",
    "verdict": "wrong_app",
    "app": "com.android.settings",
    "window": "",
    "touched": "설정",
    "way_back": "open",
    "rests_on": "",
    "order": 1,
    "order_index": 1,
    "position": 1,
    "priority": "NORMAL",
    "progress_rate": 75.0,
    "reason": "too far behind",
    "request_type": "MANUAL",
    "role": "STUDENT",
    "session_code": "ABC234",
    "session_status": "IN_PROGRESS",
    "status": "IN_PROGRESS",
    "stream": "session:1",
    "subtask_title": "카카오톡 앱 열기",
    "target_action": "CLICK",
    "title": "카카오톡 앱 열기",
    "user_name": "김학생",
    "voice_guide_text": _STEP_TEXT,
}
_IN_EVENT: dict[str, dict[str, Any]] = {
    "MemberJoined": {"role": "member"},
    "HelpAnswered": {"source": "LOCAL"},
    "ScreenshotUpdated": {"withheld": ""},
}
"""Where a field's name means something else than elsewhere."""
_NUMBERS = {
    "subtask_id": 1000,
    "previous_subtask_id": 1000,
    "first_subtask_id": 1000,
    "task_id": 100,
    "user_id": 456,
    "instructor_id": 10,
    "participant_id": 100,
    "help_request_id": 5001,
    "help_response_id": 3000,
    "completed_count": 15,
    "completed_subtasks": 15,
    "total_count": 20,
    "total_subtasks": 20,
    "total_participants": 12,
    "active_participants": 12,
    "stuck_duration_seconds": 45,
    "stuck_seconds": 45,
    "encouragement": 75,
    "achievements": 10,
    "heartbeat_interval": 30,
    "frame_bytes": 65_536,
    "seq": 7,
    "total": 12,
    "received": 11,
    "events": 1000,
    "seconds": 86_400,
    "after_ms": 1200,
}


def sample(shape: type[Sampled]) -> Sampled:
    """An instance of ``shape``; the same one every time."""
    plain = _value(inspect.type_info(shape), shape.__name__.lower())
    return msgspec.convert(plain, shape)


def _value(info: inspect.Type, name: str) -> Any:
    match info:
        case inspect.Metadata(type=inner, extra_json_schema=schema):
            value, words = _value(inner, name), (schema or {}).get("enum")
            return words[0] if words and value not in words else value
        case inspect.StructType(cls=cls, fields=fields, tag_field=tag_field, tag=tag):
            filled = {field.encode_name: _value(field.type, field.name) for field in fields}
            filled |= _IN_EVENT.get(cls.__name__, {})
            return {tag_field: tag, **filled} if tag_field else filled
        case inspect.UnionType(types=types):
            return _value(next(one for one in types if not isinstance(one, inspect.NoneType)), name)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [_value(item, name)]
        case inspect.DictType():
            return _mapping(info, name)
    return _scalar(info, name)


def _mapping(info: inspect.DictType, name: str) -> dict[str, Any]:
    if name == "frames":
        return {"type": "session_state", "data": {}}
    key = {"streams": "session:1", "limits": "frame_bytes"}.get(name, "key")
    return {key: _value(info.value_type, key)}


def _scalar(info: inspect.Type, name: str) -> Any:
    match info:
        case inspect.IntType():
            return _NUMBERS.get(name, _BY_NAME.get(name, 1))
        case inspect.FloatType():
            return _BY_NAME.get(name, 75.0)
        case inspect.BoolType():
            return True
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.DateTimeType():
            return _MOMENT
        case inspect.NoneType():
            return None
    return _text(name)


def _text(name: str) -> str:
    if name == "at" or name.endswith(("_at", "timestamp", "_time")):
        return _MOMENT
    if name.endswith("token"):
        return "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."
    if name.endswith("connection_id"):
        return "4c1d0e"
    return str(_BY_NAME.get(name, name))
