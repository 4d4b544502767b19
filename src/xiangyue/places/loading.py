"""Builds what a county's files say of its places, organisations and bodies."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty
from xiangyue.places.blueprint import BodyKind, OrganisationPattern
from xiangyue.places.models import Body, Organisation, Place, PlaceKind
from xiangyue.places.rules import short_name
from xiangyue.places.tables import table_faults

Row = dict[str, str]
FORMED_HERE = {PlaceKind.GROUP, PlaceKind.STREET, PlaceKind.UNIT}


def load(*, files: CountyFiles, at: datetime) -> None:
    """Create what is new, rename what is renamed, set inactive what is gone; twice changes nothing.

    :raises DeclarationsFaulty: a row names a parent or a kind that does not exist.
    """
    if faults := table_faults(files.tables):
        raise DeclarationsFaulty(faults)
    places = _load_places(
        _merged([*files.tables.get("divisions", []), *files.tables.get("grids", [])])
    )
    organisations = {row.code: row for row in Organisation.objects.all()}
    declared: dict[str, Organisation] = {}
    for pattern in files.declarations["organisation_pattern"].values():
        assert isinstance(pattern, OrganisationPattern)
        declared |= _from_pattern(pattern, places.values())
    for row in files.tables.get("organisations", []):
        declared[row["code"]] = _from_row(row, places)
    _save_organisations(organisations, declared)
    _load_bodies(files, places.values())


def _merged(rows: Iterable[Row]) -> list[Row]:
    """One row for each code: a grid's row only adds to its division's."""
    merged: dict[str, Row] = {}
    for row in rows:
        merged.setdefault(row["code"], {}).update({key: cell for key, cell in row.items() if cell})
    return list(merged.values())


def _load_places(rows: Iterable[Row]) -> dict[str, Place]:
    known = {place.code: place for place in Place.objects.order_by("path")}
    seen: set[str] = set()
    faults = []
    for row in rows:
        code = row["code"]
        place = known.get(code)
        grid_level = int(row["grid_level"]) if row.get("grid_level") else None
        kind = row.get("level") or row.get("kind") or (place.kind if place else "")
        if kind not in PlaceKind.values:
            faults.append(_("Place %(code)s is of no known kind.") % {"code": code})
            continue
        if place is None:
            place = Place(code=code, name=row.get("name", code), kind=kind)
            _set_grid(place, row.get("grid_kind", ""), grid_level)
            parent_code = row.get("parent", "")
            parent = known.get(parent_code)
            if parent_code and parent is None:
                faults.append(
                    _("Place %(code)s lies in %(parent)s, which is not declared.")
                    % {"code": code, "parent": parent_code}
                )
                continue
            if parent is None:
                Place.objects.add_root(instance=place)
            else:
                Place.objects.add_child(parent, instance=place)
            known[code] = place
        else:
            before = (place.name, place.grid_kind, place.grid_level, place.is_active)
            place.name = row.get("name") or place.name
            _set_grid(place, row.get("grid_kind", ""), grid_level)
            place.is_active = True
            if before != (place.name, place.grid_kind, place.grid_level, place.is_active):
                place.save(update_fields=["name", "grid_kind", "grid_level", "is_active"])
        seen.add(code)
    if faults:
        raise DeclarationsFaulty(faults)
    listed = {place.kind for code, place in known.items() if code in seen}
    gone = Place.objects.exclude(code__in=seen)
    # What no table of the county lists was formed by the places themselves (forming.py).
    gone.exclude(kind__in=FORMED_HERE - listed).update(is_active=False)
    return {code: place for code, place in known.items() if code in seen}


def _set_grid(place: Place, kind: str, level: int | None) -> None:
    place.grid_kind = kind
    place.grid_level = level


def _from_pattern(pattern: OrganisationPattern, places: Iterable[Place]) -> dict[str, Organisation]:
    found = {}
    for place in places:
        if not pattern.stands_at(kind=place.kind, code=place.code):
            continue
        if pattern.is_only_grids and not place.grid_kind:
            continue
        code = f"{place.code}:{pattern.key}"
        found[code] = Organisation(
            code=code,
            name=pattern.name.replace("{name}", short_name(place.name)),
            kind=pattern.organisation_kind,
            function=pattern.function,
            place=place,
            place_path=place.path,
        )
    return found


def _from_row(row: Row, places: dict[str, Place]) -> Organisation:
    place = places.get(row["place"])
    if place is None:
        raise DeclarationsFaulty(
            [
                _("Organisation %(code)s is at %(place)s, which is not declared.")
                % {"code": row["code"], "place": row["place"]}
            ]
        )
    return Organisation(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        function=row["function"],
        place=place,
        place_path=place.path,
        phone=row.get("phone", ""),
    )


def _save_organisations(known: dict[str, Organisation], declared: dict[str, Organisation]) -> None:
    Organisation.objects.bulk_create([row for code, row in declared.items() if code not in known])
    changed = []
    for code, row in declared.items():
        old = known.get(code)
        if old is not None and (old.name, old.function, old.kind, old.is_active) != (
            row.name,
            row.function,
            row.kind,
            True,
        ):
            old.name, old.function, old.kind, old.is_active = row.name, row.function, row.kind, True
            changed.append(old)
    Organisation.objects.bulk_update(changed, ["name", "function", "kind", "is_active"])
    gone = [row.pk for code, row in known.items() if code not in declared]
    Organisation.objects.filter(pk__in=gone).update(is_active=False)


def _load_bodies(files: CountyFiles, places: Iterable[Place]) -> None:
    known = set(Body.objects.values_list("code", flat=True))
    bodies = []
    for declared in files.declarations["body_kind"].values():
        assert isinstance(declared, BodyKind)
        if declared.is_local or not declared.each:
            continue
        for place in places:
            code = f"{place.code}:{declared.key}"
            if code not in known and declared.stands_at(kind=place.kind, code=place.code):
                bodies.append(
                    Body(
                        code=code,
                        name=f"{short_name(place.name)}{declared.name.zh}",
                        kind=declared.key,
                        place=place,
                    )
                )
    Body.objects.bulk_create(bodies)
