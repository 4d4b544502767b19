"""What the secret box does when a vote is opened and closed, and what it delivers to the count."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.ballots.elections.services import holding  # noqa: F401 - what it adds is asked there
from xiangyue.ballots.models import Ballot, Mode
from xiangyue.ballots.secret import queries as secret_queries
from xiangyue.ballots.secret.services import lock_box, note_closing
from xiangyue.ballots.tallies import delivers

delivers(secret_queries.tally_of)


@hear("ballots.ballot_opened")
def lock_at_opening(entry: Entry) -> None:
    """No secret vote by phone begins before its box is locked; the refusal undoes the opening."""
    ballot = Ballot.objects.get(pk=entry.subject_id)
    if Mode.SECRET_ONLINE in ballot.modes:
        lock_box(ballot=ballot, at=entry.at)


@hear("ballots.ballot_closed")
def seal_at_closing(entry: Entry) -> None:
    note_closing(ballot=Ballot.objects.get(pk=entry.subject_id), at=entry.at)
