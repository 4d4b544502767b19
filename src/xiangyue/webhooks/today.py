"""What whoever keeps webhooks has to look at: those that gave up."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.places.queries import county_place
from xiangyue.webhooks.access import KEEP
from xiangyue.webhooks.queries import paused_by_itself

AFOOT = (Afoot(lambda _mine: paused_by_itself(), verbs=(KEEP,)),)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    mine = standing(request)
    if not mine.may_somewhere(KEEP) or not mine.may(KEEP, place_path=county_place().path):
        return None
    paused = list(paused_by_itself()[:10])
    if not paused:
        return None
    return render_to_string("webhooks/_today.html", {"endpoints": paused}, request)
