from django.db import migrations, models
from django.db.models import Q

SEEN_BY = ("place_path", "audience", "is_kept_from_village", "unit")
COVERED = ("reporter", "unit")  # indexes of several columns begin with them
MOSTLY_EMPTY = ("parent", "merged_into", "entered_by", "suggested_unit")


def drop_single(apps, schema_editor):
    """Drop the indexes of these keys alone; no table is rebuilt, so triggers stay."""
    model = apps.get_model("incidents", "Incident")
    columns = [[model._meta.get_field(name).column] for name in (*COVERED, *MOSTLY_EMPTY)]
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    for name, one in found.items():
        if one["index"] and not one["unique"] and one["columns"] in columns:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def make_single(apps, schema_editor):
    model = apps.get_model("incidents", "Incident")
    for name in (*COVERED, *MOSTLY_EMPTY):
        field = model._meta.get_field(name)
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


def _without_index(name):
    field = {"on_delete": models.PROTECT, "db_index": False}
    if name == "unit":
        return models.ForeignKey("places.organisation", related_name="incidents", **field)
    field |= {"null": True, "blank": True}
    to, related = {
        "reporter": ("places.person", "incidents"),
        "entered_by": ("places.person", "+"),
        "suggested_unit": ("places.organisation", "+"),
        "parent": ("incidents.incident", "children"),
        "merged_into": ("incidents.incident", "merged"),
    }[name]
    return models.ForeignKey(to, related_name=related, **field)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_written_at")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_single, make_single)],
            state_operations=[
                migrations.AlterField("incident", name, _without_index(name))
                for name in (*COVERED, *MOSTLY_EMPTY)
            ],
        ),
        migrations.RemoveIndex("incident", "incident_due"),
        migrations.RemoveIndex("incident", "incident_by_place"),
        migrations.RemoveIndex("incident", "incident_by_reporter"),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=[
                    *("state", "due_at", *SEEN_BY),
                    *("urgency", "handler", "is_supervised", "category_key"),
                ],
                name="incident_by_state",
            ),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=[
                    *("place_path", "created_at", "audience", "state", "outcome"),
                    *("due_at", "closed_at", "parent", "merged_into"),
                    *("is_kept_from_village", "unit", "category_key"),
                ],
                name="incident_by_place",
            ),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=["category_key", *SEEN_BY, "state", "outcome"], name="incident_by_category"
            ),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(fields=["outcome", *SEEN_BY, "state"], name="incident_by_outcome"),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=["closed_at", *SEEN_BY, "state", "outcome"],
                condition=Q(closed_at__isnull=False),
                name="incident_by_closed",
            ),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=["reporter", "-created_at", "parent", "state"], name="incident_by_reporter"
            ),
        ),
        *(
            migrations.AddIndex(
                "incident",
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"incident_{name}",
                ),
            )
            for name in MOSTLY_EMPTY
        ),
    ]
