"""200 phones, 1,000 random cuts: everybody's minutes are those of the script, within five seconds (contract 11.6)."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.attendance import services as attendance
from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.classroom import services
from mobilegpt.classroom.selectors import Visit
from mobilegpt.core.clock import now
from tests import cast, classes
from tests.attendance.clock import Hall, at

pytestmark = pytest.mark.django_db
PHONES, CUTS, LENGTH = 200, 1_000, 3_600
GRACE, SILENT = 10, 45


@dataclass
class Script:
    """What really happens to one phone: seconds at which it is there, ends excluded."""

    came: int
    went: int
    cuts: list[tuple[int, int, bool]] = field(default_factory=list)

    def truth(self) -> int:
        """Without the cuts that are longer than a minute, and those that nobody came back from before the end."""
        away = sum(end - began for began, end, _ in self.cuts if end - began > 60)
        return self.went - self.came - away


def scripts(dice: random.Random) -> list[Script]:
    made = [Script(dice.randrange(0, 300), dice.choice([LENGTH, dice.randrange(2_400, LENGTH)])) for _ in range(PHONES)]
    places = [(phone, slot) for phone in range(PHONES) for slot in range(8)]
    for phone, slot in dice.sample(places, CUTS):
        began = 320 + slot * 250 + dice.randrange(0, 30)
        length = dice.choice([dice.randrange(1, 10), dice.randrange(10, 61), dice.randrange(61, 200)])
        made[phone].cuts.append((began, began + length, dice.random() < 0.3))
    return made


def told(script: Script) -> list[tuple[int, str, int]]:
    """What presence hears of it: when it is told, what, and since when. Cuts within the grace are told nobody."""
    happened = []
    for began, end, silently in script.cuts:
        noticed = began + GRACE + (SILENT if silently else 0)
        if end >= noticed:
            happened += [(noticed, "cut", began), (end, "back", end)]
    if script.went < LENGTH:
        happened.append((script.went + GRACE, "cut", script.went))
    return happened


def test_everybodys_minutes_are_those_of_the_script(hall: Hall) -> None:
    dice = random.Random(16)
    users = cast.students(PHONES)
    plan = dict(zip(users, scripts(dice), strict=True))
    assert sum(len(script.cuts) for script in plan.values()) == CUTS
    timeline: dict[int, dict[str, dict[User, int]]] = defaultdict(lambda: defaultdict(dict))
    for user, script in plan.items():
        timeline[script.came]["join"][user] = script.came
        for second, what, since in told(script):
            timeline[second][what][user] = since
    for second in sorted(second for second in timeline if second <= LENGTH):
        happened = timeline[second]
        hall.turn_to(second)
        if arriving := happened["join"]:
            services.take_seats([services.Arrival(cast.actor(user), Visit(hall.session)) for user in arriving])
        if happened["cut"]:
            hall.cut(second, happened["cut"])
        if happened["back"]:
            hall.back(second, *happened["back"])
    hall.turn_to(LENGTH)
    services.touch([user.pk for user in users], now())
    classes.end(hall.session)
    for second in sorted(second for second in timeline if second > LENGTH):
        hall.cut(second, timeline[second]["cut"])
    attendance.take(hall.session.pk)
    taken = dict(AttendanceRecord.objects.values_list("user_id", "present_seconds"))
    wrong = {
        user.pk: (taken[user.pk], script.truth())
        for user, script in plan.items()
        if abs((taken[user.pk] or 0) - script.truth()) > 5
    }
    assert len(taken) == PHONES
    assert wrong == {}
    outs = dict(AttendanceRecord.objects.values_list("user_id", "last_out"))
    for user, script in plan.items():
        last_out = outs[user.pk]
        assert last_out is not None
        assert abs((last_out - at(script.went)).total_seconds()) <= 5
