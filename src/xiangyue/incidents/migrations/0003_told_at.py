from django.db import migrations, models
from django.db.models.functions import Coalesce


def told_so_far(apps, schema_editor):
    """What came in before this version was last told of at its latest milestone."""
    incidents = apps.get_model("incidents", "Incident").objects
    latest = ("closed_at", "answered_at", "handled_at", "taken_on_at", "dispatched_at")
    incidents.using(schema_editor.connection.alias).filter(told_at=None).update(
        told_at=Coalesce(*latest, "created_at")
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_search")]

    operations = [
        # Nullable and without a default: SQLite then adds the column without making a new table.
        migrations.AddField("incident", "told_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddIndex("incident", models.Index(fields=["told_at"], name="incident_by_told")),
        migrations.RunPython(told_so_far, migrations.RunPython.noop),
    ]
