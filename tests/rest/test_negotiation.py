"""Which form an answer takes: JSON unless its path or ``Accept`` says otherwise."""

from __future__ import annotations

import pytest
from django.test import Client

PATH = "/api/lectures/"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json", "application/json, text/plain, */*", "application/json; q=0.5", "text/html, */*;q=0.8"],
)
def test_whoever_takes_json_gets_it(accept: str) -> None:
    response = Client().get(PATH, headers={"Accept": accept})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/json"


def test_without_a_wish_it_is_json() -> None:
    assert Client().get(PATH)["Content-Type"] == "application/json"


@pytest.mark.parametrize("accept", ["text/html", "image/png"])
def test_who_takes_no_json_is_told_so_in_json(accept: str) -> None:
    response = Client().get(PATH, headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json()["error"]["code"] == "NOT_ACCEPTABLE"


def test_a_query_chooses_among_what_there_is() -> None:
    assert Client().get(f"{PATH}?format=json").status_code == 401
    assert Client().get(f"{PATH}?format=xml").status_code == 404
    described = Client().get("/api/schema?format=json")
    assert described.json()["openapi"]
