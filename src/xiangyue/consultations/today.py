"""What consultations have for a clerk's day: statements to look at, appeals to decide."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.queries import granted
from xiangyue.access.requests import standing
from xiangyue.consultations.models import Consultation
from xiangyue.consultations.queries import to_moderate
from xiangyue.consultations.services.acting import KEEP

SHOWN = 5
AFOOT = (Afoot(lambda mine: to_moderate(Consultation.objects.filter(mine.reach())), verbs=(KEEP,)),)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """What waits longest first; None when nothing waits."""
    mine = standing(request)
    if not mine.may_somewhere(KEEP):
        return None
    rows = list(to_moderate(Consultation.objects.filter(granted(mine, KEEP)))[:SHOWN])
    if not rows:
        return None
    return render_to_string("consultations/_today.html", {"statements": rows}, request)
