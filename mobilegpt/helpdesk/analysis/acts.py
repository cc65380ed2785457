"""Rules on what somebody does: touches without effect, of another kind, or on something else (contract 11.17).

Nobody is told that it was the wrong thing: labels differ from phone to phone.
"""

from __future__ import annotations

from mobilegpt.core.locale import Words
from mobilegpt.guidance.comparing import is_on_target
from mobilegpt.guidance.events import Kind
from mobilegpt.guidance.matcher import Verdict
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.finding import SEEN, TOUCHED, Finding, of_words, says
from mobilegpt.helpdesk.analysis.patterns import REPEATED, repeated_presses, returns
from mobilegpt.helpdesk.analysis.verdict import Basis

_MANY_SCROLLS = 4
_TO_AND_FRO = 4
_WAIT = Words(
    "휴대폰이 조금 느릴 수 있으니 다섯까지 세며 기다려 주세요.",
    "The phone may be a little slow: count to five while you wait.",
)


def waiting(evidence: Evidence) -> Finding | None:
    """The right thing was touched, and the phone has not followed yet."""
    if evidence.match.acted is None or evidence.match.verdict is Verdict.DONE:
        return None
    return Finding(
        "waiting",
        Words("맞는 곳을 눌렀는데 화면이 아직 안 바뀌었어요", "They pressed the right thing; no new screen yet").said(),
        Words("맞게 누르셨어요! {wait}", "You pressed the right thing! {wait}").said(wait=_WAIT.said()),
        rests_on=(*SEEN, Basis.TAPS),
    )


def repeated(evidence: Evidence) -> Finding | None:
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
        rests_on=TOUCHED,
    )


def wrong_gesture(evidence: Evidence) -> Finding | None:
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
                rests_on=TOUCHED,
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
                rests_on=TOUCHED,
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
                rests_on=TOUCHED,
            )
    return None


def typing(evidence: Evidence) -> Finding | None:
    """A step that types: the field comes first, then the letters."""
    if evidence.step.gesture != "INPUT":
        return of_words(evidence, "no_keyboard", name="no_keyboard_here")
    if says(evidence, "no_keyboard"):
        return of_words(evidence, "no_keyboard")
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
        rests_on=(*SEEN, Basis.TAPS),
    )


def keyboard_over(evidence: Evidence) -> Finding | None:
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


def lost_in_scrolling(evidence: Evidence) -> Finding | None:
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
        rests_on=TOUCHED,
    )


def back_and_forth(evidence: Evidence) -> Finding | None:
    if len(evidence.of_kind(Kind.BACK)) < REPEATED and returns(evidence) < _TO_AND_FRO:
        return None
    return Finding(
        "back_and_forth",
        Words("화면 사이를 왔다 갔다 하고 있어요", "They go back and forth between screens").said(),
        Words("괜찮아요, 여기서 천천히 해봐요.", "That's fine. Go slowly from here.").said(),
        guide=True,
        rests_on=(Basis.SCREEN, Basis.TAPS),
    )


def pressed(evidence: Evidence) -> Finding | None:
    """Something was pressed where the step is done, and nothing came of it: the phone may be slow, or it is another
    thing. Where nothing would show that it was the right one, pressing again may undo it, or send it twice."""
    presses = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    expected = evidence.step.expectation
    if evidence.match.verdict is not Verdict.ON_THE_WAY or expected is None or evidence.step.by_hint or not presses:
        return None
    other = is_on_target(expected.target, presses[-1]) is False
    name = "pressed" if other and expected.after is not None else "pressed_other" if other else "pressed_something"
    return Finding(
        "pressed_and_asks" if says(evidence, "is_it_right", "what_next") else name,
        Words("누른 다음 화면이 바뀌지 않았어요", "They pressed something, and no new screen came").said(),
        _WAIT.said(),
        guide=True,
        rests_on=(*SEEN, Basis.TAPS),
    )
