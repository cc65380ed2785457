"""The rules of the local analyser: each looks at the evidence for one thing that goes wrong, and says what to do.

A rule returns ``None`` or a ``Finding``. ``RULES`` is the table, most telling first; all of them are asked, and the
strongest finding leads the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.analysis.evidence import TOUCHES, Box, Evidence, Happening, Kind, StepFacts
from mobilegpt.helpdesk.analysis.known_apps import (
    NAMES,
    app_name,
    asks_permission,
    expected_app,
    is_home,
    is_notification_shade,
    is_system,
    opens_app,
)
from mobilegpt.helpdesk.analysis.korean import quoted, with_particle
from mobilegpt.helpdesk.analysis.patterns import REPEATED, gap, repeated_spot, returns

_NEAR = 160.0
_MANY_SCROLLS = 4
_TO_AND_FRO = 4
_ICON_OF = Words("{name} 그림", "the {name} icon")
_ICON = Words("이 앱의 그림", "this app's icon")


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` is stable; ``strength`` 0 to 1. ``diagnosis`` speaks to the teacher, ``advice`` to the learner, in the
    language of the moment.

    ``done``: the step is done already, so its guide is not said again.
    """

    name: str
    strength: float
    diagnosis: str
    advice: str
    done: bool = False


_IN_APP = Words("지금은 {app} 화면이에요.", "You are in {app}.")
_ELSEWHERE = Words("지금은 다른 앱이 열려 있어요.", "Another app is open.")
_FIND_ICON = Words(
    "휴대폰 맨 아래 가운데의 홈 단추를 눌러 첫 화면으로 나온 다음, {name} 그림을 찾아보세요.",
    "Press the home button at the bottom middle of your phone, then look for the icon of {name}.",
)
_PRESS_ICON = Words(
    "휴대폰 맨 아래 가운데의 홈 단추를 눌러 첫 화면으로 나온 다음, {name} 그림을 눌러주세요.",
    "Press the home button at the bottom middle of your phone, then press the icon of {name}.",
)

Rule = Callable[[Evidence], Finding | None]


def find(evidence: Evidence) -> list[Finding]:
    """What the rules found, strongest first."""
    found = [finding for rule in RULES if (finding := rule(evidence)) is not None]
    return sorted(found, key=lambda finding: -finding.strength)


def thing(evidence: Evidence) -> str:
    """What to touch, as the hint or the title says it; a package is an app's icon."""
    return _thing(evidence.step).said()


def _thing(step: StepFacts) -> Words:
    if opens_app(step):
        name = NAMES.get(step.hint)
        return _ICON_OF.with_values(name=name) if name else _ICON
    shown = "" if step.hint.isascii() else step.hint
    return Words(shown, shown)


def touches_target(evidence: Evidence, happening: Happening) -> bool:
    """Whether this is what the step asks for: by place where the phone knows it, else by name, in the phone's language,
    which need not be that of who is spoken to."""
    if evidence.target is not None and happening.x is not None and happening.y is not None:
        return evidence.target.holds(happening.x, happening.y)
    wanted = {evidence.step.hint, *_thing(evidence.step)} - {""}
    if happening.element in wanted or happening.text in wanted:
        return True
    named = happening.name
    return len(named) > 1 and any(named in text for text in wanted)


# --- where they are


def _permission_window(evidence: Evidence) -> Finding | None:
    if not asks_permission(evidence.app):
        return None
    return Finding(
        "permission_window",
        0.88,
        Words(
            "휴대폰이 허락을 묻는 창이 화면을 가리고 있어요",
            "A request for permission covers the screen",
        ).said(),
        Words(
            "지금은 휴대폰이 허락을 묻는 작은 창이 떠 있어요. 창에 쓰인 글을 천천히 읽어 보시고, "
            "잘 모르겠으면 손을 들어 선생님께 화면을 보여주세요.",
            "Your phone shows a small window that asks for permission. Read slowly what it says. "
            "If you are not sure, raise your hand and show it to your teacher.",
        ).said(),
    )


def _notification_shade(evidence: Evidence) -> Finding | None:
    if not is_notification_shade(evidence.app):
        return None
    return Finding(
        "notification_shade",
        0.86,
        Words("알림 창이 내려와 화면을 가리고 있어요", "The notifications are pulled down over the screen").said(),
        Words(
            "위에서 알림 창이 내려와 있어요. 화면 아래에서 위로 쓸어 올리면 닫혀요.",
            "The notifications have come down from the top. Swipe up from the bottom of the screen to close them.",
        ).said(),
    )


