"""글자 크게 하기."""

from __future__ import annotations

from mobilegpt.screens.parts import Bar, Row, Rows, Slider, Text
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.talk import Bubbles, Said, Writing
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, swipe, tap
from mobilegpt.tools.lessons.ready.home import HOME

_SETTINGS = Screen(
    "설정",
    (
        Bar("설정", ("search",), back=False),
        Rows(
            (
                Row("인터넷 연결", "와이파이 · 비행기 탑승 모드", "wifi"),
                Row("소리와 진동", "벨소리 · 소리 크기", "sound", "#8A4B9E"),
                Row("알림", "앱 알림", "bell", "#B3261E"),
                Row("화면", "밝기 · 글자 크기", "sun", "#B54708"),
                Row("잠금 화면", "잠금 방식 · 시계", "lock", "#1A7F45"),
                Row("휴대폰 정보", "이름 · 전화번호", "phone", "#5C6670"),
            ),
            144,
        ),
    ),
)
_DISPLAY = Screen(
    "화면 설정",
    (
        Bar("화면"),
        Rows(
            (
                Row("밝기", "밝게, 어둡게", end="next"),
                Row("어두운 화면", "", end="off"),
                Row("글자 크기와 굵기", "글자를 크게, 굵게", end="next"),
                Row("화면 크게 보기", "그림과 단추도 크게", end="next"),
                Row("화면이 꺼지는 시간", "1분", end="next"),
            ),
            144,
        ),
    ),
)
_WORDS = "안녕하세요.\n글자가 잘 보이나요?"


def _letters(value: float, size: float, *, bold: bool = False) -> Screen:
    sample = Text(_WORDS, size, bold=bold, align="middle", fill="#FFFFFF", least=330, key="sample")
    switch = Row("굵은 글자", "", end="on" if bold else "off")
    parts = (Bar("글자 크기와 굵기"), sample, Gap(30), Rows((switch,)), Text("글자 크기", 36, bold=True), Slider(value))
    return Screen("글자 크기와 굵기", parts)


_MESSAGES = Screen(
    "문자",
    (
        Bar("딸", ("phone",)),
        Bubbles((Said("other", "엄마, 이제 글자 잘 보여요?", key="said"), Said("me", "응, 아주 잘 보여!")), size=52),
        Writing(),
    ),
)

LARGER = ReadyLesson(
    key="01-larger-letters",
    title="글자 크게 하기",
    title_en="Making the letters larger",
    description="휴대폰의 글자를 내 눈에 맞게 크고 굵게 바꿔요.",
    parts=(
        Part(
            "글자 크기 바꾸기",
            "Changing the size of letters",
            (
                Step(
                    "설정 찾기",
                    "Find the settings",
                    "톱니바퀴 그림 '설정'을 누르세요.",
                    "첫 화면에서 톱니바퀴처럼 생긴 그림을 찾아 한 번 누르세요. 그 그림이 설정이에요.",
                    HOME,
                    tap("설정"),
                ),
                Step(
                    "'화면' 누르기",
                    "Press Display",
                    "'화면'을 누르세요.",
                    "목록에서 화면이라는 글자를 찾아 누르세요. 휴대폰에 따라 디스플레이라고 적혀 있어요.",
                    _SETTINGS,
                    tap("화면"),
                ),
                Step(
                    "'글자 크기와 굵기' 누르기",
                    "Press Font size and style",
                    "'글자 크기와 굵기'를 누르세요.",
                    "글자 크기와 굵기를 찾아 누르세요. 안 보이면 화면을 위로 밀어 올려 보세요.",
                    _DISPLAY,
                    tap("글자 크기와 굵기"),
                ),
                Step(
                    "점을 오른쪽으로 밀기",
                    "Slide the dot to the right",
                    "파란 점을 오른쪽으로 미세요.",
                    "아래에 있는 파란 점에 손가락을 대고 오른쪽으로 천천히 미세요. 오른쪽으로 갈수록 글자가 커져요.",
                    _letters(0.2, 36),
                    swipe("knob", "right"),
                ),
                Step(
                    "커진 글자 보기",
                    "Look at the larger letters",
                    "위의 글자가 편하게 보이는지 보세요.",
                    "위쪽에 보기 글자가 있어요. 편하게 보이나요? 너무 크면 파란 점을 왼쪽으로 조금 미세요.",
                    _letters(0.8, 58),
                    look("sample", "보기 글자"),
                ),
                Step(
                    "'굵은 글자' 켜기",
                    "Turn on bold letters",
                    "'굵은 글자' 옆의 스위치를 누르세요.",
                    "굵은 글자 오른쪽에 있는 동그란 스위치를 한 번 누르세요. 초록색이 되면 켜진 거예요.",
                    _letters(0.8, 58),
                    tap("굵은 글자:switch", "굵은 글자 스위치"),
                ),
            ),
        ),
        Part(
            "달라진 글자 보기",
            "Seeing the difference",
            (
                Step(
                    "첫 화면으로 가기",
                    "Go to the first screen",
                    "맨 아래 가운데의 네모를 누르세요.",
                    "화면 맨 아래 가운데에 있는 네모를 누르세요. 어디에 있어도 첫 화면으로 돌아와요.",
                    _letters(0.8, 58, bold=True),
                    tap("system_home", "홈 단추"),
                ),
                Step(
                    "문자 열기",
                    "Open the messages",
                    "'문자'를 누르세요.",
                    "달라진 글자를 보러 가요. 아래에 있는 말풍선 그림, 문자를 누르세요.",
                    HOME,
                    tap("문자"),
                ),
                Step(
                    "커진 글자로 읽기",
                    "Read with larger letters",
                    "받은 글을 읽어 보세요.",
                    "받은 글이 전보다 크게 보여요. 언제든지 같은 방법으로 글자를 다시 바꿀 수 있어요.",
                    _MESSAGES,
                    look("said", "받은 글"),
                ),
            ),
        ),
    ),
)
