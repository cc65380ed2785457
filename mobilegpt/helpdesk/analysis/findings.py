"""The rules of the local analyser: each looks at the evidence for one thing that goes wrong, and says what to do.

A rule returns ``None`` or a ``Finding``. ``RULES`` is the table, most telling first: the first finding leads the answer.
What was touched is said only as far as it is known, and nobody is told that it was the wrong thing: labels differ from
phone to phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobilegpt.core.locale import Words
from mobilegpt.guidance.app_names import app_name
from mobilegpt.guidance.comparing import is_on_target, is_there
from mobilegpt.guidance.events import Kind
from mobilegpt.guidance.matcher import Verdict
from mobilegpt.guidance.transparent import is_launcher
from mobilegpt.guidance.typing import may_be_korean_in_english
from mobilegpt.helpdesk.analysis.complaints import BY_NAME, Complaint, said
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.korean import quoted, with_particle
from mobilegpt.helpdesk.analysis.patterns import REPEATED, led_elsewhere, repeated_presses, returns
from mobilegpt.helpdesk.analysis.verdict import Basis

_MANY_SCROLLS = 4
_TO_AND_FRO = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` is stable. ``diagnosis`` speaks to the teacher, ``advice`` to the learner, in the language of the moment.

    ``guide``: the step's own words follow. ``rests_on``: what it was concluded from.
    """

    name: str
    diagnosis: str
    advice: str = ""
    guide: bool = False
    rests_on: tuple[Basis, ...] = ()


FOR_TEACHER = frozenset({"said_is_it_right", "done_and_more", "pressed_and_asks", "strayed_or_done"})
"""Only a person can see whether it is right."""
Rule = Callable[[Evidence], Finding | None]
_SEEN: tuple[Basis, ...] = (Basis.EXPECTATION, Basis.SCREEN)
_TOUCHED: tuple[Basis, ...] = (Basis.TAPS,)
_IN_APP = Words("지금은 {app} 화면이에요.", "You are in {app}.")
_ELSEWHERE = Words("지금은 다른 앱이 열려 있어요.", "Another app is open.")
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
_WAIT = Words(
    "휴대폰이 조금 느릴 수 있으니 다섯까지 세며 기다려 주세요.",
    "The phone may be a little slow: count to five while you wait.",
)


def find(evidence: Evidence) -> list[Finding]:
    """What the rules found, most telling first."""
    return [finding for rule in RULES if (finding := rule(evidence)) is not None]


def complaint(evidence: Evidence) -> Complaint | None:
    return said(evidence.message, evidence.reason)


def _says(evidence: Evidence, *names: str) -> bool:
    found = complaint(evidence)
    return found is not None and found.name.removeprefix("said_") in names


# --- what stands on the phone


def _keyboard_in_english(evidence: Evidence) -> Finding | None:
    """They say so, or what they typed is Korean on English keys."""
    typed = [event.typed for event in evidence.of_kind(Kind.INPUT) if event.typed]
    expected = evidence.step.expectation
    korean = expected is not None and expected.action == "INPUT" and expected.target.label_class in ("text", "person")
    if not (korean and typed and len(typed[-1]) > 3 and may_be_korean_in_english(typed[-1])):
        return _of_words(evidence, "keyboard_language")
    row = BY_NAME["said_keyboard_language"]
    diagnosis = Words("한글을 영어 자판으로 치고 있어요", "They type Korean on the English keyboard").said()
    return Finding("keyboard_in_english", diagnosis, row.advice.said(), rests_on=(*_SEEN, Basis.TAPS))


def _done(evidence: Evidence) -> Finding | None:
    """Who says that something else is wrong is not told that all is well: a person looks."""
    if evidence.match.verdict is not Verdict.DONE:
        return None
    content = complaint(evidence) is None or _says(evidence, "is_it_right", "what_next", "cannot_find", "too_fast")
    return Finding(
        "done" if content else "done_and_more",
        Words("이 단계를 다 했어요", "They have done this step").said(),
        Words(
            "이 단계는 다 하셨어요. 잘하셨어요! '다 했어요'를 누르시면 돼요.",
            "You have done this step. Well done! Press 'I'm done'.",
        ).said(),
        rests_on=(*_SEEN, Basis.TAPS) if evidence.knows_taps else _SEEN,
    )


