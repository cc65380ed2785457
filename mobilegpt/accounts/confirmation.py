"""Confirming an e-mail address by a link, where ``EMAIL_CONFIRMATION`` is on.

The link is signed, expires, and is good once. Mail is sent by a job, so that no request waits for a mail server. An
account that nobody confirmed cannot log in, and is deleted with its link, so that nobody keeps somebody else's address.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail

from mobilegpt.accounts.models import User, same_email
from mobilegpt.audit import trail
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Invalid
from mobilegpt.core.network import counted_address
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs import enqueue, job

JOB = "accounts.confirmation"
VALID_FOR = timedelta(hours=48)
_HOUR = 3600
_LINKS_PER_ACCOUNT = 3
_LINKS_PER_ADDRESS = 60
_SALT = "mobilegpt.accounts.confirmation"
_SUBJECT = "모바일 배움 교실: 이메일을 확인해 주세요 / Please confirm your e-mail"
_TEXT = """안녕하세요.

모바일 배움 교실에 가입하려면 아래 주소를 눌러 이메일을 확인해 주세요. 이틀 동안 한 번 쓸 수 있어요.

{link}

가입한 적이 없다면 이 메일을 지우시면 돼요.

--
To sign up, please confirm your e-mail by the address above. It works once, for two days.
If you did not sign up, delete this message.
"""


def send_link(user: User, base: str) -> None:
    """Ask for a mail to an account that waits for it. Call it in a unit of work."""
    enqueue(JOB, {"user_id": user.pk, "base": base})


@job(JOB)
def send(payload: dict[str, Any]) -> None:
    """Send the link, unless it is of no use any more. In development it is printed."""
    user = User.objects.filter(pk=payload["user_id"], awaits_confirmation=True).first()
    if user is not None:
        link = f"{payload['base']}/confirm?key={key_for(user)}"
        send_mail(_SUBJECT, _TEXT.format(link=link), None, [user.email])


def key_for(user: User) -> str:
    """What the link of this account carries."""
    return signing.dumps({"user": user.pk, "email": user.email}, salt=_SALT)


def confirm(key: str) -> None:
    """The e-mail is its owner's. Raises ``Invalid`` BAD_LINK for a link that is made up, too old, or used."""
    try:
        facts = signing.loads(key, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        raise _bad_link() from None
    with unit_of_work():
        waiting = User.objects.filter(pk=facts["user"], email=facts["email"], awaits_confirmation=True)
        if not waiting.update(awaits_confirmation=False):
            raise _bad_link()
        trail.record("account.confirmed", actor_id=facts["user"], subject=f"user:{facts['user']}")


def send_again(email: str, address: str, base: str) -> None:
    """Another link for an account that waits; nobody learns whether there is one. Raises ``RateLimited``."""
    email = same_email(email)
    account = hashlib.sha256(email.encode()).hexdigest()[:32]
    throttle.take(
        Limit(f"confirm:account:{account}", _LINKS_PER_ACCOUNT, _HOUR),
        Limit(f"confirm:address:{counted_address(address)}", _LINKS_PER_ADDRESS, _HOUR),
    )
    with unit_of_work():
        user = User.objects.filter(email=email, awaits_confirmation=True).first()
        if user is not None:
            send_link(user, base)


def delete_unconfirmed() -> int:
    """Delete accounts whose link has expired; returns how many."""
    over = User.objects.filter(awaits_confirmation=True, created_at__lt=now() - VALID_FOR)
    accounts = list(over) if settings.EMAIL_CONFIRMATION else []
    for user in accounts:
        user.delete()
    return len(accounts)


def _bad_link() -> Invalid:
    return Invalid(ErrorCode.BAD_LINK, "This link is not valid any more")
