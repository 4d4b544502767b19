"""Verbs on polling day: tellers and proxies before it, slips handed out on it.

It is kept who was handed slips, once; what anybody voted is on paper alone (EL01).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.models import (
    ElectionProxy,
    ElectionState,
    Round,
    RoundState,
    RoundTeller,
    Slip,
    Way,
)
from xiangyue.ballots.elections.queries import candidate_people, kin_of_candidates
from xiangyue.ballots.elections.reading import electorate_of, rule_for
from xiangyue.ballots.elections.refusals import ElectionStands, NotACandidate, SlipRefused
from xiangyue.ballots.elections.services.acting import (
    locked,
    locked_round,
    record_about,
    refuse,
)
from xiangyue.ballots.elections.services.nominating import choice_missing
from xiangyue.ballots.models import RollEntry, RollState
from xiangyue.ballots.refusals import NotOnRoll, ProxyRefused, RollChanged
from xiangyue.ballots.rules import proxy_fault
from xiangyue.ballots.services.proxies import proxy_words
from xiangyue.ballots.services.rolls import digest_of, freeze_list
from xiangyue.places.models import Person

MOST_TELLERS = 12


@transaction.atomic
def choose_tellers(*, polling: Round, tellers: Sequence[Person], by: Person, at: datetime) -> Round:
    """Say who counts; whom the committee chose before are replaced.

    :raises NotACandidate: somebody who stands, or lives in a candidate's household.
    :raises ElectionRefused: fewer than the rule asks for.
    :raises ElectionStands: the polling place is open.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    _require_planned(found)
    chosen = list(dict.fromkeys(tellers))
    needed = rule_for(election).tellers("paper")
    if not needed <= len(chosen) <= MOST_TELLERS:
        raise refuse("tellers", _("Choose at least %(count)d tellers.") % {"count": needed})
    kin = kin_of_candidates(election)
    if names := [each.name for each in chosen if each.pk in kin]:
        message = _("Who stands, or lives with somebody who does, does not count: %(names)s.") % {
            "names": "、".join(names)
        }
        raise NotACandidate(message, fields={"tellers": message}, source="村民委员会选举规程")
    found.tellers.all().delete()
    RoundTeller.objects.bulk_create(RoundTeller(round=found, person=each) for each in chosen)
    record_about("tellers_chosen", election, at=at, by=by, count=len(chosen))
    return found


def _require_planned(found: Round) -> None:
    if found.state != RoundState.PLANNED:
        raise ElectionStands(_("The polling place is open, or it is over."))


@transaction.atomic
def add_proxy(
    *,
    polling: Round,
    entry: RollEntry,
    agent: RollEntry,
    relation: str,
    is_written: bool,
    by: Person,
    at: datetime,
) -> ElectionProxy:
    """Enter a proxy that was given in writing, before the day; it is public at once (EL04).

    :raises ProxyRefused: no close relative, not in writing, too many for one, an agent who stands,
        or one who has given their own vote away.
    :raises ElectionStands: it is the day already.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    _require_planned(found)
    if timezone.localdate(at) >= timezone.localdate(found.opens_at):
        raise ElectionStands(
            _("Proxies are entered and published before election day."), source="VCOL art. 15; EL04"
        )
    limit = rule_for(election).proxy_limit()
    held = found.proxies.filter(withdrawn_at=None)
    for one in (entry, agent):
        if one.roll_id != election.roll_id or one.is_struck:
            raise _no_proxy(_("Only who stands on the same roll may vote for another."))
    fault = proxy_fault(
        limit, is_self=entry.pk == agent.pk, relation=relation, is_same_household=False,
        held_count=held.filter(agent=agent).count(), is_written=is_written,
    )  # fmt: skip
    if fault is not None:
        raise _no_proxy(
            proxy_words(fault) % {"name": agent.name, "most": limit.most if limit else 0}
        )
    if agent.person_id in candidate_people(election):
        raise _no_proxy(_("%(name)s stands and takes no proxy.") % {"name": agent.name})
    if held.filter(entry=agent).exists() or held.filter(agent=entry).exists():
        raise _no_proxy(_("Whoever votes for another keeps their own vote."))
    try:
        with transaction.atomic():
            proxy = ElectionProxy.objects.create(
                round=found, entry=entry, agent=agent, relation=relation, entered_at=at
            )
    except IntegrityError:
        raise _no_proxy(
            _("%(name)s has given their vote to somebody already.") % {"name": entry.name}
        ) from None
    record_about("election_proxy_entered", election, at=at, by=by)
    return proxy


def _no_proxy(message: str) -> ProxyRefused:
    return ProxyRefused(message, fields={"agent": message}, source="VCOL art. 15; EL04")


@transaction.atomic
def withdraw_proxy(*, proxy: ElectionProxy, by: Person, at: datetime) -> ElectionProxy:
    """Take a proxy back; the voter comes in person, or gives it to another before the day.

    :raises ElectionStands: it was taken back already, or slips were handed out on it.
    """
    election = locked(proxy.round.election)
    found = locked_round(proxy.round)
    proxy = ElectionProxy.objects.select_for_update(of=("self",)).get(pk=proxy.pk)
    if proxy.withdrawn_at is not None or found.state not in {RoundState.PLANNED, RoundState.OPEN}:
        raise ElectionStands(_("This proxy does not hold any more."))
    if found.slips.filter(entry=proxy.entry_id).exists():
        raise ElectionStands(_("The slips have been handed out already."))
    proxy.withdrawn_at = at
    proxy.save(update_fields=["withdrawn_at"])
    record_about("election_proxy_withdrawn", election, at=at, by=by)
    return proxy


@transaction.atomic
def open_round(*, polling: Round, by: Person, at: datetime) -> Round:
    """Open the polling place; opening again changes nothing.

    :raises ElectionRefused: before its time or after its end, too few tellers, no choice.
    :raises RollChanged: the voters' list is not the one that was fixed.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    if found.state == RoundState.OPEN:
        return found
    _require_planned(found)
    if election.state not in {ElectionState.PREPARING, ElectionState.POLLING}:
        raise ElectionStands(_("This election is over."))
    if not found.opens_at <= at < found.closes_at:
        raise refuse(
            "opens_at",
            _("The polling place is open from %(opens)s to %(closes)s, as announced.")
            % {
                "opens": f"{timezone.localtime(found.opens_at):%Y-%m-%d %H:%M}",
                "closes": f"{timezone.localtime(found.closes_at):%Y-%m-%d %H:%M}",
            },
        )
    if found.tellers.count() < rule_for(election).tellers("paper"):
        raise refuse("tellers", _("Choose the tellers; print the slips."))
    kin = kin_of_candidates(election)
    if found.tellers.filter(person__in=kin).exists():
        raise refuse("tellers", _("A teller stands, or lives with somebody who does; choose anew."))
    roll = election.roll
    assert roll is not None
    if roll.state != RollState.FIXED or digest_of(roll) != roll.digest:
        raise RollChanged(
            _("The roll is not the one that was fixed. Nothing is counted; have it looked into."),
            source="EL02",
        )
    if found.number == 1 and (missing := choice_missing(found.offices, election)):
        raise refuse("offices", " ".join(missing), source="VCOL art. 15")
    electorate = electorate_of(election)
    if electorate is not None and electorate.eligible is not None:
        freeze_list(roll=electorate.eligible, by=by, at=at)
    found.state, found.opened_at = RoundState.OPEN, at
    found.save(update_fields=["state", "opened_at"])
    if election.state == ElectionState.PREPARING:
        election.state = ElectionState.POLLING
        election.save(update_fields=["state"])
    record_about("polling_opened", election, at=at, by=by, round=found.number, roll=roll.digest)
    return found