def _not_responding(evidence: Evidence) -> Finding | None:
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


def _call(evidence: Evidence) -> Finding | None:
    """Whether to take it is their own; the class waits."""
    if evidence.window != "call":
        return _of_words(evidence, "call")
    diagnosis = Words("전화가 와 있어요", "There is a call").said()
    return Finding("call", diagnosis, BY_NAME["said_call"].advice.said(), rests_on=(Basis.SCREEN,))


def _notification_shade(evidence: Evidence) -> Finding | None:
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


def _advertisement(evidence: Evidence) -> Finding | None:
    if not any("adactivity" in name.lower() for name in evidence.on_screen()):
        return _of_words(evidence, "advertisement")
    diagnosis = Words("광고가 화면을 가리고 있어요", "An advertisement covers the screen").said()
    return Finding("advertisement", diagnosis, BY_NAME["said_advertisement"].advice.said(), rests_on=(Basis.SCREEN,))


# --- where they are


def _left_the_app(evidence: Evidence) -> Finding | None:
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
    return Finding(finding, diagnosis, _BACK_IN.said(name=name), rests_on=_SEEN)


def _wrong_app(evidence: Evidence) -> Finding | None:
    if evidence.match.verdict is not Verdict.WRONG_APP:
        return None
    here, name = app_name(evidence.match.place.app), _step_app(evidence)
    where = _IN_APP.said(app=here) if here else _ELSEWHERE.said()
    then = _HOME_FIRST.said() if _begins_at_home(evidence) or not name else _PRESS_ICON.said(name=name)
    there = with_particle(here, "으로") if here else "다른 앱으로"
    diagnosis = Words("이 단계의 앱이 아니라 {there} 들어가 있어요", "The step is not in {here}, where they are").said(
        there=there, here=here or "the app"
    )
    name = "strayed_or_done" if _may_have_acted(evidence) else "wrong_app"
    return Finding(name, diagnosis, f"{where} {then}", rests_on=_SEEN)


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


def _begins_at_home(evidence: Evidence) -> bool:
    return any(map(is_launcher, evidence.step.states[0].apps)) if evidence.step.states else False


def _step_app(evidence: Evidence) -> str:
    """The step's app as people call it; empty where none of its packages has a name."""
    apps = [app for state in evidence.step.states for app in state.apps if not is_launcher(app)]
    return next(filter(None, map(app_name, apps)), "")


def _wrong_screen(evidence: Evidence) -> Finding | None:
    if evidence.match.verdict is not Verdict.WRONG_SCREEN and not _led_astray(evidence):
        return None
    diagnosis = Words("앱은 맞지만 다른 화면에 있어요", "It is the right app, and another screen").said()
    name = "strayed_or_done" if _may_have_acted(evidence) else "wrong_screen"
    return Finding(name, diagnosis, _BACK.said(), rests_on=_SEEN)


def _led_astray(evidence: Evidence) -> bool:
    """Another thing was pressed, and brought a screen that is not the one after the step."""
    match, expected = evidence.match, evidence.step.expectation
    if match.acted is not None or match.divergence is None or expected is None:
        return False
    other = expected.after is None or is_there(expected.after, match.place) is False
    return other and _led_somewhere(evidence)


def _led_somewhere(evidence: Evidence) -> bool:
    return evidence.match.verdict is Verdict.ON_THE_WAY and led_elsewhere(evidence)


def _unknown_screen(evidence: Evidence) -> Finding | None:
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


# --- what they do


def _waiting(evidence: Evidence) -> Finding | None:
    """The right thing was touched, and the phone has not followed yet."""
    if evidence.match.acted is None or evidence.match.verdict is Verdict.DONE:
        return None
    return Finding(
        "waiting",
        Words("맞는 곳을 눌렀는데 화면이 아직 안 바뀌었어요", "They pressed the right thing; no new screen yet").said(),
        Words("맞게 누르셨어요! {wait}", "You pressed the right thing! {wait}").said(wait=_WAIT.said()),
        rests_on=(*_SEEN, Basis.TAPS),
    )


