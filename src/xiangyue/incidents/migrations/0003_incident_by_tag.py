from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_search")]

    operations = [
        migrations.RemoveIndex(model_name="incident", name="incident_by_tag"),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["reporter_tag"], name="incident_by_tag"),
        ),
    ]
