import django.db.models.deletion
from django.db import migrations, models

import xiangyue.kernel.identifiers
from xiangyue.kernel.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Endpoint",
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
                        ("url", models.CharField(max_length=500)),
                        ("names", models.JSONField()),
                        ("source", models.CharField(max_length=200)),
                        ("secret", models.TextField()),
                        ("old_secret", models.TextField(blank=True)),
                        ("old_secret_until", models.DateTimeField(blank=True, null=True)),
                        ("registered_at", models.DateTimeField()),
                        ("next_index", models.BigIntegerField()),
                        ("next_attempt_at", models.DateTimeField()),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("failure_count", models.PositiveSmallIntegerField(default=0)),
                        ("paused_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "pause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("by_hand", "Paused by hand"),
                                    ("failing", "It did not answer for three days"),
                                    ("gone", "It said that it is gone for good"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "registered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="places.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("paused_at", None)),
                                fields=["next_attempt_at"],
                                name="endpoint_at_work",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("pause", ""), ("paused_at", None)),
                                    models.Q(
                                        ("paused_at__isnull", False),
                                        models.Q(("pause", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="endpoint_paused_for_a_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sending",
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
                        ("entry_id", models.BigIntegerField()),
                        ("leaf_index", models.BigIntegerField()),
                        ("name", models.CharField(max_length=80)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting to be sent"),
                                    ("delivered", "Delivered"),
                                    ("left_out", "Left out by hand"),
                                    ("withheld", "Withheld, as it became confidential"),
                                ],
                                default="waiting",
                                max_length=9,
                            ),
                        ),
                        ("attempt_count", models.PositiveSmallIntegerField(default=0)),
                        ("attempted_at", models.DateTimeField(blank=True, null=True)),
                        ("answer", models.CharField(blank=True, max_length=200)),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sendings",
                                to="webhooks.endpoint",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["endpoint", "state", "leaf_index"], name="sending_in_order"
                            ),
                            models.Index(fields=["endpoint", "-leaf_index"], name="sending_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("endpoint", "entry_id"), name="sending_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "delivered"), _negated=True),
                                    ("delivered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="sending_delivered_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("attempted_at__isnull", True),
                                    ("attempt_count__gte", 1),
                                    _connector="OR",
                                ),
                                name="sending_counts_attempts",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
