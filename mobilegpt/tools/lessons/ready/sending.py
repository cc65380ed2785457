"""메신저로 사진 보내기."""

from __future__ import annotations

from mobilegpt.screens.canvas import BLUE
from mobilegpt.screens.parts import Bar, Button, Buttons, Row, Rows, Tabs
from mobilegpt.screens.scenes import Album, Photo
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.screens.talk import Bubbles, Choices, Said, Writing
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, tap
from mobilegpt.tools.lessons.ready.home import HOME

_TALKS = Screen(
    "메신저",
    (
        Bar("대화", ("search", "plus"), back=False),
        Rows(
            (
                Row("딸", "꽃이 피었어요?", "person", "#C2417C"),
                Row("복지관 친구들", "내일 봐요", "person", "#1A7F45"),
            ),
        ),
        Gap(),
        Tabs((("person", "친구"), ("message", "대화"), ("more", "더 보기")), "대화"),
    ),
)
_CHOICES = Choices(
    (
        ("photo", "앨범", "#C2417C"),
        ("camera", "카메라", "#4A5560"),
        ("file", "파일", "#0B5FFF"),
        ("map", "지도", "#00796B"),
        ("person", "연락처", "#8A4B9E"),
        ("calendar", "일정", "#B54708"),
    )
)
_ASKED = Said("other", "엄마, 꽃이 피었어요?")
_MINE = Said("me", photo=1, key="mine")


def _talk(*said: Said, choices: bool = False) -> Screen:
    return Screen("대화", (Bar("딸", ("search", "menu")), Bubbles(said), Writing(), *((_CHOICES,) if choices else ())))


def _album(*chosen: int) -> Screen:
    words = f"{len(chosen)}장 보내기" if chosen else "사진을 고르세요"
    button = Button(words, BLUE if chosen else "#9AA3AD", icon="send", key="send")
    return Screen("사진 고르기", (Bar("사진 고르기"), Album(9, chosen, ticks=True), Buttons((button,))))


_SHOWN = Screen(
    "사진 보기",
    (
        Bar("딸", ("more",), fill="#111418", ink="#FFFFFF"),
        Photo(2),
        Tabs((("file", "저장"), ("send", "보내기"), ("trash", "지우기"))),
    ),
    dark=True,
)

SENDING = ReadyLesson(
    key="06-messenger-photo",
    title="메신저로 사진 보내기",
    title_en="Sending photos by messenger",
    description="찍어 둔 사진을 메신저로 보내고, 받은 사진을 휴대폰에 저장해요.",
    parts=(
        Part(
            "사진 보내기",
            "Sending a photo",
            (
                Step(
                    "메신저 열기",
                    "Open the messenger",
                    "말풍선 그림 '메신저'를 누르세요.",
                    "첫 화면에서 가족이나 친구와 쓰는 메신저를 찾아 한 번 누르세요.",
                    HOME,
                    tap("메신저"),
                ),
                Step(
                    "대화 고르기",
                    "Choose the conversation",
                    "사진을 보낼 사람을 누르세요.",
                    "대화 목록에서 사진을 보낼 사람의 이름을 누르세요.",
                    _TALKS,
                    tap("딸"),
                ),
                Step(
                    "더하기 누르기",
                    "Press plus",
                    "왼쪽 아래 더하기를 누르세요.",
                    "글 쓰는 칸 왼쪽에 더하기 그림이 있어요. 그 그림을 누르세요.",
                    _talk(_ASKED),
                    tap("plus", "더하기"),
                ),
                Step(
                    "'앨범' 누르기",
                    "Press Album",
                    "'앨범'을 누르세요.",
                    "아래에 둥근 그림들이 나와요. 앨범이라고 적힌 그림을 누르세요.",
                    _talk(_ASKED, choices=True),
                    tap("앨범"),
                ),
                Step(
                    "사진 고르기",
                    "Choose a photo",
                    "보낼 사진을 누르세요.",
                    "내 사진들이 나와요. 보낼 사진을 한 번 누르세요. 숫자가 붙으면 고른 거예요.",
                    _album(),
                    tap("photo2", "꽃 사진"),
                ),
                Step(
                    "고른 사진 확인하기",
                    "Check the choice",
                    "숫자가 붙은 사진이 맞는지 보세요.",
                    "파란 테두리와 숫자가 있는 사진이 맞나요? 아니면 한 번 더 눌러서 빼세요.",
                    _album(2),
                    look("photo2", "고른 사진"),
                ),
                Step(
                    "보내기",
                    "Send",
                    "아래 '보내기'를 누르세요.",
                    "맨 아래 파란 보내기 단추를 누르세요. 사진은 글보다 조금 더 걸려요.",
                    _album(2),
                    tap("send", "1장 보내기"),
                ),
                Step(
                    "보낸 사진 보기",
                    "See what you sent",
                    "오른쪽에 내 사진이 있는지 보세요.",
                    "대화에 사진이 나오면 잘 보내진 거예요.",
                    _talk(_ASKED, _MINE),
                    look("mine", "내가 보낸 사진"),
                ),
            ),
        ),
        Part(
            "받은 사진 저장하기",
            "Keeping a photo that you got",
            (
                Step(
                    "받은 사진 누르기",
                    "Press the photo",
                    "왼쪽에 온 사진을 누르세요.",
                    "상대가 보낸 사진은 왼쪽에 나와요. 누르면 크게 보여요.",
                    _talk(Said("me", "바다 사진 보여 줘"), Said("other", photo=2, key="theirs")),
                    tap("theirs", "받은 사진"),
                ),
                Step(
                    "'저장' 누르기",
                    "Press Save",
                    "왼쪽 아래 '저장'을 누르세요.",
                    "크게 보이는 사진 아래에 저장이 있어요. 누르면 내 갤러리에 들어가요.",
                    _SHOWN,
                    tap("저장"),
                ),
            ),
        ),
    ),
)
