"""What done looks like for the steps of the ready lessons, on Korean phones of several makes.

By a lesson's key and a step's title. A step that only looks at something, or that no phone reports (a key of the
keyboard, an ordering machine), expects nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobilegpt.guidance.expectation import Expectation
from mobilegpt.tools.lessons.expected.calling import CALLS, FRAUD
from mobilegpt.tools.lessons.expected.messaging import MESSAGES, SENDING
from mobilegpt.tools.lessons.expected.settings import LARGER, WIFI
from mobilegpt.tools.lessons.expected.watching import MAPS, PHOTOS, VIDEOS

EXPECTED: Mapping[str, Mapping[str, Expectation]] = {
    "01-larger-letters": LARGER,
    "02-wifi": WIFI,
    "03-calls-and-messages": CALLS,
    "04-photos": PHOTOS,
    "05-messenger-text": MESSAGES,
    "06-messenger-photo": SENDING,
    "07-videos": VIDEOS,
    "08-maps": MAPS,
    "09-kiosk": {},
    "10-suspicious": FRAUD,
}


def expectation_of(lesson: str, title: str) -> Expectation | None:
    return EXPECTED[lesson].get(title)
