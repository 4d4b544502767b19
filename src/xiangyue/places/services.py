"""Verbs on people and households; posts are given and ended in `access.appointments`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Household, Person, Place


class NoGeneralGrid(Refused):
    """A household belongs to exactly one general grid (SY-18)."""

    code = "no_general_grid"


class PhoneTaken(Refused):
    """The phone number already belongs to somebody else."""

    code = "phone_taken"


@transaction.atomic
def register_household(
    *,
    code: str,
    grid: Place,
    unit: Place | None = None,
    address: str = "",
    at: datetime,
    actor_id: UUID | None = None,
) -> Household:
    """Put a household on its grid's list.

    :raises NoGeneralGrid: the grid is not a general one, or the joint unit lies elsewhere.
    """
    _check_grid(grid, unit)
    household = Household.objects.create(
        code=code, grid=grid, unit=unit, place_path=(unit or grid).path, address=address
    )
    record(
        name="places.household_registered",
        subject=household,
        at=at,
        actor_id=actor_id,
        place_path=household.place_path,
    )
    return household


def _check_grid(grid: Place, unit: Place | None) -> None:
    if grid.grid_kind != "general":
        raise NoGeneralGrid(
            _("%(grid)s is not a general grid; a household belongs to exactly one.")
            % {"grid": grid.name},
            source="SY-18",
        )
    if unit is not None and not unit.path.startswith(grid.path):
        raise NoGeneralGrid(
            _("%(unit)s does not lie in %(grid)s.") % {"unit": unit.name, "grid": grid.name},
            source="LP-31",
        )


@transaction.atomic
def register_person(
    *,
    name: str,
    phone: str | None = None,
    place: Place | None = None,
    household: Household | None = None,
    birth_date: date | None = None,
    at: datetime,
    actor_id: UUID | None = None,
) -> Person:
    """Register a person with no more than is needed.

    :raises PhoneTaken: the number is somebody else's.
    """
    if phone and Person.objects.filter(phone=phone).exists():
        raise PhoneTaken(
            _("That phone number is already registered; look the person up by it."),
            fields={"phone": _("Already registered")},
        )
    person = Person.objects.create(
        name=name,
        phone=phone or None,
        place=place or (household.grid if household else None),
        household=household,
        birth_date=birth_date,
    )
    record(
        name="places.person_registered",
        subject=person,
        at=at,
        actor_id=actor_id,
        place_path=person.place.path if person.place else "",
    )
    return person


@dataclass(frozen=True)
class Newcomer:
    """A person to register in bulk: the same facts as `register_person` takes."""

    name: str
    phone: str | None = None
    place: Place | None = None
    household: Household | None = None
    birth_date: date | None = None


@transaction.atomic
def register_many(
    *,
    households: Sequence[Household] = (),
    people: Sequence[Newcomer] = (),
    at: datetime,
    actor_id: UUID | None = None,
) -> list[Person]:
    """Register whole lists at once, as an import does; one record entry per kind and list.

    :raises NoGeneralGrid: one household's grid is not a general one; nothing is registered then.
    """
    for household in households:
        _check_grid(household.grid, household.unit)
    Household.objects.bulk_create(households, batch_size=1000)
    rows = [
        Person(
            name=newcomer.name,
            phone=newcomer.phone,
            place=newcomer.place or (newcomer.household.grid if newcomer.household else None),
            household=newcomer.household,
            birth_date=newcomer.birth_date,
        )
        for newcomer in people
    ]
    Person.objects.bulk_create(rows, batch_size=1000)
    for listed in (list(households), rows):
        if listed:
            record(
                name="places.list_registered",
                subject=listed[0],
                at=at,
                actor_id=actor_id,
                facts={"count": len(listed)},
            )
    return rows
