"""사진 찍고 찾아보기, 영상 찾아보기, 지도에서 길 찾기.

That the search key of a keyboard was pressed, no phone reports: that step expects nothing.
"""

from __future__ import annotations

from mobilegpt.guidance.expectation import State
from mobilegpt.tools.lessons.expected.apps import (
    CAMERA,
    GALLERY,
    MAP,
    VIDEO,
    act,
    another,
    field,
    home,
    leads,
    opened,
    tap,
)

PHOTOS = {
    "카메라 열기": opened(CAMERA, "카메라", "Camera"),
    "사진 찍기": tap(CAMERA, "하얀 동그라미", "촬영", "사진 촬영", "사진 찍기", "셔터", "Take picture", "Shutter"),
    "내 얼굴 찍기": tap(
        CAMERA, "둥근 화살표", "카메라 전환", "전면 카메라로 전환", "전면/후면 카메라 전환", "전면 카메라", "셀카",
        "Switch camera", "Switch to front camera",
    ),
    "찍은 사진 보기": tap(
        CAMERA, "작은 사진", "갤러리", "최근 사진", "미리보기", "바로보기", "Gallery", "Quick view",
        after=State(apps=list(GALLERY)),
    ),
    "첫 화면으로 가기": home(),
    "갤러리 열기": opened(GALLERY, "갤러리", "사진", "포토", "Gallery", "Photos"),
    "사진 고르기": act("TAP", GALLERY, label_class="picture"),
    "다음 사진 보기": act("SCROLL", GALLERY),
    "좋아하는 사진 표시하기": tap(GALLERY, "하트", "즐겨찾기", "즐겨찾기에 추가", "좋아요", "Favorite", "Favorites"),
    "사진 목록으로 돌아가기": act("BACK", GALLERY),
    "좋아하는 사진만 보기": tap(GALLERY, "좋아하는 사진", "즐겨찾기", "좋아요", "Favorites"),
}  # fmt: skip

VIDEOS = {
    "동영상 열기": opened(VIDEO, "동영상", "유튜브", "YouTube"),
    "돋보기 누르기": leads(
        VIDEO, "돋보기", "검색", "YouTube 검색", "Search", "Search YouTube", to=("검색", "YouTube 검색", "Search"),
    ),
    "찾을 말 쓰기": act("INPUT", VIDEO, role="field", label_class="text"),
    "목록 밀어 보기": act("SCROLL", VIDEO),
    "영상 고르기": act(
        "TAP", VIDEO, role="item", label_class="any",
        after=State(apps=list(VIDEO), screens=["동영상 플레이어", "Video player", "WatchActivity"]),
    ),
    "단추 나오게 하기": tap(VIDEO, "영상", "동영상 플레이어", "플레이어", "Video player"),
    "멈추기": tap(VIDEO, "멈춤", "일시중지", "동영상 일시중지", "Pause", "Pause video"),
    "다시 보기": tap(VIDEO, "다시 보기", "재생", "동영상 재생", "Play", "Play video"),
    "크게 보기": tap(VIDEO, "크게 보기", "전체 화면", "전체 화면으로 전환", "Full screen", "Enter full screen"),
    "원래대로 돌아오기": act(
        "BACK", VIDEO,
        or_else=[another("TAP", VIDEO, "전체 화면 종료", "전체화면 종료", "Exit full screen")],
    ),
}  # fmt: skip

MAPS = {
    "지도 열기": opened(MAP, "지도", "네이버 지도", "카카오맵", "구글 지도", "Maps", "티맵", "TMAP"),
    "내가 있는 곳 보기": tap(MAP, "내 위치", "현재 위치", "현위치", "내 위치로 이동", "My location", "Your location"),
    "찾는 칸 누르기": field(
        MAP, "찾는 칸", "검색", "장소 검색", "장소, 버스, 지하철, 주소 검색", "여기서 검색", "Search here", "Search",
        after=State(apps=list(MAP), screens=["검색", "장소 검색", "Search", "SearchActivity"]),
    ),
    "이름 쓰기": act("INPUT", MAP, role="field", label_class="text"),
    "맞는 곳 고르기": act("TAP", MAP, role="item", label_class="any"),
    "'길 찾기' 누르기": leads(
        MAP, "길 찾기", "길찾기", "도착", "경로", "Directions", to=("길 찾기", "길찾기", "경로", "Directions"),
    ),
    "버스 고르기": tap(MAP, "버스", "대중교통", "Transit", "Bus"),
    "안내 시작하기": leads(
        MAP, "안내 시작", "안내시작", "길 안내 시작", "시작", "Start",
        to=("길 안내", "안내 중", "내비게이션", "Navigation", "NaviActivity", "NavigationActivity"),
    ),
    "안내 끝내기": tap(MAP, "안내 끝내기", "안내 종료", "안내종료", "종료", "닫기", "End", "Exit navigation"),
}  # fmt: skip
