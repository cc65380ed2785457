"""Phones as the lessons meet them: packages, screens and things on them, by their true names.

Two makes for the half on which rules are written; two others, and the most common one again, for the unseen half, and
again for the fresh set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SAMSUNG, PIXEL, XIAOMI, LG = "samsung", "pixel", "xiaomi", "lg"
MOTOROLA, BUDGET = "motorola", "budget"
MAKES = {"tuning": (SAMSUNG, PIXEL), "unseen": (SAMSUNG, XIAOMI, LG), "fresh": (SAMSUNG, MOTOROLA, BUDGET)}
"""``budget``: a cheap phone with the apps of Android's own sources, which no lesson names."""
TEXT, BUTTON, IMAGE = "android.widget.TextView", "android.widget.Button", "android.widget.ImageButton"
ROW, EDIT, SWITCH, VIEW = (
    "android.widget.LinearLayout",
    "android.widget.EditText",
    "android.widget.Switch",
    "android.view.View",
)

_PACKAGES: Mapping[str, Mapping[str, str]] = {
    "home": {SAMSUNG: "com.sec.android.app.launcher", PIXEL: "com.google.android.apps.nexuslauncher",
             XIAOMI: "com.miui.home", LG: "com.lge.launcher3"},
    "settings": {"": "com.android.settings"},
    "dialer": {SAMSUNG: "com.samsung.android.dialer", PIXEL: "com.google.android.dialer",
               XIAOMI: "com.google.android.dialer", LG: "com.android.contacts"},
    "incall": {SAMSUNG: "com.samsung.android.incallui", PIXEL: "com.google.android.dialer",
               XIAOMI: "com.android.incallui", LG: "com.android.incallui"},
    "contacts": {SAMSUNG: "com.samsung.android.app.contacts", "": "com.google.android.contacts"},
    "messages": {SAMSUNG: "com.samsung.android.messaging", "": "com.google.android.apps.messaging"},
    "talk": {"": "com.kakao.talk"},
    "camera": {SAMSUNG: "com.sec.android.app.camera", XIAOMI: "com.android.camera", LG: "com.lge.camera",
               "": "com.google.android.GoogleCamera"},
    "gallery": {SAMSUNG: "com.sec.android.gallery3d", XIAOMI: "com.miui.gallery", LG: "com.android.gallery3d",
                "": "com.google.android.apps.photos"},
    "videos": {"": "com.google.android.youtube"},
    "map": {"": "com.nhn.android.nmap"},
    "browser": {SAMSUNG: "com.sec.android.app.sbrowser", "": "com.android.chrome"},
    "store": {"": "com.android.vending"},
    "shade": {"": "com.android.systemui"},
    "permission": {"": "com.google.android.permissioncontroller"},
    "installer": {"": "com.google.android.packageinstaller"},
    "keyboard": {SAMSUNG: "com.samsung.android.honeyboard", "": "com.google.android.inputmethod.latin"},
    "system_update": {SAMSUNG: "com.wssyncmldm", "": "com.google.android.gms"},
    "own": {"": "com.mobilegpt.student"},
    "system": {"": "android"},
    "game_ad": {"": "com.google.android.gms"},
    "weather": {SAMSUNG: "com.sec.android.daemonapp", XIAOMI: "com.miui.weather2",
    "": "com.google.android.googlequicksearchbox"},
    "news": {"": "com.nhn.android.search"},
    "band": {"": "com.nhn.android.band"},
    "game": {"": "com.nexon.anipang4"},
    "clock": {SAMSUNG: "com.sec.android.app.clockpackage", "": "com.google.android.deskclock"},
    "photos": {"": "com.google.android.apps.photos"},
}  # fmt: skip
_OTHERS: Mapping[tuple[str, str], str] = {
    ("home", MOTOROLA): "com.motorola.launcher3", ("camera", MOTOROLA): "com.motorola.camera3",
    ("home", BUDGET): "com.android.launcher3", ("dialer", BUDGET): "com.android.dialer",
    ("incall", BUDGET): "com.android.incallui", ("incall", MOTOROLA): "com.google.android.dialer",
    ("contacts", BUDGET): "com.android.contacts", ("messages", BUDGET): "com.android.mms",
    ("camera", BUDGET): "com.android.camera2", ("gallery", BUDGET): "com.android.gallery3d",
    ("browser", BUDGET): "com.android.chrome", ("dialer", MOTOROLA): "com.google.android.dialer",
    ("system_update", MOTOROLA): "com.motorola.ccc.ota", ("system_update", BUDGET): "com.adups.fota",
}  # fmt: skip
"""Of the fresh set's makes, which ``packages`` leaves out: what a step expects was written without them."""
_FRESH_APPS: Mapping[str, Mapping[str, str]] = {
    "calculator": {SAMSUNG: "com.sec.android.app.popupcalculator", "": "com.google.android.calculator"},
    "calendar": {SAMSUNG: "com.samsung.android.calendar", "": "com.google.android.calendar"},
    "market": {"": "com.towneers.www"},
    "health": {SAMSUNG: "com.sec.android.app.shealth", "": "com.google.android.apps.fitness"},
    "radio": {SAMSUNG: "com.sec.android.app.fm", MOTOROLA: "com.motorola.fmplayer", "": "com.android.fmradio"},
    "always_on": {SAMSUNG: "com.samsung.android.app.aodservice", "": "com.android.systemui"},
    "battery": {SAMSUNG: "com.samsung.android.lool", "": "com.android.settings"},
    "accounts": {"": "com.google.android.gms"},
}
NAMES: Mapping[str, tuple[str, ...]] = {
    "home": ("첫", "홈", "첫 화면", "홈 화면"),
    "settings": ("설정",),
    "dialer": ("전화",),
    "incall": ("전화", "통화"),
    "contacts": ("연락처",),
    "messages": ("문자", "메시지"),
    "talk": ("카카오톡", "메신저", "카톡"),
    "camera": ("카메라",),
    "gallery": ("갤러리", "사진"),
    "videos": ("동영상", "유튜브", "YouTube"),
    "map": ("지도", "네이버 지도"),
    "browser": ("인터넷", "삼성 인터넷", "크롬"),
    "store": ("Play 스토어", "플레이 스토어"),
    "weather": ("날씨",),
    "news": ("네이버",),
    "band": ("밴드",),
    "game": ("게임",),
    "clock": ("시계",),
    "photos": ("사진", "구글 포토"),
    "own": ("수업",),
    "calculator": ("계산기",),
    "calendar": ("달력", "캘린더"),
    "market": ("당근", "당근마켓"),
    "health": ("건강", "삼성 헬스"),
    "radio": ("라디오",),
}
"""What people and programs call an app; several are right."""


