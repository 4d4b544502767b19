"""What everybody may see, without signing in: what was reported and what came of it, by place."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiangyue.access.requests import person, standing
from xiangyue.incidents import queries
from xiangyue.incidents.access import public_incidents
from xiangyue.incidents.pages.incident import stages_of
from xiangyue.incidents.paging import Pages
from xiangyue.incidents.showing import shown_photos
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import county_place

DAYS = 365


@require_GET
def public_place(request: HttpRequest, code: str = "") -> HttpResponse:
    """A place's public page: counts, the places below, and the matters without personal data."""
    place = county_place() if not code else Place.objects.filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    since = timezone.localdate() - timedelta(days=DAYS)
    rows = queries.public_by_place(place, since=since)
    if state := request.GET.get("state", ""):
        rows = queries.by_public_state(rows, state)
    shown = {
        "open": _("Open"),
        "fixed": _("Fixed"),
        "not_fixed": _("Not fixed"),
        "explained": _("Explained"),
    }
    counts = queries.public_counts(place, since=since)
    counted = counts.get(state if state in shown else "reported")
    page = Pages(rows, 30, wanted=request.GET.get("page"), count=counted).current()
    below = Place.objects.filter(
        path__startswith=place.path,
        depth=place.depth + 1,
        is_active=True,
        kind__in=[PlaceKind.TOWN, PlaceKind.VILLAGE],
    ).order_by("path")
    return render(
        request,
        "incidents/public_place.html",
        {
            "place": place,
            "above": _above(place),
            "below": below,
            "counts": counts,
            "page": page,
            "shown": shown.get(state, _("Newest first")),
            "is_county": place.kind == PlaceKind.COUNTY,
        },
    )


def _above(place: Place) -> Place | None:
    if place.kind == PlaceKind.COUNTY:
        return None
    return Place.objects.filter(path=place.path[: -Place.steplen]).first()


@require_GET
def public_incident(request: HttpRequest, number: str) -> HttpResponse:
    """One public matter: what kind, where, how far it is, what came of it."""
    incident = (
        public_incidents().filter(number=number).select_related("category", "place", "unit").first()
    )
    if incident is None:
        raise NotFound(_("There is no public incident with this number."))
    who = person(request)
    return render(
        request,
        "incidents/public_incident.html",
        {
            "incident": incident,
            "stages": stages_of(incident),
            "shown": shown_photos(incident).select_related("photo"),
            "support_count": incident.supports.count(),
            "may_support": who is not None
            and incident.state not in {"closed", "merged"}
            and not incident.supports.filter(person=who).exists()
            and incident.reporter_id != standing(request).person_id,
        },
    )
