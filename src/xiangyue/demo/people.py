"""The people of the demonstration: all invented, and so are their numbers.

Staff are as many as the county's declarations say; residents are scaled.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from xiangyue.access.appointments import Appointment, appoint_many
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.places.blueprint import CountyProfile, GridStaffing
from xiangyue.places.models import Employment, Household, Organisation, Person, Place, PlaceKind
from xiangyue.places.services import Newcomer, register_many

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
GIVEN = ["建国", "桂英", "秀兰", "玉梅", "志强", "海燕", "文斌", "红霞", "永福", "兰芳", "国栋", "小军", "雪琴", "德明", "春花", "万里", "晓东", "金莲", "立新", "月娥", "宏伟", "淑珍", "长寿", "彩霞", "保平", "凤英", "学文", "翠花", "天佑", "丽华", "振华", "银花", "兴旺", "爱萍", "俊杰", "慧敏", "存善", "桂花", "生财", "亚楠"]

# Invented numbers in one block; a demonstration sends nothing to any phone.
FIRST_PHONE = 17_000_000_001

UNIT_ROLES = {
    "VC": "village_clerk",
    "MED": "mediator",
    "SUP": "supervision_member",
    "UTL": "utility_handler",
    "DISC": "discipline_officer",
}


@dataclass
class Cast:
    """Who is who: the residents, the people of each unit, and those with a duty over an area."""

    residents: list[Person] = field(default_factory=list)
    of_unit: dict[object, list[Person]] = field(default_factory=lambda: defaultdict(list))
    by_role: dict[str, list[tuple[Person, Place]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def settle(*, scale: float, dice: random.Random, at: datetime) -> Cast:
    """Register staff and residents, and give the posts; returns who is who."""
    phones = iter(range(FIRST_PHONE, FIRST_PHONE + 10_000_000))
    cast = Cast()
    _post_staff(cast, dice=dice, phones=phones, at=at)
    _house_residents(cast, scale=scale, dice=dice, phones=phones, at=at)
    return cast


def _name(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + dice.choice(GIVEN)


@dataclass(frozen=True, slots=True)
class _Job:
    role: str
    place: Place
    unit: Organisation | None = None
    employment: str = ""


def _post_staff(cast: Cast, *, dice: random.Random, phones: Iterator[int], at: datetime) -> None:
    jobs = [*_grid_jobs(dice), *_area_jobs(), *_unit_jobs()]
    people = register_many(
        people=[
            Newcomer(name=_name(dice), phone=str(next(phones)), place=job.place) for job in jobs
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
    for person, job in zip(people, jobs, strict=True):
        cast.by_role[job.role].append((person, job.place))
        if job.unit is not None:
            cast.of_unit[job.unit.pk].append(person)


def _grid_jobs(dice: random.Random) -> Iterator[_Job]:
    """As many grid workers as are declared: one for each grid at least, the urban part-timers in
    the communities, the rest where they fall."""
    staffing = next((meaning(row, GridStaffing) for row in all_current("grid_staffing")), None)
    teams = list(
        Organisation.objects.filter(function="GW", is_active=True)
        .select_related("place")
        .order_by("place_path")
    )
    groups = [team for team in teams if team.place.kind == PlaceKind.GROUP] or teams
    urban = [team for team in groups if int(team.place.code[9:12]) < 200] or groups
    villages = [team for team in teams if team.place.kind == PlaceKind.VILLAGE]
    total = (staffing.worker_count if staffing else None) or 2 * len(groups)
    part_time = staffing.urban_part_time_count if staffing else 0
    placed = [*groups, *villages]
    for team in placed:
        yield _Job("grid_worker", team.place, team, Employment.FULL_TIME)
    for number in range(part_time):
        team = urban[number % len(urban)]
        yield _Job("grid_worker", team.place, team, Employment.PART_TIME)
    for _number in range(total - part_time - len(placed)):
        team = dice.choice(groups)
        yield _Job("grid_worker", team.place, team, Employment.FULL_TIME)


def _area_jobs() -> Iterator[_Job]:
    """Those with a duty over a town, a village or the county."""
    hubs = Organisation.objects.filter(function__in=["TV", "CV"], is_active=True).select_related(
        "place"
    )
    for hub in hubs.order_by("place_path"):
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
    villages = Place.objects.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path")
    for village in villages:
        if village.grid_level is not None:
            yield _Job("village_party_secretary", village)


def _unit_jobs() -> Iterator[_Job]:
    """Somebody in every unit that a report can reach."""
    units = (
        Organisation.objects.filter(is_active=True)
        .exclude(function__in=["", "GW", "TV", "CV"])
        .select_related("place")
        .order_by("place_path", "code")
    )
    for unit in units:
        yield _Job(UNIT_ROLES.get(unit.function, "department_handler"), unit.place, unit)
        if unit.place.kind == PlaceKind.COUNTY and unit.function != "DISC":
            yield _Job("confidential_handler", unit.place, unit)


def population() -> int:
    """How many people the county's document counts; none declared, ten thousand."""
    for row in all_current("county_profile"):
        for figure in meaning(row, CountyProfile).figures:
            if figure.name.zh == "人口":
                return int(figure.value)
    return 10_000


def _house_residents(
    cast: Cast, *, scale: float, dice: random.Random, phones: Iterator[int], at: datetime
) -> None:
    grids = list(
        Place.objects.filter(is_active=True, grid_kind="general", kind=PlaceKind.GROUP).order_by(
            "path"
        )
    )
    if not grids:
        return
    wanted = max(round(population() * scale), 50)
    households: list[Household] = []
    people: list[Newcomer] = []
    while len(people) < wanted:
        grid = grids[len(households) % len(grids)]
        number = len(households) // len(grids) + 1
        household = Household(
            code=f"{grid.code}-{number:04}",
            grid=grid,
            place_path=grid.path,
            address=f"{number}号",
        )
        households.append(household)
        surname = dice.choice(SURNAMES)
        for _member in range(dice.choice([1, 2, 2, 3, 3, 4, 5])):
            people.append(
                Newcomer(
                    name=surname + dice.choice(GIVEN),
                    phone=str(next(phones)) if dice.random() < 0.6 else None,
                    household=household,
                    birth_date=date(at.year - dice.randint(1, 92), dice.randint(1, 12), 1),
                )
            )
    cast.residents = register_many(households=households, people=people, at=at)
