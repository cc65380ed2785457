from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_leaner_indexes")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="english",
            field=models.JSONField(
                blank=True, help_text="title and message in English; null: Korean only", null=True
            ),
        ),
    ]
