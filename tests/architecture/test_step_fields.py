"""A field of a step is named where it is kept, sent, checked and shown, and by those who need just that field.

Everybody else passes steps on whole, so that a new field (a picture will be the next) touches the modules of ``_CARRY``
and its migration: six files, as ``wire/step.py`` says.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.step import SubtaskOutline
from mobilegpt.wire import step as wire
from tests.architecture.sources import ROOT, python_files, shown, tree_of

_CARRY = {
    "mobilegpt/lectures/models.py",
    "mobilegpt/lectures/step.py",
    "mobilegpt/lectures/commands.py",
    "mobilegpt/lectures/services.py",
    "mobilegpt/wire/step.py",
}
# The apps that exist know the fields of contract 12 and no other: a new one is not theirs.
_FIXED = {"mobilegpt/wire/apps.py"}
# A draft and a lesson's file have fields of their own under the names of R24; the sample lessons, the ready ones
# and the documents' examples fill them.
_MAKE_UP = {
    "mobilegpt/packs/format.py",
    "mobilegpt/packs/words.py",
    "mobilegpt/recordings/draft.py",
    "mobilegpt/recordings/wording.py",
    "mobilegpt/tools/documents/samples.py",
    "mobilegpt/tools/lessons/packing.py",
    "mobilegpt/tools/sample/making.py",
    "mobilegpt/tools/sample/ready.py",
    "mobilegpt/tools/simulation/conductor.py",
}
_READ = {
    "guide_text": {
        "mobilegpt/core/extras.py",
        "mobilegpt/helpdesk/analysis/reading.py",
        "mobilegpt/helpdesk/remembering.py",
        "mobilegpt/helpdesk/watching.py",
        "mobilegpt/voice/words.py",
    },
    "target_action": {
        "mobilegpt/guidance/views.py",
        "mobilegpt/helpdesk/analysis/reading.py",
        "mobilegpt/helpdesk/remembering.py",
        "mobilegpt/lectures/admin.py",
        "mobilegpt/lectures/policies.py",
        "mobilegpt/tools/sample/logging.py",
    },
    "target_element_hint": {
        "mobilegpt/helpdesk/analysis/reading.py",
        "mobilegpt/pictures/services.py",
        "mobilegpt/tools/sample/logging.py",
    },
}
"""Who looks at one field, and why it is no matter of theirs when another comes."""


@pytest.mark.parametrize("field", _READ)
def test_a_field_is_named_in_few_modules(field: str) -> None:
    named = {shown(path) for path in python_files("mobilegpt") if _names(path, field)}
    assert named >= _CARRY
    assert named - _CARRY - _MAKE_UP - _FIXED == _READ[field]


def test_with_its_migration_a_new_field_touches_at_most_six_files() -> None:
    assert len(_CARRY) + 1 <= 6


def test_the_list_for_whoever_adds_a_field_names_these_files() -> None:
    listed = set(re.findall(r"^\d\. ``(lectures/\w+\.py)``", wire.__doc__ or "", re.MULTILINE))
    assert {f"mobilegpt/{name}" for name in listed} | {"mobilegpt/wire/step.py"} == _CARRY
    assert all((ROOT / name).is_file() for name in _CARRY)


def test_every_column_of_a_step_is_carried() -> None:
    """A column that is forgotten in ``lectures/step.py`` would be kept and never seen again."""
    columns = {field.attname for field in Subtask._meta.concrete_fields} - {"deleted_at"}  # no step that is taught
    assert set(SubtaskOutline.__struct_fields__) - columns == {"position"}
    assert columns <= set(SubtaskOutline.__struct_fields__)


def _names(path: Path, field: str) -> bool:
    """Whether code of this module says the field's name: as an attribute, an argument, a field or a text."""
    if field not in path.read_text(encoding="utf-8"):
        return False
    return any(
        field in {getattr(node, attribute, None) for attribute in ("attr", "arg", "id")}
        or (isinstance(node, ast.Constant) and node.value == field)
        for node in ast.walk(tree_of(path))
    )
