"""Verbs on the voters' list: drawn for election day, asked for by those it does not name.

Published, objected to and fixed it is as every roll (`ballots.services.rolls`), held back by what
`holding.py` adds.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.delegates import groups_missing, representatives_drawn
from xiangyue.ballots.elections.electorate_models import Electors
from xiangyue.ballots.elections.models import ClaimKind, Election, VoterClaim
from xiangyue.ballots.elections.queries import other_lists
from xiangyue.ballots.elections.reading import electorate_of, kind_of, rule_key_of
from xiangyue.ballots.elections.refusals import ElectionStands
from xiangyue.ballots.elections.services.acting import (
    locked,
    record_about,
    refuse,
    require_preparing,
    words,
)
from xiangyue.ballots.models import Basis, Roll, RollEntry, RollState
from xiangyue.ballots.rules import is_of_age, years_before
from xiangyue.ballots.services.rolls import add_to_roll, draw_roll, strike_from_roll
from xiangyue.places.models import Household, Person

LEAST_AGE = 18


@transaction.atomic
def draw_voters(*, election: Election, by: Person, at: datetime) -> Roll:
    """Draw from the register everybody who is 18 on election day (VCOL art. 13), the households,
    or those whom the groups chose; where not all vote, also those who may be elected (RCOL art. 8).

    Who stands on another place's list of an election that is under way is struck, with that
    reason: nobody is registered twice.

    :raises ElectionStands: the list is drawn already.
    :raises ElectionRefused: a group has not chosen who votes for it.
    """
    election = locked(election)
    require_preparing(election)
    if election.roll_id is not None:
        raise ElectionStands(_("The voters' list is drawn already."))
    roll = _drawn(election, by=by, at=at)
    election.roll = roll
    election.save(update_fields=["roll"])
    for entry, place in other_lists(election):
        strike_from_roll(
            entry=entry, reason=_("On the voters' list of %(place)s.") % {"place": place},
            by=by, at=at,
        )  # fmt: skip
    record_about("voters_drawn", election, at=at, by=by, count=roll.entry_count)
    return roll


def _drawn(election: Election, *, by: Person, at: datetime) -> Roll:
    """The voters' list of the way in which it is held, and the list of whom one may vote for."""
    electorate, day = electorate_of(election), timezone.localdate(election.opens_at)
    if missing := groups_missing(election):
        raise refuse("group", " ".join(missing), source="RCOL art. 8")
    everybody = kind_of(election).rule
    if electorate is None:
        return draw_roll(
            place=election.place, rule=everybody, basis="persons", at=at, by=by, on=day
        )
    electorate.eligible = draw_roll(
        place=election.place, rule=everybody, basis="persons", at=at, by=by, on=day
    )
    electorate.save(update_fields=["eligible"])
    return draw_roll(
        place=election.place, rule=rule_key_of(election), at=at, by=by, on=day,
        voices=representatives_drawn(election) if electorate.electors == Electors.GROUPS else None,
    )  # fmt: skip


@transaction.atomic
def claim_vote(
    *,
    election: Election,
    person: Person,
    kind: str,
    by: Person,
    at: datetime,
    lives_here_since: date | None = None,
    agreed_by: str = "",
) -> VoterClaim:
    """Enter that somebody whom the list does not name asks to be put on it (VCOL art. 13).

    Away: registered here, lives elsewhere, says that they take part. Resident: lives here for a
    year by election day, registered elsewhere, and the assembly or the representatives agreed.

    :raises ElectionRefused: too short a time, no decision named, under age, asked already.
    :raises ElectionStands: the list is published; object to it now, or it is fixed.
    """
    election = locked(election)
    require_preparing(election)
    if election.roll is not None and election.roll.state == RollState.FIXED:
        raise ElectionStands(_("This roll is fixed; it does not change any more."), source="EL02")
    if (electorate := electorate_of(election)) and electorate.electors == Electors.GROUPS:
        raise ElectionStands(
            _("In this election the representatives of the groups vote; a group chooses its own."),
            source="RCOL art. 8",
        )
    day = timezone.localdate(election.opens_at)
    if kind not in ClaimKind.values:
        raise refuse("kind", _("Say on which ground."))
    if person.birth_date is not None and not is_of_age(person.birth_date, on=day, years=LEAST_AGE):
        raise refuse("name", _("%(name)s is not 18 on election day.") % {"name": person.name},
                     source="VCOL art. 13")  # fmt: skip
    if kind == ClaimKind.RESIDENT:
        if lives_here_since is None or lives_here_since > years_before(day, 1):
            raise refuse(
                "lives_here_since",
                _("Who is registered elsewhere votes here after a year of living here."),
                source="VCOL art. 13",
            )
        agreed_by = words(
            agreed_by, "agreed_by", most=200,
            missing=_("Say by which decision the assembly or the representatives agreed."),
        )  # fmt: skip
    try:
        with transaction.atomic():
            claim = VoterClaim.objects.create(
                election=election, person=person, kind=kind, lives_here_since=lives_here_since,
                agreed_by=agreed_by.strip()[:200], entered_by=by, entered_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise refuse("name", _("%(name)s has asked already.") % {"name": person.name}) from None
    record_about("voter_claimed", election, at=at, by=by, kind=kind)
    return claim


@transaction.atomic
def answer_claim(
    *, claim: VoterClaim, is_accepted: bool, answer: str, by: Person, at: datetime
) -> VoterClaim:
    """Put whoever asked on the list, or say why not.

    :raises ElectionRefused: they stand on another place's list, or no reason is given.
    :raises ElectionStands: it was answered already, or the list is fixed.
    """
    election = locked(claim.election)
    claim = VoterClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if claim.answered_at is not None:
        raise ElectionStands(_("This was answered already."))
    if election.roll is None:
        raise ElectionStands(_("Draw the voters' list first."))
    claim.answer = words(
        answer, "answer", most=200, missing=_("Give the reason; whoever asked reads it.")
    )
    if is_accepted:
        if elsewhere := _elsewhere(election, claim.person):
            raise refuse(
                "is_accepted",
                _("%(name)s stands on the voters' list of %(place)s too; strike one of the two.")
                % {"name": claim.person.name, "place": elsewhere},
                source="VCOL art. 13",
            )
        reason = f"{claim.get_kind_display()}: {claim.answer}"[:200]
        voter = _voter(election.roll, claim.person)
        add_to_roll(roll=election.roll, voter=voter, reason=reason, by=by, at=at)
    claim.is_accepted, claim.answered_by, claim.answered_at = is_accepted, by, at
    claim.save(update_fields=["is_accepted", "answer", "answered_by", "answered_at"])
    record_about("voter_claim_answered", election, at=at, by=by, accepted=is_accepted)
    return claim


def _voter(roll: Roll, person: Person) -> Person | Household:
    """Who votes for this person here: they themselves, or their household.

    :raises ElectionRefused: households vote, and the register knows none of theirs.
    """
    if roll.basis != Basis.HOUSEHOLDS:
        return person
    if person.household is None:
        raise refuse(
            "is_accepted",
            _("Households vote here, and %(name)s belongs to none; enter the household first.")
            % {"name": person.name},
        )
    return person.household


def _elsewhere(election: Election, person: Person) -> str:
    """The place on whose list the person stands for another election of this time, or ""."""
    rows = RollEntry.objects.filter(
        person=person, is_struck=False, roll__election__state__in=["preparing", "polling"],
        roll__election__kind_key=election.kind_key,
    ).exclude(roll=election.roll_id)  # fmt: skip
    entry = rows.select_related("roll__place").first()
    return entry.roll.place.name if entry is not None else ""
