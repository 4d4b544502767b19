"""What notices have for a resident's first page: what runs now on the boards around them."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.places.models import Place
from xiangyue.publicity.queries import running_near

SHOWN = 4


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """The notices that end soonest, of the place and of what it lies in; None when none runs."""
    rows = list(running_near(place, at=at)[:SHOWN])
    if not rows:
        return None
    context = {"place": place, "notices": rows}
    return render_to_string("publicity/_home.html", context, request)
