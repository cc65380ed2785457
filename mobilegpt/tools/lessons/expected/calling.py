"""전화와 문자, 수상한 문자와 전화.

When a number is complete, nobody but its writer knows: that step expects nothing.
"""

from __future__ import annotations

from mobilegpt.guidance.expectation import Alternative, State
from mobilegpt.tools.lessons.expected.apps import (
    BROWSER,
    CONTACTS,
    DIALER,
    HOME,
    IN_CALL,
    INSTALLER,
    MESSENGER,
    TEXTING,
    act,
    another,
    leads,
    opened,
    tap,
)

# A question whether to install, or a call, comes over whatever somebody was in, and goes back there.
_LEFT = State(apps=[*TEXTING, *MESSENGER, *BROWSER, *DIALER, *HOME])
_LEFT_A_CALL = State(apps=[app for app in _LEFT.apps if app not in IN_CALL])
_HANG_UP = tap(IN_CALL, "끊기", "전화 끊기", "통화 종료", "종료", "End call", "Hang up")
_BLOCK = ("차단", "번호 차단", "수신 차단", "연락처 차단", "Block", "Block number")

_PEOPLE = ("연락처", "주소록", "Contacts")
_NEW = (
    "새 문자", "새 메시지", "새 메시지 작성", "메시지 작성", "문자 작성", "새 대화", "채팅 시작", "Compose",
    "Compose new message", "New message", "Start chat", "New conversation",
)  # fmt: skip


CALLS = {
    "전화 열기": opened(DIALER, "전화", "Phone"),
    "전화 걸기": tap(
        DIALER, "전화 걸기", "통화", "음성 통화", "발신", "Call", "Dial",
        after=State(apps=list(IN_CALL), screens=["통화", "통화 중", "전화 거는 중", "InCallActivity"]),
    ),
    "스피커로 듣기": tap(IN_CALL, "스피커", "스피커폰", "Speaker"),
    "전화 끊기": _HANG_UP,
    "연락처 누르기": act(
        "TAP", DIALER, *_PEOPLE, after=State(apps=list(DIALER), screens=list(_PEOPLE)),
        or_else=[Alternative(action="OPEN", where=State(apps=list(CONTACTS)))],
    ),
    "이름 고르기": act(
        "TAP", DIALER, role="item", label_class="person",
        after=State(apps=[app for app in (*CONTACTS, *IN_CALL) if app not in DIALER]),
    ),
    "오는 전화 받기": tap(IN_CALL, "받기", "전화 받기", "통화 수락", "수락", "응답", "Answer", "Accept"),
    "문자 열기": opened(TEXTING, "문자", "메시지", "Messages"),
    "새 문자 쓰기": leads(TEXTING, *_NEW, "더하기", to=_NEW),
    "받는 사람 적기": act(
        "INPUT", TEXTING, "받는 사람", "수신자", "수신인", "이름, 전화번호 또는 이메일 입력",
        "이름, 전화번호, 이메일 입력", "To", "Recipient", role="field",
    ),
    "글 쓰기": act(
        "INPUT", TEXTING, "메시지 입력", "메시지를 입력하세요", "문자 메시지", "채팅 메시지", "Text message",
        "Enter message", role="field",
    ),
    "보내기": tap(
        TEXTING, "보내기", "전송", "메시지 보내기", "문자 보내기", "SMS 보내기", "MMS 보내기", "Send", "Send SMS",
    ),
}  # fmt: skip

FRAUD = {
    "설치하지 않기": act(
        "TAP", INSTALLER, "취소", "Cancel", role="button", after=_LEFT,
        or_else=[another("BACK", INSTALLER, after=_LEFT)],
    ),
    "수상한 문자 길게 누르기": act(
        "LONG_TAP", TEXTING, label_class="number",
        after=State(apps=list(TEXTING), screens=["1개 선택됨", "1 선택됨", "1개 선택", "1 selected"]),
    ),
    "'차단' 누르기": leads(
        TEXTING, *_BLOCK,
        to=("차단", "번호 차단", "차단할까요?", "번호를 차단할까요?", "이 번호를 차단할까요?", "Block number?"),
    ),
    "한 번 더 '차단' 누르기": tap(TEXTING, *_BLOCK, role="button"),
    "모르는 전화 거절하기": tap(IN_CALL, "거절", "전화 거절", "통화 거절", "Decline", "Reject", after=_LEFT_A_CALL),
    "수상하면 바로 끊기": _HANG_UP,
    "가족에게 물어보기": act("TAP", (*DIALER, *CONTACTS), label_class="person"),
}  # fmt: skip