def package(app: str, make: str) -> str:
    if (app, make) in _OTHERS:
        return _OTHERS[app, make]
    found = _PACKAGES.get(app) or _FRESH_APPS[app]
    return found.get(make) or found.get("") or found[SAMSUNG]


def packages(*apps: str) -> list[str]:
    """On every make: what a lesson that is taught on any phone says."""
    return sorted({name for app in apps for name in _PACKAGES[app].values()})


@dataclass(frozen=True, slots=True)
class Thing:
    """An element: ``id`` is the end of its resource id; ``box``: left, top, right, bottom on 1080 x 2316."""

    label: str
    id: str = ""
    widget: str = TEXT
    description: str = ""
    box: tuple[int, int, int, int] = (60, 900, 1020, 1060)


@dataclass(frozen=True, slots=True)
class Place:
    """A screen: ``activity`` is the end of its class's name, ``title`` what stands on top (may be empty)."""

    app: str
    activity: str
    title: str = ""
    texts: tuple[str, ...] = field(default=())


HOME = Place("home", "LauncherActivity", "홈 화면")
KEYBOARD = Place("keyboard", "SoftInputWindow", "")
SHADE = Place("shade", "NotificationShadeWindowView", "알림창")
CALL = Place("incall", "call.InCallActivity", "전화 수신")
ELSEWHERE = {
    "tuning": (
        Place("weather", "MainActivity", "날씨"),
        Place("videos", "WatchWhileActivity", "YouTube"),
        Place("news", "SearchHomePage", "NAVER"),
        Place("clock", "ClockPackage", "알람"),
        Place("band", "BandMainActivity", "밴드"),
    ),
    "unseen": (
        Place("game", "UnityPlayerActivity", ""),
        Place("store", "AssetBrowserActivity", "Google Play"),
        Place("talk", "MainActivity", "카카오톡"),
        Place("dialer", "DialtactsActivity", "최근기록"),
        Place("photos", "HomeActivity", "사진"),
    ),
    "fresh": (
        Place("calculator", "Calculator", "계산기"),
        Place("calendar", "AllInOneActivity", "12월"),
        Place("market", "MainActivity", "내 동네"),
        Place("health", "HomeDashboardActivity", "삼성 헬스"),
        Place("radio", "MainActivity", ""),
    ),
}
"""Apps into which people stray, by half."""
