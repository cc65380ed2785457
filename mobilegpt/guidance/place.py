"""Where a phone is."""

from __future__ import annotations

import msgspec

from mobilegpt.guidance.events import Kind, PhoneEvent
from mobilegpt.guidance.transparent import Window


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As far as the phone told: a package, the screen as programs name it, its title."""

    app: str = ""
    screen: str = ""
    title: str = ""

    def __bool__(self) -> bool:
        return bool(self.app or self.screen or self.title)

    def after(self, event: PhoneEvent, window: Window) -> Place:
        """A dialog stands on its screen; an event that names no screen happened on the last one of its app."""
        if event.kind is Kind.HOME:
            return Place(app="launcher")
        if window == "dialog" and event.app in ("", self.app):
            return self
        app = event.app or self.app
        if event.kind is Kind.SCREEN or app != self.app:
            return Place(app=app, screen=event.screen, title=event.title)
        if event.screen and self.screen and event.screen != self.screen:
            return Place(app=app, screen=event.screen, title=event.title)
        return Place(app=app, screen=event.screen or self.screen, title=event.title or self.title)
