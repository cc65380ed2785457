from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classroom', '0007_guest_phones'),
    ]

    operations = [
        migrations.AddField(
            model_name='guestphone',
            name='earlier_names',
            field=models.JSONField(blank=True, help_text='by which the phone may still ask for them, oldest first; null: none', null=True),
        ),
    ]
