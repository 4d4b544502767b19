import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_told_at")]

    operations = [
        migrations.CreateModel(
            name="SentAct",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=20)),
                ("sender", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("arrived_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("offset_seconds", models.BigIntegerField(blank=True, null=True)),
                ("is_clock_changed", models.BooleanField(default=False)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.incident",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="incidents.step",
                    ),
                ),
            ],
        ),
    ]
