from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0009_completion"),
    ]

    operations = [
        migrations.AddField(
            model_name="lecturesession",
            name="screens",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="learners who agree may show their phone's screen to the teachers",
            ),
        ),
    ]
