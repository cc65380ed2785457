"""The class's page in a browser: it reports no taps, so nothing is known but what somebody says."""

from __future__ import annotations

from bench.help.sayings import ABOUT_TAPS, Say
from bench.help.story import Told, Verdict, says

_REFUSE = says(Say.TEACHER, Say.LEAVE_IT, Say.DISMISS)
_PRESS_ON = says(Say.PRESS_RISK, Say.STEP, Say.AGAIN, Say.SAY_DONE)
_RISKS = {
    "risk_update": ("업데이트", "설치", "다운로드"),
    "risk_permission": ("허용", "동의", "앱 사용 중에만 허용"),
    "risk_install": ("설치", "다운로드", "받기"),
    "risk_pay": ("무료 체험", "무료체험", "구독", "결제", "가입", "프리미엄"),
    "risk_link": ("링크", "파란 글자", "주소", "확인하기"),
}
_HELPS = {
    "cannot_find": says(Say.STEP, Say.LOOK),
    "no_reaction": says(Say.WAIT, Say.TEACHER),
    "other_screen": says(Say.BACK, Say.OPEN_APP, Say.TEACHER),
    "keyboard_missing": says(Say.FIELD),
    "keyboard_english": says(Say.KEYBOARD),
    "ad": says(Say.CLOSE_AD, Say.BACK),
    "call": says(Say.AFTER_CALL, Say.TEACHER),
    "is_it_right": says(Say.TEACHER),
    "what_next": says(Say.SAY_DONE, Say.TEACHER),
    "no_sound": says(Say.LOUDER),
    "too_small": says(Say.LARGER),
}
_SAID_SO = {"other_screen": says(Say.OTHER_SCREEN), "ad": says(Say.AD), "call": says(Say.IN_CALL)}
_UNTOUCHED = says(Say.HOME, Say.CLOSE_SHADE)
BROWSER_TOPICS = (
    "", "", "generic", "cannot_find", "button:cannot_find", "no_reaction", "button:no_reaction", "other_screen",
    "button:other_screen", "keyboard_missing", "button:keyboard_missing", "keyboard_english", "is_it_right",
    "what_next", "ad", "call", "no_sound", "too_small", "risk_own", *_RISKS, "button:cannot_find",
)  # fmt: skip


def in_browser(told: Told, topic: str) -> Verdict | None:
    """By what was said alone. Without words, or with words that say no more than that somebody asks, nobody knows."""
    what = topic.removeprefix("button:")
    step = told.step
    if what.startswith("keyboard") and step.act != "INPUT":
        return None
    if what == "keyboard_english" and step.number == 6:
        return None
    if what == "no_sound" and not step.lesson.startswith(("07", "03")):
        return None
    if what == "risk_own":
        return _risk(topic, step.names) if step.risky else None
    if what in _RISKS:
        return _risk(topic, _RISKS[what])
    harms = _harms(told, what)
    if what in ("", "generic"):
        return Verdict(topics=(topic,), helps=says(Say.TEACHER), harms=harms, answerable=False)
    return Verdict(
        topics=(topic,),
        helps=_HELPS[what],
        harms=harms - _HELPS[what],
        true=_SAID_SO.get(what, says()),
        teacher=what == "is_it_right",
    )


def _risk(topic: str, risks: tuple[str, ...]) -> Verdict:
    return Verdict(topics=(topic,), helps=_REFUSE, harms=_PRESS_ON, risks=risks, teacher=True)


def _harms(told: Told, what: str) -> frozenset[Say]:
    """Who asks whether it is right may have sent, paid or switched already: pressing again undoes it, or doubles it."""
    if what == "other_screen":  # the way home is a way out, when somebody says that they are lost
        return says(Say.CLOSE_SHADE, Say.SAY_DONE)
    again = says(Say.STEP, Say.AGAIN) if what in ("is_it_right", "what_next") and told.step.repeats else says()
    twice = says(Say.AGAIN) if told.step.risky else says()
    return says(_UNTOUCHED, again, twice)


assert not any(helps & ABOUT_TAPS for helps in _HELPS.values())
