"""What councils have for a resident's first page: where they are asked, what their group has."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person
from xiangyue.councils.models import Concerned, GroupMatterState, Seat, Stakeholder
from xiangyue.councils.today import waiting_for
from xiangyue.places.models import Person, Place


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """None when nothing waits for them; one small query for whoever has nothing to do with it."""
    who = person(request)
    if who is None:
        return None
    seats = Seat.objects.filter(person=OuterRef("pk"))
    stakes = Stakeholder.objects.filter(person=OuterRef("pk"))
    judged = Concerned.objects.filter(person=OuterRef("pk"))
    has_to_do = Exists(seats) | Exists(stakes) | Exists(judged)
    if not Person.objects.filter(has_to_do, pk=who.pk).exists():
        return None
    context = waiting_for(who, at=at)
    context["judged"] = list(
        Concerned.objects.filter(
            person=who,
            consents=None,
            matter__state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN],
        ).select_related("matter__council")[:3]
    )
    if not any(context.values()):
        return None
    return render_to_string("councils/_nearby.html", context, request)
