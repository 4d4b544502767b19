"""A place for those who see its incidents: where it lies, what lies below, who serves there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.incidents import organisation
from xiangyue.incidents.pages.acting import shell_of


@never_cache
@staff_only("incidents.see")
@require_safe
def show_place(request: HttpRequest, code: str = "") -> HttpResponse:
    """The place's path, the grids below it, its units, and the names of who holds its posts."""
    place = organisation.place_for(standing(request), code)
    context: dict[str, Any] = {
        "shell": shell_of(request),
        "place": place,
        "above": organisation.above(standing(request), place),
        "below": organisation.below(place),
        "units": organisation.units_at(place),
        "holders": organisation.holders_at(place, at=timezone.now()),
    }
    return render(request, "incidents/place.html", context)
