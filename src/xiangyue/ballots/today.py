"""What votes have for somebody's day: to cast, to count, to keep."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries
from xiangyue.ballots.access import KEEP, TELL
from xiangyue.ballots.elections import lists as elections
from xiangyue.ballots.elections.models import Election, ElectionMember, RoundTeller
from xiangyue.ballots.elections.models import RoundState as ElectionRoundState
from xiangyue.ballots.models import Ballot, BallotState, RollEntry, RollObjection, Teller
from xiangyue.ballots.secret.models import Trustee
from xiangyue.ballots.secret.queries import waiting_for_key_or_opening

ROWS = 5
RUNNING = (BallotState.OPEN, BallotState.CLOSED)
AFOOT = (
    Afoot(
        lambda mine: Ballot.objects.filter(mine.reach()).filter(
            Q(state__in=RUNNING) | Q(state=BallotState.PLANNED, opens_at__lte=mine.at)
        ),
        verbs=(KEEP,),
    ),
    Afoot(lambda mine: Ballot.objects.filter(mine.reach(), state__in=RUNNING), verbs=(TELL,)),
    Afoot(lambda mine: Teller.objects.filter(person=mine.person, ballot__state__in=RUNNING)),
    Afoot(
        lambda mine: RollEntry.objects.filter(
            Q(person=mine.person) | Q(household=mine.household),
            roll__ballots__state=BallotState.OPEN,
        )
    ),
    Afoot(
        lambda mine: Election.objects.filter(mine.reach(), state__in=elections.WORK), verbs=(KEEP,)
    ),
    Afoot(
        lambda mine: ElectionMember.objects.filter(
            person=mine.person, left_at=None, election__state__in=elections.WORK
        )
    ),
    Afoot(
        lambda mine: Trustee.objects.filter(
            person=mine.person, box__ballot__state__in=[BallotState.PLANNED, BallotState.CLOSED]
        )
    ),
    Afoot(
        lambda mine: RoundTeller.objects.filter(
            person=mine.person,
            round__state__in=[ElectionRoundState.OPEN, ElectionRoundState.CLOSED],
        )
    ),
    Afoot(
        lambda mine: RollObjection.objects.filter(mine.reach("roll__place_path"), answered_at=None),
        verbs=(KEEP,),
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """Votes to cast, to count and to keep; None without a part in any."""
    mine, who = standing(request), person(request)
    if who is None:
        return None
    kept = access.ballots_to_keep(mine).filter(state__in=RUNNING)
    due = access.ballots_to_keep(mine).filter(state=BallotState.PLANNED, opens_at__lte=at)
    told = access.ballots_to_tell(mine).filter(state__in=RUNNING)
    rolls = access.rolls_to_keep(mine).values("pk")
    lists = {
        "kept": list((kept | due)[:ROWS]),
        "told": list(told[:ROWS]),
        "waiting": list(queries.waiting_for(who.pk)[:ROWS]),
        "elections": elections.kept_lines(mine, at=at),
        "boxes": list(waiting_for_key_or_opening(who.pk)[:ROWS]),
        "rounds": elections.told_rounds(mine),
        "objections": list(
            RollObjection.objects.filter(roll__in=rolls, answered_at=None)
            .select_related("roll__place")
            .order_by("raised_at")[:ROWS]
        ),
    }
    if not any(lists.values()):
        return None
    return render_to_string("ballots/_today.html", lists, request)
