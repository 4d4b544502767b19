"""Photos and documents under a notice, as frozen as its words."""

import django.db.models.deletion
from django.db import migrations, models

import xiangyue.kernel.identifiers
from xiangyue.publicity import freezing


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
        ("publicity", "0003_words_withheld"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
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
                ("small", models.CharField(blank=True, max_length=120)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.person",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="publicity.noticedraft",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="publicity.notice",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("draft", None), ("notice__isnull", False)),
                            models.Q(("draft__isnull", False), ("notice", None)),
                            _connector="OR",
                        ),
                        name="attachment_of_a_draft_or_a_notice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("draft", None),
                            models.Q(("file", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="attachment_of_a_draft_is_there",
                    ),
                    models.UniqueConstraint(
                        fields=("draft", "digest"), name="attachment_of_draft_once"
                    ),
                    models.UniqueConstraint(
                        fields=("notice", "digest"), name="attachment_of_notice_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(freezing.install_attachments, freezing.remove_attachments),
    ]
