"""사진 찍고 찾아보기."""

from __future__ import annotations

from mobilegpt.screens.parts import Bar, Tabs
from mobilegpt.screens.scenes import Album, Photo, Shutter
from mobilegpt.screens.screen import Screen
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, swipe, tap
from mobilegpt.tools.lessons.ready.home import HOME

_TABS = (("photo", "사진"), ("file", "앨범"), ("heart", "좋아하는 사진"))


def _camera(scene: int, last: int | None) -> Screen:
    return Screen("카메라", (Photo(scene, tall=True), Shutter(last)), dark=True)


def _shown(scene: int) -> Screen:
    bar = Bar("", ("heart", "more"), fill="#111418", ink="#FFFFFF")
    below = Tabs((("send", "보내기"), ("letters", "꾸미기"), ("trash", "지우기")))
    return Screen("사진 보기", (bar, Photo(scene), below), dark=True)


_GALLERY = Screen("갤러리", (Bar("사진", ("search", "more"), back=False), Album(), Tabs(_TABS, "사진")))

PHOTOS = ReadyLesson(
    key="04-photos",
    title="사진 찍고 찾아보기",
    title_en="Taking photos and finding them",
    description="카메라로 사진을 찍고, 찍은 사진을 갤러리에서 찾아봐요.",
    parts=(
        Part(
            "사진 찍기",
            "Taking a photo",
            (
                Step(
                    "카메라 열기",
                    "Open the camera",
                    "'카메라'를 누르세요.",
                    "화면 아래에서 사진기 그림, 카메라를 찾아 한 번 누르세요.",
                    HOME,
                    tap("카메라"),
                ),
                Step(
                    "화면에 담기",
                    "Aim",
                    "찍고 싶은 것이 화면에 보이게 하세요.",
                    "휴대폰을 두 손으로 잡고, 찍고 싶은 것이 화면 가운데에 보이게 하세요.",
                    _camera(0, None),
                    look("photo", "찍을 모습"),
                ),
                Step(
                    "사진 찍기",
                    "Take the photo",
                    "아래 하얀 동그라미를 누르세요.",
                    "숨을 멈추고, 아래 가운데의 하얀 동그라미를 살짝 누르세요. 찰칵 소리가 나면 찍힌 거예요.",
                    _camera(0, None),
                    tap("shutter", "하얀 동그라미"),
                ),
                Step(
                    "내 얼굴 찍기",
                    "Take your own face",
                    "오른쪽 화살표를 누르면 내 얼굴이 보여요.",
                    "내 얼굴을 찍고 싶으면 오른쪽 아래의 둥근 화살표를 누르세요. 한 번 더 누르면 다시 앞이 보여요.",
                    _camera(5, 0),
                    tap("turn", "둥근 화살표"),
                ),
                Step(
                    "찍은 사진 보기",
                    "See the photo",
                    "왼쪽 아래 작은 사진을 누르세요.",
                    "방금 찍은 사진이 왼쪽 아래에 작게 있어요. 그 작은 사진을 누르면 크게 보여요.",
                    _camera(5, 0),
                    tap("last", "작은 사진"),
                ),
            ),
        ),
        Part(
            "사진 찾아보기",
            "Finding photos",
            (
                Step(
                    "첫 화면으로 가기",
                    "Go to the first screen",
                    "맨 아래 가운데의 네모를 누르세요.",
                    "다 보았으면 맨 아래 가운데의 네모를 눌러 첫 화면으로 가세요.",
                    _shown(0),
                    tap("system_home", "홈 단추"),
                ),
                Step(
                    "갤러리 열기",
                    "Open the gallery",
                    "'갤러리'를 누르세요.",
                    "찍은 사진은 모두 갤러리에 모여 있어요. 갤러리를 찾아 누르세요.",
                    HOME,
                    tap("갤러리"),
                ),
                Step(
                    "사진 고르기",
                    "Choose a photo",
                    "보고 싶은 사진을 누르세요.",
                    "작은 사진들이 나와요. 보고 싶은 사진을 한 번 누르세요. 크게 보여요.",
                    _GALLERY,
                    tap("photo2", "꽃 사진"),
                ),
                Step(
                    "다음 사진 보기",
                    "See the next photo",
                    "사진을 왼쪽으로 미세요.",
                    "손가락을 사진에 대고 왼쪽으로 미세요. 다음 사진이 나와요. 오른쪽으로 밀면 앞 사진이 나와요.",
                    _shown(1),
                    swipe("photo", "left"),
                ),
                Step(
                    "좋아하는 사진 표시하기",
                    "Mark a favourite",
                    "위쪽 하트를 누르세요.",
                    "마음에 드는 사진은 오른쪽 위의 하트를 누르세요. 나중에 쉽게 찾을 수 있어요.",
                    _shown(2),
                    tap("heart", "하트"),
                ),
                Step(
                    "사진 목록으로 돌아가기",
                    "Go back to all photos",
                    "맨 아래 오른쪽 '뒤로 가기'를 누르세요.",
                    "화면 맨 아래 오른쪽에 있는 뒤로 가기를 한 번 누르세요. 작은 사진들이 다시 나와요.",
                    _shown(2),
                    tap("system_back", "뒤로 가기"),
                ),
                Step(
                    "좋아하는 사진만 보기",
                    "See the favourites",
                    "아래 '좋아하는 사진'을 누르세요.",
                    "오른쪽 아래의 좋아하는 사진을 누르세요. 하트를 누른 사진만 나와요.",
                    _GALLERY,
                    tap("좋아하는 사진"),
                ),
            ),
        ),
    ),
)
