"""Photos of what is built."""

import django.db.models.deletion
from django.db import migrations, models

import xiangyue.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_what_is_voted_on_stands"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectPhoto",
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
                ("file", models.CharField(blank=True, max_length=120)),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("content_type", models.CharField(max_length=40)),
                ("byte_count", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("before", "Before building"),
                            ("work", "While it is built"),
                            ("after", "Afterwards"),
                        ],
                        max_length=6,
                    ),
                ),
                ("small", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.person",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="orders.project",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "digest"), name="project_photo_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), models.Q(("file", ""), _negated=True)),
                            models.Q(("file", ""), ("removed_at__isnull", False), ("small", "")),
                            _connector="OR",
                        ),
                        name="project_photo_there_or_removed",
                    ),
                ],
            },
        ),
    ]
