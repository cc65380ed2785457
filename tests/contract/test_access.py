"""The access matrix, cell by cell (reliability X1): every route and socket for everybody who might call it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.sockets.routes import ROUTES
from tests.contract.matrix import LISTENER, MATRIX, SOCKETS
from tests.contract.rows import Row, SocketRow
from tests.contract.world import COLLEAGUES, DEVICE, PRINCIPALS, SECRETS, World
from tests.rest.api import Api
from tests.sockets.client import Refused, SocketClient, refusal_of, serving

pytestmark = pytest.mark.django_db

_ABSENT = {"code": "QQQQ22", "file": "00000000-0000-4000-8000-000000000000"}
_SERVICES = ("/api/", "/qr/", "/.well-known/", "/user/", "/chat/", "/media/")


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """What a cell read may be in the cache although its writes are undone."""
    cache.clear()
    yield
    cache.clear()


def _filled(value: Any, ids: dict[str, Any]) -> Any:
    """``"{help}"`` as the id itself, ``/a/{help}`` with the id in it."""
    if isinstance(value, dict):
        return {key: _filled(one, ids) for key, one in value.items()}
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return ids[value[1:-1]]
    return value.format(**ids) if isinstance(value, str) else value


def _ask(row: Row, token: str | None, ids: dict[str, Any]) -> Any:
    api = Api(token=token)
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    if row.upload:
        form = {"file": SimpleUploadedFile("memo.txt", row.upload), **_filled(row.body or {}, ids)}
        response: Any = api.client.post(row.path.format(**ids), form, headers=headers)
    else:
        body = b"" if row.body is None else json.dumps(_filled(row.body, ids)).encode()
        response = api.client.generic(
            row.method, row.path.format(**ids), body, content_type="application/json", headers=headers
        )
    # To its end: a close would end the connection too, and every request after it would find no database.
    response.read = response.getvalue()
    return response


@pytest.mark.one_database
@pytest.mark.parametrize("principal", PRINCIPALS)
@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_a_cell_of_the_matrix(world: World, row: Row, principal: str) -> None:
    token = world.tokens[principal]
    response = _ask(row, token, world.ids)
    assert response.status_code == row.statuses[principal], response.read.decode(errors="replace")
    if response.status_code >= 400:
        _tells_nothing(response.read.decode(), world, principal)
    if response.status_code == 404 and row.hides:
        absent = {name: _ABSENT.get(name, 999_999) for name in world.ids}
        assert _ask(row, token, absent).json() == response.json()


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_the_other_slash_form_is_the_same_route(world: World, row: Row) -> None:
    """Contract 2.1: natively, for a redirect would lose the body."""
    path, question, query = row.path.partition("?")
    slashed = replace(row, path=f"{path}/{question}{query}")
    assert _ask(slashed, world.tokens["teacher"], world.ids).status_code == row.statuses["teacher"]


def _tells_nothing(body: str, world: World, principal: str) -> None:
    own = world.users.get("student" if principal == "expired" else principal)
    mine = {own.email, own.name} if own is not None else set()
    assert [secret for secret in SECRETS if secret not in mine and secret in body] == []


def test_every_rest_route_is_in_the_matrix(world: World) -> None:
    covered = {(row.method, _view_of(row.path.format(**world.ids))) for row in MATRIX}
    served = {
        (method.upper(), path.rstrip("/"))
        for path, view in _served(get_resolver().url_patterns, "/")
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert {f"{method} {path}" for method, path in served - covered} == set()
    assert len(served) > 40


def test_every_row_lets_somebody_in() -> None:
    """X7: each operation reaches its success once, with the body that the matrix sends."""
    succeeds = {(row.method, row.path) for row in MATRIX if any(200 <= one < 300 for one in row.statuses.values())}
    refused = {(row.method, row.path) for row in MATRIX} - succeeds
    assert {f"{method} {path}" for method, path in refused} <= {
        "DELETE /api/lectures/{lecture}",  # the conflict; deleting succeeds on the idle one
        "GET /api/progress/users/{kim}/lectures/{foreign}",
        "POST /api/sessions/{live}/switch-lecture",  # it has started; the waiting one may
        "POST /api/students/lectures/{lecture}/unenroll",  # seated there; leaving the inactive one succeeds
        "POST /api/sessions/{live}/seats/{seat}/merge",  # into itself; tests/classroom/test_seat_changes.py merges two
        "DELETE /api/v1/chat/rooms/{room}/members/{park}",  # the last admin; others can be removed
    }


def _view_of(path: str) -> str:
    return "/" + resolve(path.partition("?")[0]).route.rstrip("/")


def _served(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, type]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _served(pattern.url_patterns, route)
        elif route.startswith(_SERVICES):
            view: Any = pattern.callback
            yield route, view.cls


def test_every_socket_is_in_the_matrix() -> None:
    known = {row.path.strip("/").split("/")[1] + row.path.strip("/").split("/")[-1] for row in SOCKETS}
    for route in ROUTES:
        parts = route.pattern.split("/")
        last = parts[-1] if not parts[-1].startswith("<") else None
        assert any(one.startswith(parts[1]) and (last is None or one.endswith(last)) for one in known), route.name


Outcomes = dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def outcomes(django_db_blocker: DjangoDbBlocker, world: World) -> Outcomes:
    """What every principal's handshake came to, on every URL."""
    hasty = {**settings.REALTIME, "JOIN_WITHIN_SECONDS": 0.2}
    with django_db_blocker.unblock(), override_settings(REALTIME=hasty):
        return asyncio.run(_knock_everywhere(world))


