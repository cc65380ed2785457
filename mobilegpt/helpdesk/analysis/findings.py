"""The rules of the local analyser: each looks at the evidence for one thing that goes wrong, and says what to do.

A rule returns ``None`` or a ``Finding``. ``RULES`` is the table, most telling first; all of them are asked, and the
strongest finding leads the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from mobilegpt.helpdesk.analysis.evidence import TOUCHES, Box, Evidence, Happening, Kind
from mobilegpt.helpdesk.analysis.known_apps import (
    app_name,
    asks_permission,
    expected_app,
    is_home,
    is_notification_shade,
    is_system,
    opens_app,
)
from mobilegpt.helpdesk.analysis.korean import quoted, with_particle

_SAME_SPOT = 48.0
_NEAR = 160.0
_REPEATED = 3
_MANY_SCROLLS = 4
_TO_AND_FRO = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` is stable; ``strength`` 0 to 1. ``diagnosis`` speaks to the teacher, ``advice`` to the learner.

    ``done``: the step is done already, so its guide is not said again.
    """

    name: str
    strength: float
    diagnosis: str
    advice: str
    done: bool = False


Rule = Callable[[Evidence], Finding | None]


def find(evidence: Evidence) -> list[Finding]:
    """What the rules found, strongest first."""
    found = [finding for rule in RULES if (finding := rule(evidence)) is not None]
    return sorted(found, key=lambda finding: -finding.strength)


def thing(evidence: Evidence) -> str:
    """What to touch, as the hint or the title says it; a package is an app's icon."""
    hint = evidence.step.hint
    if opens_app(evidence.step):
        name = app_name(hint)
        return f"{name} 그림" if name else "이 앱의 그림"
    return hint if hint and not hint.isascii() else ""


def touches_target(evidence: Evidence, happening: Happening) -> bool:
    """Whether this is what the step asks for: by place where the phone knows it, else by name."""
    if evidence.target is not None and happening.x is not None and happening.y is not None:
        return evidence.target.holds(happening.x, happening.y)
    wanted = {evidence.step.hint, thing(evidence)} - {""}
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
        "휴대폰이 권한을 묻는 창이 화면을 가리고 있습니다",
        "지금은 휴대폰이 허락을 묻는 작은 창이 떠 있어요. 창에 쓰인 글을 천천히 읽어 보시고, "
        "잘 모르겠으면 손을 들어 선생님께 화면을 보여주세요.",
    )


def _notification_shade(evidence: Evidence) -> Finding | None:
    if not is_notification_shade(evidence.app):
        return None
    return Finding(
        "notification_shade",
        0.86,
        "알림 창이 내려와 수업 화면을 가리고 있습니다",
        "위에서 알림 창이 내려와 있어요. 화면 아래에서 위로 쓸어 올리면 닫혀요.",
    )


def _already_open(evidence: Evidence) -> Finding | None:
    step = evidence.step
    if not opens_app(step) or evidence.app != step.hint:
        return None
    name = app_name(step.hint) or "앱"
    return Finding(
        "already_done",
        0.84,
        f"{with_particle(name, '이')} 이미 열려 있는데 끝난 줄 모르고 있습니다",
        f"{with_particle(name, '이')} 벌써 열려 있어요. 잘하셨어요! 이 단계는 다 하셨으니 '다 했어요'를 누르시면 돼요.",
        done=True,
    )


def _wrong_app(evidence: Evidence) -> Finding | None:
    wanted = expected_app(evidence.step)
    here = evidence.app
    if not wanted or not here or here == wanted:
        return None
    name, current = app_name(wanted) or "수업에서 쓰는 앱", app_name(here)
    if is_home(here):
        if opens_app(evidence.step):
            return None
        return Finding(
            "left_the_app",
            0.85,
            f"{with_particle(name, '을')} 벗어나 홈 화면에 있습니다",
            f"지금은 휴대폰의 첫 화면이에요. {name} 그림을 한 번 눌러 다시 들어가 주세요.",
        )
    if is_system(here):
        return None
    where = f"지금은 {current} 화면이에요." if current else "지금은 다른 앱이 열려 있어요."
    back = "휴대폰 맨 아래 가운데의 홈 단추를 눌러 첫 화면으로 나온 다음"
    then = f"{back}, {name} 그림을 찾아보세요." if opens_app(evidence.step) else f"{back}, {name} 그림을 눌러주세요."
    there = f"{with_particle(current, '으로')}" if current else "다른 앱으로"
    return Finding("wrong_app", 0.87, f"{name}에서 할 단계인데 {there} 들어가 있습니다", f"{where} {then}")


