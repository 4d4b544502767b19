"""Verbs on duty: plan, add, cancel, publish, and let turns change hands.

Whether somebody may is asked by `access.py`. Nobody is on duty in two places at once: whoever
takes a turn is locked first, so that of two who plan at once the second sees what the first did.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Organisation, Person
from xiangyue.rosters.blueprint import DutyKind
from xiangyue.rosters.models import DutyTurn
from xiangyue.rosters.queries import kinds_of, members_of, needed_in, start_of
from xiangyue.rosters.rules import Stretch, following, rotation

LONGEST_PLAN_DAYS = 62
LONGEST_TURN_HOURS = 48


class AlreadyOnDuty(Refused):
    """The person would be on duty in two places at once."""

    code = "already_on_duty"


class NotAMember(Refused):
    """Only who serves in the unit is on duty for it."""

    code = "not_a_member"


class NotItsDuty(Refused):
    """The unit keeps no duty of this kind."""

    code = "not_its_duty"


class NothingToPlan(Refused):
    """No turn is left to be planned in the period."""

    code = "nothing_to_plan"


class TurnPassed(Conflict):
    """The turn has begun, has passed or was cancelled: it stays as it was."""

    code = "turn_passed"


@transaction.atomic
def plan_turns(
    *,
    unit: Organisation,
    kind: str,
    people: Sequence[Person],
    begins: date,
    ends: date,
    at: datetime,
    first: Person | None = None,
    actor_id: UUID | None = None,
) -> list[DutyTurn]:
    """Fill the days in [begins, ends) in rotation; returns the new turns, to be published yet.

    Turns that somebody holds already stay theirs, and so does what has begun, so that planning
    again fills only what is empty. Without `first` it goes on after whoever had the latest turn
    before.

    :raises NotItsDuty: the unit keeps no such duty.
    :raises NotAMember: one of them does not serve in the unit.
    :raises AlreadyOnDuty: one of them is on duty elsewhere then; nothing is planned.
    :raises NothingToPlan: every turn is held already, or the period is no period.
    """
    declared = _kind(unit, kind)
    if not people:
        message = _("Choose who takes part in the rotation.")
        raise NotAMember(message, fields={"people": message})
    if not 0 < (ends - begins).days <= LONGEST_PLAN_DAYS:
        raise NothingToPlan(
            _("Choose at least one day, and at most %(most)d.") % {"most": LONGEST_PLAN_DAYS}
        )
    # Whoever plans the same unit with other people waits too.
    Organisation.objects.select_for_update(no_key=True).get(pk=unit.pk)
    _lock(people)
    _check_members(unit, people, at=at)
    held = _held(unit, kind, start_of(begins), start_of(ends))
    needed = [
        turn
        for turn in needed_in(declared, begins=begins, ends=ends)
        if turn.begins_at > at and not any(turn.overlaps(each.stretch) for each in held)
    ]
    if not needed:
        raise NothingToPlan(_("Every turn of these days is held by somebody, or has begun."))
    order = list(people)
    if first is None or first not in order:
        first = following(order, _last_before(unit, kind, needed[0].begins_at))
    turns = [
        DutyTurn(
            kind=kind, unit=unit, person=person, begins_at=turn.begins_at, ends_at=turn.ends_at
        )
        for turn, person in rotation(needed, order, first=first)
    ]
    _check_free(turns)
    DutyTurn.objects.bulk_create(turns, batch_size=500)
    record(
        name="rosters.turns_planned",
        subject=unit,
        at=at,
        actor_id=actor_id,
        place_path=unit.place_path,
        facts={"kind": kind, "from": begins, "to": ends, "count": len(turns)},
    )
    return turns


@transaction.atomic
def add_turn(
    *,
    unit: Organisation,
    kind: str,
    person: Person,
    begins_at: datetime,
    ends_at: datetime,
    at: datetime,
    actor_id: UUID | None = None,
) -> DutyTurn:
    """One turn by hand, such as one that fills a gap.

    :raises NotItsDuty: the unit keeps no such duty.
    :raises NotAMember: the person does not serve in the unit.
    :raises AlreadyOnDuty: the person is on duty then, here or elsewhere.
    :raises TurnPassed: it would have ended already.
    """
    _kind(unit, kind)
    if ends_at <= begins_at:
        message = _("A turn ends after it begins.")
        raise Refused(message, fields={"ends_at": message})
    if (ends_at - begins_at).total_seconds() > LONGEST_TURN_HOURS * 3600:
        message = _("A turn lasts at most %(most)d hours.") % {"most": LONGEST_TURN_HOURS}
        raise Refused(message, fields={"ends_at": message})
    if ends_at <= at:
        raise TurnPassed(_("This turn would lie in the past."))
    _lock([person])
    _check_members(unit, [person], at=at)
    turn = DutyTurn(kind=kind, unit=unit, person=person, begins_at=begins_at, ends_at=ends_at)
    _check_free([turn])
    turn.save(force_insert=True)
    _record("rosters.turn_added", turn, at=at, actor_id=actor_id)
    return turn


@transaction.atomic
def cancel_turn(*, turn: DutyTurn, at: datetime, actor_id: UUID | None = None) -> DutyTurn:
    """Nobody takes the turn any more; cancelling it again changes nothing.

    :raises TurnPassed: it has ended.
    """
    turn = DutyTurn.objects.select_for_update(of=("self",)).select_related("unit").get(pk=turn.pk)
    if turn.cancelled_at is not None:
        return turn
    if turn.ends_at <= at:
        raise TurnPassed(_("This turn has ended; it stays in the roster as it was kept."))
    turn.cancelled_at = at
    turn.revision += 1
    turn.save(update_fields=["cancelled_at", "revision"])
    _record("rosters.turn_cancelled", turn, at=at, actor_id=actor_id)
    return turn


@transaction.atomic
def publish_turns(
    *, unit: Organisation, begins: date, ends: date, at: datetime, actor_id: UUID | None = None
) -> int:
    """Let those on duty, and the public, know of the turns that begin in [begins, ends).

    Returns how many were not published before; publishing again changes nothing.
    """
    rows = DutyTurn.objects.filter(
        unit=unit,
        cancelled_at=None,
        published_at=None,
        begins_at__gte=start_of(begins),
        begins_at__lt=start_of(ends),
    )
    count = rows.update(published_at=at)
    if count:
        record(
            name="rosters.turns_published",
            subject=unit,
            at=at,
            actor_id=actor_id,
            place_path=unit.place_path,
            facts={"from": begins, "to": ends, "count": count},
        )
    return count


# --- what every verb asks ------------------------------------------------------------------------


def _kind(unit: Organisation, key: str) -> DutyKind:
    found = next((kind for kind in kinds_of(unit) if kind.key == key), None)
    if found is None:
        message = _("%(unit)s keeps no duty of this kind.") % {"unit": unit.name}
        raise NotItsDuty(message, fields={"kind": message}, source="SD-28")
    return found


def lock_people(keys: Iterable[UUID]) -> None:
    """Have everybody else wait who would give these people a turn."""
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=set(keys))
        .order_by("pk")
        .values_list("pk")
    )


def _lock(people: Iterable[Person]) -> None:
    lock_people(person.pk for person in people)


def _check_members(unit: Organisation, people: Sequence[Person], *, at: datetime) -> None:
    members = set(members_of(unit, at=at).values_list("pk", flat=True))
    for person in people:
        if person.pk not in members:
            message = _("%(person)s does not serve in %(unit)s.") % {
                "person": person.name,
                "unit": unit.name,
            }
            raise NotAMember(message, fields={"people": message, "person": message})


def _held(unit: Organisation, kind: str, begins_at: datetime, ends_at: datetime) -> list[DutyTurn]:
    rows = DutyTurn.objects.filter(unit=unit, kind=kind, cancelled_at=None)
    return list(rows.filter(begins_at__lt=ends_at, ends_at__gt=begins_at))


def _last_before(unit: Organisation, kind: str, at: datetime) -> Person | None:
    turn = (
        DutyTurn.objects.filter(unit=unit, kind=kind, cancelled_at=None, begins_at__lt=at)
        .select_related("person")
        .order_by("-begins_at")
        .first()
    )
    return turn.person if turn is not None else None


def check_free(person: Person, stretch: Stretch, *, leaving_out: Iterable[UUID] = ()) -> None:
    """:raises AlreadyOnDuty: the person holds another turn then; call it with the person locked."""
    other = (
        DutyTurn.objects.filter(
            person=person,
            cancelled_at=None,
            begins_at__lt=stretch.ends_at,
            ends_at__gt=stretch.begins_at,
        )
        .exclude(pk__in=list(leaving_out))
        .select_related("unit")
        .first()
    )
    if other is not None:
        raise _already(person, other)


def _check_free(turns: Sequence[DutyTurn]) -> None:
    """The new turns against what their people hold already, and against one another."""
    begins_at = min(turn.begins_at for turn in turns)
    ends_at = max(turn.ends_at for turn in turns)
    rows = DutyTurn.objects.filter(
        person__in={turn.person_id for turn in turns},
        cancelled_at=None,
        begins_at__lt=ends_at,
        ends_at__gt=begins_at,
    ).select_related("unit")
    held: dict[UUID, list[DutyTurn]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(row)
    for turn in turns:
        mine = held.setdefault(turn.person_id, [])
        for other in mine:
            if turn.stretch.overlaps(other.stretch):
                raise _already(turn.person, other)
        mine.append(turn)


def _already(person: Person, other: DutyTurn) -> AlreadyOnDuty:
    message = _(
        "%(person)s is on duty at %(unit)s from %(from)s to %(to)s;"
        " nobody is in two places at once."
    ) % {
        "person": person.name,
        "unit": other.unit.name,
        "from": f"{timezone.localtime(other.begins_at):%m-%d %H:%M}",
        "to": f"{timezone.localtime(other.ends_at):%m-%d %H:%M}",
    }
    return AlreadyOnDuty(message, fields={"people": message, "person": message, "with": message})


def _record(name: str, turn: DutyTurn, *, at: datetime, actor_id: UUID | None) -> None:
    record(
        name=name,
        subject=turn,
        at=at,
        actor_id=actor_id,
        place_path=turn.unit.place_path,
        facts={"kind": turn.kind, "begins": turn.begins_at, "person": str(turn.person_id)},
    )
