"""What the tables that know no accounts keep of a person, and lose when the account is erased (reliability X22)."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from mobilegpt.accounts.events import AccountErased
from mobilegpt.accounts.models import User
from mobilegpt.core.gone import GONE_NAME
from mobilegpt.database import idempotency
from mobilegpt.events import streams


def forget_person(event: AccountErased) -> None:
    """Stored events, stored answers, and the staff pages' own log, which writes down whom staff looked after."""
    user = User.objects.get(pk=event.user_id)
    streams.forget_person(user.pk)
    names = dict.fromkeys([user.email, user.name, user.nickname, user.phone or ""])
    idempotency.forget_person(f"user:{user.pk}", [name for name in names if name])
    of_account = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    LogEntry.objects.filter(of_account | Q(object_repr__contains=user.email)).update(object_repr=GONE_NAME)
