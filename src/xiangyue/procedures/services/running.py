"""A run from its beginning to its end: steps are completed, optional ones left out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import require, standing_of
from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import current, meaning
from xiangyue.calendars.services import hold_calendar, start_clock, stop_clock
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import active_posts
from xiangyue.procedures import rules
from xiangyue.procedures.access import RUN, may_do, may_run, may_see
from xiangyue.procedures.blueprint import Procedure, Step
from xiangyue.procedures.models import Concerned, Run, RunState, StepRun, StepState
from xiangyue.procedures.reading import (
    KIND,
    addition_at,
    course_of,
    missing_for,
    step_of,
    steps_of,
    with_steps,
)
from xiangyue.procedures.services.acting import (
    NotReady,
    check_open,
    check_public,
    lock,
    open_row,
    person_of,
    recorded,
    row_of,
    words_given,
)
from xiangyue.procedures.services.evidence import lay_drawn
from xiangyue.procedures.words import sentences

TITLE_LONGEST = 120
NOTE_LONGEST = 300
REMIND_BEFORE = timedelta(days=2)
REMINDED_AT_ONCE = 200


class WrongPlace(Refused):
    """Such a procedure is not run at such a place."""

    code = "wrong_place"


def begin_here(
    *,
    template: str,
    place: Place,
    title: str,
    actor: Standing,
    at: datetime,
    client_key: UUID | None = None,
    subject: models.Model | None = None,
    subjects: Sequence[Person] = (),
    proposers: Sequence[Person] = (),
) -> Run:
    """Begin a run by hand, by somebody who keeps procedures at the place.

    :raises NotAllowed: no post of theirs keeps procedures there.
    """
    require(
        actor,
        RUN,
        place_path=place.path,
        message=_("Your posts do not include beginning procedures here."),
    )
    by = Person.objects.get(pk=person_of(actor))
    return begin(
        template=template, place=place, title=title, subject=subject, by=by, at=at,
        client_key=client_key, subjects=subjects, proposers=proposers,
    )  # fmt: skip


@transaction.atomic
def begin(
    *,
    template: str,
    place: Place,
    title: str,
    by: Person,
    at: datetime,
    subject: models.Model | None = None,
    client_key: UUID | None = None,
    subjects: Sequence[Person] = (),
    proposers: Sequence[Person] = (),
) -> Run:
    """Begin a procedure at a place; its first step is open at once.

    It keeps the template, and the place's own optional steps, as they stand now. Whether `by` may
    is asked by who calls (`begin_here` asks the posts). `subjects` and `proposers` are whom it is
    about: they and their households do not sit on its panels (REQ-L04). Sent again under the same
    `client_key` it is begun once. Records `procedures.run_began`, `procedures.step_opened`.

    :raises NotFound: no such template is declared.
    :raises WrongPlace: it is not for places of this level.
    :raises WordsMissing: without a title.
    :raises PersonalData: the title holds a telephone or identity number.
    """
    if client_key is not None:
        there = Run.objects.filter(client_key=client_key).first()
        if there is not None:
            if there.began_by_id != by.pk:
                raise NotAllowed(_("This key belongs to another person."))
            return there
    declared = current(KIND, template)
    procedure = meaning(declared, Procedure)
    if place.kind not in procedure.levels:
        message = _("This procedure is not for a place of this level.")
        raise WrongPlace(message, fields={"place": message})
    words = words_given(
        title, _("Please say in a line what it is about."), field="title", most=TITLE_LONGEST
    ).replace("\n", " ")
    check_public(words, field="title")
    hold_calendar()
    run = Run(
        template=declared,
        template_key=template,
        addition=addition_at(template, place),
        place=place,
        place_path=place.path,
        title=words,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        is_public=procedure.is_public,
        began_at=at,
        began_by=by,
        client_key=client_key,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        if client_key is None:
            raise
        return Run.objects.get(client_key=client_key)
    Concerned.objects.bulk_create(
        [
            Concerned(run=run, person=person, as_what=as_what)
            for people, as_what in (
                (subjects, Concerned.As.SUBJECT),
                (proposers, Concerned.As.PROPOSER),
            )
            for person in {one.pk: one for one in people}.values()
        ]
    )
    StepRun.objects.bulk_create(
        [
            StepRun(run=run, key=step.key, position=number, is_optional=step.is_optional)
            for number, step in enumerate(steps_of(run), start=1)
        ]
    )
    run = with_steps(Run.objects.filter(pk=run.pk)).get()
    recorded("run_began", run, at=at, actor_id=by.pk, step_count=len(steps_of(run)))
    _open(run, steps_of(run)[0].key, at=at, actor_id=by.pk)
    return run


def complete_step(*, step_run: StepRun, actor: Standing, at: datetime, note: str = "") -> StepRun:
    """Complete the open step: what it rests on is frozen, the next one opens, the last ends it.

    Of two who complete it at once one does and the other is told; whoever does it twice does it
    once. Records `procedures.step_completed`, then `procedures.step_opened` or
    `procedures.run_completed`.

    :raises NotAllowed: no post of theirs does this step.
    :raises StepSettled: it is not the open one.
    :raises NotReady: evidence or a guard is missing; every sentence says what to do.
    """
    return _settle(step_run=step_run, actor=actor, at=at, note=note, to=rules.State.DONE)


def leave_out_step(*, step_run: StepRun, actor: Standing, at: datetime, reason: str) -> StepRun:
    """Leave an optional step out, with a word why; a mandatory one never.

    :raises NotReady: it is mandatory.
    :raises WordsMissing: without a reason.
    """
    return _settle(step_run=step_run, actor=actor, at=at, note=reason, to=rules.State.LEFT_OUT)


@transaction.atomic
def _settle(
    *, step_run: StepRun, actor: Standing, at: datetime, note: str, to: rules.State
) -> StepRun:
    hold_calendar()  # before any row of ours: the due time of the next step is counted with it
    run = lock(step_run.run)
    row = row_of(run, step_run.key)
    who = person_of(actor)
    step = step_of(row)
    is_theirs = may_do(actor, run, step) or (to is rules.State.LEFT_OUT and may_run(actor, run))
    if not is_theirs:
        raise NotAllowed(_("Your posts do not include this step; it says beside it who does it."))
    if row.state == to and row.done_by_id == who:
        return row
    check_open(run, row)
    if to is rules.State.LEFT_OUT:
        if not row.is_optional:
            raise _not_ready(step, run, [rules.Missing("mandatory")], [])
        note = words_given(
            note, _("Please say in a word why it is left out."), field="note", most=NOTE_LONGEST
        )
    else:
        if any(asked.drawn_from for asked in step.evidence):
            lay_drawn(run, row, actor=actor, at=at)
            run = lock(run)
            row = row_of(run, step_run.key)
        found, elsewhere = missing_for(run, row, by=who, at=at)
        if found or elsewhere:
            raise _not_ready(step, run, found, elsewhere)
        note = note.replace("\x00", "").strip()[:NOTE_LONGEST]
    settle(run, row, to=to, who=who, at=at, note=note)
    step_run.refresh_from_db()
    return row


def settle(
    run: Run, row: StepRun, *, to: rules.State, who: UUID, at: datetime, note: str = ""
) -> None:
    """Settle the open step of a locked run of which nothing is missing; what follows opens."""
    following = rules.following_step(course_of(run), row.key)
    row.state, row.done_at, row.done_by_id, row.note = StepState(to), at, who, note
    row.save(update_fields=["state", "done_at", "done_by", "note"])
    if row.clock is not None:
        stop_clock(clock=row.clock, at=at)
    name = "step_completed" if to is rules.State.DONE else "step_left_out"
    recorded(name, run, at=at, actor_id=who, step=row.key)
    if following is not None:
        _open(run, following, at=at, actor_id=who)
    else:
        run.state, run.ended_at, run.ended_by_id = RunState.DONE, at, who
        run.save(update_fields=["state", "ended_at", "ended_by"])
        recorded("run_completed", run, at=at, actor_id=who)


def _not_ready(
    step: Step, run: Run, found: Sequence[rules.Missing], elsewhere: Sequence[str]
) -> NotReady:
    return NotReady(
        [*sentences(found, step, steps_of(run)), *elsewhere],
        codes=[*(one.code for one in found), *(["elsewhere"] if elsewhere else [])],
        source=step.source,
    )


def _open(run: Run, key: str, *, at: datetime, actor_id: UUID | None) -> None:
    row = row_of(run, key)
    row.run = run
    step = step_of(row)
    row.state, row.opened_at = StepState.OPEN, at
    row.clock = start_clock(limit=step.within, at=at) if step.within is not None else None
    row.save(update_fields=["state", "opened_at", "clock"])
    recorded("step_opened", run, at=at, actor_id=actor_id, step=key)


@transaction.atomic
def end_early(*, run: Run, actor: Standing, at: datetime, reason: str) -> Run:
    """End a run before its last step, with a reason that everybody concerned can read.

    Nothing of it is decided then. Records `procedures.run_ended`.

    :raises NotAllowed: they do not keep it.
    :raises StepSettled: it has ended.
    :raises WordsMissing: without a reason.
    """
    hold_calendar()
    locked = lock(run)
    who = person_of(actor)
    if not may_run(actor, locked):
        raise NotAllowed(_("Your posts do not include ending this procedure."))
    if locked.state == RunState.ENDED_EARLY and locked.ended_by_id == who:
        return locked
    row = open_row(locked)
    check_open(locked, row or next(iter(locked.steps.all())))
    words = words_given(
        reason, _("Please say why it ends here."), field="reason", most=NOTE_LONGEST
    )
    check_public(words, field="reason")
    return _end(locked, row, who=who, at=at, words=words)


@transaction.atomic
def end_with_subject(*, run: Run, by: Person, at: datetime, reason: str) -> Run:
    """End a run because what it is about did not come about; whoever calls asked who may.

    One that has ended stays as it is. Records `procedures.run_ended`.
    """
    hold_calendar()
    locked = lock(run)
    if locked.state != RunState.RUNNING:
        return locked
    words = reason.strip()[:NOTE_LONGEST]
    return _end(locked, open_row(locked), who=by.pk, at=at, words=words)


def _end(locked: Run, row: StepRun | None, *, who: UUID, at: datetime, words: str) -> Run:
    locked.state, locked.ended_at, locked.ended_by_id = RunState.ENDED_EARLY, at, who
    locked.end_reason = words
    locked.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    if row is not None and row.clock is not None:
        stop_clock(clock=row.clock, at=at)
    recorded("run_ended", locked, at=at, actor_id=who, step=row.key if row is not None else "")
    return locked


def announce_deadlines(*, at: datetime) -> int:
    """Tell those at the place who do an open step that it is due in two days or late; once.

    Whoever may not see the run is not told of it.

    Records `procedures.deadline_announced`, one for each person; returns how many.
    """
    due = (
        StepRun.objects.filter(
            state=StepState.OPEN,
            reminded_at=None,
            run__state=RunState.RUNNING,
            clock__due_at__lte=at + REMIND_BEFORE,
        )
        .order_by("clock__due_at")
        .values_list("pk", flat=True)[:REMINDED_AT_ONCE]
    )
    return sum(_announce(key, at=at) for key in list(due))


@transaction.atomic
def _announce(key: UUID, *, at: datetime) -> int:
    row = StepRun.objects.select_for_update(of=("self",)).select_related("run__place").get(pk=key)
    if row.reminded_at is not None or row.state != StepState.OPEN:
        return 0
    row.run = with_steps(Run.objects.filter(pk=row.run_id)).get()
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    step = step_of(row)
    people = people_for(row.run, step, at=at)
    clock = row.clock
    for person_id in people:
        recorded(
            "deadline_announced",
            row.run,
            at=at,
            step=row.key,
            person=str(person_id),
            begins_at=clock.due_at.isoformat() if clock is not None and clock.due_at else "",
        )
    return len(people)


def people_for(run: Run, step: Step, *, at: datetime) -> list[UUID]:
    """Who does the step and sees the run: those in post at the very place, else those nearest
    above."""
    steps = range(Place.steplen, len(run.place_path) + 1, Place.steplen)
    paths = [run.place_path[:length] for length in steps]
    posts = active_posts(at=at).filter(role__in=step.who, place_path__in=paths)
    found: dict[str, list[UUID]] = {}
    for path, person_id in posts.order_by("person_id").values_list("place_path", "person_id"):
        found.setdefault(path, []).append(person_id)
    nearest = dict.fromkeys(found[max(found, key=len)]) if found else {}
    people = Person.objects.in_bulk(nearest)
    return [one for one in nearest if may_see(standing_of(people[one], at=at), run)]
