"""Loads what was confirmed: all of it in one short transaction, or none.

The rows lie ready in the database, so that a few statements write them, however many they are:
other writers wait for these and not for any parsing.
"""

from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.places.models import Household, Person
from xiangyue.registry.importing.checking import KEEP
from xiangyue.registry.importing.claiming import Claim, Lost
from xiangyue.registry.importing.comparing import seen_in
from xiangyue.registry.importing.models import (
    Import,
    ImportHousehold,
    ImportRow,
    ImportTrace,
    OwnNumber,
    State,
    Verdict,
)
from xiangyue.registry.importing.placing import Places
from xiangyue.registry.importing.screening import Unfit

_LOCK = 7_204_001  # PostgreSQL's advisory lock of imports: one county loads one list at a time


Staged = TypeVar("Staged", ImportRow, ImportHousehold)


class Stale(Exception):  # noqa: N818 - an outcome
    """The register is no longer what the plan was made for; nothing was loaded."""


def load(claim: Claim) -> None:
    """Load the claimed import.

    :raises Stale: somebody came, went or changed since the plan was made.
    :raises Unfit: whoever uploaded it may no longer keep the lists of all its places.
    :raises Lost: it was taken over.
    """
    batch = claim.batch
    places = Places(standing_of(batch.actor, at=claim.now).areas(KEEP))
    touched = _rows(ImportRow, batch).order_by().values_list("place_id", flat=True).distinct()
    if not all(pk in places.by_id and places.is_own(places.by_id[pk].path) for pk in touched):
        raise Unfit("not_allowed_any_more")
    try:
        with transaction.atomic():
            _load(claim, places)
    except IntegrityError as error:  # a number or code was taken while we wrote
        raise Stale from error


def _load(claim: Claim, places: Places) -> None:
    batch = claim.batch
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    locked = Import.objects.select_for_update().filter(
        pk=batch.pk, claim=batch.claim, state=State.LOADING
    )
    if not locked.exists():
        raise Lost
    if locked.get().plan != batch.confirmed_plan or seen_in(list(batch.seen), places) != batch.seen:
        raise Stale
    _run(_UPDATE_HOUSEHOLDS, batch, expected=_rows(ImportHousehold, batch).filter(is_new=False))
    _run(_FREE_PHONES, batch)
    _run(_UPDATE_PEOPLE, batch, expected=_rows(ImportRow, batch).filter(verdict=Verdict.CHANGED))
    _run(_INSERT_HOUSEHOLDS, batch)
    _run(_INSERT_PEOPLE, batch)
    _run(_DROP_NUMBERS, batch)
    _run(_INSERT_NUMBERS, batch)
    _run(_INSERT_TRACES, batch)
    record(
        name="registry.list_imported",
        subject=batch,
        at=claim.now,
        actor_id=batch.actor_id,
        place_path=batch.place_path,
        facts={
            "digest": batch.digest,
            "new": batch.new_count,
            "changed": batch.changed_count,
            "households": batch.household_count,
        },
    )
    locked.update(state=State.DONE, claim="", claimed_until=None, finished_at=claim.now)


def _rows(model: type[Staged], batch: Import) -> QuerySet[Staged]:
    return model._default_manager.filter(batch=batch)


def _run(statement: str, batch: Import, *, expected: QuerySet[Any] | None = None) -> None:
    """Run one statement; where it must reach as many rows as are staged, see that it does."""
    key = ImportRow._meta.get_field("batch").get_db_prep_value(batch.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        if expected is not None and cursor.rowcount != expected.count():
            raise Stale


_TABLES = {
    "person": Person._meta.db_table,
    "household": Household._meta.db_table,
    "row": ImportRow._meta.db_table,
    "dwelling": ImportHousehold._meta.db_table,
    "number": OwnNumber._meta.db_table,
    "trace": ImportTrace._meta.db_table,
}


def _same(column: str, staged: str) -> str:
    return f"({column} = {staged} OR ({column} IS NULL AND {staged} IS NULL))"


_UPDATE_HOUSEHOLDS = """
    UPDATE {household} SET address = s.address FROM {dwelling} s
    WHERE s.batch_id = %s AND NOT s.is_new
      AND {household}.id = s.household_id AND {household}.address = s.was_address
      AND {household}.grid_id = s.grid_id
""".format(**_TABLES)  # noqa: S608 - names of tables only

# Two people may swap their numbers; one of them is without for a moment.
_FREE_PHONES = """
    UPDATE {person} SET phone = NULL FROM {row} s
    WHERE s.batch_id = %s AND s.verdict = 'changed' AND {person}.id = s.person_id
      AND s.was_phone IS NOT NULL AND {person}.phone = s.was_phone AND s.phone <> s.was_phone
""".format(**_TABLES)  # noqa: S608

_UPDATE_PEOPLE = """
    UPDATE {person}
    SET name = s.name, phone = s.phone, household_id = s.household_id, place_id = s.place_id,
        birth_date = s.birth_date
    FROM {row} s
    WHERE s.batch_id = %s AND s.verdict = 'changed' AND {person}.id = s.person_id
      AND {person}.name = s.was_name
      AND ({phone} OR (s.phone <> s.was_phone AND {person}.phone IS NULL))
      AND {in_household} AND {at_place} AND {born}
""".format(  # noqa: S608
    phone=_same(f"{_TABLES['person']}.phone", "s.was_phone"),
    in_household=_same(f"{_TABLES['person']}.household_id", "s.was_household_id"),
    at_place=_same(f"{_TABLES['person']}.place_id", "s.was_place_id"),
    born=_same(f"{_TABLES['person']}.birth_date", "s.was_birth_date"),
    **_TABLES,
)

_INSERT_HOUSEHOLDS = """
    INSERT INTO {household} (id, code, grid_id, place_path, address)
    SELECT household_id, code, grid_id, place_path, address FROM {dwelling}
    WHERE batch_id = %s AND is_new
""".format(**_TABLES)  # noqa: S608

_INSERT_PEOPLE = """
    INSERT INTO {person} (id, name, phone, household_id, place_id, birth_date)
    SELECT person_id, name, phone, household_id, place_id, birth_date FROM {row}
    WHERE batch_id = %s AND verdict = 'new'
""".format(**_TABLES)  # noqa: S608

_NUMBERED = "own_number <> '' AND (own_number <> was_number)"

_DROP_NUMBERS = """
    DELETE FROM {number} WHERE person_id IN (
        SELECT person_id FROM {row} WHERE batch_id = %s AND verdict = 'changed' AND {numbered}
    )
""".format(numbered=_NUMBERED, **_TABLES)  # noqa: S608

_INSERT_NUMBERS = """
    INSERT INTO {number} (person_id, village_id, number)
    SELECT person_id, village_id, own_number FROM {row} WHERE batch_id = %s AND {numbered}
""".format(numbered=_NUMBERED, **_TABLES)  # noqa: S608

_INSERT_TRACES = """
    INSERT INTO {trace} (batch_id, person_id, number, field_keys)
    SELECT batch_id, person_id, number, field_keys FROM {row} WHERE batch_id = %s
""".format(**_TABLES)  # noqa: S608
