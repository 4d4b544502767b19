from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_incident_by_tag")]

    operations = [
        migrations.RemoveIndex(model_name="incident", name="incident_by_place"),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=[
                    "place_path",
                    "created_at",
                    "audience",
                    "state",
                    "outcome",
                    "due_at",
                    "closed_at",
                    "parent",
                    "merged_into",
                ],
                name="incident_by_place",
            ),
        ),
    ]
