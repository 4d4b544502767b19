"""The people of the demonstration: all invented, and so are their numbers.

Staff are as many as the county's declarations say; residents are scaled.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from uuid import UUID

from xiangyue.access.appointments import Appointment, appoint_many
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.blueprint import Demonstration
from xiangyue.demo.parts import demonstration, form_parts, least_households
from xiangyue.demo.speech import common
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.places.blueprint import CountyProfile, GridStaffing
from xiangyue.places.models import Employment, Household, Organisation, Person, Place, PlaceKind
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

    def take_in(
        self, households: Sequence[Household], people: Sequence[Newcomer], *, at: datetime
    ) -> None:
        """Register them, and remember those with a phone."""
        for person in register_many(households=households, people=people, at=at):
            if person.phone is not None and person.place is not None:
                self.by_path[person.place.path].append(person.pk)
        self.resident_count += len(people)

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
    found = _house_residents(names, scale=scale, dice=dice, phones=phones, at=at, say=say)
    plan = demonstration()
    if plan is not None:
        form_parts(plan, at=at)
        _appoint(names, list(_declared_jobs(plan)), phones=phones, at=at)
        appoint_many(appointments=list(_unit_heads(plan)), at=at)
    return found


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
    _appoint(names, jobs, phones=phones, at=at)


def _appoint(names: _Names, jobs: Sequence[_Job], *, phones: Iterator[int], at: datetime) -> None:
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


def _declared_jobs(plan: Demonstration) -> Iterator[_Job]:
    """Whoever else serves, as the county's demonstration says."""
    for holders in plan.holders:
        if holders.each == "unit":
            continue
        places = [
            place
            for place in Place.objects.filter(kind=holders.each, is_active=True).order_by("path")
            if (place.grid_kind or not holders.is_only_grids)
            and (
                holders.where.each == ""
                or holders.where.stands_at(kind=place.kind, code=place.code)
            )
        ]
        units = list(Organisation.objects.filter(function=holders.function, is_active=True))
        for number, place in enumerate(places):
            unit = _nearest(units, place) if holders.function else None
            count = holders.count
            if holders.total is not None:
                share, more = divmod(holders.total, len(places))
                count = share + (number < more)
            for _number in range(count):
                yield _Job(holders.role, place, unit)


def _unit_heads(plan: Demonstration) -> Iterator[Appointment]:
    """The head of a joint household unit is one of its people: the eldest who can be called."""
    for holders in plan.holders:
        if holders.each != "unit":
            continue
        found: dict[int, tuple[Person, Place]] = {}
        people = (
            Person.objects.filter(household__unit__isnull=False, phone__isnull=False)
            .select_related("household__unit")
            .order_by("birth_date", "phone")
        )
        for person in people.iterator():
            assert person.household is not None
            unit = person.household.unit
            assert unit is not None
            found.setdefault(unit.pk, (person, unit))
        for _key, (person, unit) in sorted(found.items(), key=lambda each: str(each[1][1].path)):
            yield Appointment(person=person, role=holders.role, place=unit)


def _nearest(units: Sequence[Organisation], place: Place) -> Organisation | None:
    above = [unit for unit in units if place.path.startswith(unit.place_path)]
    return max(above, key=lambda unit: len(unit.place_path), default=None)


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
    """Households go round the smallest general grids; where a county names none, people are only
    said to live in their village, for no grid is invented. What the demonstration looks at has at
    least the households that it wants."""
    homes = homes_of_people()
    wanted = max(round(population() * scale), 50)
    found = Neighbourhoods()
    turns = ((home, number) for number in count(1) for home in homes)
    families = _families(names, turns, dice=dice, phones=phones, at=at)
    housed: Counter[str] = Counter()
    while found.resident_count < wanted:
        households: list[Household] = []
        people: list[Newcomer] = []
        for household, members in islice(families, HOUSEHOLDS_AT_ONCE):
            housed[household.place_path] += 1
            if household.grid.grid_kind:
                households.append(household)
                people += members
            else:
                people += [_without_household(one) for one in members]
            if found.resident_count + len(people) >= wanted:
                break
        found.take_in(households, people, at=at)
        say(found.resident_count)
    more = [
        (home, number)
        for home in homes
        for number in range(housed[home.path] + 1, least_households(home) + 1)
    ]
    both = list(_families(names, iter(more), dice=dice, phones=phones, at=at))
    found.take_in([home for home, _ in both], [one for _, all_ in both for one in all_], at=at)
    return found


def homes_of_people() -> list[Place]:
    """The grids that nothing smaller divides; a county that names none, its villages."""
    places = Place.objects.filter(is_active=True, grid_kind__in=["", "general"])
    groups = list(places.filter(kind=PlaceKind.GROUP).exclude(grid_kind="").order_by("path"))
    divided = {group.path[: -Place.steplen] for group in groups}
    villages = places.filter(kind=PlaceKind.VILLAGE).exclude(path__in=divided)
    return sorted([*groups, *villages], key=lambda place: str(place.path))


def _families(
    names: _Names,
    turns: Iterator[tuple[Place, int]],
    *,
    dice: random.Random,
    phones: Iterator[int],
    at: datetime,
) -> Iterator[tuple[Household, list[Newcomer]]]:
    for home, number in turns:
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
