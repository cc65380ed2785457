"""지도에서 길 찾기."""

from __future__ import annotations

from mobilegpt.screens.canvas import GREEN, WHITE
from mobilegpt.screens.maps import Map, Ways
from mobilegpt.screens.parts import Bar, Button, Buttons, Field, Keyboard, Row, Rows, Text
from mobilegpt.screens.screen import Gap, Screen
from mobilegpt.tools.lessons.authoring import Part, ReadyLesson, Step, look, tap
from mobilegpt.tools.lessons.ready.home import HOME

_MAP = Screen("지도", (Field("", "장소 찾기", "search"), Map()))
_FOUND = Screen(
    "찾은 곳",
    (
        Field("복지관", icon="search", active=True),
        Rows(
            (
                Row("행복 복지관", "1.2km · 행복동 1-2", "map", "#C62828"),
                Row("행복 복지관 주차장", "1.3km", "map", "#5C6670"),
                Row("사랑 복지관", "5.4km · 사랑동", "map", "#5C6670"),
            ),
            140,
        ),
        Gap(),
    ),
)
_PLACE = Screen(
    "지도",
    (
        Field("행복 복지관", icon="search"),
        Map("복지관"),
        Text("행복 복지관", 44, bold=True, fill=WHITE),
        Buttons((Button("전화", WHITE, "#1B1F24", "phone"), Button("길 찾기", icon="map"))),
    ),
)


def _way(chosen: str, *below: Row) -> Screen:
    ways = Ways((("car", "8분"), ("bus", "15분"), ("walk", "20분")), chosen)
    rows = (Rows(below, 140),) if below else ()
    start = (Buttons((Button("안내 시작", GREEN),)),)
    return Screen("길 찾기", (Bar("내 위치 → 행복 복지관"), ways, Map("복지관", route=True, here=False), *rows, *start))


_BUS = _way("bus", Row("7번 버스", "시장 앞에서 타서 3정거장", "bus", "#1A7F45", "next", "15분"))
_GUIDE = Screen(
    "길 안내",
    (
        Text(
            "앞으로 200m 가서\n오른쪽으로 도세요",
            46,
            WHITE,
            bold=True,
            fill=GREEN,
            align="middle",
            key="told",
            least=190,
        ),
        Map("복지관", route=True),
        Buttons((Button("안내 끝내기", "#C62828"),)),
    ),
)

MAPS = ReadyLesson(
    key="08-maps",
    title="지도에서 길 찾기",
    title_en="Finding the way on a map",
    description="가고 싶은 곳을 지도에서 찾고, 버스나 걸어서 가는 길을 알아봐요.",
    parts=(
        Part(
            "가고 싶은 곳 찾기",
            "Finding the place",
            (
                Step(
                    "지도 열기",
                    "Open the map",
                    "'지도'를 누르세요.",
                    "첫 화면에서 지도를 찾아 한 번 누르세요.",
                    HOME,
                    tap("지도"),
                ),
                Step(
                    "내가 있는 곳 보기",
                    "See where you are",
                    "오른쪽 아래 동그라미를 누르세요.",
                    "오른쪽 아래의 동그란 그림을 누르세요. 파란 점이 지금 내가 있는 곳이에요.",
                    _MAP,
                    tap("here", "내 위치"),
                ),
                Step(
                    "찾는 칸 누르기",
                    "Press the search field",
                    "맨 위 찾는 칸을 누르세요.",
                    "맨 위에 돋보기가 있는 칸을 누르세요. 자판이 올라와요.",
                    _MAP,
                    tap("field", "찾는 칸"),
                ),
                Step(
                    "이름 쓰기",
                    "Write the name",
                    "가고 싶은 곳의 이름을 쓰세요.",
                    "가고 싶은 곳의 이름을 쓰세요. 여기서는 복지관이라고 써 볼게요.",
                    Screen("찾기", (Field("복지관", icon="search", active=True), Gap(), Keyboard("찾기"))),
                    look("field", "찾는 칸"),
                    "INPUT",
                ),
                Step(
                    "맞는 곳 고르기",
                    "Choose the right one",
                    "나온 이름에서 맞는 곳을 누르세요.",
                    "비슷한 이름이 여러 개 나와요. 동네 이름을 보고 맞는 곳을 누르세요.",
                    _FOUND,
                    tap("행복 복지관"),
                ),
            ),
        ),
        Part(
            "가는 길 보기",
            "Seeing the way",
            (
                Step(
                    "'길 찾기' 누르기",
                    "Press Directions",
                    "'길 찾기'를 누르세요.",
                    "빨간 표시가 가고 싶은 곳이에요. 아래의 파란 길 찾기를 누르세요.",
                    _PLACE,
                    tap("길 찾기"),
                ),
                Step(
                    "버스 고르기",
                    "Choose the bus",
                    "버스 그림을 누르세요.",
                    "위에 자동차, 버스, 걷기 그림이 있어요. 버스로 가려면 버스 그림을 누르세요.",
                    _way("car"),
                    tap("bus", "버스"),
                ),
                Step(
                    "버스 번호 보기",
                    "See the number of the bus",
                    "몇 번 버스인지 보세요.",
                    "아래에 타야 할 버스 번호와 내릴 곳이 나와요. 몇 분 걸리는지도 보세요.",
                    _BUS,
                    look("7번 버스"),
                ),
                Step(
                    "안내 시작하기",
                    "Start the guide",
                    "'안내 시작'을 누르세요.",
                    "초록색 안내 시작을 누르세요. 길을 말로 알려 줘요.",
                    _BUS,
                    tap("안내 시작"),
                ),
                Step(
                    "안내 보며 가기",
                    "Follow the guide",
                    "위의 초록 글을 보며 가세요.",
                    "어디로 가야 하는지 위에 크게 나와요. 걸을 때는 멈춰 서서 보세요.",
                    _GUIDE,
                    look("told", "길 안내 글"),
                ),
                Step(
                    "안내 끝내기",
                    "End the guide",
                    "'안내 끝내기'를 누르세요.",
                    "다 왔으면 아래 빨간 안내 끝내기를 누르세요. 그래야 전지가 닳지 않아요.",
                    _GUIDE,
                    tap("안내 끝내기"),
                ),
            ),
        ),
    ),
)
