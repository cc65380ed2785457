"""A refusal, and that it has left nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model

from mobilegpt.core.errors import DomainError, ErrorCode
from tests import classes


@contextmanager
def refused(code: ErrorCode, *kinds: type[Model]) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The block is refused with this code. No event is told of it, and every row of ``kinds`` is as it was."""
    with _untouched(kinds) as refusal:
        yield refusal
    assert refusal.value.code == code


def refusal_of(deed: Callable[[], object], *kinds: type[Model]) -> DomainError:
    """Why the deed is refused; as ``refused``, it leaves nothing behind."""
    with _untouched(kinds) as refusal:
        deed()
    return refusal.value


@contextmanager
def _untouched(kinds: tuple[type[Model], ...]) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    before = _rows(kinds), classes.events()
    with pytest.raises(DomainError) as refusal:
        yield refusal
    assert (_rows(kinds), classes.events()) == before


def _rows(kinds: tuple[type[Model], ...]) -> list[list[dict[str, Any]]]:
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def code_of(ask: Callable[[], object]) -> ErrorCode | None:
    """With which code this is refused; ``None`` when it is allowed."""
    try:
        ask()
    except DomainError as refusal:
        return refusal.code
    return None
