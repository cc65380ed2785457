"""와이파이 연결하기."""

from __future__ import annotations

from mobilegpt.screens.apps import QuickSettings
from mobilegpt.screens.canvas import INK, WHITE
from mobilegpt.screens.parts import Bar, Button, Buttons, Field, Keyboard, Row, Rows, Text
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, long_tap, look, swipe, tap
from mobilegpt.tools.lessons.ready.home import HOME, HOME_WITHOUT_WIFI

_QUICK = Screen("빠른 설정", (QuickSettings(),), wifi=False)


def _networks(note: str = "", *, on: bool = True) -> Screen:
    found = (
        Row("복지관 와이파이", note, "wifi", "#0B5FFF", "check" if note else "lock"),
        Row("도서관 와이파이", "", "wifi", "#5C6670", "lock"),
        Row("우리집 와이파이", "", "wifi", "#5C6670", "lock"),
        Row("손님용 와이파이", "", "wifi", "#5C6670", "next"),
    )
    switch = Rows((Row("와이파이 사용", "", end="on" if on else "off"),))
    if not on:
        return Screen(
            "와이파이",
            (Bar("와이파이"), switch, Text("꺼져 있어요", 38, "#5C6670", align="middle", least=260)),
            wifi=False,
        )
    parts = (Bar("와이파이"), switch, Text("연결할 수 있는 와이파이", 34, "#5C6670"), Rows(found))
    return Screen("와이파이", parts, wifi=bool(note))


def _password(words: str, *, active: bool) -> Screen:
    return Screen(
        "비밀번호",
        (
            Bar("복지관 와이파이"),
            Text("비밀번호를 적으세요", 42, bold=True),
            Field(words, "비밀번호", "lock", active=active),
            Buttons((Button("취소", WHITE, INK), Button("연결"))),
            Gap(),
            *((Keyboard(latin=True),) if active else ()),
        ),
        wifi=False,
    )


WIFI = ReadyLesson(
    key="02-wifi",
    title="와이파이 연결하기",
    title_en="Connecting to Wi-Fi",
    description="와이파이에 연결하면 요금 걱정 없이 인터넷을 쓸 수 있어요. 믿을 수 있는 곳의 와이파이만 써요.",
    parts=(
        Part(
            "와이파이 켜기",
            "Turning on Wi-Fi",
            (
                Step(
                    "위에서 아래로 내리기",
                    "Pull down from the top",
                    "화면 맨 위에서 아래로 쓸어내리세요.",
                    "손가락을 화면 맨 위에 대고 아래로 천천히 쓸어내리세요. 둥근 그림들이 나올 때까지 내리세요.",
                    HOME_WITHOUT_WIFI,
                    swipe("status", "down"),
                ),
                Step(
                    "와이파이 그림 길게 누르기",
                    "Hold the Wi-Fi picture",
                    "부채 모양 '와이파이'를 길게 누르세요.",
                    "부채처럼 생긴 와이파이 그림에 손가락을 대고 2초쯤 꾹 누르고 계세요.",
                    _QUICK,
                    long_tap("와이파이"),
                ),
                Step(
                    "와이파이 켜기",
                    "Turn Wi-Fi on",
                    "오른쪽 스위치를 눌러 켜세요.",
                    "와이파이 사용 옆에 있는 스위치를 한 번 누르세요. 초록색이 되면 켜진 거예요.",
                    _networks(on=False),
                    tap("와이파이 사용:switch", "와이파이 사용 스위치"),
                ),
            ),
        ),
        Part(
            "연결하기",
            "Connecting",
            (
                Step(
                    "이름 고르기",
                    "Choose the name",
                    "지금 있는 곳의 와이파이 이름을 누르세요.",
                    "목록에서 지금 있는 곳의 이름을 찾아 누르세요. 벽이나 안내판에 적혀 있어요. 모르면 물어보세요.",
                    _networks(),
                    tap("복지관 와이파이"),
                ),
                Step(
                    "비밀번호 칸 누르기",
                    "Press the password field",
                    "'비밀번호' 칸을 누르세요.",
                    "비밀번호라고 적힌 네모 칸을 한 번 누르세요. 그러면 아래에서 자판이 올라와요.",
                    _password("", active=False),
                    tap("field", "비밀번호 칸"),
                ),
                Step(
                    "비밀번호 적기",
                    "Type the password",
                    "안내받은 비밀번호를 적으세요.",
                    "안내판에 적힌 비밀번호를 한 글자씩 천천히 적으세요. 큰 글자와 작은 글자를 똑같이 적어야 해요.",
                    _password("hello1234", active=True),
                    look("field", "비밀번호 칸"),
                    "INPUT",
                ),
                Step(
                    "'연결' 누르기",
                    "Press Connect",
                    "'연결'을 누르세요.",
                    "다 적었으면 파란 연결 단추를 한 번 누르세요. 잠깐 기다리면 연결돼요.",
                    _password("hello1234", active=True),
                    tap("연결"),
                ),
                Step(
                    "'연결됨' 보기",
                    "See that it is connected",
                    "이름 아래에 '연결됨'이 있는지 보세요.",
                    "와이파이 이름 아래에 연결됨이라고 나오면 잘하신 거예요. 안 나오면 비밀번호를 다시 적어 보세요.",
                    _networks("연결됨"),
                    look("복지관 와이파이", "연결됨"),
                ),
                Step(
                    "위쪽 그림 보기",
                    "Look at the sign on top",
                    "화면 맨 위에 부채 그림이 있는지 보세요.",
                    "화면 맨 위 오른쪽에 작은 부채 그림이 있으면 와이파이로 인터넷을 쓰고 있는 거예요.",
                    HOME,
                    look("status_wifi", "와이파이 표시"),
                ),
            ),
        ),
    ),
)
