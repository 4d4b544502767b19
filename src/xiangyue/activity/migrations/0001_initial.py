import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from xiangyue.kernel.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="TreeHead",
                    fields=[
                        ("tree_size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("root_hash", models.BinaryField(max_length=32)),
                        ("signed_at", models.DateTimeField(db_index=True)),
                        ("signature", models.BinaryField(max_length=64)),
                        ("key_id", models.CharField(max_length=16)),
                        ("highest_entry_id", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=80)),
                        ("at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("actor_id", models.UUIDField(blank=True, null=True)),
                        ("subject_type", models.CharField(max_length=60)),
                        ("subject_id", models.CharField(max_length=36)),
                        ("place_path", models.CharField(blank=True, max_length=255)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name_plural": "entries",
                        "indexes": [
                            models.Index(
                                fields=["subject_type", "subject_id", "id"], name="entry_by_subject"
                            ),
                            models.Index(fields=["name", "at"], name="entry_by_name"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("leaf_hash", models.BinaryField(max_length=32)),
                        ("completed", models.BinaryField(default=b"")),
                        (
                            "entry",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leaf",
                                to="activity.entry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "leaves",
                    },
                ),
            ]
        ),
    ]
