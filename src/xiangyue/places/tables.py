"""Checks a county's tables before anything is built from them, telling each fault with its line."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from xiangyue.places.models import GridKind, OrganisationKind, PlaceKind

Row = Mapping[str, str]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "divisions": ("code", "level", "name", "parent"),
    "grids": ("code", "name", "parent", "kind", "grid_kind", "grid_level"),
    "organisations": ("code", "name", "kind", "function", "place", "parent", "phone"),
}

# What a cell may hold where not everything goes; empty always may, unless it is needed.
CHOICES: Mapping[tuple[str, str], frozenset[str]] = {
    ("divisions", "level"): frozenset(PlaceKind.values),
    ("grids", "kind"): frozenset(PlaceKind.values),
    ("grids", "grid_kind"): frozenset(GridKind.values),
    ("grids", "grid_level"): frozenset({"1", "2", "3", "4"}),
    ("organisations", "kind"): frozenset(OrganisationKind.values),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "divisions": ("code", "level", "name"),
    "grids": ("code", "grid_kind", "grid_level"),
    "organisations": ("code", "name", "kind", "place"),
}


def table_faults(tables: Mapping[str, Sequence[Row]]) -> list[str]:
    """What is wrong with the tables, as `grids.csv:12: ...`; empty when nothing is."""
    faults = []
    for table, rows in tables.items():
        if table not in COLUMNS:
            faults.append(_("There is no table called %(table)s.") % {"table": f"{table}.csv"})
        elif rows and (wrong := set(rows[0]) ^ set(COLUMNS[table])):
            faults.append(
                _("%(place)s: these columns are missing or unknown: %(columns)s.")
                % {"place": f"{table}.csv:1", "columns": ", ".join(sorted(map(str, wrong)))}
            )
        else:
            faults += _row_faults(table, rows)
    return faults


def _row_faults(table: str, rows: Sequence[Row]) -> Iterator[str]:
    seen: set[str] = set()
    for line, row in enumerate(rows, 2):
        place = f"{table}.csv:{line}"
        if set(row) != set(COLUMNS[table]) or None in row.values():
            yield _("%(place)s: a cell is missing or too many.") % {"place": place}
            continue
        for column in NEEDED[table]:
            if not row[column]:
                yield _("%(place)s: %(column)s is empty.") % {"place": place, "column": column}
        for column, value in row.items():
            choices = CHOICES.get((table, column))
            if value and choices is not None and value not in choices:
                yield _("%(place)s: %(column)s cannot be %(value)s.") % {
                    "place": place,
                    "column": column,
                    "value": value,
                }
        if row["code"] in seen:
            yield _("%(place)s: %(code)s is there twice.") % {"place": place, "code": row["code"]}
        seen.add(row["code"])
