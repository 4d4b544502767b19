"""Evidence that came by itself is told from what somebody laid down.

A nullable column without default: SQLite adds it without rebuilding the table, so the triggers of
`freezing.py` stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_frozen")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="is_drawn",
            field=models.BooleanField(blank=True, null=True),
        ),
    ]
