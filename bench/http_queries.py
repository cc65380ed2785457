"""Runs as a program, in the folder and with the settings of a contestant: SQL statements of each operation.

python -m bench.http_queries PLAN RESULT

Takes the first requests of the plan out of it and sends them through the whole of Django, without a network. The last
of them counts: the first fill what is cached. What only begins and ends transactions is counted apart.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

_TRIES = 4
_BOUNDS = re.compile(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)\b")


def count(operation: dict[str, Any]) -> dict[str, Any]:
    """Of the costliest of the last tries; they leave the plan."""
    lane = operation["lanes"][0]["requests"]
    requests = [lane.pop(0) for _ in range(_TRIES)]
    asked = [_ask(request, operation["expect"]) for request in requests]
    return max(asked[_TRIES // 2 :], key=lambda one: one["queries"])


def _ask(request: dict[str, Any], expect: int) -> dict[str, Any]:
    client = Client(headers={"authorization": f"Bearer {request['token']}"} if request["token"] else None)
    body = request["body"].replace("{secret}", request["secret"])
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic(request["method"], request["path"], body, content_type="application/json")
    if answer.status_code != expect:
        raise RuntimeError(f"{request['method']} {request['path']}: {answer.status_code} {answer.content!r}")
    statements = [str(query["sql"]) for query in captured.captured_queries]
    bounds = sum(1 for sql in statements if _BOUNDS.match(sql))
    return {"queries": len(statements) - bounds, "bounds": bounds, "sql": [sql[:500] for sql in statements]}


def main(plan: Path, result: Path) -> None:
    prepared = json.loads(plan.read_text())
    result.write_text(json.dumps({name: count(one) for name, one in prepared["operations"].items()}))
    plan.write_text(json.dumps(prepared))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