# --- what they do


def _long_for_short(evidence: Evidence) -> Finding | None:
    held = evidence.of_kind(Kind.LONG_TAP)
    if evidence.step.action != "CLICK" or len(held) < 2 or len(held) < len(evidence.of_kind(Kind.TAP)):
        return None
    return Finding(
        "held_too_long",
        0.8,
        "짧게 눌러야 하는데 길게 누르고 있습니다",
        "손가락을 조금 오래 대고 계신 것 같아요. 톡 하고 한 번만 짧게 눌렀다 떼어 보세요.",
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
        "길게 눌러야 하는데 짧게 누르고 있습니다",
        "이번에는 길게 눌러야 해요. 손가락을 댄 채로 마음속으로 둘까지 센 다음 떼어 주세요.",
    )


def _repeated_target(evidence: Evidence) -> Finding | None:
    """The right thing, again and again: the phone is slow, or the press is."""
    spot = _repeated_spot(evidence)
    if spot is None or not touches_target(evidence, spot[0]):
        return None
    return Finding(
        "impatient",
        0.78,
        f"맞는 곳을 {spot[1]}번 거듭 눌렀지만 화면이 바뀌기를 기다리지 않고 있습니다",
        "맞게 찾으셨어요! 같은 곳을 여러 번 누르셨는데, 한 번만 짧게 누르고 셋까지 세며 기다려 보세요.",
    )


def _near_miss(evidence: Evidence) -> Finding | None:
    if evidence.target is None:
        return None
    taps = [each for each in evidence.of_kind(Kind.TAP, Kind.LONG_TAP) if each.x is not None][-5:]
    near = [each for each in taps if 0 < _gap(evidence.target, each) <= _NEAR]
    if len(near) < 2 or any(_gap(evidence.target, each) == 0 for each in taps):
        return None
    where = _direction(evidence.target, near[-1])
    return Finding(
        "near_miss",
        0.83,
        f"눌러야 할 곳 바로 옆을 {len(near)}번 눌렀습니다",
        f"거의 다 오셨어요! 방금 누른 곳보다 조금 더 {where}을 눌러보세요.",
    )


def _repeated_elsewhere(evidence: Evidence) -> Finding | None:
    spot = _repeated_spot(evidence)
    if spot is None or touches_target(evidence, spot[0]):
        return None
    name = spot[0].name
    pressed = with_particle(quoted(name), "을") if name else "같은 곳을"
    wanted = thing(evidence)
    instead = f" 이 단계에서 누를 곳은 {_copula(wanted)}." if wanted else " 다른 곳을 눌러야 해요."
    return Finding(
        "repeated_elsewhere",
        0.82 if name and wanted else 0.74,
        f"눌러야 할 곳이 아닌 {pressed} {spot[1]}번 거듭 눌렀습니다",
        f"{pressed} 여러 번 누르셨어요.{instead}",
    )


def _back_and_forth(evidence: Evidence) -> Finding | None:
    backs = evidence.of_kind(Kind.BACK)
    if len(backs) < _REPEATED and _returns(evidence) < _TO_AND_FRO:
        return None
    return Finding(
        "back_and_forth",
        0.72,
        "화면 사이를 왔다 갔다 하며 길을 찾지 못하고 있습니다",
        "화면을 왔다 갔다 하셨네요. 괜찮아요, 잠깐 멈추고 처음부터 천천히 해봐요.",
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
            "글 쓰는 칸을 눌렀지만 아직 글자를 쓰지 않았습니다",
            "글 쓰는 칸을 잘 누르셨어요. 화면 아래에 자판이 나오면 한 글자씩 천천히 눌러보세요.",
        )
    place = with_particle(field, "을") if field else "글 쓰는 칸을"
    return Finding(
        "field_not_found",
        0.7 if evidence.happenings else 0.5,
        "글자를 써야 하는데 글 쓰는 칸을 아직 누르지 않았습니다",
        f"글자를 쓰려면 먼저 {place} 한 번 눌러주세요. 그러면 아래에서 자판이 올라와요.",
    )


def _taps_for_scroll(evidence: Evidence) -> Finding | None:
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if evidence.step.action != "SCROLL" or evidence.of_kind(Kind.SCROLL) or len(taps) < 2:
        return None
    return Finding(
        "taps_for_scroll",
        0.77,
        "화면을 밀어야 하는데 누르기만 하고 있습니다",
        "여기서는 누르지 말고 밀어야 해요. 손가락을 화면에 댄 채로 천천히 밀었다가 떼어 보세요.",
    )


