"""Photos of an issue."""

import django.db.models.deletion
from django.db import migrations, models

import xiangyue.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [("deliberation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="IssuePhoto",
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
                ("small", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="deliberation.issue",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("issue", "digest"), name="issue_photo_once")
                ],
            },
        ),
    ]