def _already_open(evidence: Evidence) -> Finding | None:
    step = evidence.step
    if not opens_app(step) or evidence.app != step.hint:
        return None
    name = app_name(step.hint) or Words("앱", "The app").said()
    return Finding(
        "already_done",
        0.84,
        Words("{it} 이미 열려 있어요", "{name} is open already").said(it=with_particle(name, "이"), name=name),
        Words(
            "{it} 벌써 열려 있어요. 잘하셨어요! 이 단계는 다 하셨으니 '다 했어요'를 누르시면 돼요.",
            "{name} is open already. Well done! You have done this step: press 'I'm done'.",
        ).said(it=with_particle(name, "이"), name=name),
        done=True,
    )


def _wrong_app(evidence: Evidence) -> Finding | None:
    wanted = expected_app(evidence.step)
    here = evidence.app
    if not wanted or not here or here == wanted:
        return None
    name, current = app_name(wanted) or Words("수업에서 쓰는 앱", "the app of the class").said(), app_name(here)
    if is_home(here):
        if opens_app(evidence.step):
            return None
        return Finding(
            "left_the_app",
            0.85,
            Words("{it} 벗어나 홈 화면에 있어요", "They have left {name} for the home screen").said(
                it=with_particle(name, "을"), name=name
            ),
            Words(
                "지금은 휴대폰의 첫 화면이에요. {name} 그림을 한 번 눌러 다시 들어가 주세요.",
                "This is your phone's home screen. Press the icon of {name} once to go back in.",
            ).said(name=name),
        )
    if is_system(here):
        return None
    where = _IN_APP.said(app=current) if current else _ELSEWHERE.said()
    then = (_FIND_ICON if opens_app(evidence.step) else _PRESS_ICON).said(name=name)
    there = with_particle(current, "으로") if current else "다른 앱으로"
    diagnosis = Words(
        "{name}에서 할 단계인데 {there} 들어가 있어요", "The step is in {name}, and they are in {current}"
    ).said(name=name, there=there, current=current or "another app")
    return Finding("wrong_app", 0.87, diagnosis, f"{where} {then}")


# --- what they do


def _long_for_short(evidence: Evidence) -> Finding | None:
    held = evidence.of_kind(Kind.LONG_TAP)
    if evidence.step.action != "CLICK" or len(held) < 2 or len(held) < len(evidence.of_kind(Kind.TAP)):
        return None
    return Finding(
        "held_too_long",
        0.8,
        Words("짧게 눌러야 하는데 길게 누르고 있어요", "They hold where a short tap is wanted").said(),
        Words(
            "손가락을 조금 오래 대고 계신 것 같아요. 톡 하고 한 번만 짧게 눌렀다 떼어 보세요.",
            "Your finger may stay a little too long. Tap once, briefly, and let go.",
        ).said(),
    )


def _short_for_long(evidence: Evidence) -> Finding | None:
    taps = [each for each in evidence.of_kind(Kind.TAP) if touches_target(evidence, each)]
    if evidence.step.action != "LONG_CLICK" or evidence.of_kind(Kind.LONG_TAP):
        return None
    if not taps and len(evidence.of_kind(Kind.TAP)) < 2:
        return None
    return Finding(
        "tapped_too_short",
        0.8,
        Words("길게 눌러야 하는데 짧게 누르고 있어요", "They tap briefly where a long press is wanted").said(),
        Words(
            "이번에는 길게 눌러야 해요. 손가락을 댄 채로 마음속으로 둘까지 센 다음 떼어 주세요.",
            "This one needs a long press. Keep your finger there, count to two, then let go.",
        ).said(),
    )


def _repeated_target(evidence: Evidence) -> Finding | None:
    """The right thing, again and again: the phone is slow, or the press is."""
    spot = repeated_spot(evidence)
    if spot is None or not touches_target(evidence, spot[0]):
        return None
    return Finding(
        "impatient",
        0.78,
        Words("맞는 곳을 {n}번 거듭 눌렀어요", "They pressed the right place {n} times in a row").said(n=spot[1]),
        Words(
            "맞게 찾으셨어요! 같은 곳을 여러 번 누르셨는데, 한 번만 짧게 누르고 셋까지 세며 기다려 보세요.",
            "You found the right place! Press it just once, briefly, and count to three while you wait.",
        ).said(),
    )


