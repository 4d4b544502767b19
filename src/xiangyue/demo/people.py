"""The people of the demonstration: all invented, and so are their numbers.

Staff are as many as the county's declarations say; residents are scaled.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from xiangyue.access.appointments import Appointment, appoint_many
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.speech import common
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.places.blueprint import CountyProfile, GridStaffing
from xiangyue.places.models import Employment, Household, Organisation, Place, PlaceKind
from xiangyue.places.services import Newcomer, register_many

# A block of numbers that no operator gives out; a demonstration sends nothing to any phone.
FIRST_PHONE = 16_100_000_001

UNIT_ROLES = {
    "VC": "village_clerk",
    "MED": "mediator",
    "SUP": "supervision_member",
    "UTL": "utility_handler",
    "DISC": "discipline_officer",
}
FIRST_SECRETARIES = 13
HOUSEHOLDS_AT_ONCE = 2_000


@dataclass
class Neighbourhoods:
    """The residents who could report, by the path of their grid: identifiers alone, for there
    are as many as the county has people."""

    by_path: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    resident_count: int = 0

    def caller(self, path: str, dice: random.Random) -> UUID | None:
        """Somebody with a phone who lives there; None when nobody does."""
        found = self.by_path.get(path)
        return dice.choice(found) if found else None


def settle(
    *, scale: float, dice: random.Random, at: datetime, say: Callable[[int], None]
) -> Neighbourhoods:
    """Register staff and residents, and give the posts; returns the residents.

    `say` hears now and then how many residents there are so far.
    """
    phones = iter(range(FIRST_PHONE, FIRST_PHONE + 10_000_000))
    names = _Names(dice)
    _post_staff(names, dice=dice, phones=phones, at=at)
    return _house_residents(names, scale=scale, dice=dice, phones=phones, at=at, say=say)


class _Names:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        words = common()["names"]
        self.surnames: str = words["common_surnames"] * 2 + words["surnames"]
        self.first: str = words["first"]
        self.second: str = words["second"]

    def surname(self) -> str:
        return self.dice.choice(self.surnames)

    def given(self) -> str:
        if self.dice.random() < 0.15:
            return self.dice.choice(self.second)
        first, second = self.dice.choice(self.first), self.dice.choice(self.second)
        return first if first == second else first + second

    def full(self) -> str:
        return self.surname() + self.given()


@dataclass(frozen=True, slots=True)
class _Job:
    role: str
    place: Place
    unit: Organisation | None = None
    employment: str = ""


def _post_staff(names: _Names, *, dice: random.Random, phones: Iterator[int], at: datetime) -> None:
    jobs = [*_grid_jobs(dice), *_area_jobs(), *_village_jobs(), *_unit_jobs()]
    people = register_many(
        people=[
            Newcomer(name=names.full(), phone=str(next(phones)), place=job.place) for job in jobs
        ],
        at=at,
    )
    appoint_many(
        appointments=[
            Appointment(
                person=person,
                role=job.role,
                place=job.place,
                organisation=job.unit,
                employment=job.employment,
            )
            for person, job in zip(people, jobs, strict=True)
        ],
        at=at,
    )


def _grid_jobs(dice: random.Random) -> Iterator[_Job]:
    """As many grid workers as are declared: one for each grid at least, the urban part-timers in
    the communities, the rest where they fall. Not declared: two for each grid."""
    staffing = next((meaning(row, GridStaffing) for row in all_current("grid_staffing")), None)
    teams = list(
        Organisation.objects.filter(function="GW", is_active=True)
        .select_related("place")
        .order_by("place_path", "code")
    )
    groups = [team for team in teams if team.place.kind == PlaceKind.GROUP] or teams
    urban = [team for team in groups if int(team.place.code[9:12]) < 200] or groups
    villages = [team for team in teams if team.place.kind == PlaceKind.VILLAGE]
    placed = [*groups, *(team for team in villages if team not in groups)]
    total = (staffing.worker_count if staffing else None) or 2 * len(placed)
    part_time = staffing.urban_part_time_count if staffing else 0
    for team in placed:
        yield _Job("grid_worker", team.place, team, Employment.FULL_TIME)
    for number in range(part_time):
        team = urban[number % len(urban)]
        yield _Job("grid_worker", team.place, team, Employment.PART_TIME)
    for _number in range(total - part_time - len(placed)):
        team = dice.choice(groups)
        yield _Job("grid_worker", team.place, team, Employment.FULL_TIME)


def _area_jobs() -> Iterator[_Job]:
    """Those with a duty over a town or the county."""
    hubs = Organisation.objects.filter(function__in=["TV", "CV"], is_active=True).select_related(
        "place"
    )
    for hub in hubs.order_by("place_path", "code"):
        level = "county" if hub.function == "CV" else "town"
        for _number in range(2):
            yield _Job(f"{level}_dispatcher", hub.place, hub)
        yield _Job(f"{level}_supervisor", hub.place, hub)
        yield _Job("department_handler", hub.place, hub)
        if level == "county":
            yield _Job("county_centre_director", hub.place, hub)
            yield _Job("administrator", hub.place, hub)
            yield _Job("auditor", hub.place)
        else:
            yield _Job("political_legal_member", hub.place)


def _village_jobs() -> Iterator[_Job]:
    """Those with a duty over a village or community: who leads, who helps others report."""
    villages = list(Place.objects.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path"))
    has_grids = any(village.grid_level is not None for village in villages)
    for number, village in enumerate(villages):
        if village.grid_level is not None or not has_grids:
            yield _Job("village_party_secretary", village)
        else:
            yield _Job("community_party_secretary", village)
        yield _Job("neighbour_helper", village)
        if number % max(1, len(villages) // FIRST_SECRETARIES) == 0:
            yield _Job("first_secretary", village)


def _unit_jobs() -> Iterator[_Job]:
    """Somebody in every unit that a report can reach; two named ones where matters are
    confidential, for nobody verifies their own work (SE01, PE02)."""
    confidential = {
        function
        for row in all_current("incident_category")
        for function in meaning(row, IncidentCategory).functions
        if meaning(row, IncidentCategory).audience == Audience.CONFIDENTIAL
    }
    units = (
        Organisation.objects.filter(is_active=True)
        .exclude(function__in=["", "GW", "TV", "CV"])
        .select_related("place")
        .order_by("place_path", "code")
    )
    for unit in units:
        role = UNIT_ROLES.get(unit.function, "department_handler")
        if unit.place.kind == PlaceKind.COUNTY and unit.function in confidential:
            named = role if role == "discipline_officer" else "confidential_handler"
            yield _Job(named, unit.place, unit)
            yield _Job(named, unit.place, unit)
            if named == role:
                continue
        yield _Job(role, unit.place, unit)


def population() -> int:
    """How many people the county's document counts; none declared, ten thousand."""
    for row in all_current("county_profile"):
        for figure in meaning(row, CountyProfile).figures:
            if figure.name.zh in {"人口", "常住人口", "户籍人口"}:
                return int(figure.value)
    return 10_000


