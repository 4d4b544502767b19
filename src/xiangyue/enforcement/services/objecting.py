"""Objecting to a reminder, answering by somebody else, erasing (REQ-L03 to L07)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.enforcement.models import Reminder, ReminderObjection
from xiangyue.enforcement.services.acting import (
    ANSWER,
    LONGEST_WORDS,
    NOTE,
    DoneAlready,
    check_may,
    near,
    recorded,
    words_given,
)
from xiangyue.enforcement.services.reminding import lock_reminder, rule_of
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person


@transaction.atomic
def object_to_reminder(
    *, reminder: Reminder, text: str, by: Person, at: datetime
) -> ReminderObjection:
    """Object, by oneself or through a member of the team who writes it down; all stands still.

    The record does not say who objects. An answer is due within the declared days.

    :raises NotAllowed: neither the person concerned nor a member of a team there.
    :raises DoneAlready: an objection waits already, or it is over.
    :raises WordsMissing: no words, or too many.
    """
    locked = lock_reminder(reminder)
    is_own = locked.person_id == by.pk
    if not is_own:
        check_may(by, NOTE, locked.place_path, at=at)
    if locked.state != Reminder.State.OPEN:
        raise DoneAlready(_("This is over: it was put right, or its time has passed."))
    if locked.objections.filter(answered_at=None).exists():
        raise DoneAlready(_("Your objection waits for its answer."))
    made = ReminderObjection.objects.create(
        reminder=locked,
        text=words_given(
            text, _("Please say what is wrong with it."), field="text", most=LONGEST_WORDS
        ),
        made_at=at,
        entered_by=None if is_own else by,
        clock=start_clock(limit=rule_of(locked).answer_within, at=at),
    )
    recorded("reminder_objected", locked, place_path=locked.place_path, at=at)
    return made


def why_not_answer(objection: ReminderObjection, person: Person, *, at: datetime) -> str | None:
    """Why this person does not answer; None: they may (REQ-L04)."""
    reminder = objection.reminder
    try:
        check_may(person, ANSWER, reminder.place_path, at=at)
    except NotAllowed as refusal:
        return str(refusal)
    involved = {reminder.noted_by_id, objection.entered_by_id}
    involved |= {row.by_id for row in reminder.steps.all()}
    if person.pk in involved:
        return _("You had a part in it, so somebody else answers.")
    if near(person, reminder.person) or near(person, reminder.noted_by):
        return _("You live with one of them, so somebody else answers.")
    return None


@transaction.atomic
def answer_reminder_objection(
    *, objection: ReminderObjection, is_upheld: bool, text: str, by: Person, at: datetime
) -> None:
    """Answer an objection; one that is right erases the whole reminder at once.

    Records `enforcement.reminder_objection_answered`, without the outcome.

    :raises NotAllowed: no such post, a part in it, or near to one of them (REQ-L04).
    :raises DoneAlready: answered before, or erased.
    :raises WordsMissing: no answer, or too many words.
    """
    reminder = lock_reminder(objection.reminder)
    locked = ReminderObjection.objects.select_for_update().get(pk=objection.pk)
    locked.reminder = reminder
    if locked.answered_at is not None:
        raise DoneAlready(_("This objection is answered already."))
    if (why := why_not_answer(locked, by, at=at)) is not None:
        raise NotAllowed(why, source="REQ-L04")
    words = words_given(
        text, _("Please write the answer, so that they understand it."), field="text",
        most=LONGEST_WORDS,
    )  # fmt: skip
    recorded(
        "reminder_objection_answered", reminder, place_path=reminder.place_path, at=at,
        actor_id=by.pk,
    )  # fmt: skip
    if is_upheld:
        erase(reminder, at=at)
        return
    stop_clock(clock=locked.clock, at=at, actor_id=by.pk)
    locked.answer, locked.answered_by, locked.answered_at = words, by, at
    locked.save(update_fields=["answer", "answered_by", "answered_at"])


def erase(reminder: Reminder, *, at: datetime) -> None:
    """Delete a reminder with all that hangs on it; the record keeps that one was, not whose."""
    for objection in reminder.objections.filter(answered_at=None).select_related("clock"):
        stop_clock(clock=objection.clock, at=at)
    recorded("reminder_erased", reminder, place_path=reminder.place_path, at=at)
    reminder.delete()


def erase_due(*, at: datetime) -> int:
    """Erase whose day has come, and those whose objection nobody answered in time; how many.

    Silence never counts against the person concerned.
    """
    count = 0
    late = ReminderObjection.objects.filter(answered_at=None, clock__due_at__lt=at)
    keys = {
        *Reminder.objects.filter(erase_on__lte=timezone.localdate(at)).values_list("pk", flat=True),
        *late.values_list("reminder", flat=True),
    }
    for key in sorted(keys):
        count += _erase_one(key, at=at)
    return count


@transaction.atomic
def _erase_one(key: UUID, *, at: datetime) -> int:
    found = Reminder.objects.select_for_update().filter(pk=key).first()
    if found is None:
        return 0
    erase(found, at=at)
    return 1


def erase_for_clause(*, lineage: UUID, at: datetime) -> int:
    """A clause that is suspended was none to remind anybody of: erase what rests on it (CP07)."""
    rows = Reminder.objects.filter(clause_lineage=lineage)
    return sum(_erase_one(key, at=at) for key in sorted(rows.values_list("pk", flat=True)))