def _near_miss(evidence: Evidence) -> Finding | None:
    if evidence.target is None:
        return None
    taps = [each for each in evidence.of_kind(Kind.TAP, Kind.LONG_TAP) if each.x is not None][-5:]
    near = [each for each in taps if 0 < gap(evidence.target, each) <= _NEAR]
    if len(near) < 2 or any(gap(evidence.target, each) == 0 for each in taps):
        return None
    where = _direction(evidence.target, near[-1])
    return Finding(
        "near_miss",
        0.83,
        Words("눌러야 할 곳 바로 옆을 {n}번 눌렀어요", "They pressed {n} times just beside it").said(n=len(near)),
        Words(
            "거의 다 오셨어요! 방금 누른 곳보다 조금 더 {where}을 눌러보세요.",
            "You are almost there! Press a little further {where}.",
        ).said(where=where),
    )


def _repeated_elsewhere(evidence: Evidence) -> Finding | None:
    spot = repeated_spot(evidence)
    if spot is None or touches_target(evidence, spot[0]):
        return None
    name = spot[0].name
    pressed = with_particle(quoted(name), "을") if name else "같은 곳을"
    place = quoted(name) if name else "the same place"
    wanted = thing(evidence)
    instead = _PLACE.said(it=_copula(wanted), place=quoted(wanted)) if wanted else _OTHER_PLACE.said()
    return Finding(
        "repeated_elsewhere",
        0.82 if name and wanted else 0.74,
        Words(
            "눌러야 할 곳이 아닌 {it} {n}번 거듭 눌렀어요",
            "They pressed {place} {n} times; it is not what to press",
        ).said(it=pressed, place=place, n=spot[1]),
        Words("{it} 여러 번 누르셨어요. {instead}", "You have pressed {place} several times. {instead}").said(
            it=pressed, place=place, instead=instead
        ),
    )


def _back_and_forth(evidence: Evidence) -> Finding | None:
    backs = evidence.of_kind(Kind.BACK)
    if len(backs) < REPEATED and returns(evidence) < _TO_AND_FRO:
        return None
    return Finding(
        "back_and_forth",
        0.72,
        Words("화면 사이를 왔다 갔다 하고 있어요", "They go back and forth between screens").said(),
        Words(
            "화면을 왔다 갔다 하셨네요. 괜찮아요, 잠깐 멈추고 처음부터 천천히 해봐요.",
            "You went back and forth. That's fine: stop for a moment and start again slowly.",
        ).said(),
    )


def _no_typing(evidence: Evidence) -> Finding | None:
    if evidence.step.action != "INPUT" or evidence.of_kind(Kind.INPUT) or not evidence.knows_taps:
        return None
    field = thing(evidence)
    touched = any(touches_target(evidence, each) for each in evidence.of_kind(Kind.TAP))
    if touched:
        return Finding(
            "keyboard_idle",
            0.76,
            Words(
                "글 쓰는 칸을 눌렀지만 글자를 쓴 기록이 없어요",
                "They pressed the text field; nothing typed was reported",
            ).said(),
            Words(
                "글 쓰는 칸을 잘 누르셨어요. 화면 아래에 자판이 나오면 한 글자씩 천천히 눌러보세요.",
                "You pressed the right field. When the keyboard comes up, press one letter after the other.",
            ).said(),
        )
    place = with_particle(field, "을") if field else "글 쓰는 칸을"
    box = field or "the text field"
    return Finding(
        "field_not_found",
        0.7 if evidence.happenings else 0.5,
        Words("글 쓰는 칸을 누른 기록이 없어요", "No tap on the text field was reported").said(),
        Words(
            "글자를 쓰려면 먼저 {it} 한 번 눌러주세요. 그러면 아래에서 자판이 올라와요.",
            "To type, first press {box} once. Then the keyboard comes up from below.",
        ).said(it=place, box=box),
    )


def _taps_for_scroll(evidence: Evidence) -> Finding | None:
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if evidence.step.action != "SCROLL" or evidence.of_kind(Kind.SCROLL) or len(taps) < 2:
        return None
    return Finding(
        "taps_for_scroll",
        0.77,
        Words("화면을 밀어야 하는데 누르고 있어요", "They press where the screen has to be swiped").said(),
        Words(
            "여기서는 누르지 말고 밀어야 해요. 손가락을 화면에 댄 채로 천천히 밀었다가 떼어 보세요.",
            "Here you swipe instead of pressing. Keep your finger on the screen, move it slowly, then let go.",
        ).said(),
    )


