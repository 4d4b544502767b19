from django.db import migrations, models

from xiangyue.blueprints.editions import first_edition, unwatching, watching


class Migration(migrations.Migration):
    dependencies = [("blueprints", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=32)),
            ],
        ),
        migrations.RunPython(first_edition, migrations.RunPython.noop),
        migrations.RunPython(
            watching("blueprints_declaration"), unwatching("blueprints_declaration")
        ),
    ]
