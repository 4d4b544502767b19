"""A run as the rules see it: its steps as declared when it began, and how far each has come."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.places.models import Place
from xiangyue.procedures import rules
from xiangyue.procedures.blueprint import (
    Procedure,
    ProcedureAddition,
    Step,
    addition_key,
    with_additions,
)
from xiangyue.procedures.guards import GATE_PARAMETERS, missing_elsewhere
from xiangyue.procedures.models import Closeness, Run, StepRun
from xiangyue.procedures.rules import Course, Missing, Seat, StepSeen
from xiangyue.procedures.scenarios import asked_of
from xiangyue.procedures.sources import Awaited, Drawn, ask

KIND = "procedure"
ADDITION = "procedure_addition"
LEVELS = {"county": "county", "town": "town", "village": "village", "group": "group"}


def all_procedures() -> dict[str, tuple[Declaration, Procedure]]:
    """Each template in force with its declaration, by key."""
    return {row.key: (row, meaning(row, Procedure)) for row in all_current(KIND)}


def procedure_names() -> dict[str, str]:
    language = get_language()
    return {key: one.name.in_language(language) for key, (_row, one) in all_procedures().items()}


def addition_at(procedure_key: str, place: Place) -> Declaration | None:
    """The place's own optional steps in force now, if it has any."""
    key = addition_key(procedure_key, place.code)
    return next((row for row in all_current(ADDITION) if row.key == key), None)


def procedure_of(run: Run) -> Procedure:
    """The template as it stood when the run began."""
    return meaning(run.template, Procedure)


def steps_of(run: Run) -> tuple[Step, ...]:
    """The steps as they stood when the run began, the place's own among them."""
    addition = meaning(run.addition, ProcedureAddition) if run.addition is not None else None
    return with_additions(procedure_of(run), addition)


def step_of(step_run: StepRun) -> Step:
    return next(step for step in steps_of(step_run.run) if step.key == step_run.key)


def with_steps(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Runs with all that `course_of` reads: four queries however many."""
    return runs.select_related("template", "addition", "place", "began_by").prefetch_related(
        "steps__evidence", "steps__panel", "steps__done_by", "steps__clock", "concerned"
    )


def course_of(run: Run) -> Course:
    """The run as the rules see it."""
    steps = steps_of(run)
    rows = {row.key: row for row in run.steps.all()}
    close = close_people(run)
    return Course(
        asked_of(steps),
        {step.key: _seen(rows[step.key], close) for step in steps},
    )


def close_people(run: Run) -> frozenset[object]:
    """Whom it is about and who proposed it, and whoever lives in one household with them."""
    from xiangyue.places.models import Person

    concerned = [row.person_id for row in run.concerned.all()]
    if not concerned:
        return frozenset()
    households = Person.objects.filter(pk__in=concerned, household__isnull=False)
    with_them = Person.objects.filter(household__in=households.values("household"))
    return frozenset([*concerned, *with_them.values_list("pk", flat=True)])


def _seen(row: StepRun, close: Iterable[object]) -> StepSeen:
    return StepSeen(
        state=rules.State(row.state),
        done_on=timezone.localdate(row.done_at) if row.done_at is not None else None,
        done_by=str(row.done_by_id) if row.done_by_id is not None else None,
        evidence=Counter(one.key for one in row.evidence.all()),
        panel=tuple(
            Seat(
                who=str(one.pk),
                is_woman=one.is_woman,
                is_close=one.closeness != Closeness.NONE or one.person_id in close,
                is_recused=one.recused_at is not None,
            )
            for one in row.panel.all()
        ),
    )


def missing_for(
    run: Run, step_run: StepRun, *, by: object, at: datetime
) -> tuple[list[Missing], list[str]]:
    """What keeps an open step from being done by this person now.

    First what the rules say, then what guards that look elsewhere say in their own words; those
    are asked only once the evidence lies there. Of what comes by itself counts what stands
    elsewhere, and while it does not stand its source says why.
    """
    drawings = drawings_of(step_run, at=at)
    course = _with_what_is_drawn(course_of(run), step_run.key, drawings)
    on = timezone.localdate(at)
    found = rules.missing(course, step_run.key, by=str(by) if by is not None else None, on=on)
    step = step_of(step_run)
    lacking = {str(one.facts["evidence"]) for one in found if one.code == "evidence"}
    awaited = {key: one.says for key, one in drawings.items() if isinstance(one, Awaited)}
    found = [
        one for one in found if one.code != "evidence" or str(one.facts["evidence"]) not in awaited
    ]
    elsewhere = [says for key, says in awaited.items() if key in lacking]
    for guard in step.guards:
        if guard.name in GATE_PARAMETERS or guard.told.get("evidence") in lacking:
            continue
        elsewhere += missing_elsewhere(guard.name, step_run, at, guard.told)
    return found, list(dict.fromkeys(elsewhere))


def drawings_of(step_run: StepRun, *, at: datetime) -> dict[str, Sequence[Drawn] | Awaited]:
    """What comes by itself for a step, by the evidence's key; nothing of what is laid by hand."""
    found = {}
    for asked in step_of(step_run).evidence:
        if asked.drawn_from:
            drawing = ask(asked.drawn_from, step_run.run, at)
            if drawing is not None:
                found[asked.key] = drawing
    return found


def _with_what_is_drawn(
    course: Course, key: str, drawings: Mapping[str, Sequence[Drawn] | Awaited]
) -> Course:
    if not drawings:
        return course
    seen = course.seen[key]
    counts = dict(seen.evidence) | {
        name: 0 if isinstance(one, Awaited) else len(one) for name, one in drawings.items()
    }
    return replace(course, seen={**course.seen, key: replace(seen, evidence=counts)})


def row_drawing(run: Run, source: str) -> StepRun | None:
    """The step of a run whose evidence comes from a source."""
    keys = {
        step.key for step in steps_of(run) for asked in step.evidence if asked.drawn_from == source
    }
    return StepRun.objects.filter(run=run, key__in=keys).first() if keys else None
