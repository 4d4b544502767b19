"""What issues have for a resident's first page: what is open around them, most voices first."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.deliberation.access import public_issues
from xiangyue.deliberation.queries import OPEN
from xiangyue.kernel.asking import Question
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import around, concerning

SHOWN = 3
AFOOT = (
    Question(lambda count: public_issues().filter(around(count), state__in=OPEN).values_list("pk")),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """The open issues of the place; None when there is none, or no village is known."""
    if place.kind in {PlaceKind.COUNTY, PlaceKind.PREFECTURE}:
        return None
    rows = concerning(public_issues().filter(state__in=OPEN), place)
    issues = list(rows.select_related("place").order_by("-support_count", "-raised_at")[:SHOWN])
    if not issues:
        return None
    context = {"issues": issues, "place": place}
    return render_to_string("deliberation/_nearby.html", context, request)
