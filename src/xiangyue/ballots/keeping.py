"""Votes that nobody has to open and close by hand: those taken by phone alone."""

from datetime import datetime

from xiangyue.ballots.models import Ballot, BallotState, RollState
from xiangyue.ballots.services.planning import ONLINE_MODES, close_ballot, open_ballot
from xiangyue.kernel.refusals import Refused


def open_due(*, at: datetime) -> int:
    """Open what was announced for now, on a fixed roll; returns how many."""
    rows = Ballot.objects.filter(
        state=BallotState.PLANNED,
        opens_at__lte=at,
        closes_at__gt=at,
        roll__state=RollState.FIXED,
    )
    return sum(_done(open_ballot, ballot, at) for ballot in rows if _by_phone_alone(ballot))


def close_due(*, at: datetime) -> int:
    """Close what is over; returns how many."""
    rows = Ballot.objects.filter(state=BallotState.OPEN, closes_at__lte=at)
    return sum(_done(close_ballot, ballot, at) for ballot in rows if _by_phone_alone(ballot))


def _by_phone_alone(ballot: Ballot) -> bool:
    return set(ballot.modes) <= ONLINE_MODES


def _done(act: object, ballot: Ballot, at: datetime) -> bool:
    assert callable(act)
    try:
        act(ballot=ballot, at=at)
    except Refused:  # a person has been quicker, or has to look: the next minute asks again
        return False
    return True
