from django.db import migrations, models


class Migration(migrations.Migration):
    """The keys stand in the index, so that PostgreSQL too chooses a page of open ones by it."""

    dependencies = [("incidents", "0009_reads")]

    operations = [
        migrations.RemoveIndex("incident", "incident_by_state"),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=[
                    *("state", "due_at"),
                    *("place_path", "audience", "is_kept_from_village", "unit"),
                    *("urgency", "handler", "is_supervised", "category_key", "id"),
                ],
                name="incident_by_state",
            ),
        ),
    ]