def _house_residents(
    names: _Names,
    *,
    scale: float,
    dice: random.Random,
    phones: Iterator[int],
    at: datetime,
    say: Callable[[int], None],
) -> Neighbourhoods:
    """Households go round the general grids; where a county names none, people are only said to
    live in their village, for no grid is invented."""
    grids = list(
        Place.objects.filter(
            is_active=True, grid_kind="general", kind=PlaceKind.GROUP
        ).order_by("path")
    )  # fmt: skip
    homes = grids or list(
        Place.objects.filter(is_active=True, kind=PlaceKind.VILLAGE).order_by("path")
    )
    wanted = max(round(population() * scale), 50)
    found = Neighbourhoods()
    families = _families(names, homes, dice=dice, phones=phones, at=at)
    while found.resident_count < wanted:
        households: list[Household] = []
        people: list[Newcomer] = []
        for household, members in islice(families, HOUSEHOLDS_AT_ONCE):
            if grids:
                households.append(household)
            people += members if grids else [_without_household(one) for one in members]
            if found.resident_count + len(people) >= wanted:
                break
        for person in register_many(households=households, people=people, at=at):
            if person.phone is not None and person.place is not None:
                found.by_path[person.place.path].append(person.pk)
        found.resident_count += len(people)
        say(found.resident_count)
    return found


def _families(
    names: _Names,
    homes: list[Place],
    *,
    dice: random.Random,
    phones: Iterator[int],
    at: datetime,
) -> Iterator[tuple[Household, list[Newcomer]]]:
    count = 0
    while True:
        home, number = homes[count % len(homes)], count // len(homes) + 1
        count += 1
        household = Household(
            code=f"{home.code}-{number:04}",
            grid=home,
            place_path=home.path,
            address=f"{number}号",
        )
        surname, head_age = names.surname(), dice.randint(28, 78)
        members = []
        for position in range(dice.choice([1, 2, 2, 3, 3, 4, 5])):
            age = head_age - dice.randint(-4, 4) if position < 2 else abs(head_age - 27) + position
            members.append(
                Newcomer(
                    name=(names.surname() if position == 1 else surname) + names.given(),
                    phone=str(next(phones)) if age >= 14 and dice.random() < 0.7 else None,
                    household=household,
                    place=home,
                    birth_date=date(at.year - age, dice.randint(1, 12), dice.randint(1, 28)),
                )
            )
        yield household, members


def _without_household(newcomer: Newcomer) -> Newcomer:
    return Newcomer(
        name=newcomer.name,
        phone=newcomer.phone,
        place=newcomer.place,
        birth_date=newcomer.birth_date,
    )
