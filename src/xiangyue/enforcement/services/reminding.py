"""Reminders: noted on duty, talked about, heard, put right, and erased (REQ-L).

A talk comes first, then a written reminder, then a talk with the committee; nothing comes after,
and nothing follows from any of it. The record names neither the person nor what they said.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import meaning
from xiangyue.enforcement import rules
from xiangyue.enforcement.blueprint import ReminderRule
from xiangyue.enforcement.clauses import clauses_to_remind_of, reminder_rule
from xiangyue.enforcement.models import (
    Member,
    Reminder,
    ReminderRead,
    ReminderStep,
    Team,
)
from xiangyue.enforcement.services.acting import (
    DIRECT,
    LEAD,
    LONGEST_WORDS,
    NOTE,
    DoneAlready,
    NotSoFar,
    WordsMissing,
    check_may,
    near,
    recorded,
    team_kind,
    words_given,
)
from xiangyue.enforcement.services.forming import check_belongs
from xiangyue.enforcement.wording import obstacle_in_words
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.rosters.models import DutyTurn

RECENT_READ = timedelta(hours=12)


class NotOnDuty(Refused):
    """Only a member of a team that notes breaches, on duty at this moment, notes one."""

    code = "not_on_duty"


class NoSuchClause(Refused):
    """The compact in force has no such clause, it is suspended, or it allows no reminder."""

    code = "no_such_clause"


class NotOfAge(Refused):
    """Nothing is kept about somebody under 18 (REQ-L01)."""

    code = "not_of_age"


def rule_of(reminder: Reminder) -> ReminderRule:
    """How reminders went when this one was noted."""
    return meaning(reminder.declaration, ReminderRule)


def duty_of(person: Person, *, at: datetime) -> Team | None:
    """The team for which the person is on duty now and may note a breach; None: none."""
    turns = DutyTurn.objects.filter(
        person=person, begins_at__lte=at, ends_at__gt=at, cancelled_at=None,
        published_at__isnull=False, unit__compact_team__ended_at=None,
        unit__compact_team__isnull=False,
    ).select_related(
        "unit__compact_team__declaration", "unit__compact_team__committee__place"
    )  # fmt: skip
    for turn in turns:
        team: Team = turn.unit.compact_team
        sits = team.members.filter(person=person, state=Member.State.SITTING)
        if team_kind(team).may_note and sits.exists():
            return team
    return None


@transaction.atomic
def note_breach(
    *,
    clause: UUID,
    person: Person,
    seen_at: Place,
    is_of_age: bool,
    by: Person,
    at: datetime,
) -> Reminder:
    """Note that somebody does not keep a clause, as seen today by a member on duty.

    Noted is which clause, the day and the place: there is no field for words about anybody.
    Noting the same again on the same day changes nothing. Records `enforcement.breach_noted`,
    which names neither the person nor the clause.

    :raises NotAllowed: no such post; of themself, or of somebody of their household (REQ-L04).
    :raises NotOnDuty: not on duty now.
    :raises NoSuchClause: not in force, suspended (CP07), or without a word that allows it.
    :raises NotOfAge: the person is under 18, or nobody says they are not.
    :raises WrongPlace: the person or the place does not belong to the village.
    """
    team = duty_of(by, at=at)
    if team is None:
        raise NotOnDuty(_("Only a team's member on duty notes this; it is not your turn now."))
    village = team.committee.place
    check_may(by, NOTE, village.path, at=at)
    if near(by, person):
        raise NotAllowed(
            _("Nobody notes themself or somebody of their household."), source="REQ-L04"
        )
    check_belongs(person, village)
    if not seen_at.path.startswith(village.path):
        raise NoSuchClause(_("The compact holds in this village alone."))
    found = next((c for c in clauses_to_remind_of(village, at=at) if c.lineage == clause), None)
    if found is None:
        said = _("This clause is not in force now, or does not say that a reminder may follow.")
        raise NoSuchClause(said, source="REQ-L02; CP07", fields={"clause": said})
    row, rule = reminder_rule()
    today = timezone.localdate(at)
    _check_age(person, rule, is_of_age=is_of_age, today=today)
    made, _is_new = Reminder.objects.get_or_create(
        person=person, clause_lineage=found.lineage, seen_on=today,
        defaults={
            "clause_id": found.key, "clause_number": found.number, "village": village,
            "place_path": village.path, "declaration": row, "seen_at": seen_at, "team": team,
            "noted_by": by, "noted_at": at,
            "erase_on": rules.erased_on(today, kept_days=rule.kept_days),
        },
    )  # fmt: skip
    if _is_new:
        recorded("breach_noted", made, place_path=village.path, at=at, actor_id=by.pk)
    return made


def _check_age(person: Person, rule: ReminderRule, *, is_of_age: bool, today: date) -> None:
    born = person.birth_date
    is_young = born is not None and not rules.is_of_age(born, on=today, least=rule.least_age)
    if is_young or (born is None and not is_of_age):
        said = _(
            "Nothing is noted about anybody under %(years)d. Talk with the child and its family;"
            " nothing of it is kept."
        ) % {"years": rule.least_age}
        raise NotOfAge(said, source="REQ-L01", fields={"is_of_age": said})


def lock_reminder(reminder: Reminder) -> Reminder:
    """:raises DoneAlready: it was erased meanwhile."""
    locked = (
        Reminder.objects.select_for_update(of=("self",))
        .select_related("person", "declaration", "village", "team__declaration")
        .filter(pk=reminder.pk)
        .first()
    )
    if locked is None:
        raise DoneAlready(_("This was erased."))
    return locked


def obstacle_of(reminder: Reminder, step: rules.Step, *, at: datetime) -> str | None:
    """Why a step cannot be taken now, in a sentence; None: it can."""
    rule = rule_of(reminder)
    today = timezone.localdate(at)
    found = rules.obstacle(
        step,
        taken={
            rules.Step(row.kind): timezone.localdate(row.taken_at) for row in reminder.steps.all()
        },
        is_heard=reminder.heard_at is not None,
        objection_waits=any(row.answered_at is None for row in reminder.objections.all()),
        is_over=reminder.state != Reminder.State.OPEN or today >= reminder.erase_on,
        today=today,
        hearing_days=rule.hearing_days,
        days_between=rule.days_between,
    )
    if found is None:
        return None
    return obstacle_in_words(found, hearing_days=rule.hearing_days, days_between=rule.days_between)


def may_take(reminder: Reminder, step: rules.Step, person: Person, *, at: datetime) -> str | None:
    """Why this person does not take the step: None, they may. Asked of posts and nearness."""
    verb = {rules.Step.TALK: NOTE, rules.Step.WRITTEN: LEAD, rules.Step.COMMITTEE: DIRECT}[step]
    try:
        check_may(person, verb, reminder.place_path, at=at)
    except NotAllowed as refusal:
        return str(refusal)
    if near(person, reminder.person):
        return _("Somebody who does not live with them does this.")
    if (
        step is not rules.Step.COMMITTEE
        and not reminder.team.members.filter(person=person, state=Member.State.SITTING).exists()
    ):
        return _("A member of the team that noted it does this.")
    return None


@transaction.atomic
def take_step(*, reminder: Reminder, step: rules.Step, by: Person, at: datetime) -> Reminder:
    """A talk (any member of the team), a written reminder brought by hand (its head), or a talk
    with the committee (who directs it), one after the other and never past a hearing.

    Taking the same step again changes nothing. Records `enforcement.reminder_step_taken`.

    :raises NotAllowed: no such post, or near to the person (REQ-L04).
    :raises NotSoFar: what is missing before, in words.
    :raises DoneAlready: it was erased.
    """
    locked = lock_reminder(reminder)
    if (why := may_take(locked, step, by, at=at)) is not None:
        raise NotAllowed(why, source="REQ-L04")
    if locked.steps.filter(kind=step.value).exists():
        return locked
    if (why := obstacle_of(locked, step, at=at)) is not None:
        raise NotSoFar(why, source="REQ-L02; REQ-L03")
    if not _stands(locked, at=at):
        raise NotSoFar(_("The clause is suspended or no longer in force."), source="CP07")
    ReminderStep.objects.create(reminder=locked, kind=step.value, by=by, taken_at=at)
    recorded(
        "reminder_step_taken", locked, place_path=locked.place_path, at=at, actor_id=by.pk,
        step=step.value,
    )  # fmt: skip
    return locked


def _stands(reminder: Reminder, *, at: datetime) -> bool:
    found = clauses_to_remind_of(reminder.village, at=at)
    return any(each.lineage == reminder.clause_lineage for each in found)


@transaction.atomic
def hear(*, reminder: Reminder, text: str, by: Person, at: datetime) -> Reminder:
    """Note that the person was heard, and what they say, in their own words if they want any.

    They write it themself, or whoever talked with them writes what they said and reads it to
    them. Said again it replaces what was said. The record does not say who was heard.

    :raises NotAllowed: neither they nor a member of the team that noted it.
    :raises WordsMissing: too many words.
    :raises DoneAlready: it is over.
    """
    locked = lock_reminder(reminder)
    if locked.person_id != by.pk and (why := may_take(locked, rules.Step.TALK, by, at=at)):
        raise NotAllowed(why)
    if locked.person_id != by.pk and not locked.steps.exists():
        raise NotSoFar(_("Talk with them first."))
    if locked.state != Reminder.State.OPEN:
        raise DoneAlready(_("This is over: it was put right, or its time has passed."))
    words = ""
    if text.strip():
        words = words_given(text, _("Please write a word."), field="text", most=LONGEST_WORDS)
    locked.heard_at, locked.statement = at, words
    locked.save(update_fields=["heard_at", "statement"])
    recorded("reminder_heard", locked, place_path=locked.place_path, at=at)
    return locked


@transaction.atomic
def put_right(*, reminder: Reminder, by: Person, at: datetime) -> Reminder:
    """It is as the compact asks: nothing more happens, and it is erased within days (REQ-L07).

    Done again it changes nothing. Records `enforcement.breach_put_right`.

    :raises NotAllowed: no member of the team, and nobody who directs the committee.
    """
    locked = lock_reminder(reminder)
    is_team = may_take(locked, rules.Step.TALK, by, at=at) is None
    if not is_team and may_take(locked, rules.Step.COMMITTEE, by, at=at) is not None:
        raise NotAllowed(_("A member of the team that noted it does this."))
    if locked.state == Reminder.State.PUT_RIGHT:
        return locked
    locked.state = Reminder.State.PUT_RIGHT
    locked.erase_on = rules.sooner(
        locked.erase_on,
        put_right_on=timezone.localdate(at),
        put_right_days=rule_of(locked).put_right_days,
    )
    locked.save(update_fields=["state", "erase_on"])
    recorded("breach_put_right", locked, place_path=locked.place_path, at=at, actor_id=by.pk)
    return locked


@transaction.atomic
def look_at(*, reminder: Reminder, reader: Person, at: datetime) -> None:
    """Note that somebody looked at it, once in half a day; the person concerned sees who (GD05)."""
    if reader.pk == reminder.person_id:
        return
    recent = reminder.reads.filter(reader=reader, read_at__gt=at - RECENT_READ)
    if not recent.exists():
        ReminderRead.objects.create(reminder=reminder, reader=reader, read_at=at)


__all__ = [
    "NoSuchClause",
    "NotOfAge",
    "NotOnDuty",
    "WordsMissing",
    "duty_of",
    "hear",
    "lock_reminder",
    "look_at",
    "may_take",
    "note_breach",
    "obstacle_of",
    "put_right",
    "rule_of",
    "take_step",
]
