"""Health, App Links, QR codes, documents, pages: what runs beside the lessons."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import segno
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from mobilegpt.accounts.models import User
from mobilegpt.database import health
from mobilegpt.rest.operations import views as operations
from mobilegpt.server.page_paths import PAGE_PATHS
from tests import cast
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checks_start_afresh() -> None:
    operations._running.clear()


@pytest.fixture
def database_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database lives in another thread's transaction; that it answers is tests/server' business."""
    monkeypatch.setattr(operations, "_database_state", lambda: "healthy")


@pytest.mark.parametrize("path", ["/api/health", "/api/health/"])
def test_health_says_exactly_what_the_contract_says(path: str) -> None:
    answer = Api().get(path)
    assert (answer.status, answer.body) == (200, {"status": "healthy", "service": "mobilegpt-backend"})


def test_health_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Api(token="not even a token").get("/api/health").status == 200


@pytest.mark.parametrize("path", ["/api/health/detailed", "/api/health/detailed/"])
def test_detailed_health_shows_states_only(path: str, database_answers: None, settings: Settings) -> None:
    settings.REDIS_URL = None
    answer = Api().get(path)
    assert answer.status == 200
    assert answer.body["checks"] == {"database": "healthy", "redis": "disabled", "kafka": "disabled"}
    assert (answer.body["status"], answer.body["details"]) == ("healthy", None)


def test_admins_see_more_and_students_do_not(database_answers: None) -> None:
    details = Api(cast.admin_han()).get("/api/health/detailed").body["details"]
    assert details["database"]
    assert details["jobs"] == "0 waiting for 0 s, 0 running, 0 dead"
    assert Api(cast.student_kim()).get("/api/health/detailed").body["details"] is None


def test_without_the_database_it_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_database_state", lambda: "unhealthy")
    answer = Api(token="unreadable without a database").get("/api/health/detailed")
    assert (answer.status, answer.body["status"]) == (503, "unhealthy")
    assert answer.headers["Retry-After"]


def test_a_database_that_hangs_is_told_within_a_second_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, release = [], threading.Event()

    def hangs() -> str:
        asked.append(1)
        release.wait(10)
        return "healthy"

    monkeypatch.setattr(operations, "_database_state", hangs)
    started = time.monotonic()
    statuses = [Api().get("/api/health/detailed").status for _ in range(2)]
    assert statuses == [503, 503]
    assert time.monotonic() - started < 2.8
    assert len(asked) == 1
    release.set()


def test_a_failing_query_is_unhealthy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", Broken())
    assert operations._database_state() == "unhealthy"


