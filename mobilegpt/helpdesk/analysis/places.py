"""Rules on what stands on a phone, and where somebody is: the matcher's reading of the screens (contract 11.17)."""

from __future__ import annotations

from mobilegpt.core.locale import Words
from mobilegpt.guidance.app_names import app_name
from mobilegpt.guidance.comparing import app_is, is_on_target, is_there
from mobilegpt.guidance.events import Kind
from mobilegpt.guidance.matcher import Verdict
from mobilegpt.guidance.transparent import is_launcher
from mobilegpt.guidance.typing import may_be_korean_in_english
from mobilegpt.helpdesk.analysis.complaints import BY_NAME
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.finding import SEEN, Finding, complaint, of_words, says
from mobilegpt.helpdesk.analysis.korean import quoted, with_particle
from mobilegpt.helpdesk.analysis.patterns import led_elsewhere
from mobilegpt.helpdesk.analysis.verdict import Basis

_IN_APP = Words("지금은 {app} 화면이에요.", "You are in {app}.")
_ELSEWHERE = Words("지금은 다른 앱이 열려 있어요.", "Another app is open.")
_NOT_THERE = Words("{name}에서 할 단계인데 {there} 들어가 있어요", "The step is in {name}, and they are in {here}")
_THE_APP = Words("수업에서 쓰는 앱", "the app of the class")
_HOME_FIRST = Words(
    "휴대폰 맨 아래 가운데의 홈 단추를 눌러 첫 화면으로 나오세요.",
    "Press the home button at the bottom middle of your phone.",
)
_PRESS_ICON = Words(
    "휴대폰 맨 아래 가운데의 홈 단추를 눌러 첫 화면으로 나온 다음, {name} 그림을 눌러주세요.",
    "Press the home button at the bottom middle of your phone, then press the icon of {name}.",
)
_BACK_IN = Words(
    "{name} 그림을 한 번 눌러 다시 들어가 주세요.",
    "Press the icon of {name} once to go back in.",
)
_BACK = Words(
    "휴대폰 맨 아래의 '뒤로'를 한 번 눌러 앞의 화면으로 돌아가 주세요.",
    "Press 'Back' at the bottom of your phone once to go back to the screen before.",
)


def keyboard_in_english(evidence: Evidence) -> Finding | None:
    """They say so, or what they typed is Korean on English keys."""
    typed = [event.typed for event in evidence.of_kind(Kind.INPUT) if event.typed]
    expected = evidence.step.expectation
    korean = expected is not None and expected.action == "INPUT" and expected.target.label_class in ("text", "person")
    if not (korean and typed and len(typed[-1]) > 3 and may_be_korean_in_english(typed[-1])):
        return of_words(evidence, "keyboard_language")
    row = BY_NAME["said_keyboard_language"]
    diagnosis = Words("한글을 영어 자판으로 치고 있어요", "They type Korean on the English keyboard").said()
    return Finding("keyboard_in_english", diagnosis, row.advice.said(), rests_on=(*SEEN, Basis.TAPS))


def done(evidence: Evidence) -> Finding | None:
    """Who says that something else is wrong is not told that all is well: a person looks."""
    if evidence.match.verdict is not Verdict.DONE:
        return None
    content = complaint(evidence) is None or says(evidence, "is_it_right", "what_next", "cannot_find", "too_fast")
    return Finding(
        "done" if content else "done_and_more",
        Words("이 단계를 다 했어요", "They have done this step").said(),
        Words(
            "이 단계는 다 하셨어요. 잘하셨어요! '다 했어요'를 누르시면 돼요.",
            "You have done this step. Well done! Press 'I'm done'.",
        ).said(),
        rests_on=(*SEEN, Basis.TAPS) if evidence.knows_taps else SEEN,
    )


def not_responding(evidence: Evidence) -> Finding | None:
    if evidence.window != "error":
        return None
    return Finding(
        "not_responding",
        Words("앱이 응답하지 않는다는 창이 떠 있어요", "A window says that the app does not respond").said(),
        Words(
            "휴대폰이 잠시 멈췄어요. 아무것도 누르지 말고 열까지 세며 기다려 주세요.",
            "The phone has stopped for a moment. Press nothing, and count to ten while you wait.",
        ).said(),
        rests_on=(Basis.SCREEN,),
    )


def call(evidence: Evidence) -> Finding | None:
    """Whether to take it is their own; the class waits."""
    if evidence.window != "call":
        return of_words(evidence, "call")
    diagnosis = Words("전화가 와 있어요", "There is a call").said()
    return Finding("call", diagnosis, BY_NAME["said_call"].advice.said(), rests_on=(Basis.SCREEN,))


def notification_shade(evidence: Evidence) -> Finding | None:
    if evidence.window != "shade":
        return None
    return Finding(
        "notification_shade",
        Words("알림 창이 내려와 화면을 가리고 있어요", "The notifications are pulled down over the screen").said(),
        Words(
            "위에서 알림 창이 내려와 있어요. 화면 아래에서 위로 쓸어 올리면 닫혀요.",
            "The notifications have come down from the top. Swipe up from the bottom of the screen to close them.",
        ).said(),
        rests_on=(Basis.SCREEN,),
    )


def advertisement(evidence: Evidence) -> Finding | None:
    if not any("adactivity" in name.lower() for name in evidence.on_screen()):
        return of_words(evidence, "advertisement")
    diagnosis = Words("광고가 화면을 가리고 있어요", "An advertisement covers the screen").said()
    return Finding("advertisement", diagnosis, BY_NAME["said_advertisement"].advice.said(), rests_on=(Basis.SCREEN,))


