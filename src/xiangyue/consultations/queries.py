"""Reads of consultations: lists, what comes next, the result in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from xiangyue.consultations import rules
from xiangyue.consultations.models import Consultation, Participant, Reason, Statement
from xiangyue.places.models import Place

PAGE_SIZE = 20
LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to. `which`: running (the default), past, waiting, all."""

    which: str = ""
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Narrowed":
        return cls(**{one.name: query.get(one.name, "").strip()[:80] for one in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == Narrowed()


def listed(
    rows: QuerySet[Consultation], narrowed: Narrowed, *, at: datetime
) -> QuerySet[Consultation]:
    """Newest first; planned ones stand among the running."""
    is_over = Q(state=Consultation.State.CLOSED) | Q(closes_at__lte=at)
    match narrowed.which:
        case "past":
            rows = rows.filter(is_over)
        case "waiting":
            rows = rows.filter(_waits()).distinct()
        case "all":
            pass
        case _:
            rows = rows.exclude(is_over)
    if narrowed.words:
        rows = rows.filter(title__icontains=narrowed.words)
    return rows.select_related("place").order_by("-opens_at", "pk")


def _waits() -> Q:
    return Q(statements__state=Statement.State.PROPOSED) | Q(
        statements__appealed_at__isnull=False, statements__appeal_decided_at=None
    )


def to_moderate(rows: QuerySet[Consultation]) -> QuerySet[Statement]:
    """What waits to be looked at, and appeals, in the order they came."""
    waiting = Q(state=Statement.State.PROPOSED) | Q(
        appealed_at__isnull=False, appeal_decided_at=None
    )
    return Statement.objects.filter(waiting, consultation__in=rows).select_related(
        "consultation__place"
    )


def near(place: Place, *, at: datetime) -> QuerySet[Consultation]:
    """What is asked now of those who live at the place."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    rows = Consultation.objects.filter(place_path__in=[place.path[:end] for end in steps])
    return listed(rows, Narrowed(), at=at).filter(opens_at__lte=at)


def open_statements(consultation: Consultation) -> QuerySet[Statement]:
    return consultation.statements.filter(state=Statement.State.OPEN)


def next_statement(consultation: Consultation, mine: Participant | None) -> Statement | None:
    """The statement that fewest have answered among those that I have not (a fair order)."""
    rows = open_statements(consultation)
    if mine is not None:
        rows = rows.exclude(answers__participant=mine).exclude(proposer=mine)
    return rows.order_by("answered_count", "position").first()


def own_answers(consultation: Consultation, mine: Participant | None) -> dict[Any, int]:
    """What I said, by statement."""
    return dict(mine.answers.values_list("statement_id", "value")) if mine is not None else {}


# --- the result -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers as they may be told; None: fewer than five, or would give that away."""

    agree: int | None
    disagree: int | None
    passed: int | None

    @classmethod
    def of(cls, agree: int, disagree: int, passed: int) -> "Counts":
        return cls(*rules.tellable((agree, disagree, passed)))


@dataclass(frozen=True, slots=True)
class Line:
    """One statement in the result. `leanings` is of each group in their order."""

    statement: Statement
    counts: Counts
    leanings: tuple[rules.Leaning, ...]
    hands: Counts | None
    present_count: int | None
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class GroupShown:
    letter: str
    size: int
    stands_for: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Result:
    people: int | None
    counted: int
    unites: tuple[Line, ...]
    groups: tuple[GroupShown, ...]
    lines: tuple[Line, ...]
    dots: tuple[tuple[float, float, int], ...]


def result_of(consultation: Consultation) -> Result:
    """The map as it was kept, in numbers that may be told (GD12)."""
    kept = consultation.map
    statements = {str(one.pk): one for one in open_statements(consultation)}
    hands = _hands(consultation)
    groups = kept.get("groups", [])
    lines = []
    by_place: dict[int, Line] = {}
    for place, key in enumerate(kept.get("statements", [])):
        if key not in statements:
            continue  # hidden since
        leanings = tuple(rules.leaning(*group["counts"][place]) for group in groups)
        told, present = hands.get(key, (None, None))
        line = Line(statements[key], Counts.of(*kept["totals"][place]), leanings, told, present)
        lines.append(line)
        by_place[place] = line

    def said(pairs: list[list[Any]]) -> tuple[Line, ...]:
        found = []
        for place, agrees in pairs:
            if place in by_place:
                one = by_place[place]
                found.append(
                    Line(
                        one.statement, one.counts, one.leanings, one.hands, one.present_count,
                        bool(agrees),
                    )
                )  # fmt: skip
        return tuple(found)

    is_told = kept.get("counted", 0) >= rules.LEAST_TOLD
    return Result(
        people=rules.tellable([kept.get("people", 0)])[0],
        counted=kept.get("counted", 0) if is_told else 0,
        unites=said(kept.get("unites", [])) if is_told else (),
        groups=tuple(
            GroupShown(LETTERS[place], group["size"], said(group["stands_for"]))
            for place, group in enumerate(groups)
        )
        if is_told
        else (),
        lines=tuple(lines),
        dots=tuple((x, y, group) for x, y, group in kept.get("dots", [])),
    )


def _hands(consultation: Consultation) -> dict[str, tuple[Counts, int | None]]:
    """Of each statement the hands of all courtyards together."""
    rows = (
        consultation.statements.filter(hands__isnull=False)
        .values("pk")
        .annotate(
            agree=Sum("hands__agree_count"),
            disagree=Sum("hands__disagree_count"),
            passed=Sum("hands__pass_count"),
            present=Sum("hands__present_count"),
        )
        .order_by()
    )
    return {
        str(row["pk"]): (
            Counts.of(row["agree"], row["disagree"], row["passed"]),
            rules.tellable([row["present"]])[0],
        )
        for row in rows
    }


def hidden_log(consultation: Consultation) -> QuerySet[Statement]:
    """What was hidden, with its reason and appeal; the words are not among what is shown."""
    return consultation.statements.filter(Q(state=Statement.State.HIDDEN) | ~Q(appeal_answer=""))


def shown_reasons(statement: Statement) -> QuerySet[Reason]:
    return statement.reasons.filter(hidden_for="").order_by("-support_count", "pk")


def counted_by_state(consultation: Consultation) -> dict[str, int]:
    """How many statements stand in each state."""
    rows = consultation.statements.order_by().values_list("state")
    return dict(rows.annotate(count=Count("pk")))
