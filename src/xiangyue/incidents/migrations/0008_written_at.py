from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_by_created")]

    operations = [
        migrations.AddField("incident", "written_at", models.DateTimeField(blank=True, null=True)),
    ]
