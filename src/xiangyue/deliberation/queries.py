"""Reads of issues: lists, likely repeats, what waits for whom, the settlement rate."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.deliberation import rules
from xiangyue.deliberation.access import public_issues
from xiangyue.deliberation.blueprint import DeliberationForm, IssueTopic
from xiangyue.deliberation.models import Issue, StateChoices, Task, TaskStateChoices
from xiangyue.deliberation.services.acting import policy
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind, within

PAGE_SIZE = 20
CANDIDATES = 300
ALIKE = 0.3


def topic_names() -> dict[str, str]:
    language = get_language()
    rows = all_current("issue_topic")
    return {row.key: meaning(row, IssueTopic).name.in_language(language) for row in rows}


def forms_declared() -> dict[str, DeliberationForm]:
    rows = all_current("deliberation_form")
    return {row.key: meaning(row, DeliberationForm) for row in rows}


# --- lists ------------------------------------------------------------------------------------

OPEN = (StateChoices.COLLECTED, StateChoices.ACCEPTED, StateChoices.RESOLVED)
DECIDED = (
    StateChoices.SETTLED,
    StateChoices.DECLINED,
    StateChoices.REJECTED,
    StateChoices.ANSWERED,
)
TABS = ("", "look", "decide", "doing", "past", "all")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; every field is a parameter of its address.

    `which`: open (the default), look (not looked at), decide (waits for a yes, no or answer),
    doing, past, all, counted (what figures count), or a state. `since` and `before` are days on
    which they were raised, [since, before).
    """

    which: str = ""
    place: str = ""
    topic: str = ""
    words: str = ""
    since: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Narrowed":
        return cls(
            **{
                one.name: str(query.get(one.name, "")).replace("\x00", "").strip()[:80]
                for one in fields(cls)
            }
        )

    @property
    def is_empty(self) -> bool:
        return self == Narrowed()


def listed(rows: QuerySet[Issue], by: Narrowed) -> QuerySet[Issue]:
    """The newest first; what waits for a decision, longest waiting first."""
    match by.which:
        case "look":
            rows = rows.filter(looked_at=None).exclude(state=StateChoices.WITHDRAWN)
        case "decide":
            rows = rows.filter(state=StateChoices.COLLECTED, is_shown=True)
        case "doing":
            rows = rows.filter(state__in=[StateChoices.ACCEPTED, StateChoices.RESOLVED])
        case "past":
            rows = rows.filter(state__in=DECIDED)
        case "all":
            pass
        case "counted":
            rows = rows.exclude(state__in=[StateChoices.MERGED, StateChoices.WITHDRAWN])
        case state if state in StateChoices.values:
            rows = rows.filter(state=state)
        case _:
            rows = rows.filter(state__in=OPEN)
    if by.place:
        place = Place.objects.filter(code=by.place).first()
        rows = within(rows, place) if place is not None else rows.none()
    if by.topic:
        rows = rows.filter(topic=by.topic)
    if by.words:
        rows = rows.filter(
            Q(title__icontains=by.words) | Q(text__icontains=by.words) | Q(number=by.words.upper())
        )
    rows = raised_between(rows, day_of(by.since), day_of(by.before))
    order = ("raised_at", "pk") if by.which == "decide" else ("-raised_at", "pk")
    return rows.select_related("place", "clock", "merged_into").order_by(*order)


