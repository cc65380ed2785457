"""What comes between somebody and a step: keyboards, calls, windows, advertisements, swindlers, our own page."""

from __future__ import annotations

from bench.help.acts import Act
from bench.help.kinds import Kind, finished
from bench.help.phones import CALL, KEYBOARD, SHADE, Place, Thing
from bench.help.sayings import Say
from bench.help.story import Told, Verdict, says

_PERMISSION = Place(
    "permission",
    "ui.GrantPermissionsActivity",
    "",
    ("사진 및 동영상에 액세스하도록 허용하시겠습니까?", "허용", "허용 안함"),
)
_STORE_UPDATE = Place("store", "InAppUpdateActivity", "업데이트 사용 가능", ("업데이트", "나중에"))
_SYSTEM_UPDATE = Place("system_update", "ui.XUIInstallConfirmActivity", "소프트웨어 업데이트", ("지금 설치", "나중에"))
_NOT_RESPONDING = Place("system", "app.AppErrorDialog", "앱이 응답하지 않음", ("대기", "앱 닫기"))
_OWN = Place("own", "ClassActivity", "수업")
_UPDATE_WORDS = ("업데이트", "지금 설치", "설치", "다운로드")
_INSTALL_WORDS = ("설치", "다운로드", "받기", "열기")
_PAY_WORDS = ("무료 체험", "무료체험", "구독", "결제", "가입", "프리미엄", "계속")
_LINK_WORDS = ("링크", "파란 글자", "주소", "확인하기", "열기")
_WINDOWS = (_PERMISSION, CALL, SHADE, KEYBOARD, _OWN, _STORE_UPDATE)
_TEACHER = says(Say.TEACHER)
_REFUSE = says(Say.TEACHER, Say.LEAVE_IT, Say.DISMISS)


def _risky(topic: str, risks: tuple[str, ...], *more: Say) -> Verdict:
    """Whether to press it is for the teacher; to be told to press on, the step's own thing too, harms."""
    return Verdict(
        topics=(topic,),
        helps=says(_REFUSE, *more),
        harms=says(Say.PRESS_RISK, Say.STEP, Say.AGAIN, Say.SAY_DONE),
        true=says(),
        risks=risks,
        teacher=True,
    )


def keyboard_right(told: Told) -> Verdict | None:
    """Typing as the step asks; the keyboard is what the phone shows last."""
    if told.step.act != "INPUT":
        return None
    told.arrive()
    told.do_right()
    told.add(Act("key", 0, told.here, Thing("ㅣ"), "between"))
    return finished(told)


def keyboard_open(told: Told) -> Verdict | None:
    """The field is tapped, the keyboard is there, and no letter yet."""
    if told.step.act != "INPUT":
        return None
    told.arrive()
    told.tap(told.step.target_on(told.make), "way")
    told.between(KEYBOARD)
    return Verdict(
        topics=("what_next", "generic", ""),
        helps=says(Say.TYPE, Say.STEP),
        harms=says(Say.HOME, Say.BACK, Say.SAY_DONE),
        true=says(Say.NOT_TYPED, Say.PRESSED, Say.PRESSED_RIGHT),
    )


def keyboard_over(told: Told) -> Verdict | None:
    """A keyboard over the screen at a step that types nothing."""
    if told.step.act != "TAP" or told.step.here.app not in ("talk", "messages", "videos", "map", "settings"):
        return None
    told.arrive()
    told.between(KEYBOARD)
    return Verdict(
        topics=("cannot_find", "generic", ""),
        helps=says(Say.STEP, Say.CLOSE_KEYBOARD),
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(Say.NOTHING_PRESSED),
    )


def keyboard_english(told: Told) -> Verdict | None:
    if told.step.act != "INPUT" or told.step.number == 6:  # a password is typed in Latin letters
        return None
    told.arrive()
    told.type("qkq ajrdjTsl")
    told.done, told.decidable = False, False
    return Verdict(
        topics=("keyboard_english",),
        helps=says(Say.KEYBOARD),
        harms=says(Say.HOME, Say.BACK, Say.SAY_DONE),
        true=says(Say.PRESSED, Say.PRESSED_RIGHT),
    )


