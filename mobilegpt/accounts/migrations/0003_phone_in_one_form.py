"""Telephone numbers that were taken before all forms of one were known to be one number (contract 3.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from mobilegpt.core.phone_numbers import domestic

_LONGEST = 20


def into_one_form(apps: Any, schema_editor: Any) -> None:
    """Where two accounts turn out to have one number, the second keeps its own spelling: nobody loses an account."""
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    for pk, phone in list(users.filter(phone__isnull=False).values_list("pk", "phone")):
        number = domestic(phone)
        if number is None or number == phone or len(number) > _LONGEST or users.filter(phone=number).exists():
            continue
        users.filter(pk=pk).update(phone=number)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_awaits_confirmation")]
    operations: ClassVar = [migrations.RunPython(into_one_form, migrations.RunPython.noop)]
