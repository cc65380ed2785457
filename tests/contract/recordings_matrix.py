"""Who may do what with recordings (reliability, section 3). ``recording`` is the student's own and linked to no class,
``linked`` is the student's too, of the class that is running."""

from __future__ import annotations

from tests.contract.rows import Row, row

_BATCH = {"events": [{"event_type": "touch", "timestamp": "2024-01-15T10:30:00Z", "data": {"x": 540}}]}
_ALL, _OWN = "/api/sessions/recordings", "/api/sessions/recordings/{recording}"
_LINKED = "/api/sessions/recordings/{linked}"

RECORDINGS: tuple[Row, ...] = (
    row("GET", _ALL, "401 200 200 403 200 200 200"),
    row("POST", _ALL, "401 201 201 403 201 201 201", {"title": "연습"}),
    row("GET", _OWN, "401 200 404 403 404 404 200", note="of no class"),
    row("GET", _LINKED, "401 200 404 403 200 404 200", note="of the teacher's class"),
    row("GET", f"{_OWN}/events", "401 200 404 403 404 404 200", note="of no class"),
    row("GET", f"{_LINKED}/events", "401 200 404 403 200 404 200", note="of the teacher's class"),
    row("POST", f"{_OWN}/stop", "401 200 404 403 404 404 200"),
    row("POST", f"{_LINKED}/stop", "401 200 404 403 404 404 200"),
    row("POST", f"{_OWN}/save-events-batch", "401 201 404 403 404 404 404", _BATCH),
    row("POST", f"{_LINKED}/save_events_batch", "401 201 404 403 404 404 404", _BATCH, note="the alias"),
    row("POST", f"{_LINKED}/draft", "401 403 403 403 200 404 200"),
    row("GET", f"{_LINKED}/draft", "401 403 403 403 200 404 200"),
    row("GET", f"{_LINKED}/comparison", "401 403 403 403 200 404 200"),
    row("DELETE", _OWN, "401 204 404 403 404 404 404"),
)
