"""W7: every help request of an instructor's lectures, of all lectures for admins (reliability, section 3)."""

from __future__ import annotations

from mobilegpt.events import topics
from mobilegpt.helpdesk.policies import require_teaching_role
from mobilegpt.realtime.route import Handshake, Opening, SocketRoute
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects.help_desk import DIALECT


def open_help_desk(handshake: Handshake) -> Opening:
    """Instructors and admins. A lecture that changes hands takes its requests along."""
    actor = caller_of(handshake)
    require_teaching_role(actor)
    topic = topics.EVERY_LECTURE if actor.is_admin else topics.instructor(actor.user_id)
    return Opening(actor=actor, topics=(topic,))


ROUTE = SocketRoute(
    name="help_desk",
    pattern="ws/dashboard/help-requests",
    dialect=DIALECT,
    open=open_help_desk,
    opens_at_once=True,
    audited="read.help",
)
