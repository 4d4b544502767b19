"""Reads of rounds: lists, orders, who is to be told, what a result says of each project."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from xiangyue.activity.models import Entry
from xiangyue.ballots import queries as ballots
from xiangyue.ballots.models import BallotState
from xiangyue.orders.likeness import likely
from xiangyue.orders.models import (
    Building,
    Need,
    NeedSupport,
    Outcome,
    Project,
    ProjectState,
    Round,
    RoundState,
)
from xiangyue.orders.sentences import PAID, verdict_badge, verdict_sentence
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning

PAGE_SIZE = 20
OVER = (RoundState.DONE, RoundState.STOPPED)
COMPARED = 1_000


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to. `which` of rounds: running (the default), past, all."""

    which: str = ""
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Narrowed":
        return cls(**{one.name: query.get(one.name, "").strip()[:80] for one in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == Narrowed()


def public_rounds() -> QuerySet[Round]:
    """Everybody may know of every round."""
    return Round.objects.select_related("place", "declaration", "ballot", "notice", "roll")


def listed(rows: QuerySet[Round], narrowed: Narrowed) -> QuerySet[Round]:
    """Newest first."""
    if narrowed.which == "past":
        rows = rows.filter(state__in=OVER)
    elif narrowed.which != "all":
        rows = rows.exclude(state__in=OVER)
    if narrowed.words:
        rows = rows.filter(
            Q(title__icontains=narrowed.words) | Q(place__name__icontains=narrowed.words)
        )
    return rows.order_by("-begun_at", "pk")


def near(place: Place) -> QuerySet[Round]:
    """The rounds that concern those who live at the place, not those that are over."""
    return concerning(public_rounds(), place).exclude(state__in=OVER).order_by("-begun_at", "pk")


def needs_of(round_: Round, narrowed: Narrowed, *, who: Person | None) -> QuerySet[Need]:
    """The orders of a round, the most wanted first. `which`: mine, waiting, taken, aside."""
    rows = round_.needs.select_related("project")
    if narrowed.which == "mine":
        rows = rows.filter(Q(by=who) | Q(supports__person=who)).distinct() if who else rows.none()
    elif narrowed.which == "waiting":
        rows = rows.filter(project=None, aside_why="")
    elif narrowed.which == "taken":
        rows = rows.exclude(project=None)
    elif narrowed.which == "aside":
        rows = rows.exclude(aside_why="")
    if narrowed.words:
        rows = rows.filter(Q(text__icontains=narrowed.words) | Q(spot__icontains=narrowed.words))
    return rows.order_by("-support_count", "number")


def likely_needs(round_: Round, text: str) -> list[Need]:
    """Orders that sound like this one, to be supported instead."""
    rows = {one.pk: one for one in round_.needs.order_by("-support_count", "number")[:COMPARED]}
    keys = likely(text, ((one.pk, one.text) for one in rows.values()))
    return [rows[key] for key in keys if isinstance(key, UUID)]


def wanted_by(who: Person | None, needs: list[Need]) -> set[UUID]:
    """Which of the orders the person said or supports."""
    if who is None:
        return set()
    mine = {one.pk for one in needs if one.by_id == who.pk}
    rows = NeedSupport.objects.filter(person=who, need__in=needs)
    return mine | set(rows.values_list("need", flat=True))


def orders_of(who: Person) -> QuerySet[Need]:
    """What the person said or supports, the newest first."""
    rows = Need.objects.filter(Q(by=who) | Q(supports__person=who)).distinct()
    return rows.select_related("round__place", "project").order_by("-said_at", "pk")


def concerned_by(entry: Entry) -> set[UUID]:
    """Who said or supported what an entry of the record answers; for telling them alone."""
    needs = Need.objects.filter(round=UUID(entry.subject_id))
    if "number" in entry.facts:
        needs = needs.filter(project__number=entry.facts["number"])
    said = needs.exclude(by=None).values_list("by", flat=True)
    supported = NeedSupport.objects.filter(need__in=needs).values_list("person", flat=True)
    return {key for key in [*said, *supported] if key is not None}


# --- the vote and its result ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has to do with a round's vote. `number` is theirs on the roll."""

    is_on_roll: bool
    has_taken_part: bool
    may_vote: bool


def part_of(round_: Round, who: Person | None, *, at: datetime) -> Part:
    if who is None or round_.ballot is None:
        return Part(is_on_roll=False, has_taken_part=False, may_vote=False)
    entry = ballots.entry_of(round_.ballot.roll, who)
    is_on_roll = entry is not None and not entry.is_struck
    taken = entry is not None and ballots.has_taken_part(round_.ballot, entry.pk) is not None
    is_open = (
        round_.state == RoundState.VOTE
        and round_.ballot.state == BallotState.OPEN
        and "online" in round_.ballot.modes
        and round_.ballot.opens_at <= at < round_.ballot.closes_at
    )
    return Part(is_on_roll, taken, is_on_roll and not taken and is_open)


@dataclass(frozen=True, slots=True)
class Told:
    """One project as the result tells it."""

    project: Project
    votes: int
    is_paid: bool
    turn: int | None
    badge: str
    sentence: str


def outcome_of(round_: Round) -> Outcome | None:
    return Outcome.objects.filter(pk=round_.pk).select_related("notice").first()


def told_of(outcome: Outcome) -> list[Told]:
    """Each project with why it is paid for or not: the paid in their turn, then the most wanted."""
    projects = {one.number: one for one in outcome.round.projects.all()}
    rows = [
        Told(
            project=projects[each["number"]],
            votes=each["votes"],
            is_paid=each["why"] in PAID,
            turn=each["turn"],
            badge=verdict_badge(each),
            sentence=verdict_sentence(outcome.facts, each),
        )
        for each in outcome.facts["verdicts"]
    ]
    return sorted(
        rows, key=lambda row: (not row.is_paid, row.turn or 0, -row.votes, row.project.number)
    )


def listed_projects(round_: Round) -> QuerySet[Project]:
    """What is, was or will be voted on."""
    return round_.projects.filter(state=ProjectState.DRAFT).prefetch_related("lines")


def to_check(rows: QuerySet[Round]) -> QuerySet[Project]:
    """What is built and waits to be checked."""
    return Project.objects.filter(round__in=rows, building=Building.BUILT).select_related("round")


def deciding_rounds(place: Place) -> QuerySet[Round]:
    return concerning(public_rounds(), place).order_by("-begun_at", "pk")


def summary(round_: Round) -> dict[str, Any]:
    """How many orders, projects and refused ones a round has."""
    return {
        "need_count": round_.needs.count(),
        "project_count": round_.projects.filter(state=ProjectState.DRAFT).count(),
        "refused_count": round_.projects.filter(state=ProjectState.REFUSED).count(),
    }
