"""What elections have for somebody's day, and for the list of what is being decided."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.ballots import queries as voting
from xiangyue.ballots.elections import access
from xiangyue.ballots.elections.models import ElectionState, RoundState
from xiangyue.ballots.elections.queries import current_round
from xiangyue.ballots.elections.stages import what_is_next
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning

ROWS = 5
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
        entry = (
            voting.entry_of(election.roll, person)
            if person is not None and election.roll is not None
            else None
        )
        needs_me = (
            polling is not None
            and polling.state == RoundState.OPEN
            and entry is not None
            and not entry.is_struck
            and not polling.slips.filter(entry=entry).exists()
        )
        found.append(
            DecidingLine(
                kind=_("Election"),
                title=election.title,
                url=reverse("election", args=[election.pk]),
                state=str(election.get_state_display()),
                until=timezone.localdate(polling.opens_at if polling else election.opens_at),
                needs_me=needs_me,
                outcome=str(election.get_state_display()) if ended_at is not None else None,
            )
        )
    return found
