"""Screens and consents of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import move_rows
from mobilegpt.screenshots.models import ScreenConsent, Screenshot


def move_person(event: AccountsMerged) -> None:
    """Who has taken it back on one of two phones has taken it back; of two screens the newer one stays."""
    for theirs, kept in move_rows(ScreenConsent, event.from_id, event.into_id, "session_id"):
        if not theirs.agreed and kept.agreed:
            kept.agreed, kept.at = False, theirs.at
            kept.save(update_fields=["agreed", "at"])
        theirs.delete()
    for shown, kept_screen in move_rows(Screenshot, event.from_id, event.into_id, "session_id"):
        older = min(shown, kept_screen, key=lambda one: one.created_at)
        newer = kept_screen if older is shown else shown
        older.delete()
        if newer is shown:
            Screenshot.objects.filter(pk=newer.pk).update(user_id=event.into_id)
    withdrawn = ScreenConsent.objects.filter(user_id=event.into_id, agreed=False).values("session_id")
    Screenshot.objects.filter(user_id=event.into_id, session_id__in=withdrawn).delete()
