"""글자 크게 하기, 와이파이 연결하기."""

from __future__ import annotations

from mobilegpt.guidance.expectation import Alternative, State
from mobilegpt.tools.lessons.expected.apps import (
    SETTINGS,
    SHADE,
    TEXTING,
    act,
    another,
    field,
    home,
    leads,
    opened,
    tap,
)

_SHADE_SCREENS = ("NotificationShadeWindowView", "NotificationPanelView", "QuickSettings", "빠른 설정", "빠른 설정창")
_WIFI_NAMES = ("와이파이", "Wi-Fi", "WLAN", "인터넷", "Internet")
_WIFI_SCREENS = (
    *_WIFI_NAMES, "WifiSettings", "WifiSettingsActivity", "Settings$WifiSettingsActivity",
    "NetworkProviderSettingsActivity", "Settings$NetworkProviderSettingsActivity",
)  # fmt: skip
_PASSWORD = ("비밀번호", "비밀번호 입력", "Password", "Enter password")

_DISPLAY = ("화면", "디스플레이", "디스플레이 및 밝기", "디스플레이 및 터치", "Display", "Display & touch")
_LETTERS = (
    "글자 크기와 굵기", "글자 크기와 스타일", "글자 크기 및 스타일", "글자 크기", "글꼴 크기", "텍스트 크기",
    "디스플레이 크기 및 텍스트", "표시 크기 및 텍스트", "Font size and style", "Display size and text",
)  # fmt: skip

LARGER = {
    "설정 찾기": opened(SETTINGS, "설정", "Settings"),
    "'화면' 누르기": leads(SETTINGS, *_DISPLAY, to=_DISPLAY),
    "'글자 크기와 굵기' 누르기": leads(SETTINGS, *_LETTERS, to=_LETTERS),
    "점을 오른쪽으로 밀기": act(
        "SCROLL", SETTINGS, id_suffix="seekbar",
        or_else=[another("TAP", SETTINGS, "글자 크게", "더 크게", "크게", "확대", "Increase", "Larger")],
    ),
    "'굵은 글자' 켜기": tap(
        SETTINGS, "굵은 글자", "글자 굵게", "볼드체", "볼드체 텍스트", "굵은 텍스트", "Bold font", "Bold text",
        role="switch",
    ),
    "첫 화면으로 가기": home(),
    "문자 열기": opened(TEXTING, "문자", "메시지", "Messages"),
}  # fmt: skip

WIFI = {
    "위에서 아래로 내리기": act("OPEN", SHADE, screens=_SHADE_SCREENS),
    "와이파이 그림 길게 누르기": act(
        "LONG_TAP", SHADE, *_WIFI_NAMES, screens=_SHADE_SCREENS, after=State(apps=list(SETTINGS)),
        or_else=[Alternative(action="OPEN", where=State(apps=list(SETTINGS), screens=list(_WIFI_SCREENS)))],
    ),
    "와이파이 켜기": tap(
        SETTINGS, "와이파이 사용", "Wi-Fi 사용", "Use Wi-Fi", "와이파이", "Wi-Fi", "WLAN", "사용 안 함", "꺼짐", "Off",
        role="switch",
    ),
    "이름 고르기": act("TAP", SETTINGS, role="item", label_class="any", screens=_WIFI_SCREENS),
    "비밀번호 칸 누르기": field(SETTINGS, *_PASSWORD),
    "비밀번호 적기": act("INPUT", SETTINGS, *_PASSWORD, role="field"),
    "'연결' 누르기": tap(SETTINGS, "연결", "Connect", "저장", role="button"),
}  # fmt: skip
