"""메신저로 글 보내기, 메신저로 사진 보내기."""

from __future__ import annotations

from mobilegpt.tools.lessons.expected.apps import MESSENGER, act, field, leads, opened, tap

_OPEN = opened(MESSENGER, "메신저", "카카오톡", "KakaoTalk", "라인", "LINE")
_SEND = ("보내기", "전송", "Send")
_PICKERS = ("앨범", "전체보기", "갤러리", "사진 선택", "최근 항목", "Album", "Gallery", "MediaPickerActivity")

MESSAGES = {
    "메신저 열기": _OPEN,
    "친구 목록 보기": leads(MESSENGER, "친구", "친구 탭", "Friends", to=("친구", "Friends")),
    "이름 누르기": act("TAP", MESSENGER, role="item", label_class="person"),
    "글 쓰는 칸 누르기": field(
        MESSENGER, "글 쓰는 칸", "메시지 입력", "메시지", "메시지를 입력하세요", "Enter message"
    ),
    "글 쓰기": act("INPUT", MESSENGER, role="field", label_class="text"),
    "보내기": tap(MESSENGER, *_SEND),
    "잘못 보낸 글 누르기": act("LONG_TAP", MESSENGER, label_class="text"),
}

SENDING = {
    "메신저 열기": _OPEN,
    "대화 고르기": act("TAP", MESSENGER, role="item", label_class="person"),
    "더하기 누르기": tap(MESSENGER, "더하기", "추가", "첨부", "파일 첨부", "메뉴", "Attach", "Menu"),
    "'앨범' 누르기": leads(MESSENGER, "앨범", "갤러리", "사진", "Album", "Gallery", to=_PICKERS),
    "사진 고르기": act("TAP", MESSENGER, label_class="picture"),
    "보내기": leads(MESSENGER, "1장 보내기", *_SEND, to=("대화", "채팅방", "ChatRoomHolderActivity")),
    "받은 사진 누르기": act("TAP", MESSENGER, label_class="picture"),
    "'저장' 누르기": tap(MESSENGER, "저장", "다운로드", "내려받기", "Save", "Download"),
}