def test_redis_is_degraded_when_nothing_listens(database_answers: None, settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    answer = Api().get("/api/health/detailed")
    assert (answer.status, answer.body["status"], answer.body["checks"]["redis"]) == (200, "degraded", "degraded")


def test_redis_is_healthy_when_it_answers(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                assert peer.recv(64) == b"PING\r\n"
                peer.sendall(b"-NOAUTH Authentication required.\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        settings.REDIS_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        assert operations._redis_state() == "healthy"
        thread.join(5)


@pytest.mark.parametrize("path", ["/.well-known/assetlinks.json", "/.well-known/assetlinks.json/"])
def test_asset_links_name_the_app_and_its_certificates(path: str, settings: Settings) -> None:
    settings.ANDROID_CERT_SHA256 = ["AA:BB"]
    answer = Api().get(path)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body == [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": "com.mobilegpt.student",
                "sha256_cert_fingerprints": ["AA:BB"],
            },
        }
    ]


# --- QR codes


def drawn(payload: str) -> bytes:
    return operations._picture(payload, None, None)


@pytest.mark.parametrize("path", ["/qr/abc234.png", "/qr/ABC234.png/"])
def test_a_code_is_drawn_for_phones(path: str, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://class.example.com"
    response = Client().get(path, headers={"Accept": "image/png"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert response.content == drawn("https://class.example.com/join/ABC234")
    assert response.headers["Cache-Control"] == "public, max-age=86400"


def test_the_payload_for_the_app(settings: Settings) -> None:
    assert Client().get("/qr/ABC234.png?payload=app").content == drawn("mobilegpt://join/ABC234")


def test_without_a_public_address_the_request_s_own_is_used(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert Client().get("/qr/ABC234.png").content == drawn("http://testserver/join/ABC234")


def test_an_instructor_at_localhost_still_gets_a_code_that_phones_can_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL, settings.DEVELOPMENT = "", True
    monkeypatch.setattr("mobilegpt.rest.http.addresses.own_addresses", lambda: ["192.0.2.9"])
    response = Client(headers={"Host": "localhost:8000"}).get("/qr/ABC234.png")
    assert response.content == drawn("http://192.0.2.9:8000/join/ABC234")
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_a_code_is_drawn_without_a_look_into_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/qr/ZZZZ99.png").status_code == 200


def test_the_same_picture_is_not_sent_twice() -> None:
    etag = Client().get("/qr/ABC234.png").headers["ETag"]
    assert Client().get("/qr/ABC234.png", headers={"If-None-Match": etag}).status_code == 304


def test_a_projector_asks_for_pixels() -> None:
    def width(query: str) -> int:
        return int.from_bytes(Client().get(f"/qr/ABC234.png?{query}").content[16:20], "big")

    modules = segno.make_qr("http://testserver/join/ABC234", error="m").symbol_size(border=4)[0]
    assert width("scale=7") == 7 * modules
    assert 900 < width("size=1000") <= 1000


@pytest.mark.parametrize("query", ["scale=0", "scale=41", "scale=x", "scale=-1", "size=5000", "payload=virus"])
def test_sizes_out_of_range_are_refused(query: str) -> None:
    answer = Api().get(f"/qr/ABC234.png?{query}")
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("code", ["abc", "A" * 21, "A-B-C", "%EA%B5%90", "A%20%20B"])
def test_what_is_no_code_is_not_drawn(code: str) -> None:
    assert Api().get(f"/qr/{code}.png").status == 404


# --- documents


@pytest.mark.parametrize("path", ["/api/schema", "/api/schema/", "/api/docs", "/api/docs/"])
def test_documents_are_open_in_development(path: str, settings: Settings) -> None:
    settings.DEVELOPMENT = True
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", ["/api/schema", "/api/docs"])
def test_documents_are_for_admins_in_production(path: str, settings: Settings) -> None:
    settings.DEVELOPMENT = False
    assert (Api().get(path).status, Api().get(path).code) == (401, "UNAUTHENTICATED")
    assert Api(cast.student_kim()).get(path).code == "FORBIDDEN"
    token = cast.access_token(cast.admin_han())
    assert Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_admin_pages_session_opens_the_documents(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    client = Client()
    client.force_login(cast.admin_han())
    assert client.get("/api/docs/").status_code == 200


def test_swagger_loads_nothing_from_elsewhere_and_runs_no_inline_script() -> None:
    page = Client().get("/api/docs/").content.decode()
    assert "https://" not in page
    assert "<script>" not in page


# --- staff pages


def test_signing_in_to_the_staff_pages_needs_the_form_s_token() -> None:
    cast.admin_han()
    client = Client(enforce_csrf_checks=True)
    form = {"username": "admin@example.com", "password": cast.PASSWORD}
    assert client.post("/admin/login/", form).status_code == 403
    client.get("/admin/login/")
    form["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    assert client.post("/admin/login/?next=/admin/", form).headers["Location"] == "/admin/"
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_staff_pages_answer_without_the_slash() -> None:
    assert Client().get("/admin").headers["Location"] == "/admin/"
    assert Client().get("/admin/login?next=/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_students_do_not_get_into_the_staff_pages() -> None:
    client = Client()
    client.force_login(cast.student_kim())
    assert client.get("/admin/").status_code == 302


# --- pages


@pytest.fixture
def shell(settings: Settings, tmp_path: Path) -> Path:
    settings.WEB_DIST = tmp_path
    index = tmp_path / "index.html"
    index.write_text("<!doctype html><title>shell</title>")
    return index


PAGES = [re.sub(r":(\w+)", lambda name: "ABC234" if name[1] == "code" else "5", path) for path in PAGE_PATHS]
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["anything", "html"])
def test_every_address_of_the_pages_is_the_shell(shell: Path, path: str, slash: str, headers: dict[str, str]) -> None:
    address = path.rstrip("/") + slash or "/"
    response = Client().get(address, headers=headers)
    assert (response.status_code, response.content) == (200, shell.read_bytes())
    assert Client().head(address, headers=headers).status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "img-src 'self' data: blob:;" in policy
    for asked in ("camera", "geolocation", "payment"):
        assert f"{asked}=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/api/auth/me", "/api/lectures", "/api/notifications", "/chat/v1/room/", "/api/v1/chat/rooms"]
)
def test_nobody_on_the_way_keeps_what_the_api_says(path: str, kim: User) -> None:
    assert Api(kim).get(path).headers["Cache-Control"] == "no-store"
    assert Api().get(path).headers["Cache-Control"] == "no-store"


def test_nobody_keeps_tokens(kim: User) -> None:
    answer = Api().post("/api/auth/login", {"email": kim.email, "password": cast.PASSWORD})
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("path", ["/chat/lounge", "/teach/nothing", "/join", "/class/ABC234/x", "/docs", "/media/x"])
def test_what_is_no_page_is_not_answered_as_one(shell: Path, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_new_build_is_served_at_once_and_an_old_one_not_sent_again(shell: Path) -> None:
    first = Client().get("/")
    assert Client().get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    shell.write_text("<!doctype html><title>a newer shell</title>")
    second = Client().get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, b"newer" in second.content) == (200, True)


def test_pages_that_are_not_built_say_how_to_build_them(settings: Settings, tmp_path: Path) -> None:
    settings.WEB_DIST = tmp_path / "nothing"
    response = Client().get("/join/ABC234")
    assert (response.status_code, b"make web" in response.content) == (503, True)


def test_an_unknown_address_shows_the_shell_with_404(shell: Path) -> None:
    response = Client().get("/nowhere")
    assert (response.status_code, response.content) == (404, shell.read_bytes())


@pytest.mark.parametrize("path", ["/chat/lounge", "/user/5", "/teach/sessions/5/report.pdf", "/teach/nothing/"])
def test_a_browser_sees_a_page_where_there_is_none(shell: Path, path: str) -> None:
    """A person who follows a wrong link is not shown a program's answer."""
    response = Client().get(path, headers=BROWSER)
    assert (response.status_code, response.content) == (404, shell.read_bytes())


@pytest.mark.parametrize("path", ["/chat/lounge", "/user/5", "/chat/v1/nothing", "/user/v1/nothing"])
def test_the_chat_s_programs_get_no_page(shell: Path, path: str) -> None:
    response = Client().get(path, headers={"Accept": "application/json"})
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("path", ["/chat/v1/nothing", "/user/v1/nothing", "/api/v1/chat/nothing"])
def test_an_unknown_service_is_refused_in_its_own_words_to_browsers_too(shell: Path, path: str) -> None:
    response = Client().get(path, headers=BROWSER)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("path", ["/api", "/api/nothing", "/assets/gone-12345678.js", "/qr/x", "/favicon.ico"])
def test_unknown_services_and_files_are_not_answered_with_a_page(shell: Path, path: str) -> None:
    assert Api().get(path).code == "NOT_FOUND"


def test_writing_to_an_unknown_address_is_404(shell: Path) -> None:
    assert Api().post("/nowhere").code == "NOT_FOUND"


def test_pages_are_read_only(shell: Path) -> None:
    assert Client().post("/join/ABC234").status_code == 405


def test_a_foreign_host_gets_words_on_pages_and_the_envelope_elsewhere(shell: Path) -> None:
    stranger = Client(headers={"Host": "evil.example.com"})
    page = stranger.get("/join/ABC234")
    assert (page.status_code, b"ALLOWED_HOSTS" in page.content) == (400, True)
    assert stranger.get("/api/schema").json()["error"]["code"] == "INVALID_REQUEST"
    assert page.headers["X-Request-ID"]


def test_health_probes_may_come_by_any_address() -> None:
    assert Client(headers={"Host": "10.9.8.7:8000"}).get("/api/health").status_code == 200


# --- every answer


def test_a_request_id_is_kept_when_well_formed_and_made_otherwise() -> None:
    own = Client().get("/api/health", headers={"X-Request-ID": "phone-12345678"})
    assert own.headers["X-Request-ID"] == "phone-12345678"
    made = Client().get("/api/health", headers={"X-Request-ID": "a b\tc"})
    assert len(made.headers["X-Request-ID"]) == 32


def test_a_database_that_is_down_is_503_outside_of_rest_too(monkeypatch: pytest.MonkeyPatch, shell: Path) -> None:
    def down(*args: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("mobilegpt.server.pages._shell", down)
    response = Client().get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
