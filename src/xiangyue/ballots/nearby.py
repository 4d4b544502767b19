"""What votes have for a resident's first page: those that wait for a voice, and those nearby."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries
from xiangyue.ballots.elections import lists as elections
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.models import Ballot, BallotState
from xiangyue.ballots.secret.queries import waiting_for_key_or_opening
from xiangyue.kernel.asking import Given, Question
from xiangyue.kernel.nearby import MOST, NearbyLine, about
from xiangyue.places.models import Place
from xiangyue.places.queries import around, concerning
from xiangyue.places.rules import short_name

ASKING = 5
RECENT = timedelta(days=14)
RUNNING = (BallotState.OPEN, BallotState.CLOSED)
# Whether there is anything to look for at all: most of the year no vote is held anywhere.
_VOTES = Question(
    lambda _count: Ballot.objects.filter(
        Q(state__in=RUNNING) | Q(opens_at__gt=Given("lately", models.DateTimeField()))
    ).values_list("pk")
)
_ELECTIONS = Question(
    lambda count: Election.objects.filter(around(count), state__in=elections.NEARBY).values_list(
        "pk"
    )
)
AFOOT = (_VOTES, _ELECTIONS)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """My votes and where I count; what is voted on or was counted here of late; elections."""
    who = person(request)
    waiting: list[Ballot] = []
    told: list[Ballot] = []
    boxes: list[Ballot] = []
    if who is not None:
        waiting = list(queries.waiting_for(who.pk)[:ASKING])
        rows = access.ballots_to_tell(standing(request)).filter(state__in=RUNNING)
        told = list(rows.order_by("closes_at", "pk")[:ASKING])
        boxes = list(waiting_for_key_or_opening(who.pk)[:ASKING])
    near = concerning(queries.public_ballots(), place).filter(
        Q(state__in=RUNNING) | Q(opens_at__gt=at - RECENT)
    )
    near = near.exclude(state=BallotState.ANNULLED)
    near = near.exclude(pk__in=[ballot.pk for ballot in waiting])
    return [
        *(_line(one, "cast-vote", asks=_("Your vote")) for one in waiting),
        *(_line(one, "ballot-tablet", asks=_("You are a teller")) for one in told),
        *(_line(one, "secret-trustee", asks=_("Trustee of the box")) for one in boxes),
        *(_line(one, "vote") for one in near[:MOST]),
        *elections.nearby_lines(place=place, person=who, at=at),
    ]


def _line(ballot: Ballot, page: str, *, asks: str = "") -> NearbyLine:
    is_open = ballot.state == BallotState.OPEN
    is_planned = ballot.state == BallotState.PLANNED
    kind = pgettext("deciding", "Vote")
    return NearbyLine(
        title=ballot.title,
        url=reverse(page, args=[ballot.pk]),
        kind=kind if is_open or is_planned else f"{kind} · {ballot.get_state_display()}",
        where=short_name(ballot.place.name),
        asks=asks,
        begins=ballot.opens_at if is_planned else None,
        until=ballot.closes_at if is_open else None,
        since=ballot.counted_at or ballot.closed_at or ballot.closes_at,
        about=about(ballot.subject_type, ballot.subject_id) or f"ballots.ballot:{ballot.pk}",
    )