def _repeated(evidence: Evidence) -> Finding | None:
    count = repeated_presses(evidence)
    if not count or evidence.step.gesture in ("LONG_TAP", "SCROLL"):
        return None
    return Finding(
        "repeated",
        Words("같은 곳을 {n}번 거듭 눌렀어요", "They pressed the same place {n} times in a row").said(n=count),
        Words("같은 곳을 여러 번 누르셨어요. {wait}", "You have pressed the same place several times. {wait}").said(
            wait=_WAIT.said()
        ),
        guide=True,
        rests_on=_TOUCHED,
    )


def _wrong_gesture(evidence: Evidence) -> Finding | None:
    """Of another kind than the step wants, twice at least, and none of the right one."""
    taps, held = evidence.of_kind(Kind.TAP), evidence.of_kind(Kind.LONG_TAP)
    taps = [each for each in taps if each.window != "keyboard"]
    scrolled = evidence.of_kind(Kind.SCROLL)
    match evidence.step.gesture:
        case "TAP" if len(held) > 1 and len(held) > len(taps):
            return Finding(
                "held_too_long",
                Words("짧게 눌러야 하는데 길게 누르고 있어요", "They hold where a short tap is wanted").said(),
                Words(
                    "손가락을 오래 대지 말고, 톡 하고 한 번만 짧게 눌렀다 떼어 보세요.",
                    "Do not keep your finger there: tap once, briefly, and let go.",
                ).said(),
                guide=True,
                rests_on=_TOUCHED,
            )
        case "LONG_TAP" if len(taps) > 1 and not held:
            return Finding(
                "tapped_too_short",
                Words("길게 눌러야 하는데 짧게 누르고 있어요", "They tap briefly where a long press is wanted").said(),
                Words(
                    "이번에는 길게 눌러야 해요. 손가락을 댄 채로 마음속으로 둘까지 센 다음 떼어 주세요.",
                    "This one needs a long press. Keep your finger there, count to two, then let go.",
                ).said(),
                guide=True,
                rests_on=_TOUCHED,
            )
        case "SCROLL" if len(taps) + len(held) > 1 and not scrolled:
            return Finding(
                "taps_for_scroll",
                Words("화면을 밀어야 하는데 누르고 있어요", "They press where the screen has to be swiped").said(),
                Words(
                    "여기서는 누르지 말고 밀어야 해요. 손가락을 화면에 댄 채로 천천히 밀었다가 떼어 보세요.",
                    "Here you swipe instead of pressing. Keep your finger on the screen, move it slowly, then let go.",
                ).said(),
                guide=True,
                rests_on=_TOUCHED,
            )
    return None


def _typing(evidence: Evidence) -> Finding | None:
    """A step that types: the field comes first, then the letters."""
    if evidence.step.gesture != "INPUT":
        return _of_words(evidence, "no_keyboard", name="no_keyboard_here")
    if _says(evidence, "no_keyboard"):
        return _of_words(evidence, "no_keyboard")
    if evidence.match.verdict is not Verdict.ON_THE_WAY or not evidence.match.focused or evidence.of_kind(Kind.INPUT):
        return None
    return Finding(
        "keyboard_idle",
        Words(
            "글 쓰는 칸을 눌렀지만 글자를 쓴 기록이 없어요", "They pressed the field; nothing typed was reported"
        ).said(),
        Words(
            "화면 아래에 자판이 나오면 한 글자씩 천천히 써 보세요.",
            "When the keyboard comes up, press one letter after the other.",
        ).said(),
        rests_on=(*_SEEN, Basis.TAPS),
    )


def _keyboard_over(evidence: Evidence) -> Finding | None:
    if evidence.window != "keyboard" or evidence.step.gesture in ("INPUT", ""):
        return None
    return Finding(
        "keyboard_over",
        Words("자판이 화면을 가리고 있어요", "The keyboard covers the screen").said(),
        Words(
            "자판이 화면을 가리면 휴대폰 맨 아래의 화살표를 눌러 자판을 내려 주세요.",
            "If the keyboard covers the screen, press the arrow at the bottom of your phone to put it away.",
        ).said(),
        guide=True,
        rests_on=(Basis.SCREEN,),
    )


