from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_photo_care")]

    operations = [
        migrations.AddIndex(
            "incident", models.Index(fields=["created_at"], name="incident_by_created")
        ),
    ]
