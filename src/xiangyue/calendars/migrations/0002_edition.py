from django.db import migrations

from xiangyue.blueprints.editions import unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial"), ("blueprints", "0002_edition")]

    operations = [
        migrations.RunPython(watching("calendars_holiday"), unwatching("calendars_holiday")),
    ]
