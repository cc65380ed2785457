"""Lists under the document's own key, with ``results``, ``pagination`` and ``count`` beside it (contract 4.3, 12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from django.db.models import Model, QuerySet

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import is_blank, plain

Row = TypeVar("Row", bound=Model)
_SEARCH_LENGTH = 100


class Pagination(msgspec.Struct, frozen=True, kw_only=True):
    page: int
    page_size: int
    total_count: int
    total_pages: int


def page_of(
    rows: QuerySet[Row],
    query: Mapping[str, str],
    key: str,
    show: Callable[[Row], Any],
    *,
    size: int = 20,
    most: int = 100,
) -> dict[str, Any]:
    """One page: ``?page=1&page_size=20``, at most 100 rows. Raises ``Invalid`` for numbers out of range."""
    page, size = whole_number(query, "page", 1, 1, None), whole_number(query, "page_size", size, 1, most)
    total = rows.count()
    shown = [show(row) for row in rows[(page - 1) * size : page * size]]
    return {
        key: shown,
        "results": shown,
        "count": total,
        "pagination": Pagination(page=page, page_size=size, total_count=total, total_pages=-(-total // size)),
    }


def with_links(page: dict[str, Any], address: str, query: Mapping[str, str]) -> dict[str, Any]:
    """``page`` with ``next`` and ``previous`` (contract 4.3); ``address`` is the list's own, absolute."""
    facts: Pagination = page["pagination"]

    def link(number: int) -> str | None:
        if not 1 <= number <= facts.total_pages:
            return None
        return f"{address}?{urlencode({**dict(query.items()), 'page': number})}"

    return {"next": link(facts.page + 1), "previous": link(facts.page - 1), **page}


def whole_number(query: Mapping[str, str], name: str, default: int, least: int, most: int | None) -> int:
    """A number of the query. Raises ``Invalid`` when it is none, or out of range."""
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= (most or 10**9):
        limit = f" to {most}" if most else ""
        raise Invalid(message=f"{name} is a whole number from {least}{limit}", details={"field": name})
    return int(text)


def id_from_query(query: Mapping[str, str], name: str) -> int | None:
    """A row's id as a filter; ``None`` when it is not sent. Raises ``Invalid`` for anything else than a number."""
    text = query.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid(message=f"{name} is an id", details={"field": name})
    return int(text)


def search_from_query(query: Mapping[str, str]) -> str:
    """What is looked for (``core.text.finder``); empty for everything. Raises ``Invalid``."""
    text = plain(query.get("search", ""))
    if len(text) > _SEARCH_LENGTH or "\x00" in text:
        raise Invalid(message=f"search is a text of at most {_SEARCH_LENGTH} characters", details={"field": "search"})
    return "" if is_blank(text) else text


def flag_from_query(query: Mapping[str, str], name: str) -> bool | None:
    """True or false as a filter; ``None`` when it is not sent. Raises ``Invalid`` for anything else."""
    text = query.get(name)
    if text is None:
        return None
    if text.lower() not in ("true", "false", "1", "0"):
        raise Invalid(message=f"{name} is true or false", details={"field": name})
    return text.lower() in ("true", "1")
