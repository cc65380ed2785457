"""What becomes of somebody's words and files when their account is erased (reliability X22).

Messages keep their numbers, so that nothing changes of what others have read and not read; what was said is gone.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from mobilegpt.accounts.events import AccountErased
from mobilegpt.accounts.models import User
from mobilegpt.chat import queries
from mobilegpt.chat.events import MemberLeft, UserExited
from mobilegpt.chat.models import ChatFile, Member, Message, MessageType, Outsider, Room, Standing
from mobilegpt.chat.services.files import delete_files
from mobilegpt.core.gone import GONE_NAME, GONE_TEXT
from mobilegpt.events.outbox import emit


def erase_person(event: AccountErased) -> None:
    """Texts, files, memberships, and the name in names of rooms. Their rooms hear that they have left.

    An invitation that they did not answer stays, as one of somebody who does not exist: nobody learns that they did.
    """
    user = User.objects.get(pk=event.user_id)
    memberships = Member.objects.filter(user=user)
    places = set(memberships.values_list("room_id", flat=True))
    queries.lock_rooms(places)
    _erase_messages(user)
    for room_id in memberships.filter(is_online=True).values_list("room_id", flat=True):
        emit(UserExited(room_id=room_id, user_id=user.pk, username=GONE_NAME))
    for room_id in sorted(places):
        emit(MemberLeft(room_id=room_id, user_id=user.pk))
    Outsider.objects.filter(user_id=user.pk, standing=Standing.REMOVED).delete()
    for room in Room.objects.filter(owner=user):
        room.name = _without(user, room.name)
        room.save(update_fields=["name"])


def _erase_messages(user: User) -> None:
    """Who sent their file on keeps the message, without it."""
    files = ChatFile.objects.filter(uploader=user)
    Message.objects.filter(file__in=files, text="").update(text=GONE_TEXT)
    Message.objects.filter(Q(sender=user) | Q(file__in=files)).update(file=None, file_url=None, kind=MessageType.TEXT)
    Message.objects.filter(sender=user).update(text=GONE_TEXT)
    keys = list(files.values_list("pk", flat=True))
    files.update(name=GONE_NAME)  # the rows go when their bytes have gone
    transaction.on_commit(lambda: delete_files(keys), robust=True)


def _without(user: User, text: str) -> str:
    for name in sorted({user.email, user.name, user.nickname} - {""}, key=len, reverse=True):
        text = text.replace(name, GONE_NAME)
    return text[:200]
