"""Whoever answers may keep back the words of an objection, as when they name others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publicity", "0002_frozen")]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="is_withheld",
            field=models.BooleanField(blank=True, null=True),
        )
    ]
