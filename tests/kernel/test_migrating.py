"""Tables made together are those that are made one by one."""

from collections.abc import Iterator

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from xiangyue.kernel.migrating import Together

pytestmark = pytest.mark.django_db(transaction=True)


def parts() -> list[CreateModel]:
    key = [("id", models.BigAutoField(primary_key=True))]
    village = models.ForeignKey("kernel.Village", models.PROTECT, related_name="wells")
    is_deep = models.CheckConstraint(condition=models.Q(depth__gt=0), name="well_has_depth")
    return [
        CreateModel("Village", [*key, ("name", models.TextField())]),
        CreateModel(
            "Well",
            [*key, ("depth", models.IntegerField()), ("village", village)],
            options={
                "constraints": [is_deep],
                "indexes": [models.Index(fields=["depth"], name="well_by_depth")],
            },
        ),
    ]


def made(*operations: Operation) -> Iterator[str]:
    """Apply them, say what is there, take them back, say what is left."""
    states = [ProjectState()]
    for operation in operations:
        before, after = states[-1], states[-1].clone()
        operation.state_forwards("kernel", after)
        states.append(after)
        with connection.schema_editor() as editor:
            operation.database_forwards("kernel", editor, before, after)
    yield str(sorted(states[-1].models))
    with connection.cursor() as cursor:
        for table in ("kernel_village", "kernel_well"):
            described = connection.introspection.get_table_description(cursor, table)
            yield str([(column.name, column.type_code, column.null_ok) for column in described])
            constraints = connection.introspection.get_constraints(cursor, table)
            yield str(
                sorted(
                    (name if name.startswith("well_") else "", str(sorted(one.items(), key=str)))
                    for name, one in constraints.items()
                )
            )
    for operation, before, after in reversed(
        list(zip(operations, states[:-1], states[1:], strict=True))
    ):
        with connection.schema_editor() as editor:
            operation.database_backwards("kernel", editor, after, before)
    yield str([one for one in connection.introspection.table_names() if one.startswith("kernel_")])


def test_they_are_the_same_tables_and_go_again() -> None:
    one_by_one, together = list(made(*parts())), list(made(Together(parts())))
    assert together == one_by_one
    assert "'well'" in together[0]
    assert "well_by_depth" in "".join(together)
    assert "well_has_depth" in "".join(together)
    assert together[-1] == "[]"
