"""Where everybody's day begins: a resident's home, a worker's or clerk's day, the way to a desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.incidents.pages.resident import place_known
from xiangyue.places.queries import county_place
from xiangyue.site.home.around import first_page
from xiangyue.site.home.day import day


def home(request: HttpRequest) -> HttpResponse:
    """The desk's inbox, the grid worker's day, or the resident's home."""
    mine = standing(request)
    if mine.works_at_desk:
        return redirect(_desk_of(mine))
    if mine.may_somewhere("incidents.handle"):
        return day(request)
    place = place_known(request)
    shown = first_page(request, place or county_place(), at=timezone.now())
    of_place = f"?place={place.code}" if place is not None else ""
    return render(request, "site/home.html", {"place": place, "of_place": of_place, "shown": shown})


# Who keeps posts or audits sees no incident (SE01), so their day begins elsewhere.
_OTHER_DESKS = {
    "posts.keep": "posts",
    "access.answer_requests": "data-requests",
    "calendars.keep": "calendar",
    "record.read": "record",
    "outbox.read": "outbox",
}


def _desk_of(standing: Standing) -> str:
    """The page on which a desk's day begins."""
    if standing.may_somewhere("incidents.see"):
        return "inbox"
    others = (page for verb, page in _OTHER_DESKS.items() if standing.may_somewhere(verb))
    return next(others, "today")
