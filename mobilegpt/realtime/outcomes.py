"""What becomes of one command of a socket: alone in a database thread, or together with those of others."""

from __future__ import annotations

import structlog
from django.db import Error as DatabaseFault

from mobilegpt.core.errors import DomainError, ErrorCode, database_away
from mobilegpt.database.loop_batcher import LoopBatcher
from mobilegpt.database.threads import in_database
from mobilegpt.events.shared_transaction import execute_shared
from mobilegpt.realtime.dialect import BadFrame, Decoded
from mobilegpt.realtime.execution import Asked, execute
from mobilegpt.realtime.route import Call, Outcome, SocketRoute

log = structlog.get_logger(__name__)


async def outcome_of(
    call: Call, decoded: Decoded, route: SocketRoute, numbered: list[str], batcher: LoopBatcher
) -> Outcome:
    """``numbered`` are the streams that the socket follows. Whatever goes wrong is raised as a ``DomainError``."""
    try:
        if handler_of_many := route.shared_handlers.get(type(decoded.command)):
            asked = Asked(call, decoded, route.name, numbered)
            outcome: Outcome = await batcher.run(execute_shared, asked, handler_of_many)
            return outcome
        if handler := route.handlers.get(type(decoded.command)):
            return await in_database(execute, handler, call, decoded, route.name, numbered)
        raise BadFrame(ErrorCode.UNKNOWN_TYPE, "This socket does not take this message")
    except DatabaseFault:
        log.exception("command_failed", route=route.name)
        raise database_away() from None
    except DomainError:
        raise
    except Exception:
        log.exception("command_failed", route=route.name)
        raise DomainError(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side") from None
