"""영상 찾아보기."""

from __future__ import annotations

from mobilegpt.screens.parts import Bar, Field, Keyboard, Tabs, Text
from mobilegpt.screens.scenes import Photo, Player, Videos
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, swipe, tap
from mobilegpt.tools.lessons.ready.home import HOME

_TABS = Tabs((("home", "홈"), ("video", "구독"), ("person", "내 영상")), "홈")
_START = Screen(
    "동영상",
    (
        Bar("동영상", ("bell", "search"), back=False),
        Videos(((0, "봄나들이 가기 좋은 산길", "12:30"), (4, "집에서 만드는 생일 케이크", "9:15"),
                (5, "시골집 고치기", "20:41"), (2, "바닷가의 하루", "8:08"))),
        _TABS,
    ),
)  # fmt: skip
_FOUND = Screen(
    "찾은 영상",
    (
        Field("허리 운동", icon="search"),
        Videos(((3, "하루 10분 허리 운동, 천천히 따라 하기", "10:02"), (1, "의자에 앉아서 하는 허리 운동", "7:40"),
                (0, "아침에 하는 허리 운동", "6:25"), (5, "누워서 하는 허리 운동", "15:10"))),
        _TABS,
    ),
)  # fmt: skip
_MORE = Videos(((1, "의자에 앉아서 하는 허리 운동", "7:40"), (0, "아침에 하는 허리 운동", "6:25")))


def _search(words: str) -> Screen:
    return Screen("찾기", (Field(words, "찾을 말", "search", active=True), Gap(), Keyboard("찾기")))


def _watch(*, buttons: bool = False, playing: bool = True) -> Screen:
    title = Text("하루 10분 허리 운동, 천천히 따라 하기", 40, bold=True)
    return Screen("영상", (Player(3, buttons, playing), title, _MORE))


_WIDE = Screen("크게 본 영상", (Photo(3, tall=True),), dark=True)

VIDEOS = ReadyLesson(
    key="07-videos",
    title="영상 찾아보기",
    title_en="Finding videos",
    description="보고 싶은 영상을 찾아서 멈추고, 크게 보고, 다시 보는 법을 배워요.",
    parts=(
        Part(
            "영상 찾기",
            "Finding a video",
            (
                Step(
                    "동영상 열기",
                    "Open the videos",
                    "세모가 있는 '동영상'을 누르세요.",
                    "첫 화면에서 네모 안에 세모가 있는 그림을 찾아 누르세요.",
                    HOME,
                    tap("동영상"),
                ),
                Step(
                    "돋보기 누르기",
                    "Press the magnifier",
                    "오른쪽 위 돋보기를 누르세요.",
                    "오른쪽 위에 돋보기 그림이 있어요. 찾고 싶은 것이 있을 때 누르는 그림이에요.",
                    _START,
                    tap("search", "돋보기"),
                ),
                Step(
                    "찾을 말 쓰기",
                    "Write what to look for",
                    "보고 싶은 것을 쓰세요.",
                    "자판으로 보고 싶은 것을 쓰세요. 짧게 써도 돼요. 여기서는 허리 운동이라고 써 볼게요.",
                    _search("허리 운동"),
                    look("field", "찾을 말"),
                    "INPUT",
                ),
                Step(
                    "'찾기' 누르기",
                    "Press Search",
                    "자판의 파란 '찾기'를 누르세요.",
                    "자판 오른쪽 아래에 파란 찾기 단추가 있어요. 휴대폰에 따라 돋보기 그림이에요.",
                    _search("허리 운동"),
                    tap("enter", "찾기"),
                ),
                Step(
                    "목록 밀어 보기",
                    "Scroll the list",
                    "화면을 위로 밀어 더 찾아보세요.",
                    "영상이 여러 개 나와요. 손가락을 대고 위로 천천히 밀면 아래의 영상도 보여요.",
                    _FOUND,
                    swipe("video3", "up"),
                ),
                Step(
                    "영상 고르기",
                    "Choose a video",
                    "보고 싶은 영상을 누르세요.",
                    "제목을 읽어 보고, 보고 싶은 영상을 한 번 누르세요. 바로 시작돼요.",
                    _FOUND,
                    tap("video1", "허리 운동 영상"),
                ),
            ),
        ),
        Part(
            "편하게 보기",
            "Watching at ease",
            (
                Step(
                    "단추 나오게 하기",
                    "Bring up the buttons",
                    "영상을 살짝 한 번 누르세요.",
                    "나오는 영상을 한 번 누르면 멈춤 단추가 나와요. 잠시 뒤에는 저절로 사라져요.",
                    _watch(),
                    tap("video", "영상"),
                ),
                Step(
                    "멈추기",
                    "Pause",
                    "가운데 두 줄 그림을 누르세요.",
                    "가운데에 있는 두 줄 그림을 누르면 영상이 멈춰요.",
                    _watch(buttons=True),
                    tap("play", "멈춤"),
                ),
                Step(
                    "다시 보기",
                    "Go on",
                    "가운데 세모를 누르세요.",
                    "멈추면 두 줄이 세모로 바뀌어요. 세모를 누르면 이어서 나와요.",
                    _watch(buttons=True, playing=False),
                    tap("play", "다시 보기"),
                ),
                Step(
                    "크게 보기",
                    "Make it large",
                    "오른쪽 네모 그림을 누르세요.",
                    "영상 오른쪽 아래의 네모 그림을 누르고 휴대폰을 옆으로 눕히세요. 화면 가득 보여요.",
                    _watch(buttons=True),
                    tap("full", "크게 보기"),
                ),
                Step(
                    "원래대로 돌아오기",
                    "Go back",
                    "아래 뒤로 가기를 누르세요.",
                    "다 보았으면 맨 아래 오른쪽의 뒤로 가기를 누르세요. 작은 화면으로 돌아와요.",
                    _WIDE,
                    tap("system_back", "뒤로 가기"),
                ),
            ),
        ),
    ),
)