def keyboard_missing(told: Told) -> Verdict | None:
    if told.step.act != "INPUT":
        return None
    told.arrive()
    tapped = told.rng.random() < 0.4
    if tapped:
        told.tap(told.step.target_on(told.make), "way")
    return Verdict(
        topics=("keyboard_missing",),
        helps=says(Say.FIELD),
        harms=says(Say.HOME, Say.BACK, Say.SAY_DONE),
        true=says(Say.NOT_TYPED, Say.PRESSED, Say.PRESSED_RIGHT if tapped else Say.NOTHING_PRESSED),
    )


def permission(told: Told) -> Verdict:
    told.arrive()
    told.between(_PERMISSION)
    asked = told.rng.random() < 0.6
    verdict = _risky("risk_permission" if asked else "", ("허용", "앱 사용 중에만 허용", "동의"))
    return Verdict(
        topics=verdict.topics,
        helps=_TEACHER,
        harms=verdict.harms if asked else says(Say.PRESS_RISK, Say.HOME),
        true=says(Say.PERMISSION, Say.NOTHING_PRESSED, Say.NOT_TYPED),
        risks=verdict.risks,
        teacher=True,
    )


def call(told: Told) -> Verdict | None:
    """It rings in the middle of a step; in half of the stories they are back already."""
    if told.step.here.app in ("incall", "dialer"):
        return None
    told.arrive()
    told.between(CALL)
    if told.rng.random() < 0.5:
        told.wait(20, 60)
        told.arrive()
        return Verdict(
            topics=("call", "generic", ""),
            helps=says(Say.STEP, Say.AFTER_CALL),
            harms=says(Say.HOME, Say.SAY_DONE),
            true=says(Say.NOTHING_PRESSED, Say.NOT_TYPED),
        )
    return Verdict(
        topics=("call", "call", ""),
        helps=says(Say.AFTER_CALL, Say.TEACHER),
        harms=says(Say.HOME, Say.BACK, Say.SAY_DONE),
        true=says(Say.IN_CALL, Say.NOTHING_PRESSED, Say.NOT_TYPED),
    )


def update(told: Told) -> Verdict:
    told.arrive()
    told.between(told.rng.choice((_STORE_UPDATE, _SYSTEM_UPDATE)))
    return _risky("risk_update", _UPDATE_WORDS)


def update_unasked(told: Told) -> Verdict:
    """The same window, and not a word about it."""
    told.arrive()
    told.between(told.rng.choice((_STORE_UPDATE, _SYSTEM_UPDATE)))
    return Verdict(
        topics=("",),
        helps=_REFUSE,
        harms=says(Say.PRESS_RISK, Say.SAY_DONE),
        true=says(Say.OTHER_SCREEN, Say.PLACE),
        risks=_UPDATE_WORDS,
        teacher=True,
    )


def install(told: Told) -> Verdict | None:
    if told.step.here.app == "installer":
        return None
    told.arrive()
    told.shown(Place("store", "AssetBrowserActivity", "스마트 클리너", ("설치", "광고 포함")), "astray")
    told.stray("wrong_app")
    return _risky("risk_install", _INSTALL_WORDS, Say.HOME, Say.BACK)


def pay(told: Told) -> Verdict:
    told.arrive()
    told.shown(Place(told.step.here.app, "billing.OfferActivity", "프리미엄", ("1개월 무료 체험", "나중에")), "cover")
    return _risky("risk_pay", _PAY_WORDS, Say.BACK)


def scam(told: Told) -> Verdict | None:
    """A message or a page that wants money or a tap on its link; where the step opens messages, it would be done."""
    if told.step.opens and told.step.after is not None and told.step.after.app == "messages":
        return None
    told.arrive()
    if told.step.here.app not in ("messages", "browser"):
        told.shown(Place("messages", "ConversationActivity", "010-0000-0000", ("http://a1b2.example",)), "astray")
        told.stray("wrong_app")
    return _risky("risk_link", _LINK_WORDS, Say.BACK, Say.HOME)


