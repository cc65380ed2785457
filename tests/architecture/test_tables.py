"""What the tables keep beside their rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model, UniqueConstraint

_OWN = [model for model in apps.get_models() if model.__module__.startswith("mobilegpt.")]


@pytest.mark.parametrize("model", _OWN, ids=lambda model: model._meta.label)
def test_no_index_is_the_beginning_of_another(model: type[Model]) -> None:
    """Such an index finds nothing that the longer one does not, and every write pays for it."""
    kept = {**_of_fields(model), **_of_table(model)}
    needless = {
        name: other
        for name, columns in kept.items()
        for other, longer in kept.items()
        if name != other and longer[: len(columns)] == columns and not _decides(model, name)
    }
    assert needless == {}


def _of_fields(model: type[Model]) -> dict[str, list[str]]:
    fields: Any = model._meta.concrete_fields
    return {field.name: [field.name] for field in fields if field.db_index or field.unique}


def _of_table(model: type[Model]) -> dict[str, list[str]]:
    named = [*model._meta.indexes, *(one for one in model._meta.constraints if isinstance(one, UniqueConstraint))]
    return {one.name: [name.lstrip("-") for name in one.fields] for one in named if one.condition is None}


def _decides(model: type[Model], name: str) -> bool:
    """Whether it keeps rows apart, and has to stay for that."""
    return any(one.name == name for one in model._meta.constraints) or any(
        field.name == name and field.unique for field in model._meta.concrete_fields
    )