def _lost_in_scrolling(evidence: Evidence) -> Finding | None:
    scrolls = evidence.of_kind(Kind.SCROLL)
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if evidence.step.action not in ("CLICK", "LONG_CLICK") or len(scrolls) < _MANY_SCROLLS or len(taps) > 1:
        return None
    return Finding(
        "lost_in_scrolling",
        0.73,
        f"화면을 {len(scrolls)}번 넘기면서 누를 곳을 찾지 못하고 있습니다",
        "화면을 많이 넘기셨네요. 맨 위로 되돌아가서 처음부터 천천히 살펴보세요.",
    )


def _other_taps(evidence: Evidence) -> Finding | None:
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)
    if not taps or evidence.step.action == "SCROLL":
        return None
    if any(touches_target(evidence, each) for each in taps):
        return Finding(
            "touched_once",
            0.55,
            "맞는 곳을 누른 적이 있지만 그다음에 무엇을 할지 모르고 있습니다",
            "맞는 곳을 누르신 적이 있어요. 화면이 바뀌지 않았다면 한 번 더 짧게 눌러보세요.",
        )
    name = next((each.name for each in reversed(taps) if each.name), "")
    wanted = thing(evidence)
    if not name or not wanted:
        return None
    return Finding(
        "touched_other",
        0.64,
        f"{with_particle(quoted(wanted), '을')} 찾지 못하고 {with_particle(quoted(name), '을')} 눌렀습니다",
        f"방금 {with_particle(quoted(name), '을')} 누르셨는데, 이 단계에서 누를 곳은 {_copula(wanted)}.",
    )


def _no_taps(evidence: Evidence) -> Finding | None:
    """Only where taps would be known of."""
    if not evidence.knows_taps or evidence.of_kind(*TOUCHES):
        return None
    wanted = thing(evidence)
    looked_for = f"{with_particle(quoted(wanted), '을')} 찾지 못한" if wanted else "어디를 누를지 모르는"
    return Finding(
        "no_taps",
        0.6 if evidence.app or evidence.happenings else 0.45,
        f"'{evidence.step.title}' 단계에서 누른 곳이 없습니다. {looked_for} 것 같습니다",
        "잘못 눌러도 고장 나지 않으니 편하게 해보세요.",
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


def _copula(word: str) -> str:
    """``'친구'예요``, ``'확인'이에요``."""
    shown = quoted(word)
    return f"{shown}{'이에요' if with_particle(word, '이').endswith('이') else '예요'}"


def _repeated_spot(evidence: Evidence) -> tuple[Happening, int] | None:
    """What was pressed most among the last ten presses, if at least three times."""
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)[-10:]
    spots = [_spot(each) for each in taps]
    counted = Counter(spot for spot in spots if spot is not None)
    if not counted:
        return None
    spot, count = counted.most_common(1)[0]
    return (taps[spots.index(spot)], count) if count >= _REPEATED else None


def _spot(tap: Happening) -> tuple[str, str] | None:
    if tap.text:
        return ("text", tap.text)
    if tap.x is not None and tap.y is not None:
        return ("place", f"{round(tap.x / _SAME_SPOT)}:{round(tap.y / _SAME_SPOT)}")
    return ("element", tap.element) if tap.element else None


def _returns(evidence: Evidence) -> int:
    """How often the screen changed between only two of them."""
    places = [(each.app, each.screen) for each in evidence.happenings if each.app or each.screen]
    changes = [(one, other) for one, other in pairwise(places) if one != other]
    return len(changes) if len({place for change in changes for place in change}) == 2 else 0


def _gap(target: Box, tap: Happening) -> float:
    """Pixels from the target's edge; 0 inside."""
    x, y = tap.x or 0.0, tap.y or 0.0
    dx = max(target.left - x, 0.0, x - target.right)
    dy = max(target.top - y, 0.0, y - target.bottom)
    return max(dx, dy)


def _direction(target: Box, tap: Happening) -> str:
    """Where the target lies from the tap; the wider of the two distances decides."""
    x, y = tap.x or 0.0, tap.y or 0.0
    dx, dy = (target.left + target.right) / 2 - x, (target.top + target.bottom) / 2 - y
    if abs(dx) > abs(dy):
        return "오른쪽" if dx > 0 else "왼쪽"
    return "아래쪽" if dy > 0 else "위쪽"
