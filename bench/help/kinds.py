"""What people do at a step, kind by kind, and by what rule each is labelled.

Written before any program's answers were looked at. A kind returns ``None`` where it cannot happen at a step.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.help.acts import Act
from bench.help.phones import HOME, Thing
from bench.help.sayings import Say
from bench.help.story import Told, Verdict, says

Kind = Callable[[Told], "Verdict | None"]
_OVER = says(Say.SAY_DONE, Say.DONE)
_PRESSED = says(Say.PRESSED)


def finished(told: Told) -> Verdict:
    """What a step that is done calls for, whatever went before: to be told so, and nothing that undoes it."""
    twice = says(Say.STEP, Say.AGAIN) if told.step.repeats or told.step.risky else says()
    return Verdict(
        topics=("is_it_right", "what_next", ""),
        helps=_OVER,
        harms=says(Say.HOME, Say.BACK, twice),
        true=says(Say.DONE, Say.PRESSED, Say.PRESSED_RIGHT),
    )


def right(told: Told) -> Verdict:
    told.arrive()
    told.do_right()
    return finished(told)


def right_badly_told(told: Told) -> Verdict | None:
    """The right tap, of which the client says neither words nor id."""
    if told.step.act not in ("TAP", "LONG_TAP"):
        return None
    told.arrive()
    told.do_right(bare=True)
    verdict = finished(told)
    return verdict if told.decidable else _unknown(verdict)


def _unknown(verdict: Verdict) -> Verdict:
    """Nobody can see that it is done: the teacher can."""
    return Verdict(
        topics=("is_it_right", ""),
        helps=says(_OVER, Say.TEACHER),
        harms=verdict.harms,
        true=verdict.true,
        answerable=False,
    )


def right_after_detour(told: Told) -> Verdict:
    """A wrong app or a wrong tap, back again, and then the right thing."""
    told.arrive()
    if told.step.others and told.rng.random() < 0.5:
        told.tap(told.rng.choice(told.step.others), "astray")
        told.stray("wrong_target")
    else:
        told.go_elsewhere()
        told.shown(HOME, "way")
        if not told.step.opens:
            told.arrive()
    told.back = True
    told.do_right()
    return finished(told)


def done_already(told: Told) -> Verdict | None:
    """The phone shows what the step leads to, and nobody tapped for it on this step."""
    if told.step.after is None or told.step.after.app == told.step.here.app or told.step.act != "TAP":
        return None
    told.shown(told.step.after)
    told.done, told.decidable = True, False
    return Verdict(
        topics=("is_it_right", "what_next", "cannot_find", ""),
        helps=_OVER,
        harms=says(Say.HOME, Say.BACK),
        true=says(Say.DONE, Say.NOTHING_PRESSED),
    )


def slow(told: Told) -> Verdict | None:
    """The right thing, once or again and again, and the phone does not follow."""
    if told.step.after is None or told.step.act == "INPUT":
        return None
    told.arrive()
    target, times = told.step.target_on(told.make), told.rng.choice((1, 2, 4, 5, 7))
    for _ in range(times):
        if told.step.act == "SCROLL":
            told.add(Act("scroll", 0, told.here, target, "right", text="down"))
        else:
            told.tap(target, "right", "long" if told.step.act == "LONG_TAP" else "tap", quick=times > 1)
    once = says(Say.AGAIN) if times == 1 and not (told.step.risky or told.step.repeats) else says()
    twice = says(Say.AGAIN) if told.step.risky or told.step.repeats else says()
    return Verdict(
        topics=("no_reaction", "no_reaction", ""),
        helps=says(Say.WAIT, once),
        harms=says(Say.HOME, twice),
        true=says(Say.PRESSED, Say.PRESSED_RIGHT, Say.PRESSED_OFTEN if times > 2 else ()),
    )


def wrong_app(told: Told) -> Verdict:
    told.arrive()
    told.go_elsewhere()
    if told.rng.random() < 0.4:
        told.tap(Thing("확인", "button1"), "astray")
    return Verdict(
        topics=("other_screen", "cannot_find", "generic", "", ""),
        # Where the step itself opens the app, its icon is no way: it does not stand on this screen.
        helps=says(Say.HOME, Say.BACK, () if told.step.opens else Say.OPEN_APP),
        harms=says(Say.SAY_DONE),
        true=says(
            Say.OTHER_APP, Say.OTHER_SCREEN, Say.PLACE, Say.PRESSED, Say.PRESSED_WRONG if told.step.opens else ()
        ),
    )


def left_for_home(told: Told) -> Verdict | None:
    if told.step.opens or told.step.here.app in ("incall", "installer", "shade"):
        return None
    told.arrive()
    told.shown(HOME, "astray")
    told.stray("wrong_app")
    return Verdict(
        topics=("other_screen", "cannot_find", ""),
        helps=says(Say.OPEN_APP),
        harms=says(Say.SAY_DONE),
        true=says(Say.AT_HOME, Say.OTHER_SCREEN, Say.PLACE),
    )


def wrong_screen(told: Told) -> Verdict | None:
    """The right app, another screen of it."""
    if not told.step.astray or not told.step.others:
        return None
    told.arrive()
    told.tap(told.rng.choice(told.step.others), "astray")
    told.stray("wrong_target")
    told.shown(told.rng.choice(told.step.astray), "astray")
    return Verdict(
        topics=("other_screen", "other_screen", "cannot_find", ""),
        helps=says(Say.BACK),
        harms=says(Say.SAY_DONE),
        true=says(Say.OTHER_SCREEN, Say.PRESSED, Say.PRESSED_WRONG, Say.PLACE),
    )


def wrong_tap(told: Told) -> Verdict | None:
    """Another thing on the right screen, once; nothing came of it."""
    if not told.step.others or told.step.opens:
        return None
    told.arrive()
    told.tap(told.rng.choice(told.step.others), "astray")
    told.stray("wrong_target")
    return Verdict(
        topics=("cannot_find", "no_reaction", "generic", ""),
        helps=says(Say.STEP),
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(_PRESSED, Say.PRESSED_WRONG),
    )


def repeated_wrong(told: Told) -> Verdict | None:
    if not told.step.others or told.step.opens:
        return None
    told.arrive()
    thing = told.rng.choice(told.step.others)
    for _ in range(told.rng.randint(3, 7)):
        told.tap(thing, "astray", quick=True)
        told.stray("wrong_target")
    return Verdict(
        topics=("no_reaction", "cannot_find", "", ""),
        helps=says(Say.STEP),
        harms=says(Say.HOME, Say.SAY_DONE, Say.AGAIN),
        true=says(_PRESSED, Say.PRESSED_WRONG, Say.PRESSED_OFTEN),
    )


def wrong_gesture(told: Told) -> Verdict | None:
    """The right place, held where it is tapped, tapped where it is held or swiped."""
    if told.step.act not in ("TAP", "LONG_TAP", "SCROLL"):
        return None
    told.arrive()
    target = told.step.target_on(told.make)
    held = told.step.act == "TAP"
    for _ in range(told.rng.randint(2, 4)):
        told.tap(target, "astray", "long" if held else "tap")
        told.stray("wrong_action")
    helps = {"TAP": says(Say.SHORT), "LONG_TAP": says(Say.LONG), "SCROLL": says(Say.SWIPE)}[told.step.act]
    return Verdict(
        topics=("no_reaction", "no_reaction", ""),
        helps=helps,
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(
            _PRESSED,
            Say.PRESSED_OFTEN,
            Say.HELD if held else (),
            Say.PRESSED_RIGHT if told.step.act != "SCROLL" else (),
        ),
    )


def nothing_yet(told: Told) -> Verdict:
    """On the right screen; the phone reports taps, and there was none on this step."""
    told.arrive()
    told.wait(10, 40)
    return Verdict(
        topics=("cannot_find", "cannot_find", "generic", ""),
        helps=says(Say.STEP),
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(Say.NOTHING_PRESSED, Say.NOT_TYPED),
    )


def recovered(told: Told) -> Verdict:
    """Was in a wrong app, is on the right screen now."""
    told.arrive()
    told.go_elsewhere()
    told.shown(HOME, "way")
    if not told.step.opens:
        told.arrive()
    told.back = True
    return Verdict(
        topics=("cannot_find", "generic", "what_next", ""),
        helps=says(Say.STEP),
        harms=says(Say.HOME, Say.SAY_DONE, Say.BACK) if not told.step.opens else says(Say.SAY_DONE),
        true=says(_PRESSED, Say.PRESSED_WRONG if told.step.opens else (), Say.AT_HOME if told.step.opens else ()),
    )


def to_and_fro(told: Told) -> Verdict | None:
    if not told.step.astray:
        return None
    told.arrive()
    for _ in range(told.rng.randint(3, 4)):
        told.shown(told.step.astray[0], "astray")
        told.stray("wrong_screen")
        told.add(Act("back", 0, told.here, part="cover"))
        told.arrive()
    told.back = True
    return Verdict(
        topics=("cannot_find", "generic", "", ""),
        helps=says(Say.STEP),
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(Say.TO_AND_FRO, Say.OTHER_SCREEN),
    )


def scrolled(told: Told) -> Verdict | None:
    """Up and down past what the step means."""
    if told.step.act not in ("TAP", "LONG_TAP") or told.step.opens:
        return None
    told.arrive()
    for _ in range(told.rng.randint(4, 8)):
        told.add(
            Act("scroll", 0, told.here, Thing("", "list", "androidx.recyclerview.widget.RecyclerView"), "way", "up")
        )
    return Verdict(
        topics=("cannot_find", "cannot_find", ""),
        helps=says(Say.STEP, Say.LOOK),
        harms=says(Say.HOME, Say.SAY_DONE),
        true=says(Say.SCROLLED, Say.NOTHING_PRESSED, Say.NOT_TYPED),
    )


ON_THE_WAY: dict[str, Kind] = {
    "right": right,
    "right, badly told": right_badly_told,
    "right after a detour": right_after_detour,
    "done already": done_already,
    "slow phone": slow,
    "wrong app": wrong_app,
    "left for the home screen": left_for_home,
    "wrong screen": wrong_screen,
    "wrong tap": wrong_tap,
    "repeated wrong taps": repeated_wrong,
    "wrong gesture": wrong_gesture,
    "nothing yet": nothing_yet,
    "recovered": recovered,
    "to and fro": to_and_fro,
    "scrolled past it": scrolled,
}
