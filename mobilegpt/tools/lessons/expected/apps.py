"""Packages of the apps that the lessons speak of, by make, and how an expectation is written down.

A lesson names no brand; whatever app a phone has for the thing is right. So the lists are wide, and screens are named
only where nothing else tells a step apart: each make has its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from mobilegpt.guidance.expectation import Action, Alternative, Class, Expectation, Role, State, Target

# Titles are named rather than classes: a phone that tells only a class is not held to be elsewhere.
HOME = (
    "com.sec.android.app.launcher", "com.google.android.apps.nexuslauncher", "com.android.launcher3", "com.miui.home",
    "com.lge.launcher3",
)  # fmt: skip
SETTINGS = ("com.android.settings",)
SHADE = ("com.android.systemui",)
DIALER = ("com.samsung.android.dialer", "com.google.android.dialer", "com.android.dialer", "com.android.contacts")
CONTACTS = ("com.samsung.android.app.contacts", "com.google.android.contacts")
IN_CALL = (
    "com.samsung.android.incallui", "com.google.android.dialer", "com.android.incallui", "com.android.dialer",
    "com.android.server.telecom",
)  # fmt: skip
TEXTING = (
    "com.samsung.android.messaging", "com.google.android.apps.messaging", "com.android.mms", "com.android.messaging",
)  # fmt: skip
CAMERA = (
    "com.sec.android.app.camera", "com.google.android.GoogleCamera", "com.android.camera", "com.android.camera2",
    "com.lge.camera",
)  # fmt: skip
GALLERY = (
    "com.sec.android.gallery3d", "com.google.android.apps.photos", "com.miui.gallery", "com.android.gallery3d",
)  # fmt: skip
MESSENGER = (
    "com.kakao.talk", "jp.naver.line.android", "com.whatsapp", "org.telegram.messenger", "com.facebook.orca",
)  # fmt: skip
VIDEO = ("com.google.android.youtube",)
MAP = ("com.nhn.android.nmap", "net.daum.android.map", "com.google.android.apps.maps", "com.skt.tmap.ku")
BROWSER = ("com.sec.android.app.sbrowser", "com.android.chrome")
INSTALLER = (
    "com.google.android.packageinstaller", "com.android.packageinstaller", "com.samsung.android.packageinstaller",
    "com.miui.packageinstaller",
)  # fmt: skip

Apps = Sequence[str]


def act(
    action: Action,
    where: Apps,
    *labels: str,
    role: Role = "",
    label_class: Class = "",
    id_suffix: str = "",
    screens: Sequence[str] = (),
    after: State | None = None,
    or_else: Sequence[Alternative] = (),
) -> Expectation:
    """``labels``: what the makes write on the thing. ``or_else``: other right ways."""
    return Expectation(
        action=action,
        source="lesson",
        where=State(apps=list(where), screens=list(screens)),
        target=Target(id_suffix=id_suffix, role=role, labels=list(labels), label_class=label_class),
        after=after,
        alternatives=list(or_else),
    )


def tap(where: Apps, *labels: str, role: Role = "", after: State | None = None) -> Expectation:
    return act("TAP", where, *labels, role=role, after=after)


def leads(where: Apps, *labels: str, role: Role = "", to: Sequence[str]) -> Expectation:
    """To another screen of the same app, by its titles: that it was touched is not enough, the phone may be slow."""
    return tap(where, *labels, role=role, after=State(apps=list(where), screens=list(to)))


def field(where: Apps, *labels: str, after: State | None = None) -> Expectation:
    """A field is touched; who writes in it has touched it. ``after``: where a search of its own opens."""
    written = Alternative(action="INPUT", where=State(apps=list(where)), target=Target(role="field", labels=[*labels]))
    return act("TAP", where, *labels, role="field", after=after, or_else=[written])


def opened(app: Apps, *labels: str) -> Expectation:
    """From the home screen, or however somebody else gets there."""
    return act("TAP", HOME, *labels, after=State(apps=list(app)))


def home() -> Expectation:
    return act("OPEN", HOME)


def another(action: Action, where: Apps, *labels: str, after: State | None = None) -> Alternative:
    return Alternative(action=action, where=State(apps=[*where]), target=Target(labels=[*labels]), after=after)
