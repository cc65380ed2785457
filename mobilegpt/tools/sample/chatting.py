"""The sample's chat room: what a class talks about between its lessons. No events: nobody is listening yet."""

from __future__ import annotations

from datetime import timedelta

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, MemberRole, Message, Room
from mobilegpt.core.clock import now

ROOM_NAME = "스마트폰 배움반 이야기방"

# Who said it (0 is the instructor), how long ago, what. Those who spoke last have not been read by everybody.
_SAID: tuple[tuple[int, timedelta, str], ...] = (
    (0, timedelta(days=5, hours=4), "안녕하세요! 수업에서 궁금했던 것은 여기에 편하게 물어보세요."),
    (1, timedelta(days=5, hours=3), "선생님 오늘 수업 고맙습니다. 손주한테 사진 보냈어요!"),
    (3, timedelta(days=5, hours=2), "저는 글자가 작아서 잘 안 보여요. 크게 하는 방법이 있나요?"),
    (
        0,
        timedelta(days=5, hours=1),
        "설정에서 '글자 크기'를 누르고 오른쪽으로 밀어 보세요. 다음 시간에 같이 해 볼게요.",
    ),
    (3, timedelta(days=5), "해 봤더니 잘 보입니다. 감사합니다."),
    (2, timedelta(days=2, hours=6), "유튜브에서 트로트 찾는 거 다시 알려 주세요."),
    (5, timedelta(days=2, hours=5), "돋보기 그림을 누르고 노래 제목을 말하면 돼요. 저도 어제 성공했어요."),
    (0, timedelta(days=2, hours=4), "정확해요! 수업 다시 보기에서 4단계를 보셔도 좋아요."),
    (4, timedelta(hours=3), "다음 수업은 몇 시에 시작하나요?"),
)
_READ_ALL = {0, 1, 2, 4}


def make_room(instructor: User, students: list[User]) -> bool:
    """Whether it was made; one that is there stays as it is."""
    if Room.objects.filter(owner=instructor, name=ROOM_NAME).exists():
        return False
    moment = now()
    started = moment - _SAID[0][1]
    room = Room.objects.create(name=ROOM_NAME, owner=instructor, is_open=True, last_activity_at=started)
    people = [instructor, *students]
    messages = Message.objects.bulk_create(
        Message(room=room, number=number, sender=people[who], text=text, created_at=moment - ago)
        for number, (who, ago, text) in enumerate(_SAID, start=1)
    )
    Member.objects.bulk_create(_member(room, people, index, messages) for index in range(len(people)))
    room.message_count, room.last_message = len(messages), messages[-1]
    room.created_at, room.last_activity_at = started, messages[-1].created_at
    room.save()
    return True


def remove_rooms(users: list[User]) -> None:
    """The rooms that these accounts own, those of their classes included."""
    Room.objects.filter(owner__in=users).delete()


def _member(room: Room, people: list[User], index: int, messages: list[Message]) -> Member:
    last = messages[-1] if index in _READ_ALL else messages[-2]
    return Member(
        room=room,
        user=people[index],
        role=MemberRole.ADMIN if index == 0 else MemberRole.MEMBER,
        joined_at=messages[0].created_at,
        last_read_at=last.created_at,
        read_number=last.number,
    )
