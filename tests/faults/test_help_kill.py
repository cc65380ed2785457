"""kill -9 of the server while it analyses: every request ends within a minute, with one answer (reliability F13).

The model answers, refuses, fails, hangs and talks nonsense in turn. Three kills in the short form, twenty in the long.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.form import LONG
from tests.faults.processes import Server
from tests.openai_server import Mode, OpenAIServer
from tests.server.lesson import Lesson

log = logging.getLogger(__name__)
pytestmark = pytest.mark.faults

KILLS = 20 if LONG else 3
SAID: tuple[dict[str, str], ...] = ({}, {"message": "안 보여요"}, {"reason": "CANNOT_FIND"})
"""What goes with a call: nothing, for which only word of the teacher comes (contract 11.17), words, a picture."""
MODES: tuple[Mode, ...] = ("ok", "429", "500", "hang", "cut", "bad json")
_END = """
SELECT r.id, r.status, r.created_at, r.resolved_at,
       (SELECT group_concat(a.source) FROM helpdesk_helpresponse a WHERE a.request_id = r.id)
FROM helpdesk_helprequest r ORDER BY r.id
"""


def test_killed_again_and_again_every_request_ends_once_and_in_time(tmp_path: Path) -> None:
    dice = random.Random(13)
    with OpenAIServer() as model:
        settings = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.url, "STUCK_SECONDS": "0"}
        with Server(tmp_path, settings) as server:
            asked: list[int] = []
            lesson = Lesson(server)
            for _ in range(KILLS):
                model.behave(*[dice.choice(MODES) for _ in range(12)])
                asked += [_ask(lesson, said) for said in SAID]
                time.sleep(dice.uniform(0, 2))
                server.kill()
                server.start()
            ended = _when_all_have_ended(server, asked)
            lesson.close()
    slowest = max(_seconds(created, resolved) for _, _, created, resolved, _ in ended)
    log.info("%s kills, %s requests, the slowest took %.1f s", KILLS, len(ended), slowest)
    assert [row[0] for row in ended] == asked
    assert {row[1] for row in ended} <= {"RESOLVED", "FAILED"}
    for place, (_, status, _, _, sources) in enumerate(ended):
        # Of who has said nothing the rules know nothing; a model may be sure of itself.
        given = {"MODEL", "LOCAL" if SAID[place % len(SAID)] else "DEFERRED"}
        assert sources in (given if status == "RESOLVED" else {"FALLBACK"})
    assert slowest <= 60
    assert "Traceback" not in server.output()


def _ask(lesson: Lesson, said: dict[str, str]) -> int:
    """A newcomer asks about the first step."""
    headers = {"Authorization": f"Bearer {lesson.guest()}"}
    answer = lesson.http.post("/api/help/request", json={"subtask_id": lesson.steps[0], **said}, headers=headers)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["help_request_id"])


def _when_all_have_ended(server: Server, asked: list[int]) -> list[Any]:
    deadline = time.monotonic() + 75
    while True:
        with closing(sqlite3.connect(server.database(), timeout=20)) as database:
            rows = database.execute(_END).fetchall()
        if len(rows) >= len(asked) and not any(status == "ANALYZING" for _, status, *_ in rows):
            return rows
        assert time.monotonic() < deadline, rows
        time.sleep(0.2)


def _seconds(created: str, resolved: str) -> float:
    return (datetime.fromisoformat(resolved) - datetime.fromisoformat(created)).total_seconds()
