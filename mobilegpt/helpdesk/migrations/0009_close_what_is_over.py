"""Requests that were left open in classes that are over are closed as ENDED (contract 11.3)."""

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone

AT_ONCE = 500


def close_what_is_over(apps, schema_editor):
    """So many at once; whoever answers at the same moment waits for a few hundred rows, not for all."""
    HelpRequest = apps.get_model("helpdesk", "HelpRequest")
    SubtaskProgress = apps.get_model("progress", "SubtaskProgress")
    over = HelpRequest.objects.filter(closed_at__isnull=True, session__status__in=["REVIEW_MODE", "ENDED"])
    of_one = HelpRequest.objects.filter(user_id=OuterRef("user_id"), subtask_id=OuterRef("subtask_id"))
    while True:
        found = list(over.order_by("pk").values_list("pk", "created_at", "session__ended_at")[:AT_ONCE])
        if not found:
            return
        by_moment = {}
        for pk, created_at, ended_at in found:
            by_moment.setdefault(max(created_at, ended_at or timezone.now()), []).append(pk)
        for moment, pks in by_moment.items():
            HelpRequest.objects.filter(pk__in=pks).update(closed_at=moment, close_reason="ENDED")
        SubtaskProgress.objects.filter(
            Exists(of_one.filter(pk__in=[pk for pk, *_ in found])),
            ~Exists(of_one.filter(closed_at__isnull=True)),
            status="HELP_NEEDED",
        ).update(status="IN_PROGRESS")


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0008_closing_and_claims"),
        ("progress", "0003_leaner_indexes"),
    ]

    operations = [migrations.RunPython(close_what_is_over, migrations.RunPython.noop)]
