"""The votes of a place, for the page that says what is being decided there."""

from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.ballots import queries
from xiangyue.ballots.elections import lists as elections
from xiangyue.ballots.models import Ballot, BallotState
from xiangyue.ballots.slips import taken_here
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Votes planned, running and counted of late, and elections; those by phone that wait for me
    need me."""
    rows = concerning(queries.public_ballots(), place).filter(
        taken_here(), ~Q(state=BallotState.COUNTED) | Q(counted_at__gt=at - STAYS)
    )
    rows = rows.exclude(state=BallotState.ANNULLED)
    found = list(rows[:MOST])
    mine = set()
    if person is not None and any(one.state == BallotState.OPEN for one in found):
        mine = set(queries.waiting_for(person.pk).values_list("pk", flat=True))
    return [
        DecidingLine(
            kind=pgettext("deciding", "Vote"),
            title=ballot.title,
            url=reverse("vote", args=[ballot.pk]),
            state=str(ballot.get_state_display()),
            until=_until(ballot),
            needs_me=ballot.pk in mine,
            outcome=_outcome(ballot),
        )
        for ballot in found
    ] + elections.lines_for(place=place, person=person, at=at)


def _until(ballot: Ballot) -> date | None:
    """The day on which it closes; it is counted after that."""
    if ballot.state in {BallotState.PLANNED, BallotState.OPEN}:
        return timezone.localdate(ballot.closes_at)
    return None


def _outcome(ballot: Ballot) -> str | None:
    if ballot.state != BallotState.COUNTED:
        return None
    questions = queries.outcome(ballot).questions
    if len(questions) == 1:
        return questions[0].sentence
    return _("%(accepted)d of %(count)d questions were accepted.") % {
        "accepted": sum(one.is_accepted for one in questions),
        "count": len(questions),
    }
