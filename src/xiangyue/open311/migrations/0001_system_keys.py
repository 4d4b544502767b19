import django.db.models.deletion
from django.db import migrations, models

import xiangyue.kernel.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SystemKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xiangyue.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("contact", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("daily_limit", models.PositiveIntegerField()),
                ("vouches_for_reporters", models.BooleanField(default=False)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                        name="system_key_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("daily_limit__gte", 1)),
                        name="system_key_lets_something_in",
                    ),
                ],
            },
        ),
    ]
