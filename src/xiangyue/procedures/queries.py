"""Reads of many runs: the list and its filter, what waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from xiangyue.access.rules import Standing
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.wording import due_in_words
from xiangyue.places.models import Place
from xiangyue.places.queries import within
from xiangyue.procedures.access import may_do, runs_of
from xiangyue.procedures.models import Run, RunState, StepRun, StepState
from xiangyue.procedures.reading import procedure_of, step_of, steps_of, with_steps

PAGE_SIZE = 30
WAITING_MOST = 60


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What the list is narrowed to; every field is a parameter of its address."""

    template: str = ""
    place: str = ""
    state: str = ""
    step: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "RunFilter":
        return cls(
            **{
                field.name: str(query.get(field.name, "")).replace("\x00", "").strip()[:80]
                for field in fields(cls)
            }
        )

    @property
    def is_empty(self) -> bool:
        return self == RunFilter()


def narrowed(rows: QuerySet[Run], by: RunFilter, *, at: datetime) -> QuerySet[Run]:
    """The runs under the filter, the newest first; `late` is a state too, longest late first."""
    if by.template:
        rows = rows.filter(template_key=by.template)
    if by.place:
        place = Place.objects.filter(code=by.place).first()
        rows = within(rows, place) if place else rows.none()
    if by.state == "late":
        rows = rows.filter(state=RunState.RUNNING).filter(Exists(_late(at)))
    elif by.state in RunState.values:
        rows = rows.filter(state=by.state)
    now = StepRun.objects.filter(run=OuterRef("pk"), state=StepState.OPEN)
    if by.step:
        rows = rows.filter(Exists(now.filter(key=by.step)), state=RunState.RUNNING)
    return (
        rows.select_related("template", "addition", "place")
        .annotate(
            open_key=Subquery(now.values("key")[:1]),
            due_at=Subquery(now.values("clock__due_at")[:1]),
        )
        .order_by("due_at" if by.state == "late" else "-began_at", "pk")
    )


def is_late(at: datetime) -> Q:
    """Of an open step: its time is over."""
    return Q(clock__due_at__lt=at)


def _late(at: datetime) -> QuerySet[StepRun]:
    return StepRun.objects.filter(is_late(at), run=OuterRef("pk"), state=StepState.OPEN)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list: its procedure's name, the open step's, whether that is late."""

    run: Run
    procedure: str
    step: str
    position: int
    step_count: int
    due_at: datetime | None
    due: str
    is_late: bool


def rows_of(runs: Sequence[Run], *, at: datetime, language: str | None) -> list[RunRow]:
    """What the list says of each; no query of its own."""
    calendar = current_calendar()
    found = []
    for run in runs:
        steps = steps_of(run)
        key, due_at = getattr(run, "open_key", None), getattr(run, "due_at", None)
        names = {step.key: step.name.in_language(language) for step in steps}
        order = [step.key for step in steps]
        found.append(
            RunRow(
                run=run,
                procedure=procedure_of(run).name.in_language(language),
                step=names.get(str(key), "") if run.state == RunState.RUNNING else "",
                position=order.index(key) + 1 if key in order else len(order),
                step_count=len(order),
                due_at=due_at if run.state == RunState.RUNNING else None,
                due=due_in_words(due_at, calendar)
                if due_at is not None and run.state == RunState.RUNNING
                else "",
                is_late=run.state == RunState.RUNNING and due_at is not None and due_at < at,
            )
        )
    return found


def waiting_for(standing: Standing, *, at: datetime) -> list[tuple[Run, StepRun]]:
    """The open steps that the person does themselves, late ones first."""
    if standing.person_id is None or not standing.holdings:
        return []
    opened = StepRun.objects.filter(state=StepState.OPEN, run__state=RunState.RUNNING)
    keys = (
        opened.filter(run__in=runs_of(standing))
        .order_by("clock__due_at", "opened_at")
        .values_list("run_id", flat=True)[:WAITING_MOST]
    )
    order = list(keys)
    runs = {run.pk: run for run in with_steps(Run.objects.filter(pk__in=order))}
    found = []
    for key in order:
        run = runs[key]
        row = next(one for one in run.steps.all() if one.state == StepState.OPEN)
        row.run = run
        if may_do(standing, run, step_of(row)):
            found.append((run, row))
    return found