def _lost_in_scrolling(evidence: Evidence) -> Finding | None:
    scrolls = evidence.of_kind(Kind.SCROLL)
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if evidence.step.action not in ("CLICK", "LONG_CLICK") or len(scrolls) < _MANY_SCROLLS or len(taps) > 1:
        return None
    return Finding(
        "lost_in_scrolling",
        0.73,
        Words("화면을 {n}번 넘기기만 했어요", "They have only scrolled, {n} times").said(n=len(scrolls)),
        Words(
            "화면을 많이 넘기셨네요. 맨 위로 되돌아가서 처음부터 천천히 살펴보세요.",
            "You have scrolled a lot. Go back to the top and look slowly from the beginning.",
        ).said(),
    )


def _other_taps(evidence: Evidence) -> Finding | None:
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if not taps or evidence.step.action == "SCROLL":
        return None
    if any(touches_target(evidence, each) for each in taps):
        return Finding(
            "touched_once",
            0.55,
            Words("맞는 곳을 누른 적이 있어요", "They have pressed the right place").said(),
            Words(
                "맞는 곳을 누르신 적이 있어요. 화면이 바뀌지 않았다면 한 번 더 짧게 눌러보세요.",
                "You have pressed the right place. If the screen did not change, press it once more, briefly.",
            ).said(),
        )
    name = next((each.name for each in reversed(taps) if each.name), "")
    wanted = thing(evidence)
    if not name or not wanted:
        return None
    return Finding(
        "touched_other",
        0.64,
        Words("{wanted} 대신 {it} 눌렀어요", "They pressed {name} instead of {wanted}").said(
            wanted=quoted(wanted), it=with_particle(quoted(name), "을"), name=quoted(name)
        ),
        Words("방금 {it} 누르셨어요. {instead}", "You have just pressed {name}. {instead}").said(
            it=with_particle(quoted(name), "을"),
            name=quoted(name),
            instead=_PLACE.said(it=_copula(wanted), place=quoted(wanted)),
        ),
    )


def _no_taps(evidence: Evidence) -> Finding | None:
    """Only where taps would be known of."""
    if not evidence.knows_taps or evidence.of_kind(*TOUCHES):
        return None
    return Finding(
        "no_taps",
        0.6 if evidence.app or evidence.happenings else 0.45,
        Words("{step} 단계에서 누른 기록이 없어요", "No tap was reported on the step {step}").said(
            step=quoted(evidence.step.title)
        ),
        Words(
            "잘못 눌러도 고장 나지 않으니 편하게 해보세요.", "Nothing breaks when you press the wrong thing. Just try."
        ).said(),
    )


RULES: tuple[Rule, ...] = (
    _permission_window,
    _notification_shade,
    _already_open,
    _wrong_app,
    _near_miss,
    _repeated_target,
    _repeated_elsewhere,
    _long_for_short,
    _short_for_long,
    _taps_for_scroll,
    _no_typing,
    _lost_in_scrolling,
    _back_and_forth,
    _other_taps,
    _no_taps,
)


# --- looking at what happened


_PLACE = Words("이 단계에서 누를 곳은 {it}.", "In this step, press {place}.")
_OTHER_PLACE = Words("다른 곳을 눌러야 해요.", "It is another place that has to be pressed.")
_RIGHT, _LEFT = Words("오른쪽", "to the right"), Words("왼쪽", "to the left")
_DOWN, _UP = Words("아래쪽", "down"), Words("위쪽", "up")


def _copula(word: str) -> str:
    """``'친구'예요``, ``'확인'이에요``."""
    shown = quoted(word)
    return f"{shown}{'이에요' if with_particle(word, '이').endswith('이') else '예요'}"


def _direction(target: Box, tap: Happening) -> str:
    """Where the target lies from the tap; the wider of the two distances decides."""
    x, y = tap.x or 0.0, tap.y or 0.0
    dx, dy = (target.left + target.right) / 2 - x, (target.top + target.bottom) / 2 - y
    if abs(dx) > abs(dy):
        return (_RIGHT if dx > 0 else _LEFT).said()
    return (_DOWN if dy > 0 else _UP).said()
