"""What is done about a resolution, by whom until when, and that somebody else checked it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.deliberation import rules
from xiangyue.deliberation.models import (
    Issue,
    Outcome,
    Resolution,
    StateChoices,
    Task,
    TaskKind,
    TaskStateChoices,
)
from xiangyue.deliberation.services.acting import (
    CHECK,
    KEEP,
    NotNow,
    WordsMissing,
    check_may,
    lock,
    noted,
    public_words,
    words_given,
)
from xiangyue.deliberation.services.preparing import lay
from xiangyue.deliberation.services.telling import announce
from xiangyue.deliberation.turns import Turn
from xiangyue.incidents.models import Channel, Incident
from xiangyue.incidents.services import report_incident
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice

LONGEST_TASK, LONGEST_NOTE = 300, 500
MOST_TASKS = 50
MOST_CENTS = 10**13


@transaction.atomic
def plan_task(
    *,
    issue: Issue,
    text: str,
    who: str,
    due_on: date,
    by: Person,
    at: datetime,
    kind: str = TaskKind.WORK,
    doer: Person | None = None,
    amount_cents: int | None = None,
) -> Task:
    """Say what is to be done about the resolution, by whom, until which day.

    `amount_cents` goes with money to spend alone. Records `deliberation.task_planned`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: nothing was settled that is to be done.
    :raises WordsMissing: no words or person, a day that is over, or money where none is spent.
    """
    locked = lock(issue, act=rules.Act.PLAN)
    check_may(by, KEEP, locked.place_path, at=at)
    resolution = Resolution.objects.get(issue=locked, outcome=Outcome.ACCEPTED)
    if resolution.tasks.count() >= MOST_TASKS:
        raise NotNow(_("A resolution has at most fifty tasks."))
    if kind not in TaskKind.values:
        raise _missing("kind", _("Please say what kind of task it is."))
    is_money = kind == TaskKind.SPENDING
    if is_money and (amount_cents is None or not 0 < amount_cents < MOST_CENTS):
        raise _missing("amount", _("Please say how much is spent."))
    if not is_money and amount_cents is not None:
        raise _missing("amount", _("An amount goes with money to spend."))
    if due_on < timezone.localdate(at):
        raise _missing("due_on", _("This day is over; please choose one to come."))
    words = public_words(text, _("Please say what is to be done."), field="text", most=LONGEST_TASK)
    name = words_given(who, _("Please say who does it."), field="who", most=80)
    there = resolution.tasks.filter(text=words, who=name, due_on=due_on, kind=kind).first()
    if there is not None and there.state == TaskStateChoices.OPEN:
        return there
    task = Task.objects.create(
        resolution=resolution,
        issue=locked,
        place_path=locked.place_path,
        kind=kind,
        text=words,
        who=name,
        doer=doer,
        due_on=due_on,
        amount_cents=amount_cents,
        planned_by=by,
        planned_at=at,
    )
    noted(
        locked, "task_planned", at=at, by=by, note=words, kind=kind, told={"who": name},
        due_on=due_on.isoformat(), amount_cents=amount_cents,
    )  # fmt: skip
    return task


def _missing(field: str, said: str) -> WordsMissing:
    return WordsMissing(said, fields={field: said})


def _locked_task(task: Task, *states: str) -> Task:
    """:raises NotNow: somebody has just brought it further."""
    lock(task.issue)
    locked = (
        Task.objects.select_for_update(of=("self",)).select_related("issue__place").get(pk=task.pk)
    )
    if locked.state not in states:
        raise NotNow(
            _("This is not possible now: the task is at “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    return locked


@transaction.atomic
def report_for_task(
    *, task: Task, category_key: str, by: Person, at: datetime, calendar: Any = None
) -> tuple[Incident, str]:
    """Make a task a report that is dispatched and handled like any other (the closed loop).

    Returns the incident and the code of its slip. Records `deliberation.task_reported`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: it is one already, or is done.
    """
    locked = _locked_task(task, TaskStateChoices.OPEN)
    check_may(by, KEEP, locked.place_path, at=at)
    if locked.reference_id:
        raise NotNow(_("It is a report or a notice already."))
    incident, code = report_incident(
        category_key=category_key,
        place=locked.issue.place,
        at=at,
        channel=Channel.COUNTER,
        description=f"{locked.text}（{locked.issue.number}）",
        entered_by=by,
        calendar=calendar,
    )
    locked.kind, locked.amount_cents = TaskKind.INCIDENT, None
    _refer(locked, "incidents.incident", str(incident.pk))
    noted(locked.issue, "task_reported", at=at, by=by, note=locked.text, incident=incident.number)
    return incident, code


@transaction.atomic
def refer_to_notice(*, task: Task, number: str, by: Person, at: datetime) -> Task:
    """Say which notice on the place's board the task became. Records `deliberation.task_noticed`.

    :raises NotFound: no such notice hangs on the place's board.
    """
    locked = _locked_task(task, TaskStateChoices.OPEN)
    check_may(by, KEEP, locked.place_path, at=at)
    notice = Notice.objects.filter(
        number=number.strip().upper(), place_path__in=_up(locked.place_path)
    ).first()
    if notice is None:
        raise NotFound(
            _("No notice with this number hangs on the board here."),
            fields={"number": _("No notice with this number hangs on the board here.")},
        )
    locked.kind, locked.amount_cents = TaskKind.NOTICE, None
    _refer(locked, "publicity.notice", str(notice.pk))
    noted(locked.issue, "task_noticed", at=at, by=by, note=locked.text, notice=notice.number)
    return locked


def _up(path: str) -> list[str]:
    from xiangyue.places.models import Place

    return [path[:end] for end in range(Place.steplen, len(path) + 1, Place.steplen)]


def _refer(task: Task, to: str, key: str) -> None:
    task.reference_type, task.reference_id = to, key
    task.save(update_fields=["kind", "amount_cents", "reference_type", "reference_id"])


@transaction.atomic
def finish_task(*, task: Task, note: str, by: Person, at: datetime) -> Task:
    """Say that a task is done, with a note of what was done. Records `deliberation.task_done`.

    :raises NotAllowed: they neither do it nor keep issues there.
    :raises NotNow: it is done already.
    :raises WordsMissing: without a note.
    """
    locked = _locked_task(task, TaskStateChoices.OPEN)
    if locked.doer_id != by.pk:
        check_may(by, KEEP, locked.place_path, at=at)
    locked.done_note = public_words(
        note, _("Please write what was done."), field="note", most=LONGEST_NOTE
    )
    locked.state, locked.done_by, locked.done_at = TaskStateChoices.DONE, by, at
    locked.save(update_fields=["state", "done_by", "done_at", "done_note"])
    noted(
        locked.issue, "task_done", at=at, by=by, note=locked.done_note, told={"task": locked.text}
    )
    return locked


@transaction.atomic
def check_task(*, task: Task, note: str, by: Person, at: datetime) -> Task:
    """Check on the spot that a task is done; when all are checked the issue is settled.

    Who did it, planned it or said that it is done never checks it (SE01). Records
    `deliberation.task_checked` and, with the last one, `deliberation.issue_settled`, of which
    everybody concerned is told.

    :raises NotAllowed: no post of theirs checks there, or they had a part in it.
    :raises NotNow: it is not done yet, or is checked.
    :raises WordsMissing: without a word on what was seen.
    """
    locked = _locked_task(task, TaskStateChoices.DONE)
    _check_may_check(locked, by, at=at)
    locked.check_note = public_words(
        note, _("Please write what you saw."), field="note", most=LONGEST_NOTE
    )
    locked.state, locked.checked_by, locked.checked_at = TaskStateChoices.CHECKED, by, at
    locked.save(update_fields=["state", "checked_by", "checked_at", "check_note"])
    noted(
        locked.issue,
        "task_checked",
        at=at,
        by=by,
        note=locked.check_note,
        told={"task": locked.text},
    )
    _settle(locked.issue, by=by, at=at)
    return locked


def _check_may_check(task: Task, by: Person, *, at: datetime) -> None:
    check_may(by, CHECK, task.place_path, at=at)
    concerned = (task.done_by_id, task.doer_id, task.planned_by_id)
    if not rules.may_check(checker=by.pk, concerned=concerned):
        raise NotAllowed(
            _("You had a part in this task; somebody else of the committee checks it."),
            source="SE01; JC-35",
        )


@transaction.atomic
def return_task(*, task: Task, note: str, by: Person, at: datetime) -> Task:
    """Say that a task is not done as it should be; it is to be done again.

    Records `deliberation.task_returned`.

    :raises NotAllowed: as `check_task`.
    """
    locked = _locked_task(task, TaskStateChoices.DONE)
    _check_may_check(locked, by, at=at)
    words = public_words(note, _("Please write what is missing."), field="note", most=LONGEST_NOTE)
    locked.state, locked.done_by, locked.done_at = TaskStateChoices.OPEN, None, None
    locked.done_note, locked.check_note = "", words
    locked.save(update_fields=["state", "done_by", "done_at", "done_note", "check_note"])
    noted(locked.issue, "task_returned", at=at, by=by, note=words, told={"task": locked.text})
    return locked


@transaction.atomic
def drop_task(*, task: Task, note: str, by: Person, at: datetime) -> Task:
    """Drop a task that is not needed any more, saying why; never the one that is left.

    Records `deliberation.task_dropped`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: it is done already, or the only one.
    """
    locked = _locked_task(task, TaskStateChoices.OPEN)
    check_may(by, KEEP, locked.place_path, at=at)
    others = locked.resolution.tasks.exclude(pk=locked.pk).exclude(state=TaskStateChoices.DROPPED)
    if not others.exists():
        raise NotNow(_("It is the only task left: plan another first."))
    locked.check_note = public_words(
        note, _("Please say why it is dropped."), field="note", most=LONGEST_NOTE
    )
    locked.state = TaskStateChoices.DROPPED
    locked.save(update_fields=["state", "check_note"])
    noted(
        locked.issue,
        "task_dropped",
        at=at,
        by=by,
        note=locked.check_note,
        told={"task": locked.text},
    )
    _settle(locked.issue, by=by, at=at)
    return locked


def _settle(issue: Issue, *, by: Person, at: datetime) -> None:
    states = [rules.TaskState(state) for state in issue.tasks.values_list("state", flat=True)]
    if issue.state != StateChoices.RESOLVED or not rules.is_settled(states):
        return
    issue.state, issue.settled_at = StateChoices.SETTLED, at
    issue.version += 1
    issue.save(update_fields=["state", "settled_at", "version"])
    noted(issue, "issue_settled", at=at, by=by, task_count=len(states))
    notes = issue.tasks.filter(state=TaskStateChoices.CHECKED).values_list("text", "check_note")
    lay(issue, "follow_up", "\n".join(f"{text}：{note}" for text, note in notes), by=by, at=at)
    announce(issue, Turn.SETTLED, at=at)
