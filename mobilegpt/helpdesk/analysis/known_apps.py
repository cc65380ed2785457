"""Apps by their Korean names, and the system's own screens that come between a learner and a lesson."""

from __future__ import annotations

import re

from mobilegpt.helpdesk.analysis.evidence import StepFacts, is_package

NAMES: dict[str, str] = {
    "com.kakao.talk": "카카오톡",
    "com.google.android.youtube": "유튜브",
    "com.nhn.android.search": "네이버",
    "com.nhn.android.nmap": "네이버 지도",
    "net.daum.android.map": "카카오맵",
    "com.kakao.taxi": "카카오택시",
    "com.google.android.apps.maps": "구글 지도",
    "com.android.chrome": "크롬",
    "com.sec.android.app.sbrowser": "삼성 인터넷",
    "com.android.settings": "설정",
    "com.samsung.android.dialer": "전화",
    "com.google.android.dialer": "전화",
    "com.samsung.android.messaging": "메시지",
    "com.google.android.apps.messaging": "메시지",
    "com.samsung.android.app.contacts": "연락처",
    "com.google.android.contacts": "연락처",
    "com.sec.android.app.camera": "카메라",
    "com.sec.android.gallery3d": "갤러리",
    "com.google.android.apps.photos": "사진",
    "com.android.vending": "Play 스토어",
    "com.instagram.android": "인스타그램",
    "com.facebook.katana": "페이스북",
    "com.nhn.android.band": "밴드",
    "com.korail.talk": "코레일톡",
}
_HOME = ("launcher", "com.sec.android.app.launcher", "com.google.android.apps.nexuslauncher")
_PERMISSION = ("permissioncontroller", "packageinstaller")
_SHADE = ("com.android.systemui",)
_OPENING = re.compile(r"열|실행|켜|시작|들어가|아이콘|그림|찾기|open|launch|start", re.IGNORECASE)


def app_name(package: str) -> str:
    """``카카오톡``; empty for an app that we have no name for."""
    return NAMES.get(package, "")


def is_home(package: str) -> bool:
    return any(part in package for part in _HOME)


def asks_permission(package: str) -> bool:
    return any(part in package for part in _PERMISSION)


def is_notification_shade(package: str) -> bool:
    return package in _SHADE


def is_system(package: str) -> bool:
    """Nothing that a learner went to by themselves."""
    return is_home(package) or asks_permission(package) or is_notification_shade(package)


def opens_app(step: StepFacts) -> bool:
    """Whether the step itself is about opening an app: the first that names it, and in words that say so."""
    return (
        is_package(step.hint) and step.hint not in step.before and bool(_OPENING.search(f"{step.title} {step.guide}"))
    )


def expected_app(step: StepFacts) -> str:
    """The app in which the step happens: its own hint, an earlier step's, or one that a text names; may be empty."""
    for hint in (step.hint, *reversed(step.before)):
        if is_package(hint):
            return hint
    for text in (step.title, step.guide, step.lecture):
        named = [package for package, name in NAMES.items() if name in text and len(name) > 2]
        if named:
            return max(named, key=lambda package: len(NAMES[package]))
    return ""
