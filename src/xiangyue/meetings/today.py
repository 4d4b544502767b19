"""What sessions have for somebody's day: those of today that they are asked to come to."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.meetings import queries
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.models import Meeting, StateChoices

COUNTED = 2  # drawing an agenda costs a few queries; more than two sessions a day is rare
AFOOT = (
    Afoot(
        lambda mine: Meeting.objects.filter(
            mine.above_posts(),
            Q(date=mine.today, state=StateChoices.PLANNED) | Q(state=StateChoices.OPEN),
        )
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """“08:30 town room, 7 items”; None on a day without a session for this person."""
    found = queries.near(standing(request), at=at)
    if not found:
        return None
    rows = [
        {
            "meeting": meeting,
            "item_count": getattr(meeting, "item_count", 0)
            if meeting.state == StateChoices.OPEN or number >= COUNTED
            else len(draw_agenda(meeting, at=at).items),
        }
        for number, meeting in enumerate(found)
    ]
    return render_to_string("meetings/_today.html", {"rows": rows}, request)