async def _knock_everywhere(world: World) -> Outcomes:
    found: Outcomes = {}
    async with serving():
        for row in SOCKETS:
            address = urlsplit(row.path.format(**world.ids))
            query = dict(parse_qsl(address.query))
            page = {"origin": "http://testserver"}
            clients = [
                SocketClient(
                    address.path, query=query, token=world.tokens[who], headers=page if who == "anonymous" else {}
                )
                for who in PRINCIPALS
            ]
            clients.append(SocketClient(address.path, query=query))
            codes = await asyncio.gather(*map(_outcome, clients))
            found |= {(row.path, who): code for who, code in zip((*PRINCIPALS, "listener"), codes, strict=True)}
    return found


async def _outcome(client: SocketClient) -> int:
    try:
        async with client:
            await asyncio.sleep(0.3)
            return client.code or 200
    except Refused as refused:
        return refused.status or refused.code or 0


@pytest.mark.parametrize("principal", PRINCIPALS)
@pytest.mark.parametrize("row", SOCKETS, ids=lambda row: row.path)
def test_a_cell_of_the_sockets(outcomes: Outcomes, row: SocketRow, principal: str) -> None:
    assert outcomes[row.path, principal] == row.statuses[principal]


@pytest.mark.parametrize("path", LISTENER)
def test_a_native_app_without_a_credential_listens_to_its_class_alone(outcomes: Outcomes, path: str) -> None:
    assert outcomes[path, "listener"] == LISTENER[path]


@pytest.fixture(scope="module")
def refusals(django_db_blocker: DjangoDbBlocker, world: World) -> dict[str, Refused | None]:
    """How a client of ``rt.v1`` is refused, and one behind a server that cannot answer a handshake with a body."""

    async def ask() -> dict[str, Refused | None]:
        path = "/ws/session/{live}/instructor/".format(**world.ids)
        async with serving():
            token = world.tokens["student"]
            return {
                "plain": await refusal_of(SocketClient(path, token=token)),
                "rt.v1": await refusal_of(SocketClient(path, token=token, subprotocols=["rt.v1"])),
                "daphne": await refusal_of(SocketClient(path, token=token, can_answer_http=False)),
                "expired": await refusal_of(SocketClient(path, token=world.tokens["expired"], subprotocols=["rt.v1"])),
            }

    with django_db_blocker.unblock():
        return asyncio.run(ask())


@pytest.mark.parametrize(
    ("client", "status", "code"),
    [("plain", 403, None), ("rt.v1", None, 4403), ("daphne", None, 4403), ("expired", None, 4401)],
)
def test_a_refusal_is_told_in_the_way_of_the_client(
    refusals: dict[str, Refused | None], client: str, status: int | None, code: int | None
) -> None:
    """Contract 3.7."""
    refused = refusals[client]
    assert refused is not None
    assert (refused.status, refused.code) == (status, code)


def test_a_student_of_others_is_as_good_as_absent(world: World) -> None:
    choi = Api(token=world.tokens["other_teacher"])
    lecture = world.ids["foreign"]
    hidden = choi.get(f"/api/progress/users/{world.ids['kim']}/lectures/{lecture}")
    absent = choi.get(f"/api/progress/users/999999/lectures/{lecture}")
    assert (hidden.status, hidden.body) == (absent.status, absent.body)


def test_other_instructors_see_no_help_requests_of_this_lecture(world: World) -> None:
    answer = Api(token=world.tokens["other_teacher"]).get("/api/dashboard/help-requests/pending")
    assert answer.body["pending_requests"] == []


