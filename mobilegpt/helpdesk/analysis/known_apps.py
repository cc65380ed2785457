"""Apps by their names, and the system's own screens that come between a learner and a lesson."""

from __future__ import annotations

import re

from mobilegpt.guidance.app_names import NAMES as NAMES
from mobilegpt.guidance.app_names import app_name as app_name
from mobilegpt.helpdesk.analysis.evidence import StepFacts, is_package

# What a text in English means by these is not the app.
_EVERYDAY = {"Settings", "Phone", "Messages", "Contacts", "Camera", "Gallery", "Photos"}
_HOME = ("launcher", "com.sec.android.app.launcher", "com.google.android.apps.nexuslauncher")
_PERMISSION = ("permissioncontroller", "packageinstaller")
_SHADE = ("com.android.systemui",)
_OPENING = re.compile(r"열|실행|켜|시작|들어가|아이콘|그림|찾기|open|launch|start", re.IGNORECASE)


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
        named = [(len(name), package) for package, names in NAMES.items() for name in names if _names(text, name)]
        if named:
            return max(named, key=lambda found: found[0])[1]
    return ""


def _names(text: str, name: str) -> bool:
    """Short names are words of every day, and an English one is a word of its own."""
    if not name.isascii():
        return len(name) > 2 and name in text
    return name not in _EVERYDAY and re.search(rf"\b{re.escape(name)}\b", text) is not None