def left_the_app(evidence: Evidence) -> Finding | None:
    """On the home screen, at a step that is done in an app that they have been in, or have to be in."""
    match, name = evidence.match, _step_app(evidence)
    lost = match.verdict is Verdict.WRONG_APP or (
        match.verdict is Verdict.ON_THE_WAY
        and evidence.step.gesture != "OPEN"
        and not any(is_launcher(app) for state in evidence.step.states for app in state.apps)
    )
    if not lost or not _is_home(match.place.app) or not name:
        return None
    diagnosis = Words("앱이 아니라 첫 화면에 있어요", "They are on the home screen, not in the app").said()
    finding = "strayed_or_done" if _may_have_acted(evidence) else "left_the_app"
    return Finding(finding, diagnosis, _BACK_IN.said(name=name), rests_on=SEEN)


def wrong_app(evidence: Evidence) -> Finding | None:
    if evidence.match.verdict is not Verdict.WRONG_APP:
        return None
    here, name = app_name(evidence.match.place.app), _step_app(evidence)
    where = _IN_APP.said(app=here) if here else _ELSEWHERE.said()
    then = _HOME_FIRST.said() if _begins_at_home(evidence) or not name else _PRESS_ICON.said(name=name)
    there = with_particle(here, "으로") if here else "다른 앱으로"
    diagnosis = _NOT_THERE.said(name=name or _THE_APP.said(), there=there, here=here or "another app")
    name = "strayed_or_done" if _may_have_acted(evidence) else "wrong_app"
    return Finding(name, diagnosis, f"{where} {then}", rests_on=SEEN)


def _may_have_acted(evidence: Evidence) -> bool:
    """Whether a touch of the right kind may have been the right one: then where they are may be what comes of it."""
    expected = evidence.step.expectation
    if expected is None:
        return False
    touches = [each for each in evidence.events if each.kind.value == expected.action]
    return any(is_on_target(expected.target, each) is not False for each in touches)


def _is_home(app: str) -> bool:
    """A page of search that stands beside it is none."""
    return is_launcher(app) and "search" not in app and "finder" not in app


def _is_in_app(evidence: Evidence) -> bool:
    return any(app_is(state.apps, evidence.match.place.app) for state in evidence.step.states)


def _begins_at_home(evidence: Evidence) -> bool:
    return any(map(is_launcher, evidence.step.states[0].apps)) if evidence.step.states else False


def _step_app(evidence: Evidence) -> str:
    """The step's app as people call it; empty where none of its packages has a name."""
    apps = [app for state in evidence.step.states for app in state.apps if not is_launcher(app)]
    return next(filter(None, map(app_name, apps)), "")


def wrong_screen(evidence: Evidence) -> Finding | None:
    match = evidence.match
    untold = match.untold and match.verdict is Verdict.UNKNOWN and _is_in_app(evidence)
    if match.verdict is not Verdict.WRONG_SCREEN and not untold and not _led_astray(evidence):
        return None
    diagnosis = Words("앱은 맞지만 다른 화면에 있어요", "It is the right app, and another screen").said()
    name = "strayed_or_done" if _may_have_acted(evidence) else "wrong_screen"
    return Finding(name, diagnosis, _BACK.said(), rests_on=SEEN)


def _led_astray(evidence: Evidence) -> bool:
    """Another thing was pressed, and brought a screen that is not the one after the step."""
    match, expected = evidence.match, evidence.step.expectation
    if match.acted is not None or match.divergence is None or expected is None:
        return False
    other = expected.after is None or is_there(expected.after, match.place) is False
    return other and _led_somewhere(evidence)


def _led_somewhere(evidence: Evidence) -> bool:
    return evidence.match.verdict is Verdict.ON_THE_WAY and led_elsewhere(evidence)


def unknown_screen(evidence: Evidence) -> Finding | None:
    """A press brought a screen of which nobody knows whether it is the one after the step."""
    if evidence.match.acted is not None or not _led_somewhere(evidence):
        return None
    return Finding(
        "strayed_or_done",
        Words(
            "누른 다음 새 화면이 나왔는데, 이 단계의 화면인지 알 수 없어요",
            "A press brought a screen that is not known",
        ).said(),
        BY_NAME["said_what_next"].advice.said(),
        rests_on=(Basis.SCREEN, Basis.TAPS),
    )


def maybe_done(evidence: Evidence) -> Finding | None:
    """The phone shows what may come after the step as well as before it."""
    expected, place = evidence.step.expectation, evidence.match.place
    if evidence.match.verdict is not Verdict.ON_THE_WAY or expected is None or expected.after is None:
        return None
    if is_there(expected.after, place) is not True or is_there(expected.where, place) is True:
        return None
    return Finding(
        "maybe_done",
        Words("이 단계를 마친 화면일 수 있어요", "It may be the screen after this step").said(),
        BY_NAME["said_what_next"].advice.said(),
        rests_on=SEEN,
    )


def in_place(evidence: Evidence) -> Finding | None:
    """On the right screen, and nothing touched yet. By the hint alone the screen is not known, only its app."""
    if evidence.match.verdict is not Verdict.ON_THE_WAY or evidence.step.by_hint:
        return None
    title = quoted(evidence.step.title)
    diagnosis = Words("{step} 단계의 화면에 있어요", "They are where the step {step} is done").said(step=title)
    return Finding("in_place", diagnosis, guide=True, rests_on=SEEN)
