"""Reads of compacts: what is in force, since when, what was said before, whom one has asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from xiangyue.activity.models import Entry
from xiangyue.ballots.models import BallotState
from xiangyue.ballots.queries import QuestionOutcome, outcome
from xiangyue.compacts import rules
from xiangyue.compacts.differences import ClauseChange, clause_changes
from xiangyue.compacts.gates import ballots_of
from xiangyue.compacts.kinds import all_kinds
from xiangyue.compacts.models import (
    Asked,
    Clause,
    Compact,
    CorrectionOrder,
    Edition,
    Opinion,
    StateChoices,
    Version,
)
from xiangyue.places.models import Household, Place
from xiangyue.places.queries import within

PAGE_SIZE = 20


# --- in force ---------------------------------------------------------------------------------


def in_force(place: Place, *, on: date, kind: str | None = None) -> Version | None:
    """The version that binds the place on a day: of its main kind, or of `kind`."""
    kinds = [kind] if kind is not None else [key for key, one in all_kinds().items() if one.is_main]
    return (
        Version.objects.filter(
            Q(in_force_to=None) | Q(in_force_to__gt=on),
            compact__members__place=place,
            compact__kind__in=kinds,
            in_force_from__lte=on,
        )
        .select_related("compact__declaration", "compact__place")
        .order_by("-in_force_from", "-number")
        .first()
    )


def clauses_in_force(version: Version, *, at: datetime) -> list[Clause]:
    """The clauses that hold at a moment: without those left out by the vote or suspended."""
    standing = CorrectionOrder.objects.filter(
        Q(lifted_at=None) | Q(lifted_at__gt=at), clause=OuterRef("pk"), ordered_at__lte=at
    )
    rows = version.clauses.exclude(is_left_out=True).annotate(is_suspended=Exists(standing))
    return list(rows.filter(is_suspended=False))


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause of the text with its number in it, and the order that suspends it, if one does."""

    number: int
    clause: Clause
    order: CorrectionOrder | None


def text_of(version: Version) -> list[Standing]:
    """The clauses of a version as they are read, numbered without those left out by the vote."""
    orders = {
        one.clause_id: one
        for one in CorrectionOrder.objects.filter(clause__version=version, lifted_at=None)
    }
    rows = version.clauses.exclude(is_left_out=True).order_by("position")
    return [Standing(number, one, orders.get(one.pk)) for number, one in enumerate(rows, start=1)]


def current_of(compact: Compact) -> Version | None:
    """The version in force, if one is."""
    return compact.versions.filter(state=StateChoices.IN_FORCE).first()


def under_way_of(compact: Compact) -> Version | None:
    return compact.versions.filter(state__in=[str(one) for one in rules.UNDER_WAY]).first()


# --- history ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """What a clause said from one version on, and how each vote on these words went."""

    version: Version
    heading: str
    text: str
    outcomes: tuple[QuestionOutcome, ...]


@dataclass(frozen=True, slots=True)
class ClauseHistory:
    """One clause through the versions that came into force, the newest wording first."""

    lineage: UUID
    heading: str
    since: date | None
    is_in_force: bool
    wordings: tuple[Wording, ...]


def history_of(compact: Compact) -> list[ClauseHistory]:
    """Which clause holds since when, what it said before, and how it was voted on.

    In the order of the version in force, then those that are no more.
    """
    held = list(
        compact.versions.filter(state__in=[str(one) for one in rules.HELD])
        .order_by("in_force_from", "number")
        .prefetch_related(Prefetch("clauses", queryset=Clause.objects.exclude(is_left_out=True)))
    )
    outcomes = {version.pk: outcomes_of(version) for version in held}
    order: dict[UUID, None] = {}
    for version in reversed(held):
        for clause in version.clauses.all():
            order.setdefault(clause.lineage, None)
    return [_history(lineage, held, outcomes) for lineage in order]


def _history(
    lineage: UUID,
    held: Sequence[Version],
    outcomes: Mapping[UUID, Mapping[int, tuple[QuestionOutcome, ...]]],
) -> ClauseHistory:
    wordings: list[Wording] = []
    last: Clause | None = None
    for version in held:
        clause = next((one for one in version.clauses.all() if one.lineage == lineage), None)
        if clause is None:
            last = None
            continue
        votes = outcomes[version.pk].get(clause.position, ())
        if last is None or (last.heading, last.text) != (clause.heading, clause.text):
            wordings.append(Wording(version, clause.heading, clause.text, votes))
        else:  # the same words were voted on once more
            wordings[-1] = replace(wordings[-1], outcomes=(*wordings[-1].outcomes, *votes))
        last = clause
    newest = wordings[-1]
    is_in_force = last is not None and bool(held) and held[-1].state == StateChoices.IN_FORCE
    return ClauseHistory(
        lineage=lineage,
        heading=newest.heading,
        since=newest.version.in_force_from if is_in_force else None,
        is_in_force=is_in_force,
        wordings=tuple(reversed(wordings)),
    )


def outcomes_of(version: Version) -> dict[int, tuple[QuestionOutcome, ...]]:
    """How each clause was voted on, by its position: one outcome a place."""
    found: dict[int, list[QuestionOutcome]] = {}
    for ballot in ballots_of(version):
        if ballot.state == BallotState.COUNTED:
            for one in outcome(ballot).questions:
                found.setdefault(one.position, []).append(one)
    return {position: tuple(rows) for position, rows in found.items()}


