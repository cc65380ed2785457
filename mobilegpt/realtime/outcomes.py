"""What becomes of one command of a socket: alone in a database thread, or together with those of others."""

from __future__ import annotations

import structlog
from django.db import Error as DatabaseFault

from mobilegpt.core.errors import DomainError, ErrorCode, Unavailable
from mobilegpt.realtime.commands import Outcome, execute
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.dialect import BadFrame, Decoded
from mobilegpt.realtime.gatherer import Asked, Gatherer
from mobilegpt.realtime.surface import Call, SocketRoute
from mobilegpt.realtime.together import execute_together

log = structlog.get_logger(__name__)


async def outcome_of(
    call: Call, decoded: Decoded, route: SocketRoute, numbered: list[str], gatherer: Gatherer
) -> Outcome:
    """``numbered`` are the streams that the socket follows. Whatever goes wrong is raised as a ``DomainError``."""
    try:
        if together := route.together.get(type(decoded.command)):
            asked = Asked(call, decoded, route.name, numbered)
            outcome: Outcome = await gatherer.run(execute_together, asked, together)
            return outcome
        if handler := route.handlers.get(type(decoded.command)):
            return await in_database(execute, handler, call, decoded, route.name, numbered)
        raise BadFrame(ErrorCode.UNKNOWN_TYPE, "This socket does not take this message")
    except DatabaseFault:
        log.exception("command_failed", route=route.name)
        raise Unavailable(message="The database does not answer", retry_after=5) from None
    except DomainError:
        raise
    except Exception:
        log.exception("command_failed", route=route.name)
        raise DomainError(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side") from None