def _lost_in_scrolling(evidence: Evidence) -> Finding | None:
    scrolls = evidence.of_kind(Kind.SCROLL)
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if evidence.step.gesture not in ("TAP", "LONG_TAP") or len(scrolls) < _MANY_SCROLLS or len(taps) > 1:
        return None
    return Finding(
        "lost_in_scrolling",
        Words("화면을 {n}번 넘기기만 했어요", "They have only scrolled, {n} times").said(n=len(scrolls)),
        Words(
            "화면을 맨 위로 올려서, 위에서부터 천천히 찾아보세요.",
            "Move the screen back to its top, and look slowly from there.",
        ).said(),
        guide=True,
        rests_on=_TOUCHED,
    )


def _back_and_forth(evidence: Evidence) -> Finding | None:
    if len(evidence.of_kind(Kind.BACK)) < REPEATED and returns(evidence) < _TO_AND_FRO:
        return None
    return Finding(
        "back_and_forth",
        Words("화면 사이를 왔다 갔다 하고 있어요", "They go back and forth between screens").said(),
        Words("괜찮아요, 여기서 천천히 해봐요.", "That's fine. Go slowly from here.").said(),
        guide=True,
        rests_on=(Basis.SCREEN, Basis.TAPS),
    )


def _pressed(evidence: Evidence) -> Finding | None:
    """Something was pressed where the step is done, and nothing came of it: the phone may be slow, or it is another thing.
    Where nothing would show that it was the right one, pressing again may undo it, or send it twice."""
    presses = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    expected = evidence.step.expectation
    if evidence.match.verdict is not Verdict.ON_THE_WAY or expected is None or not presses:
        return None
    other = is_on_target(expected.target, presses[-1]) is False
    name = "pressed" if other and expected.after is not None else "pressed_other" if other else "pressed_something"
    return Finding(
        "pressed_and_asks" if _says(evidence, "is_it_right", "what_next") else name,
        Words("누른 다음 화면이 바뀌지 않았어요", "They pressed something, and no new screen came").said(),
        _WAIT.said(),
        guide=True,
        rests_on=(*_SEEN, Basis.TAPS),
    )


def _maybe_done(evidence: Evidence) -> Finding | None:
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
        rests_on=_SEEN,
    )


# --- what they say, and what is left


def _own_matter(evidence: Evidence) -> Finding | None:
    """Wherever they are."""
    return _of_words(evidence, "small_text") or _of_words(evidence, "no_sound")


def _said_to_be_elsewhere(evidence: Evidence) -> Finding | None:
    return _of_words(evidence, "wrong_place")


def _of_words(evidence: Evidence, wanted: str = "", *, name: str = "") -> Finding | None:
    """Only what they wrote, or the picture that they pressed, says so."""
    found = complaint(evidence)
    if found is None or (wanted and found.name != f"said_{wanted}"):
        return None
    if found.name == "said_what_next" and evidence.match.verdict is Verdict.ON_THE_WAY:
        return None  # the step itself is next
    by_reason = said(evidence.message) is None
    rests: tuple[Basis, ...] = (Basis.REASON if by_reason else Basis.WORDS,)
    return Finding(name or found.name, found.diagnosis.said(), found.advice.said(), found.guide, rests)


def _in_place(evidence: Evidence) -> Finding | None:
    """On the right screen, and nothing touched yet."""
    if evidence.match.verdict is not Verdict.ON_THE_WAY:
        return None
    title = quoted(evidence.step.title)
    diagnosis = Words("{step} 단계의 화면에 있어요", "They are where the step {step} is done").said(step=title)
    return Finding("in_place", diagnosis, guide=True, rests_on=_SEEN)


RULES: tuple[Rule, ...] = (
    _keyboard_in_english,
    _own_matter,
    _done,
    _not_responding,
    _call,
    _notification_shade,
    _advertisement,
    _left_the_app,
    _wrong_app,
    _wrong_screen,
    _said_to_be_elsewhere,
    _wrong_gesture,
    _waiting,
    _repeated,
    _maybe_done,
    _unknown_screen,
    _typing,
    _keyboard_over,
    _lost_in_scrolling,
    _back_and_forth,
    _pressed,
    _of_words,
    _in_place,
)
