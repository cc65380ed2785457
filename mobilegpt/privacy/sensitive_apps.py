"""Apps whose screens are nobody's business: banks, brokers, cards, payments, proof of identity, as used in Korea.

A name stands for itself and everything below it. ``SENSITIVE_APPS`` replaces this list.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings

_BANKS = (
    "com.kakaobank",
    "viva.republica.toss",
    "com.kbankwith",
    "com.kbstar",
    "com.shinhan",
    "com.wooribank",
    "com.hanabank",
    "com.kebhana",
    "nh.smart",
    "com.nonghyup",
    "com.ibk",
    "com.scbank",
    "com.smg",  # 새마을금고
    "com.epost",
    "com.suhyup",
    "com.cu.cunion",
    "com.sbi",
    "com.knb",
    "com.kjbank",
    "com.kdb",
    "kr.co.dgb",
    "kr.co.busanbank",
    "kr.co.jbbank",
    "kr.co.jejubank",
    "kr.co.citibank",
)
_BROKERS = (
    "com.kiwoom",
    "com.miraeasset",
    "com.samsungpop",
    "com.truefriend",
    "com.wooriwm",
    "com.dunamu",
    "com.btckorea",
)
_CARDS_AND_PAYMENTS = (
    "com.kakaopay",
    "com.samsung.android.spay",
    "com.samsung.android.spaylite",
    "com.samsung.android.samsungpay",
    "com.google.android.apps.walletnfcrel",
    "com.nhnent.payapp",
    "com.naverfin",
    "com.paypal",
    "com.kbcard",
    "com.shcard",
    "com.hyundaicard",
    "com.lcacapp",
    "com.hanaskcard",
    "com.wooricard",
    "com.bccard",
    "kr.co.samsungcard",
    "kvp.jjy.mispandroid320",
    "com.lotte.lpay",
    "com.ssg.serviceapp.android.egiftcertificate",
)
_IDENTITY = (
    "com.sktelecom.tauth",
    "com.kt.ktauth",
    "com.lguplus.smartotp",
    "com.dreamsecurity",
    "com.yessign",
    "com.raonsecure",
    "kr.go.mobileid",
    "com.google.android.apps.authenticator2",
)
SENSITIVE_APPS: tuple[str, ...] = (*_BANKS, *_BROKERS, *_CARDS_AND_PAYMENTS, *_IDENTITY)


# How a phone says that what follows is a component of an app; and what may follow an app's name.
_WRAPPERS = ("ComponentInfo{", "package:", "android-app://", "market://details?id=")
_PARTS = str.maketrans("/:}$#, ", ".......")
_NAME = re.compile(r"[A-Za-z0-9_.]{1,200}")


def sensitive_app_in(text: str) -> str | None:
    """The name of a sensitive app, or of a part of one, that ``text`` is or begins with; ``None`` for any other text.

    Parts are activities (``com.kakaobank.channel/.Main``) and elements (``com.kakaobank.channel:id/ok``).
    """
    if "." not in text:
        return None
    name = text[:300].strip()
    for wrapper in _WRAPPERS:
        name = name.removeprefix(wrapper)
    if not f"{name.lower()}.".translate(_PARTS).startswith(_beginnings(settings.SENSITIVE_APPS)):
        return None
    found = _NAME.match(name)
    return found[0] if found else None


@lru_cache(maxsize=4)
def _beginnings(listed: str) -> tuple[str, ...]:
    apps = [app.strip() for app in listed.split(",") if app.strip()] or SENSITIVE_APPS
    return tuple(f"{app.lower().removesuffix('*').removesuffix('.')}." for app in apps)
