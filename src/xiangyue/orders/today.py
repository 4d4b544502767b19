"""What rounds have for somebody's day: the keeper's next step, papers to type, what to check."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.ballots.access import ballots_to_tell
from xiangyue.ballots.models import BallotState, Mode, Participation, Teller
from xiangyue.orders import access, queries
from xiangyue.orders.acting import CHECK, KEEP, TELL
from xiangyue.orders.models import Building, Project, Round, RoundState
from xiangyue.orders.showing import next_of

ROWS = 5
AFOOT = (
    Afoot(
        lambda mine: Round.objects.filter(mine.reach()).exclude(state__in=queries.OVER),
        verbs=(KEEP,),
    ),
    Afoot(
        lambda mine: Project.objects.filter(
            mine.reach("round__place_path"), building=Building.BUILT
        ),
        verbs=(CHECK,),
    ),
    Afoot(
        lambda mine: Round.objects.filter(
            mine.reach("ballot__place_path"),
            state=RoundState.VOTE,
            ballot__state=BallotState.CLOSED,
        ),
        verbs=(TELL,),
    ),
    Afoot(
        lambda mine: Round.objects.filter(
            state=RoundState.VOTE,
            ballot__in=Teller.objects.filter(
                person=mine.person, ballot__state=BallotState.CLOSED
            ).values("ballot"),
        )
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """What waits for this person; None without a part in any round."""
    mine = standing(request)
    if mine.person_id is None:
        return None
    kept, check = [], []
    if mine.may_somewhere(KEEP):
        rows = access.rounds_to_keep(mine).exclude(state__in=queries.OVER)
        for round_ in rows.order_by("-begun_at")[:ROWS]:
            sentences = next_of(round_, at=at).sentences
            kept.append((round_, sentences[0] if sentences else ""))
    if mine.may_somewhere(CHECK):
        check = list(queries.to_check(access.rounds_to_keep(mine))[:ROWS])
    told = _papers(request)
    if not (kept or check or told):
        return None
    context = {"kept": kept, "check": check, "told": told}
    return render_to_string("orders/_today.html", context, request)


def _papers(request: HttpRequest) -> list[Round]:
    """Closed votes in which I am a teller and papers were handed out."""
    ballots = ballots_to_tell(standing(request)).filter(state=BallotState.CLOSED)
    papers = Participation.objects.filter(mode=Mode.PAPER).values("ballot")
    rows = queries.public_rounds().filter(state=RoundState.VOTE, ballot__in=ballots)
    return list(rows.filter(ballot__in=papers)[:ROWS])
