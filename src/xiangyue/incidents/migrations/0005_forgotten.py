from django.db import migrations, models
from django.db.models import Q

from xiangyue.incidents import search_index


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_sent_acts")]

    operations = [
        migrations.AddField(
            "incident", "forgotten_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=["closed_at"],
                condition=Q(state__in=["closed", "merged"], forgotten_at__isnull=True),
                name="incident_to_forget",
            ),
        ),
        migrations.AddConstraint(
            "incident",
            models.CheckConstraint(
                name="incident_forgotten_names_nobody",
                condition=Q(forgotten_at__isnull=True)
                | Q(
                    description="",
                    address="",
                    public_summary="",
                    grams="",
                    sealed_reporter="",
                    reporter_tag="",
                    reporter__isnull=True,
                    latitude__isnull=True,
                    state__in=["closed", "merged"],
                ),
            ),
        ),
        # A constraint makes SQLite build the table anew, which loses its triggers.
        migrations.RunPython(search_index.install, migrations.RunPython.noop),
    ]
