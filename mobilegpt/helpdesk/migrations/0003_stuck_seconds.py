from django.db import migrations, models


def keep_what_was_said(apps, schema_editor):
    """Requests that exist have it in their context only."""
    HelpRequest = apps.get_model("helpdesk", "HelpRequest")
    for request in HelpRequest.objects.filter(context_data__has_key="stuck_duration_seconds").iterator():
        said = request.context_data["stuck_duration_seconds"]
        if isinstance(said, (int, float)) and not isinstance(said, bool) and 0 <= said < 10**9:
            HelpRequest.objects.filter(pk=request.pk).update(stuck_seconds=int(said))


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0002_analysis")]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="stuck_seconds",
            field=models.PositiveIntegerField(
                blank=True, help_text="as the phone said; null when it did not", null=True
            ),
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop),
    ]
