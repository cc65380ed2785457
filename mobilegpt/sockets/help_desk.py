"""W7: every help request of an instructor's lectures, of those that one supports, of all lectures for admins
(reliability, section 3)."""

from __future__ import annotations

from mobilegpt.helpdesk.policies import require_helping_role
from mobilegpt.realtime.route import Handshake, Opening, SocketRoute
from mobilegpt.sockets import followed
from mobilegpt.sockets.caller import caller_of
from mobilegpt.sockets.dialects.help_desk import DIALECT


def open_help_desk(handshake: Handshake) -> Opening:
    """Instructors, admins and supporters. A lecture that changes hands takes its requests along."""
    actor = caller_of(handshake)
    require_helping_role(actor)
    return Opening(actor=actor, topics=followed.helped_by(actor))


ROUTE = SocketRoute(
    name="help_desk",
    pattern="ws/dashboard/help-requests",
    dialect=DIALECT,
    open=open_help_desk,
    audited="read.help",
)