@transaction.atomic
def hand_out(
    *,
    polling: Round,
    entry: RollEntry,
    by: Person,
    at: datetime,
    way: str = Way.BOOTH,
    through: bool = False,
) -> Slip:
    """Note that a voter was handed their slips; `through` their proxy, who came for them.

    :raises SlipRefused: the polling place is not open, or they have had their slips.
    :raises NotOnRoll: not on the voters' list, or struck.
    :raises ProxyRefused: no proxy was entered before the day.
    """
    found = _held_for_slips(polling)
    election = found.election
    if entry.roll_id != election.roll_id or entry.is_struck:
        raise NotOnRoll(_("This is nobody who may vote here: not on the roll, or struck from it."))
    if way not in Way.values:
        raise refuse("way", _("Say where the slips are handed out."))
    if way == Way.BOX and not election.boxes:
        raise refuse("way", _("No mobile box was announced for this election."),
                     source="VCOL art. 15")  # fmt: skip
    proxy = None
    if through:
        proxy = found.proxies.filter(entry=entry, withdrawn_at=None).first()
        if proxy is None:
            raise _no_proxy(
                _("For %(name)s no proxy was entered before the day.") % {"name": entry.name}
            )
    try:
        with transaction.atomic():
            slip = Slip.objects.create(
                round=found, entry=entry, way=way, proxy=proxy, handed_by_id=by.pk
            )
    except IntegrityError:
        raise SlipRefused(
            _("%(name)s has had the slips already; every voter votes once.") % {"name": entry.name},
            source="EL01",
        ) from None
    record_about("slips_handed_out", election, at=at, by=by, way=way, proxy=proxy is not None)
    return slip


def _held_for_slips(polling: Round) -> Round:
    """The round, held so that nobody closes it meanwhile; many may hand out at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM ballots_round WHERE id = %s FOR SHARE", [polling.pk])
    related = ("election__place", "election__kind", "election__roll__rule")
    found = Round.objects.select_related(*related).get(pk=polling.pk)
    if found.state != RoundState.OPEN:
        raise SlipRefused(
            _("Slips are handed out from the opening to the close of the polling place.")
        )
    return found


@transaction.atomic
def take_back(*, polling: Round, entry: RollEntry, by: Person, at: datetime) -> None:
    """Undo a mark made in error, while the polling place is open; the slips are taken back.

    :raises SlipRefused: they were not handed any.
    """
    found = _held_for_slips(polling)
    slip = found.slips.filter(entry=entry).first()
    if slip is None:
        raise SlipRefused(_("%(name)s was handed no slips.") % {"name": entry.name})
    slip.delete()
    record_about("slips_taken_back", found.election, at=at, by=by)


@transaction.atomic
def close_round(*, polling: Round, by: Person, at: datetime) -> Round:
    """Close the boxes; closing again changes nothing. Counting begins at once, in public.

    :raises ElectionStands: it is not open, or before its time with voters still to come.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    if found.state in {RoundState.CLOSED, RoundState.COUNTED}:
        return found
    if found.state != RoundState.OPEN:
        raise ElectionStands(_("The polling place is not open."))
    roll = election.roll
    assert roll is not None
    taken_count = found.slips.count()
    if at < found.closes_at and taken_count < roll.entry_count:
        raise ElectionStands(
            _("People may vote until %(time)s; the boxes are not closed earlier.")
            % {"time": f"{timezone.localtime(found.closes_at):%Y-%m-%d %H:%M}"}
        )
    found.state, found.closed_at = RoundState.CLOSED, at
    found.save(update_fields=["state", "closed_at"])
    record_about("polling_closed", election, at=at, by=by, round=found.number, count=taken_count)
    return found
