from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="failurecount", name="core_failur_window_16c0c0_idx"),
        migrations.AddField(
            model_name="failurecount",
            name="counted_at",
            field=models.DateTimeField(db_index=True, default=timezone.now),
            preserve_default=False,
        ),
    ]