# --- what changed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A clause as an edition keeps it."""

    lineage: UUID
    heading: str
    text: str


def as_kept(edition: Edition) -> list[Kept]:
    return [Kept(UUID(one["lineage"]), one["heading"], one["text"]) for one in edition.clauses]


def now_of(version: Version) -> list[Kept]:
    """The version's text as it is now."""
    rows = version.clauses.exclude(is_left_out=True).order_by("position")
    return [Kept(one.lineage, one.heading, one.text) for one in rows]


def comparable(version: Version) -> list[Version]:
    """The public versions of the same compact that this one can be read beside, newest first."""
    rows = version.compact.versions.exclude(pk=version.pk).filter(
        Q(first_published_at__isnull=False) | Q(state__in=[str(one) for one in rules.HELD])
    )
    return list(rows.order_by("-number"))


def changes_since(version: Version, earlier: Version | Edition | None) -> list[ClauseChange]:
    """Clause by clause, from the earlier text to the version's own; None is an empty text."""
    if isinstance(earlier, Edition):
        before = as_kept(earlier)
    else:
        before = now_of(earlier) if earlier is not None else []
    return clause_changes(before, now_of(version))


# --- opinions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A joint unit or grid: of how many of its households one knows that they were asked."""

    place: Place
    coverage: rules.Coverage


def coverage_of(version: Version) -> rules.Coverage:
    """How many households were asked, of all that the compact binds."""
    rows = _households(version)
    asked = Asked.objects.filter(version=version, household__in=rows.values("pk"))
    return rules.Coverage(asked.count(), rows.count())


def coverage_by_unit(version: Version) -> list[CoverageRow]:
    """The same by joint unit, or grid where there is none; numbers, never households."""
    rows = _households(version).annotate(home=Coalesce("unit_id", "grid_id"))
    counts = {row["home"]: row["count"] for row in rows.values("home").annotate(count=Count("pk"))}
    asked = Asked.objects.filter(version=version).values("household")
    done = {
        row["home"]: row["count"]
        for row in rows.filter(pk__in=asked).values("home").annotate(count=Count("pk"))
    }
    places = Place.objects.in_bulk(counts)
    return [
        CoverageRow(place, rules.Coverage(done.get(place.pk, 0), counts[place.pk]))
        for place in sorted(places.values(), key=lambda one: one.path)
    ]


def _households(version: Version) -> QuerySet[Household]:
    inside = Q(pk__in=[])
    for member in version.compact.members.all():
        inside |= Q(place_path__startswith=member.place_path)
    return Household.objects.filter(inside)


def register_of(
    version: Version, *, which: str = "", lineage: UUID | None = None
) -> QuerySet[Opinion]:
    """The opinions in the order they came. `which`: waiting, answered, or all."""
    rows = version.opinions.select_related("person", "entered_by", "answered_by", "clock", "place")
    if which == "waiting":
        rows = rows.filter(answered_at=None)
    elif which == "answered":
        rows = rows.filter(answered_at__isnull=False)
    if lineage is not None:
        rows = rows.filter(lineage=lineage)
    return rows.order_by("position")


def who_said(entry: Entry) -> list[UUID]:
    """With which account the opinion came that the activity is about; nobody's for most."""
    rows = Opinion.objects.filter(
        version=UUID(entry.subject_id), position=entry.facts["position"], person__isnull=False
    )
    return [key for key in rows.values_list("person_id", flat=True) if key is not None]


def to_answer(compacts: QuerySet[Compact]) -> QuerySet[Opinion]:
    """What waits for an answer, due soonest first."""
    rows = Opinion.objects.filter(version__compact__in=compacts, answered_at=None)
    return rows.select_related("version__compact__place", "clock").order_by("clock__due_at", "pk")


# --- lists ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; every field is a parameter of its address.

    `which`: (empty) all, in_force, under_way, waiting (opinions to answer), filing (to be filed
    or acknowledged).
    """

    which: str = ""
    kind: str = ""
    place: str = ""
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Narrowed":
        return cls(
            **{
                field.name: str(query.get(field.name, "")).replace("\x00", "").strip()[:80]
                for field in fields(cls)
            }
        )

    @property
    def is_empty(self) -> bool:
        return self == Narrowed()


def listed(rows: QuerySet[Compact], by: Narrowed) -> QuerySet[Compact]:
    """The compacts under the filter, by place and title, each with its versions."""
    if by.kind:
        rows = rows.filter(kind=by.kind)
    if by.words:
        rows = rows.filter(title__icontains=by.words)
    if by.place:
        place = Place.objects.filter(code=by.place).first()
        rows = within(rows, place) if place is not None else rows.none()
    states = {
        "in_force": [str(rules.State.IN_FORCE)],
        "under_way": [str(one) for one in rules.UNDER_WAY],
        "filing": [str(rules.State.VOTED)],
    }.get(by.which)
    if states is not None:
        rows = rows.filter(Exists(Version.objects.filter(compact=OuterRef("pk"), state__in=states)))
    if by.which == "waiting":
        rows = rows.filter(
            Exists(Opinion.objects.filter(version__compact=OuterRef("pk"), answered_at=None))
        )
    versions = Prefetch("versions", queryset=Version.objects.order_by("-number"))
    return rows.prefetch_related(versions).order_by("place_path", "title", "pk")
