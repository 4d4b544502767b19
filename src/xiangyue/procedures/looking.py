"""The guards that look at notices and ballots; asked only when a step is looked at.

The evidence they name is a reference to one; a step without it lacks the evidence already.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun
from xiangyue.procedures.references import found_for


@guard("notice_settled")
def notice_settled(step_run: StepRun, at: datetime, *, evidence: str) -> list[str]:
    """The notice's window has ended and every objection is answered."""
    from xiangyue.publicity.queries import unsettled

    found: list[str] = []
    for notice in found_for(step_run, evidence):
        found += unsettled(notice, at=at)
    return found


@guard("ballot_accepted")
def ballot_accepted(
    step_run: StepRun, at: datetime, *, evidence: str, some: bool = False
) -> list[str]:
    """The ballot has been counted, and every question of it accepted; with `some`, at least one.

    Of a vote clause by clause the rejected ones are left out, not the whole (CP03).
    """
    from xiangyue.ballots.models import BallotState
    from xiangyue.ballots.queries import outcome

    found: list[str] = []
    for ballot in found_for(step_run, evidence):
        if ballot.state != BallotState.COUNTED:
            found.append(_("The vote “%(title)s” has not been counted yet.") % {"title": ballot})
            continue
        questions = outcome(ballot).questions
        rejected = [one.sentence for one in questions if not one.is_accepted]
        if rejected and (not some or len(rejected) == len(questions)):
            found += rejected
    return found
