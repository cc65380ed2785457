"""What the sockets of all lectures at once follow, for whom (contract 11.8).

An owner's lectures are one topic, whatever changes hands. A colleague follows each lecture and class by itself; who
becomes one or is no longer one gets these sockets closed, and comes back to others (``ColleaguesChanged``).
"""

from __future__ import annotations

from collections.abc import Iterable

from mobilegpt.core.actor import Actor
from mobilegpt.events import topics
from mobilegpt.lectures.models import Colleague, ColleagueRole


def taught_by(actor: Actor) -> tuple[str, ...]:
    """The lectures that they own, and those lectures and classes of others in which they are a co-instructor."""
    return _followed(actor, (ColleagueRole.CO_INSTRUCTOR,))


def helped_by(actor: Actor) -> tuple[str, ...]:
    """As ``taught_by``, and those in which they are a supporter."""
    return _followed(actor, ColleagueRole)


def _followed(actor: Actor, roles: Iterable[ColleagueRole]) -> tuple[str, ...]:
    if actor.is_admin:
        return (topics.EVERY_LECTURE,)
    places = Colleague.objects.filter(user_id=actor.user_id, role__in=list(roles)).exclude(
        lecture__instructor_id=actor.user_id  # who became the owner: one event must not come twice
    )
    found = list(places.order_by("id").values_list("lecture_id", "session_id"))
    lectures = {lecture_id for lecture_id, session_id in found if session_id is None}
    classes = [session_id for lecture_id, session_id in found if session_id is not None and lecture_id not in lectures]
    return (
        topics.instructor(actor.user_id),
        *(topics.lecture(lecture_id) for lecture_id in sorted(lectures)),
        *(
            topic
            for session_id in classes
            for topic in (topics.colleagues(session_id), topics.session_staff(session_id))
        ),
    )
