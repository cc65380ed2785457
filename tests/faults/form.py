"""How long the fault tests take: a short form for ``.ci/run``, a long one for ``make faults`` (``FAULT_SECONDS``)."""

from __future__ import annotations

import os

SECONDS = float(os.environ.get("FAULT_SECONDS", "14"))
LONG = SECONDS >= 60
# The server's own patience in the long form; in the short one nobody waits 45 s for a lease to expire.
PATIENCE = {} if LONG else {"WS_PING_SECONDS": "2", "PRESENCE_GRACE_SECONDS": "3", "PRESENCE_LEASE_SECONDS": "6"}
