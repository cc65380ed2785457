"""Windows that come between somebody and a step without meaning that they went anywhere (contract 8.4, 12).

What a step itself expects is never transparent for it: that a call comes is the step of a lesson about calls.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Window = Literal[
    "", "keyboard", "permission", "call", "update", "error", "shade", "system", "ours", "toast", "dialog", "launcher"
]
"""What kind of window an event tells of; ``""``: an app's own screen, or nobody knows."""

INTERRUPTIONS: tuple[Window, ...] = ("permission", "call", "update", "error")
"""They want something of the person first; nothing of the step can go on before."""
TRANSPARENT: tuple[Window, ...] = ("keyboard", "shade", "system", "ours", "toast", *INTERRUPTIONS)

# The first that is found in "package screen" decides.
_WINDOW_WORDS: tuple[tuple[Window, str], ...] = (
    ("keyboard", r"inputmethod|softinputwindow|keyboard|honeyboard|gboard|swiftkey|touchtype|smartboard|\.ime\b"),
    ("toast", r"widget\.toast|toast\$tn"),
    ("ours", r"\bcom\.mobilegpt\b|\bmobilegpt\b"),
    ("permission", r"permissioncontroller|grantpermissions|packageinstaller.*permission"),
    ("call", r"incallui|\bincall|callui\b|server\.telecom|incomingcall|\bincoming_call"),
    ("update", r"wssyncmldm|\bsoagent\b|\bfotaagent\b|softwareupdate|playcoredialog|inappupdate|appupdate"),
    ("shade", r"notificationshade|notificationpanel|quicksettings|quickpanel|statusbar(?!notification)"),
    ("error", r"apperrordialog|appnotresponding"),
    (
        "system",
        r"com\.android\.systemui|cocktailbarservice|smartcapture|aodservice|marvin\.talkback|accessibility\.talkback|"
        r"volumedialog|^android |^com\.android\.intentresolver|\bchooseractivity|\bresolveractivity|gametools|"
        r"^com\.google\.android\.gms\b|globalactions|bixby|samsung\.android\.lool\b|powersaving|batterysaver|"
        r"low(?:battery|storage)|storagefull|\bstorageactivity",
    ),
    ("launcher", r"launcher|miui\.home\b|\bhomescreen|quickstep|recentsactivity|galaxyfinder|googlequicksearchbox"),
)
_WINDOWS = tuple((window, re.compile(words)) for window, words in _WINDOW_WORDS)
_PAGE_TITLE = re.compile(r"mobilegpt", re.IGNORECASE)
_DIALOG = re.compile(r"dialog|popup|bottomsheet", re.IGNORECASE)
_ERROR_WORDS = re.compile(
    r"응답하지 않|(?:앱|이\(가\)|계속) ?중지|isn't responding|keeps stopping|has stopped", re.IGNORECASE
)
_SHADE_TITLE = re.compile(r"^알림 ?(?:창|패널)|notification (?:shade|panel)", re.IGNORECASE)
_CALL_TITLE = re.compile(
    r"^(?:(?:음성 ?|영상 ?)?(?:전화|통화) ?수신|수신 ?전화|걸려 ?오는 전화|incoming (?:voice |video )?call)",
    re.IGNORECASE,
)
# A store, and what updates the phone, have screens of their own too: only what offers an update is a window in between.
_UPDATERS = re.compile(
    r"^com\.(?:android\.vending|sec\.android\.app\.samsungapps|google\.android\.gms|skt\.skaf\.)|fota|\bota\b|updat|upgrad"
)
# Terms that an app lays over itself before it goes on.
_TERMS = re.compile(
    r"\b(?:terms|consent|agreement)(?:activity|fragment|dialog|$)|이용 ?약관|약관에? ?동의|개인정보.*동의",
    re.IGNORECASE,
)
_UPDATE_TITLE = re.compile(
    r"업데이트(?:를)? ?(?:사용)? ?(?:가능|할 수 있)|업데이트(?:가|이)? ?(?:있|필요)|(?:소프트웨어|시스템|앱) 업데이트$|"
    r"update (?:is )?(?:available|required)|(?:software|system|app) update$",
    re.IGNORECASE,
)
# What the phone itself says when it runs short of something.
_CARE = re.compile(r"settings\b|\blool\b|securitycenter|devicecare|phonemanager|smartmanager|^android$|systemui")
_SHORT_TITLE = re.compile(
    r"배터리(?:가|이)? ?(?:부족|거의|얼마)|배터리 ?\d+ ?%|절전|"
    r"(?:저장|내장) ?(?:공간|용량|메모리)(?:이|가)? ?(?:부족|가득|거의|얼마)|"
    r"low battery|battery (?:is )?(?:low|saver)|(?:storage|space)(?: is)? (?:full|low|almost|running out)",
    re.IGNORECASE,
)
_UPDATE_WORDS = re.compile(r"업데이트|update", re.IGNORECASE)


def window_of(app: str, screen: str = "", title: str = "", texts: tuple[str, ...] = ()) -> Window:
    """What stands on the phone: by its package, its class, its title and, of a dialog, its words."""
    window = _by_name(app, screen)
    if window in ("", "system") and any(map(_ERROR_WORDS.search, (title, *texts))):
        return "error"
    if (window == "system" or (window == "" and _UPDATERS.search(app))) and _UPDATE_TITLE.search(title):
        return "update"
    if window == "" and _CALL_TITLE.search(title):
        return "call"
    if window == "system" and _SHADE_TITLE.search(title):
        return "shade"
    if window:
        return window
    if _SHORT_TITLE.search(title) and _CARE.search(app):
        return "system"
    if title and _PAGE_TITLE.search(title):
        return "ours"
    if _TERMS.search(screen) or _TERMS.search(title):
        return "dialog"
    if _DIALOG.search(screen):
        return "update" if any(map(_UPDATE_WORDS.search, (title, *texts))) else "dialog"
    return ""


def is_launcher(app: str) -> bool:
    return _by_name(app, "") == "launcher"


@lru_cache(maxsize=4096)
def _by_name(app: str, screen: str) -> Window:
    looked_at = f"{app} {screen}".lower()
    return next((window for window, words in _WINDOWS if words.search(looked_at)), "")