def test_a_supporter_reaches_people_and_their_requests_and_nothing_else() -> None:
    """Contract 11.8: what the role adds to what the account may do without it."""
    without = {"supporter": "other_teacher", "class_supporter": "other_student"}
    rows = [(f"{row.method} {row.path}", row.statuses) for row in MATRIX]
    rows += [(row.path, row.statuses) for row in SOCKETS]
    added = {
        name
        for name, statuses in rows
        for role, account in without.items()
        if statuses[role] < 300 <= statuses[account]
    }
    assert added == {
        "GET /api/sessions/{live}/participants",
        "GET /api/sessions/{live}/roster",
        "GET /api/sessions/{live}/seats/{seat}/page",
        "GET /api/sessions/{live}/staff",
        "GET /api/help/request/{help}",
        "GET /api/dashboard/help-requests/pending",
        "GET /api/sessions/{live}/screenshots",
        f"GET /api/sessions/{{live}}/screenshots?device_id={DEVICE}",
        f"GET /api/sessions/{{live}}/screenshots/by-device/{DEVICE}",
        "GET /api/sessions/{live}/screenshots/{guest_seat}",
        "GET /api/sessions/{live}/screenshots/{guest_seat}/image",
        "POST /api/help/request/{help}/answer",
        "POST /api/help/request/{withheld}/suggestion/send",
        "POST /api/help/request/{withheld}/suggestion/decline",
        "POST /api/help/groups/answer",
        "POST /api/help/request/{help}/claim",
        "DELETE /api/help/request/{help}/claim",
        "POST /api/help/request/{help}/close",
        "POST /api/help/request/{help}/resolve",
        "DELETE /api/lectures/{lecture}/colleagues/{class_supporter}",
        "/ws/session/{live}/instructor/",
        "/ws/dashboard/help-requests/",
    }


def test_the_number_of_cells() -> None:
    assert len(PRINCIPALS) * (len(MATRIX) + len(SOCKETS)) >= 600


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
@pytest.mark.parametrize("principal", ["anonymous", "student", "teacher", "admin"])
def test_staff_pages_are_for_staff(world: World, path: str, principal: str) -> None:
    api = Api()
    if principal != "anonymous":
        api.client.force_login(world.users[principal])
    response = api.client.get(path)
    if principal == "admin":
        assert response.status_code == 200
    else:
        assert response.status_code in (302, 403)
        _tells_nothing(response.content.decode(), world, principal)


def test_a_bearer_token_opens_no_staff_page(world: World) -> None:
    token = world.tokens["admin"]
    response = Api().client.get("/admin/", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/sessions/{code}/join", {"user_id": "{kim}"}),
        ("POST", "/api/progress/update", {"user_id": "{kim}", "subtask_id": "{subtask}", "status": "COMPLETED"}),
        ("POST", "/api/help/request", {"user_id": "{kim}", "subtask_id": "{subtask}"}),
    ],
)
def test_a_user_id_in_a_body_is_no_identity(world: World, method: str, path: str, body: dict[str, Any]) -> None:
    """Contract 3.6, reliability X9: 403, and no row."""

    def rows() -> list[int]:
        return [model.objects.count() for model in (SessionParticipant, HelpRequest, SubtaskProgress)]

    before = rows()
    for principal in ("other_student", "guest"):
        answer = Api(token=world.tokens[principal]).send(method, path.format(**world.ids), _filled(body, world.ids))
        assert (answer.status, answer.code) == (403, "USER_ID_MISMATCH")
    assert rows() == before


# --- the field rule (API3): e-mail and phone only to oneself, to the teacher of a shared lecture, and to admins

_READERS = (
    ("student", False),
    ("other_student", False),
    ("guest", False),
    ("guest", True),
    ("teacher", False),
    ("other_teacher", False),
    ("co_teacher", False),
    ("supporter", False),
    ("class_supporter", False),
)
# 박강사 teaches 김학생, and so does the co-instructor; the owner knows who teaches and helps with them.
_KNOWN = {"teacher": {"student", *COLLEAGUES}, "co_teacher": {"student"}, "class_teacher": {"student"}}


@pytest.mark.one_database
@pytest.mark.parametrize(("principal", "shown"), _READERS)
def test_nobody_reads_an_address_that_is_not_for_them(
    world: World, settings: Settings, principal: str, shown: bool
) -> None:
    """Over every operation that lets them in; ``shown``: where members of a room see e-mails, guests do not."""
    settings.CHAT_SHOW_EMAIL = shown
    own, known = world.users[principal], _KNOWN.get(principal, set())
    others = [user for who, user in world.users.items() if user != own and who not in known]
    secrets = [secret for user in others for secret in (user.email, user.phone) if secret]
    assert len(secrets) >= 5
    told = []
    for row in MATRIX:
        if row.statuses[principal] < 300 and row.method == "GET":
            response = _ask(row, world.tokens[principal], world.ids)
            assert response.status_code == row.statuses[principal], row.name
            others_say = response.read.decode(errors="replace").replace(own.email, "")
            told += [(row.name, secret) for secret in secrets if secret in others_say]
    assert told == []


@pytest.mark.parametrize("socket", ["W1", "W4", "W6", "W7", "W8", "W9"])
def test_sockets_that_students_hear_or_that_need_no_address_have_none(socket: str) -> None:
    golden = Path(__file__).parent / "frames" / "golden" / f"{socket}.json"
    assert "@example.com" not in golden.read_text()
