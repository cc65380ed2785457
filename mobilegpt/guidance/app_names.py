"""Apps by the names that people have for them."""

from __future__ import annotations

from collections.abc import Iterable

from mobilegpt.core.locale import Words
from mobilegpt.guidance.transparent import is_launcher

NAMES: dict[str, Words] = {
    "com.kakao.talk": Words("카카오톡", "KakaoTalk"),
    "com.google.android.youtube": Words("유튜브", "YouTube"),
    "com.nhn.android.search": Words("네이버", "Naver"),
    "com.nhn.android.nmap": Words("네이버 지도", "Naver Map"),
    "net.daum.android.map": Words("카카오맵", "KakaoMap"),
    "com.kakao.taxi": Words("카카오택시", "Kakao T"),
    "com.google.android.apps.maps": Words("구글 지도", "Google Maps"),
    "com.android.chrome": Words("크롬", "Chrome"),
    "com.sec.android.app.sbrowser": Words("삼성 인터넷", "Samsung Internet"),
    "com.android.settings": Words("설정", "Settings"),
    "com.samsung.android.dialer": Words("전화", "Phone"),
    "com.google.android.dialer": Words("전화", "Phone"),
    "com.samsung.android.messaging": Words("메시지", "Messages"),
    "com.google.android.apps.messaging": Words("메시지", "Messages"),
    "com.samsung.android.app.contacts": Words("연락처", "Contacts"),
    "com.google.android.contacts": Words("연락처", "Contacts"),
    "com.sec.android.app.camera": Words("카메라", "Camera"),
    "com.sec.android.gallery3d": Words("갤러리", "Gallery"),
    "com.google.android.apps.photos": Words("사진", "Photos"),
    "com.android.vending": Words("Play 스토어", "Play Store"),
    "com.instagram.android": Words("인스타그램", "Instagram"),
    "com.facebook.katana": Words("페이스북", "Facebook"),
    "com.nhn.android.band": Words("밴드", "BAND"),
    "com.korail.talk": Words("코레일톡", "Korail Talk"),
}
_HOME = Words("홈 화면", "the home screen")


def app_name(package: str) -> str:
    """``카카오톡``, ``KakaoTalk``; empty for an app that we have no name for."""
    name = NAMES.get(package)
    return name.said() if name else ""


def place_name(app: str) -> str:
    """As ``app_name``; the home screen is a place, too."""
    return _HOME.said() if app and is_launcher(app) else app_name(app)


def packages_by_name(others: Iterable[str] = ()) -> dict[str, list[str]]:
    """Every app that has a name, by it: one that each maker has its own of stands once. ``others``: packages that are
    to stand in it too where they have a name, such as a home screen."""
    found: dict[str, list[str]] = {}
    for package in dict.fromkeys((*NAMES, *others)):
        name = place_name(package)
        if name:
            found.setdefault(name, []).append(package)
    return found