def day_of(text: str) -> date | None:
    """A day as it stands in an address; None for what is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def raised_between(
    rows: QuerySet[Issue], since: date | None, before: date | None
) -> QuerySet[Issue]:
    if since is not None:
        rows = rows.filter(raised_at__gte=_midnight(since))
    if before is not None:
        rows = rows.filter(raised_at__lt=_midnight(before))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- likely repeats ---------------------------------------------------------------------------


def similar(*, place: Place, title: str, text: str, at: datetime, limit: int = 3) -> list[Issue]:
    """What neighbours have raised that says much the same, most alike first: a suggestion (SE03).

    Only what everybody may read of the same village, and of the last months.
    """
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE, place)
    rows = within(public_issues(), village).filter(
        state__in=OPEN, raised_at__gt=at - timedelta(days=policy().similar_days)
    )
    scored = []
    for one in rows.select_related("place").order_by("-raised_at")[:CANDIDATES]:
        score = max(
            rules.likeness(title, one.title),
            rules.likeness(f"{title}{text}", f"{one.title}{one.text}"),
        )
        if score >= ALIKE:
            scored.append((score, one))
    scored.sort(key=lambda each: -each[0])
    return [one for _score, one in scored[:limit]]


# --- what waits -------------------------------------------------------------------------------


def to_decide(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    """What waits for the Party organisation: issues, and petitions that are owed an answer."""
    rows = rows.filter(state=StateChoices.COLLECTED, is_shown=True)
    rows = rows.filter(Q(asks="") | Q(reached_at__isnull=False))
    return rows.order_by("clock__due_at", "raised_at")


def to_look_at(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    return rows.filter(looked_at=None).exclude(state=StateChoices.WITHDRAWN).order_by("raised_at")


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the list of tasks is narrowed to. `which`: check (the default for who checks), open,
    late, checked, all."""

    which: str = ""
    kind: str = ""
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "TaskFilter":
        return cls(
            **{
                one.name: str(query.get(one.name, "")).replace("\x00", "").strip()[:80]
                for one in fields(cls)
            }
        )

    @property
    def is_empty(self) -> bool:
        return self == TaskFilter()


def tasks_listed(rows: QuerySet[Task], by: TaskFilter, *, today: date) -> QuerySet[Task]:
    match by.which:
        case "open":
            rows = rows.filter(state=TaskStateChoices.OPEN)
        case "late":
            rows = rows.filter(state=TaskStateChoices.OPEN, due_on__lt=today)
        case "checked":
            rows = rows.filter(state=TaskStateChoices.CHECKED)
        case "all":
            pass
        case _:
            rows = rows.filter(state=TaskStateChoices.DONE)
    if by.kind:
        rows = rows.filter(kind=by.kind)
    if by.words:
        rows = rows.filter(
            Q(text__icontains=by.words)
            | Q(who__icontains=by.words)
            | Q(issue__number=by.words.upper())
        )
    return rows.order_by("due_on", "pk")


# --- the settlement rate ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """How many issues were raised at a place in a period, and what has become of them (JC-16).

    `counts` are by state and sum up to `collected`; what was joined to another or taken back is
    counted apart. `kept_back` are those whose words nobody may read.
    """

    collected: int
    counts: dict[str, int]
    joined: int
    withdrawn: int
    kept_back: int

    @property
    def settled(self) -> int:
        return self.counts.get(StateChoices.SETTLED, 0)

    @property
    def rate(self) -> str:
        return rules.rate(self.settled, self.collected)


def figures(place: Place, *, since: date | None, before: date | None) -> Figures:
    """Counted from the issues as they stand now; what nobody may read is told as a number."""
    rows = raised_between(within(Issue.objects.all(), place), since, before)
    found = dict(
        rows.filter(is_shown=True).order_by().values_list("state").annotate(count=Count("pk"))
    )
    joined = found.pop(StateChoices.MERGED, 0)
    withdrawn = found.pop(StateChoices.WITHDRAWN, 0)
    return Figures(
        collected=sum(found.values()),
        counts={str(state): found.get(state, 0) for state in (*OPEN, *DECIDED)},
        joined=joined,
        withdrawn=withdrawn,
        kept_back=rows.filter(is_shown=False).count(),
    )


def figures_by_part(
    place: Place, *, since: date | None, before: date | None
) -> list[tuple[Place, Figures]]:
    """The figures of the towns of a county or the villages of a town, those without issues left
    out: for looking closer, never for ranking."""
    below = {PlaceKind.COUNTY: PlaceKind.TOWN, PlaceKind.TOWN: PlaceKind.VILLAGE}.get(
        PlaceKind(place.kind)
    )
    if below is None:
        return []
    rows = within(Place.objects.filter(kind=below, is_active=True), place, field="path")
    raised = set(
        raised_between(within(Issue.objects.all(), place), since, before).values_list(
            "place_path", flat=True
        )
    )
    return [
        (one, figures(one, since=since, before=before))
        for one in rows.order_by("path")
        if any(path.startswith(one.path) for path in raised)
    ]
