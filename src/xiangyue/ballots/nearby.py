"""What votes have for a resident's first page: those that wait for a voice, and those nearby."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries
from xiangyue.ballots.models import Ballot, BallotState
from xiangyue.kernel.asking import Given, Question
from xiangyue.places.models import Place
from xiangyue.places.queries import within

ROWS = 4
RECENT = timedelta(days=14)
# Whether there is anything to look for at all: most of the year no vote is held anywhere.
AFOOT = (
    Question(
        lambda _count: Ballot.objects.filter(
            Q(state__in=[BallotState.OPEN, BallotState.CLOSED])
            | Q(opens_at__gt=Given("lately", models.DateTimeField()))
        ).values_list("pk")
    ),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """My votes first, then what is voted on or was counted here of late; None without either."""
    who = person(request)
    waiting = list(queries.waiting_for(who.pk)[:ROWS]) if who is not None else []
    told = (
        list(
            access.ballots_to_tell(standing(request)).filter(
                state__in=[BallotState.OPEN, BallotState.CLOSED]
            )[:ROWS]
        )
        if who is not None
        else []
    )
    near = within(queries.public_ballots(), place).filter(opens_at__gt=at - RECENT)
    near = near.exclude(state=BallotState.ANNULLED)
    near = near.exclude(pk__in=[ballot.pk for ballot in waiting])
    if not (waiting or told or near.exists()):
        return None
    context = {"waiting": waiting, "told": told, "near": list(near[:ROWS]), "place": place}
    return render_to_string("ballots/_nearby.html", context, request)
