"""What rounds have for a resident's first page: what can be ordered, voted on, followed."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.kernel.asking import Question
from xiangyue.orders import queries
from xiangyue.orders.models import Round
from xiangyue.places.models import Place
from xiangyue.places.queries import around

SHOWN = 3

AFOOT = (
    Question(
        lambda count: (
            Round.objects.filter(around(count)).exclude(state__in=queries.OVER).values_list("pk")
        )
    ),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """The rounds that concern the place; None when there is none."""
    rows = list(queries.near(place)[:SHOWN])
    if not rows:
        return None
    return render_to_string("orders/_nearby.html", {"rounds": rows}, request)
