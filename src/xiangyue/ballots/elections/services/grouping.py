"""The verb by which residents' groups send those who vote for them (RCOL art. 8)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.drawing import residents_of
from xiangyue.ballots.elections.electorate_models import (
    Electorate,
    Electors,
    GroupChoice,
    GroupRepresentative,
)
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.reading import electorate_of
from xiangyue.ballots.elections.refusals import ElectionStands
from xiangyue.ballots.elections.rules import GROUP_LEAST, GROUP_MOST, is_group_sent
from xiangyue.ballots.elections.services.acting import (
    locked,
    record_about,
    refuse,
    require_preparing,
)
from xiangyue.ballots.models import Roll, RollEntry, RollState
from xiangyue.ballots.rules import is_of_age
from xiangyue.ballots.services.rolls import add_to_roll, strike_from_roll
from xiangyue.places.models import Person

LEAST_AGE = 18
LARGEST = 100_000


@transaction.atomic
def choose_representatives(
    *,
    election: Election,
    group: str,
    people: Sequence[Person],
    met_on: date,
    present_count: int,
    by: Person,
    at: datetime,
) -> GroupChoice:
    """Write down whom a residents' group chose at its meeting, two or three who will vote for it.

    Said again before the list is fixed, it takes the place of what was said before; a list that
    is drawn already follows, so that who came off it stands on it struck.

    :raises ElectionRefused: no such group, fewer than two or more than three, somebody under age,
        of another place or of another group, a meeting that is still to come.
    :raises ElectionStands: all voters or the households vote, or the list is fixed.
    """
    election = locked(election)
    require_preparing(election)
    electorate = electorate_of(election)
    if electorate is None or electorate.electors != Electors.GROUPS:
        raise ElectionStands(_("In this election no group sends representatives."))
    roll = election.roll
    if roll is not None and roll.state == RollState.FIXED:
        raise ElectionStands(_("This roll is fixed; it does not change any more."), source="EL02")
    chosen = list(dict.fromkeys(people))
    _check(electorate, group, chosen, met_on, present_count, at=at)
    _check_people(election, group, chosen)
    choice, _is_new = GroupChoice.objects.update_or_create(
        election=election, group=group,
        defaults={
            "met_on": met_on, "present_count": present_count, "entered_by": by, "entered_at": at,
        },
    )  # fmt: skip
    before = set(choice.people.values_list("person", flat=True))
    choice.people.exclude(person__in=chosen).delete()
    GroupRepresentative.objects.bulk_create(
        GroupRepresentative(election=election, choice=choice, person=person)
        for person in chosen
        if person.pk not in before
    )
    if roll is not None:
        _follow(roll, choice, chosen, gone=before - {each.pk for each in chosen}, by=by, at=at)
    record_about("group_chosen", election, at=at, by=by, count=len(chosen), present=present_count)
    return choice


def _check(
    electorate: Electorate,
    group: str,
    chosen: Sequence[Person],
    met_on: date,
    present_count: int,
    *,
    at: datetime,
) -> None:
    if group not in electorate.groups:
        raise refuse("group", _("Choose one of the groups of this election."))
    if not is_group_sent(len(chosen)):
        raise refuse(
            "names",
            _("A group sends from %(least)d to %(most)d representatives, not %(count)d.")
            % {"least": GROUP_LEAST, "most": GROUP_MOST, "count": len(chosen)},
            source="RCOL art. 8",
        )
    if met_on > timezone.localdate(at):
        raise refuse("met_on", _("The group has not met yet on this day."))
    if not len(chosen) <= present_count <= LARGEST:
        raise refuse("present_count", _("How many were there? At least those who were chosen."))


def _check_people(election: Election, group: str, chosen: Sequence[Person]) -> None:
    day = timezone.localdate(election.opens_at)
    here = set(
        residents_of(election.place)
        .filter(pk__in=[each.pk for each in chosen])
        .values_list("pk", flat=True)
    )
    others = GroupRepresentative.objects.filter(election=election, person__in=chosen)
    taken = dict(others.exclude(choice__group=group).values_list("person", "choice__group"))
    for person in chosen:
        if person.pk not in here:
            raise refuse("names", _("%(name)s does not live here.") % {"name": person.name})
        if person.pk in taken:
            raise refuse(
                "names",
                _("%(name)s votes for %(group)s already; nobody votes for two groups.")
                % {"name": person.name, "group": taken[person.pk]},
            )
        if person.birth_date is None or not is_of_age(person.birth_date, on=day, years=LEAST_AGE):
            raise refuse(
                "names",
                _("%(name)s is not 18 on election day, or nobody knows it.")
                % {"name": person.name},
                source="RCOL art. 8",
            )


def _follow(
    roll: Roll,
    choice: GroupChoice,
    chosen: Sequence[Person],
    *,
    gone: set[UUID],
    by: Person,
    at: datetime,
) -> None:
    """Let a list that is drawn name those whom the group sends now."""
    reason = _("Chosen by the meeting of %(group)s.") % {"group": choice.group}
    for entry in RollEntry.objects.filter(roll=roll, person__in=gone, is_struck=False):
        strike_from_roll(
            entry=entry, reason=_("%(group)s chose another.") % {"group": choice.group}, by=by,
            at=at,
        )  # fmt: skip
    standing = set(roll.entries.filter(is_struck=False).values_list("person", flat=True))
    for person in chosen:
        if person.pk not in standing:
            entry = add_to_roll(roll=roll, voter=person, reason=reason, by=by, at=at)
            entry.group = choice.group
            entry.save(update_fields=["group"])
