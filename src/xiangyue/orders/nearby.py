"""What rounds have for a resident's first page: what can be ordered, voted on, followed."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.kernel.asking import Question
from xiangyue.kernel.nearby import MOST, NearbyLine, about
from xiangyue.orders import queries
from xiangyue.orders.models import Round, RoundState
from xiangyue.places.models import Place
from xiangyue.places.queries import around
from xiangyue.places.rules import short_name

AFOOT = (
    Question(
        lambda count: (
            Round.objects.filter(around(count)).exclude(state__in=queries.OVER).values_list("pk")
        )
    ),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """The rounds that concern the place."""
    return [_line(one) for one in queries.near(place)[:MOST]]


def _line(round_: Round) -> NearbyLine:
    until = round_.needs_until if round_.state == RoundState.NEEDS else None
    if round_.state == RoundState.VOTE and round_.ballot is not None:
        until = round_.ballot.closes_at
    return NearbyLine(
        title=round_.title,
        url=reverse("order-round", args=[round_.pk]),
        kind=f"{_('Budgets')} · {round_.get_state_display()}",
        where=short_name(round_.place.name),
        until=until,
        since=round_.begun_at,
        about=about("orders.round", round_.pk),
    )
