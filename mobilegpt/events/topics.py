"""Names of topics. A connection subscribes to topics; a stream is a topic whose events are numbered.

``session`` is what everyone in the room may see, ``session_staff`` what its instructors alone may see, ``user`` one
person's own affairs, ``room`` a chat room. Not numbered: ``lecture``, ``instructor``, ``colleagues`` (for those of one
class) and ``EVERY_LECTURE`` (for admins) feed dashboards; ``notices`` are one person's notifications, which a list
keeps anyway; ``hint`` is a word to one person that nobody misses when it is gone.
"""

from __future__ import annotations

CONTROL = "control"
EVERY_LECTURE = "lectures"


def session(session_id: int) -> str:
    return f"session:{session_id}"


def session_staff(session_id: int) -> str:
    return f"session-staff:{session_id}"


def user(user_id: int) -> str:
    return f"user:{user_id}"


def listeners(session_id: int) -> str:
    """Nothing is told here: the place where who only listens to a session is counted."""
    return f"listeners:{session_id}"


def colleagues(session_id: int) -> str:
    """For dashboards of who teaches this class alone, and nothing else of the lecture (contract 11.8)."""
    return f"colleagues:{session_id}"


def hint(user_id: int) -> str:
    return f"hint:{user_id}"


def notices(user_id: int) -> str:
    return f"notices:{user_id}"


def room(room_id: int) -> str:
    return f"room:{room_id}"


def lecture(lecture_id: int) -> str:
    return f"lecture:{lecture_id}"


def instructor(user_id: int) -> str:
    return f"instructor:{user_id}"


_NUMBERED = ("session:", "session-staff:", "user:", "room:")


def is_stream(topic: str) -> bool:
    """Whether the topic's events are numbered (contract 10.1)."""
    return topic.startswith(_NUMBERED)


def number_of(topic: str) -> int:
    """The id in a topic's name: ``session:5`` is 5."""
    return int(topic.rpartition(":")[2])
