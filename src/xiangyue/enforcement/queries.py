"""Reads about committees, teams, duty areas and reminders; none counts by person (REQ-L)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.enforcement import rules
from xiangyue.enforcement.blueprint import EnforcementTeam, SomeoneDuty
from xiangyue.enforcement.models import Committee, DutyArea, Member, Reminder, Team
from xiangyue.enforcement.wording import subjects
from xiangyue.places.models import Household, Person, Place, PlaceKind
from xiangyue.places.queries import active_posts, within
from xiangyue.places.rules import path_range, short_name
from xiangyue.rosters.models import DutyTurn

PAGE_SIZE = 20
SMALL = 5  # GD12: no number under this is told


# --- who keeps the compact --------------------------------------------------------------------


def committee_of(village: Place) -> Committee | None:
    """The village's committee, being formed or sitting."""
    rows = Committee.objects.filter(place=village).exclude(state=Committee.State.DISSOLVED)
    return rows.select_related("place", "declaration").first()


def teams_of(village: Place) -> QuerySet[Team]:
    """The village's teams, first formed first."""
    rows = Team.objects.filter(committee__place=village, ended_at=None)
    return rows.select_related("declaration", "organisation", "committee__place")


def village_of(person: Person | None) -> Place | None:
    """The village or community in which somebody lives, as the lists have it."""
    if person is None:
        return None
    path = ""
    if person.household_id is not None and person.household is not None:
        path = person.household.place_path
    elif person.place_id is not None and person.place is not None:
        path = person.place.path
    steps = range(Place.steplen, len(path) + 1, Place.steplen)
    found: Place | None = Place.objects.filter(
        path__in=[path[:length] for length in steps], kind=PlaceKind.VILLAGE
    ).first()
    return found


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A team on duty, until when, who, and the post's telephone; a member's own is never told."""

    team: Team
    until: datetime
    names: tuple[str, ...]
    phone: str


def on_duty(village: Place, *, at: datetime) -> list[OnDuty]:
    """Who is on duty in the village at a moment, as published (LP-18)."""
    turns = (
        DutyTurn.objects.filter(
            unit__compact_team__committee__place=village,
            unit__compact_team__ended_at=None,
            begins_at__lte=at,
            ends_at__gt=at,
            cancelled_at=None,
            published_at__isnull=False,
        )
        .select_related(
            "person", "unit__compact_team__declaration", "unit__compact_team__organisation"
        )
        .order_by("unit__name", "begins_at")
    )
    found: dict[object, OnDuty] = {}
    for turn in turns:
        team: Team = turn.unit.compact_team
        before = found.get(team.pk)
        names = (*before.names, turn.person.name) if before is not None else (turn.person.name,)
        until = max(before.until, turn.ends_at) if before is not None else turn.ends_at
        found[team.pk] = OnDuty(team, until, names, turn.unit.phone)
    return list(found.values())


def coming_turns(team: Team, *, at: datetime) -> QuerySet[DutyTurn]:
    """The team's published turns that are not over, soonest first."""
    return (
        DutyTurn.objects.filter(
            unit=team.organisation, ends_at__gt=at, cancelled_at=None, published_at__isnull=False
        )
        .select_related("person")
        .order_by("begins_at", "pk")
    )


def team_kinds() -> dict[str, EnforcementTeam]:
    """The teams that may be formed, by key."""
    return {row.key: meaning(row, EnforcementTeam) for row in all_current("enforcement_team")}


def own_seats(person: Person) -> QuerySet[Member]:
    """The person's seats that are not over, in committees and teams."""
    rows = Member.objects.filter(person=person).exclude(state=Member.State.ENDED)
    return rows.select_related(
        "committee__declaration", "committee__place", "team__declaration", "team__committee__place"
    )


# --- duty areas -------------------------------------------------------------------------------


def public_areas(place: Place) -> QuerySet[DutyArea]:
    """What is looked after at a place and below it; a household's own never (LP-19)."""
    rows = within(DutyArea.objects.filter(ended_at=None, household=None), place)
    return rows.select_related("place", "person", "team__declaration", "team__organisation")


def own_areas(person: Person) -> QuerySet[DutyArea]:
    """What the person looks after, and what their household does."""
    mine = Q(person=person)
    if person.household_id is not None:
        mine |= Q(household_id=person.household_id)
    rows = DutyArea.objects.filter(mine, ended_at=None)
    return rows.select_related("place", "team__declaration", "team__organisation")


