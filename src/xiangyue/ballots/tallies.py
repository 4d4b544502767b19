"""The seam to `ballots.secret`: it delivers the tally of the secret votes by phone."""

from collections.abc import Callable

from xiangyue.ballots.models import Ballot, Question

Deliver = Callable[[Ballot, Question], dict[str, int] | None]
_deliverers: list[Deliver] = []


def delivers(deliver: Deliver) -> Deliver:
    """Have the decorated function asked for the tally of a question: the number of votes for each
    choice, or None until all of them have been opened and proved."""
    _deliverers.append(deliver)
    return deliver


def delivered(ballot: Ballot, question: Question) -> dict[str, int] | None:
    """What the secret way delivers; None when it has not yet, or is not installed."""
    for deliver in _deliverers:
        tally = deliver(ballot, question)
        if tally is not None:
            return tally
    return None