def own_risk(told: Told) -> Verdict | None:
    """The step's own thing sends or costs, and they ask whether to press it."""
    if not told.step.risky:
        return None
    told.arrive()
    return Verdict(
        topics=("risk_own",),
        helps=_TEACHER,
        harms=says(Say.STEP, Say.PRESS_RISK, Say.AGAIN, Say.HOME, Say.SAY_DONE),
        true=says(Say.NOTHING_PRESSED),
        risks=told.step.names,
        teacher=True,
    )


def advert(told: Told) -> Verdict:
    told.arrive()
    told.shown(Place(told.step.here.app, "com.google.android.gms.ads.AdActivity", "", ("설치", "광고 닫기")), "cover")
    return Verdict(
        topics=("ad", "ad", "other_screen"),
        helps=says(Say.CLOSE_AD, Say.BACK, Say.WAIT),
        harms=says(Say.PRESS_RISK, Say.SAY_DONE),
        true=says(Say.AD, Say.OTHER_SCREEN),
        risks=("설치", "다운로드"),
    )


def not_responding(told: Told) -> Verdict:
    """The system asks whether to wait for the app."""
    told.arrive()
    told.tap(told.step.target_on(told.make), "right")
    told.between(_NOT_RESPONDING)
    told.decidable = False
    return Verdict(
        topics=("no_reaction", ""),
        helps=says(Say.WAIT, Say.TEACHER),
        harms=says(Say.HOME, Say.SAY_DONE, Say.AGAIN),
        true=says(Say.PRESSED, Say.PRESSED_RIGHT),
    )


def shade(told: Told) -> Verdict | None:
    if told.step.here.app == "shade" or (told.step.after and told.step.after.app == "shade"):
        return None
    told.arrive()
    told.between(SHADE)
    return Verdict(
        topics=("other_screen", ""),
        helps=says(Say.CLOSE_SHADE, Say.BACK),
        harms=says(Say.SAY_DONE),
        true=says(Say.SHADE, Say.OTHER_SCREEN, Say.NOTHING_PRESSED, Say.NOT_TYPED),
    )


def own_page(told: Told) -> Verdict:
    """They look at the class's own app: nothing is wrong with that."""
    told.arrive()
    told.between(_OWN)
    return Verdict(
        topics=("what_next", "cannot_find", ""),
        helps=says(Say.STEP, Say.OPEN_APP, Say.HOME),
        harms=says(Say.SAY_DONE),
        true=says(Say.NOTHING_PRESSED, Say.NOT_TYPED, Say.PLACE),
    )


def interrupted_then_right(told: Told) -> Verdict:
    """Windows, calls and our own page in between, and the step is done all the same."""
    told.arrive()
    # Where the step is to pull the notifications down, they do not come between.
    windows = [
        each
        for each in _WINDOWS
        if each.app not in (told.step.after.app if told.step.after else "", told.step.here.app)
    ]
    for place in told.rng.sample(windows, told.rng.randint(1, 3)):
        told.between(place)
    told.arrive()
    told.do_right()
    return finished(told)


BETWEEN: dict[str, Kind] = {
    "keyboard, typed": keyboard_right,
    "keyboard, nothing typed": keyboard_open,
    "keyboard over the screen": keyboard_over,
    "keyboard in English": keyboard_english,
    "keyboard missing": keyboard_missing,
    "permission": permission,
    "call": call,
    "update, asked": update,
    "update, not asked": update_unasked,
    "install": install,
    "trial or payment": pay,
    "scam": scam,
    "whether to press the step's own": own_risk,
    "advertisement": advert,
    "not responding": not_responding,
    "notifications": shade,
    "our own app": own_page,
    "interrupted, then right": interrupted_then_right,
}
