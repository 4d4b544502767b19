"""What elections have for somebody's day, and for the list of what is being decided."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.ballots import queries as voting
from xiangyue.ballots.elections import access
from xiangyue.ballots.elections.models import Election, ElectionState, Round, RoundState
from xiangyue.ballots.elections.queries import current_round
from xiangyue.ballots.elections.stages import what_is_next
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.kernel.nearby import NearbyLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning
from xiangyue.places.rules import short_name

ROWS = 5
NEARBY = (ElectionState.PREPARING, ElectionState.POLLING)
NEARBY_MOST = 2
WORK = (ElectionState.PREPARING, ElectionState.POLLING, ElectionState.DECIDED)


def kept_lines(standing: Standing, *, at: datetime) -> list[tuple[Any, str]]:
    """The elections that I keep, each with the step that waits."""
    rows = access.elections_to_keep(standing).filter(state__in=WORK)[:ROWS]
    return [(election, what_is_next(election, at=at)[1]) for election in rows]


def told_rounds(standing: Standing) -> list[Any]:
    """The rounds at whose box I am a teller today."""
    states = [RoundState.OPEN, RoundState.CLOSED]
    return list(access.rounds_to_tell(standing).filter(state__in=states)[:ROWS])


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """The elections at the place that are under way or ended lately."""
    rows = concerning(access.public_elections(), place)
    found = []
    for election in rows[:MOST]:
        ended_at = election.decided_at or election.annulled_at
        if ended_at is not None and ended_at < at - STAYS:
            continue
        polling = current_round(election)
        found.append(
            DecidingLine(
                kind=_("Election"),
                title=election.title,
                url=reverse("election", args=[election.pk]),
                state=str(election.get_state_display()),
                until=timezone.localdate(polling.opens_at if polling else election.opens_at),
                needs_me=_waits_for(person, election, polling),
                outcome=str(election.get_state_display()) if ended_at is not None else None,
            )
        )
    return found


def nearby_lines(*, place: Place, person: Person | None, at: datetime) -> list[NearbyLine]:
    """The elections under way around the place, for a resident's first page."""
    rows = concerning(access.public_elections(), place).filter(state__in=NEARBY)
    found = []
    for election in rows[:NEARBY_MOST]:
        polling = current_round(election)
        begins = polling.opens_at if polling is not None else election.opens_at
        has_begun = begins <= at
        is_asked = _waits_for(person, election, polling)
        found.append(
            NearbyLine(
                title=election.title,
                url=reverse("election", args=[election.pk]),
                kind=_("Election"),
                where=short_name(election.place.name),
                asks=_("Your vote") if is_asked else "",
                begins=None if has_begun else begins,
                until=polling.closes_at if polling is not None and has_begun else None,
                since=begins,
                about=f"ballots.election:{election.pk}",
            )
        )
    return found


def _waits_for(person: Person | None, election: Election, polling: Round | None) -> bool:
    """Whether the round is open, the person stands on the roll and has no slip yet."""
    if person is None or election.roll is None:
        return False
    if polling is None or polling.state != RoundState.OPEN:
        return False
    entry = voting.entry_of(election.roll, person)
    if entry is None or entry.is_struck:
        return False
    return not polling.slips.filter(entry=entry).exists()
