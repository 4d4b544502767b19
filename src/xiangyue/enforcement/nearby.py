"""What keeping the compact has for a resident's first page: who is on duty, what waits for me."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person, standing
from xiangyue.enforcement import access, queries
from xiangyue.enforcement.models import Invitation
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """Who is on duty in the village now, my invitations and reminders; None when there is none."""
    who = person(request)
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE)
    duties = queries.on_duty(village, at=at) if village is not None else []
    invitations = (
        Invitation.objects.filter(person=who, answer=Invitation.Answer.WAITING)
        if who is not None
        else Invitation.objects.none()
    )
    reminder_count = (
        access.reminders_in_sight(standing(request), at=at).filter(person=who).count()
        if who is not None
        else 0
    )
    letters = list(invitations.select_related("committee__place", "committee__declaration")[:3])
    if not (duties or letters or reminder_count):
        return None
    context = {
        "village": village,
        "on_duty": duties,
        "invitations": letters,
        "reminder_count": reminder_count,
    }
    return render_to_string("enforcement/_nearby.html", context, request)
