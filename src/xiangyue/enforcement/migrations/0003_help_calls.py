import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import xiangyue.kernel.identifiers

PROTECT = django.db.models.deletion.PROTECT
STATES = [("open", "Helpers wanted"), ("cancelled", "Called off"), ("thanked", "Done, with thanks")]


def key() -> models.UUIDField:
    return models.UUIDField(
        default=xiangyue.kernel.identifiers.new_id,
        editable=False,
        primary_key=True,
        serialize=False,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("enforcement", "0002_clauses"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpCall",
            fields=[
                ("id", key()),
                ("place_path", models.CharField(max_length=255)),
                ("title", models.CharField(max_length=60)),
                ("meets_at", models.CharField(max_length=80)),
                ("starts_at", models.DateTimeField()),
                ("wanted_count", models.PositiveSmallIntegerField()),
                ("is_risky", models.BooleanField(default=False)),
                ("is_insured", models.BooleanField(default=False)),
                ("state", models.CharField(choices=STATES, default="open", max_length=9)),
                ("called_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("thanks", models.CharField(blank=True, max_length=200)),
                ("came_count", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="places.person"),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="calls", to="enforcement.team"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [models.Index(fields=["place_path"], name="help_call_by_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(wanted_count__gte=1), name="help_call_wants_somebody"
                    ),
                    models.CheckConstraint(
                        condition=Q(is_risky=False) | Q(is_insured=True),
                        name="help_call_risky_is_insured",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="open", ended_at=None, came_count=None)
                        | Q(state="cancelled", ended_at__isnull=False, came_count=None)
                        | Q(state="thanked", ended_at__isnull=False, came_count__isnull=False),
                        name="help_call_ends_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Helper",
            fields=[
                ("id", key()),
                ("has_come", models.BooleanField(default=False)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="helpers", to="enforcement.helpcall"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="places.person"),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "person"), name="helper_once")
                ],
            },
        ),
    ]
