"""전화와 문자."""

from __future__ import annotations

from mobilegpt.screens.apps import Call, Dialer
from mobilegpt.screens.parts import Bar, Field, Keyboard, Row, Rows, Tabs
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.talk import Bubbles, Said, Writing
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, tap
from mobilegpt.tools.lessons.ready.home import HOME

_NUMBER = "010-0000-1234"
_TABS = (("keypad", "키패드"), ("clock", "최근 기록"), ("person", "연락처"))


def _dialer(number: str) -> Screen:
    return Screen("전화", (Dialer(number), Tabs(_TABS, "키패드")))


_PEOPLE = Screen(
    "연락처",
    (
        Bar("연락처", ("search", "plus"), back=False),
        Rows(tuple(Row(name, "", "person", colour) for name, colour in
                   (("딸", "#C2417C"), ("아들", "#0B5FFF"), ("복지관", "#1A7F45"), ("병원", "#B3261E")))),
        Gap(),
        Tabs(_TABS, "연락처"),
    ),
)  # fmt: skip
_INBOX = Screen(
    "문자",
    (
        Bar("문자", ("search", "plus"), back=False),
        Rows((Row("아들", "주말에 갈게요", "person"), Row("복지관", "내일 수업은 10시예요", "person", "#1A7F45"))),
        Gap(),
    ),
)


def _to(words: str = "") -> Screen:
    field = Field(words, "받는 사람", "person", "to", active=not words)
    return Screen("새 문자", (Bar("새 문자"), field, Gap(), Writing(), Keyboard()))


def _talk(words: str, *said: Said) -> Screen:
    return Screen("문자", (Bar("딸", ("phone",)), Bubbles(said), Writing(words), *((Keyboard(),) if not said else ())))


CALLS = ReadyLesson(
    key="03-calls-and-messages",
    title="전화와 문자",
    title_en="Calls and text messages",
    description="전화를 걸고 받고, 문자를 써서 보내요.",
    parts=(
        Part(
            "전화 걸기",
            "Making a call",
            (
                Step(
                    "전화 열기",
                    "Open the phone",
                    "초록색 '전화'를 누르세요.",
                    "화면 아래에서 수화기 그림이 있는 초록색 전화를 찾아 한 번 누르세요.",
                    HOME,
                    tap("전화"),
                ),
                Step(
                    "번호 누르기",
                    "Press the number",
                    "걸고 싶은 번호를 차례로 누르세요.",
                    "숫자를 하나씩 천천히 누르세요. 누른 번호는 위에 크게 나와요.",
                    _dialer("010-0000-12"),
                    tap("3"),
                    "INPUT",
                ),
                Step(
                    "전화 걸기",
                    "Call",
                    "아래 초록색 수화기를 누르세요.",
                    "번호가 맞는지 보고, 아래 가운데의 초록색 수화기를 누르세요. 그리고 귀에 대세요.",
                    _dialer(_NUMBER),
                    tap("call", "초록색 수화기"),
                ),
                Step(
                    "스피커로 듣기",
                    "Listen by the speaker",
                    "'스피커'를 누르면 크게 들려요.",
                    "소리가 작으면 스피커를 누르세요. 귀에 대지 않아도 크게 들려요.",
                    Screen("통화", (Call("딸", _NUMBER),), dark=True),
                    tap("speaker", "스피커"),
                ),
                Step(
                    "전화 끊기",
                    "Hang up",
                    "빨간색 단추를 눌러 끊으세요.",
                    "이야기가 끝났으면 맨 아래 빨간색 단추를 한 번 누르세요. 전화가 끊어져요.",
                    Screen("통화", (Call("딸", _NUMBER),), dark=True),
                    tap("end", "끊기"),
                ),
            ),
        ),
        Part(
            "이름으로 걸고, 오는 전화 받기",
            "Calling by name, taking a call",
            (
                Step(
                    "연락처 누르기",
                    "Press Contacts",
                    "아래 '연락처'를 누르세요.",
                    "번호를 몰라도 이름으로 걸 수 있어요. 아래 오른쪽의 연락처를 누르세요.",
                    _dialer(""),
                    tap("연락처"),
                ),
                Step(
                    "이름 고르기",
                    "Choose a name",
                    "전화할 사람의 이름을 누르세요.",
                    "이름이 죽 나와요. 전화하고 싶은 사람의 이름을 찾아 누르세요.",
                    _PEOPLE,
                    tap("딸"),
                ),
                Step(
                    "오는 전화 받기",
                    "Take a call",
                    "전화가 오면 초록색 '받기'를 누르세요.",
                    "전화가 오면 누구인지 먼저 보세요. 받으려면 초록색을 누르세요. 휴대폰에 따라 옆으로 밀어야 해요.",
                    Screen("오는 전화", (Call("딸", _NUMBER, coming=True),), dark=True),
                    tap("take", "받기"),
                ),
            ),
        ),
        Part(
            "문자 보내기",
            "Sending a text message",
            (
                Step(
                    "문자 열기",
                    "Open the messages",
                    "파란색 '문자'를 누르세요.",
                    "이번에는 문자를 보내요. 화면 아래에서 말풍선 그림, 문자를 누르세요.",
                    HOME,
                    tap("문자"),
                ),
                Step(
                    "새 문자 쓰기",
                    "Write a new message",
                    "오른쪽 위 더하기를 누르세요.",
                    "오른쪽 위에 있는 더하기 그림을 누르세요. 새 문자를 쓰는 화면이 나와요.",
                    _INBOX,
                    tap("plus", "더하기"),
                ),
                Step(
                    "받는 사람 적기",
                    "Say who gets it",
                    "받는 사람의 이름이나 번호를 적으세요.",
                    "맨 위 칸에 받는 사람의 이름이나 전화번호를 적으세요.",
                    _to(),
                    tap("to", "받는 사람 칸"),
                    "INPUT",
                ),
                Step(
                    "글 쓰기",
                    "Write the text",
                    "아래 칸에 보낼 글을 쓰세요.",
                    "자판 바로 위에 있는 칸을 누르고 글을 쓰세요. 틀리면 자판 오른쪽 화살표로 지울 수 있어요.",
                    _talk("잘 지내니?"),
                    tap("field", "글 쓰는 칸"),
                    "INPUT",
                ),
                Step(
                    "보내기",
                    "Send it",
                    "종이비행기 그림을 누르세요.",
                    "글을 다 썼으면 오른쪽에 있는 종이비행기 그림을 누르세요. 누르면 바로 가요.",
                    _talk("잘 지내니?"),
                    tap("send", "보내기"),
                ),
                Step(
                    "보낸 글 보기",
                    "See what was sent",
                    "오른쪽에 내가 보낸 글이 있는지 보세요.",
                    "내가 보낸 글은 오른쪽에 파란 말풍선으로 나와요. 답이 오면 왼쪽에 나와요.",
                    _talk("", Said("me", "잘 지내니?", key="mine"), Said("other", "네, 잘 지내요. 곧 갈게요!")),
                    look("mine", "보낸 글"),
                ),
            ),
        ),
    ),
)
