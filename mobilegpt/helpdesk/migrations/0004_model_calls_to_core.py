from django.db import migrations


class Migration(migrations.Migration):
    """Calls of the language model are counted in ``core`` from now on; a day's count is all that is lost."""

    dependencies = [
        ("core", "0002_modelcall"),
        ("helpdesk", "0003_stuck_seconds"),
    ]

    operations = [
        migrations.DeleteModel(name="ModelCall"),
    ]