def parts_of(place: Place) -> list[tuple[Place, int]]:
    """The parts right below a place, each with how many areas lie in it: two queries."""
    low, high = path_range(place.path)
    parts = list(
        Place.objects.filter(
            path__gt=low, path__lt=high, depth=place.depth + 1, is_active=True
        ).order_by("path")[:300]
    )
    paths = list(public_areas(place).values_list("place_path", flat=True))
    return [(part, sum(path.startswith(part.path) for path in paths)) for part in parts]


def place_above(place: Place) -> Place | None:
    """The place right above, if there is one."""
    found: Place | None = Place.objects.filter(path=place.path[: -Place.steplen]).first()
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that nobody does (LP-20): what of which subject, and where.

    `area` is the row of the list that has nobody; None: nobody has put it on the list.
    """

    subject: str
    subject_key: str
    place: Place
    name: str
    area: DutyArea | None = None


def gaps(village: Place, *, at: datetime) -> list[Gap]:
    """What nobody does in the village: areas without anybody, places without an area, roles
    that nobody holds (LP-07, LP-20, LP-38), in the order of the tree."""
    declared, language = subjects(), get_language()
    areas = list(within(DutyArea.objects.filter(ended_at=None), village).select_related("place"))
    names = {key: each.name.in_language(language) for key, each in declared.items()}
    found = [
        Gap(names.get(area.subject, area.subject), area.subject, area.place, area.name, area)
        for area in areas
        if area.team_id is None and area.person_id is None and area.household_id is None
    ]
    places = list(
        within(Place.objects.filter(is_active=True), village, field="path").order_by("path")[:3000]
    )
    for key, subject in declared.items():
        wanted = {place.path: place for place in places if place.kind in subject.each}
        covered = [area.place_path for area in areas if area.subject == key]
        found += [
            Gap(names[key], key, wanted[path], short_name(wanted[path].name))
            for path in rules.uncovered(wanted, covered)
        ]
    found += _nobody_in_role(village, places, language=language, at=at)
    return sorted(found, key=lambda gap: (gap.place.path, gap.subject, gap.name))


def _nobody_in_role(
    village: Place, places: Iterable[Place], *, language: str | None, at: datetime
) -> list[Gap]:
    held: dict[str, list[str]] = {}
    for role, path in within(active_posts(at=at), village).values_list("role", "place_path"):
        held.setdefault(role, []).append(path)
    found = []
    for row in all_current("someone_duty"):
        duty = meaning(row, SomeoneDuty)
        wanted = {place.path: place for place in places if place.kind == duty.each}
        posts = [path for role in duty.roles for path in held.get(role, ())]
        # At the village somebody anywhere in it serves; below, somebody right there does.
        covered = [village.path] if duty.each == "village" and posts else posts
        name = duty.name.in_language(language)
        found += [
            Gap(name, duty.key, wanted[path], short_name(wanted[path].name))
            for path in rules.uncovered(wanted, covered, reaches_down=duty.reaches_down)
        ]
    return found


def households_in(place: Place) -> QuerySet[Household]:
    """The households of a place, by code."""
    return within(Household.objects.all(), place).order_by("code")


# --- reminders --------------------------------------------------------------------------------


def own_reminders(person: Person) -> QuerySet[Reminder]:
    """All that is kept about somebody here, newest first."""
    rows = Reminder.objects.filter(person=person)
    return rows.select_related("village", "noted_by", "seen_at", "declaration")


def open_of_team(person: Person) -> QuerySet[Reminder]:
    """The open reminders of the teams in which somebody sits, noted first first.

    They are not counted, ranked or gathered by the person whom they concern.
    """
    rows = Reminder.objects.filter(
        state=Reminder.State.OPEN,
        team__members__person=person,
        team__members__state=Member.State.SITTING,
        team__ended_at=None,
    )
    return rows.select_related(
        "village", "person", "clause", "seen_at", "declaration", "team"
    ).order_by("noted_at", "pk")


def told_count(count: int) -> str:
    """A count that may be told: none, or not so few that one could guess who (GD12)."""
    return str(count) if count == 0 or count >= SMALL else f"<{SMALL}"
