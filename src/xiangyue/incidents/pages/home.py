"""The first page: each person's own front."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xiangyue.access.requests import person, standing
from xiangyue.access.rules import Standing
from xiangyue.incidents.access import own_incidents, public_incidents
from xiangyue.incidents.pages.resident import place_known
from xiangyue.incidents.pages.worker import today
from xiangyue.places.queries import county_place, within


def home(request: HttpRequest) -> HttpResponse:
    """The desk's inbox, the grid worker's day, or the resident's home."""
    mine = standing(request)
    if mine.works_at_desk:
        return redirect(_desk_of(mine))
    if mine.may_somewhere("incidents.handle"):
        return today(request)
    place = place_known(request)
    news = within(public_incidents(), place or county_place()).select_related("category", "place")
    return render(
        request,
        "incidents/home.html",
        {
            "place": place,
            "who": person(request),
            "awaiting": own_incidents(mine)
            .filter(state="answered")
            .select_related("category", "place")[:5],
            "open_count": own_incidents(mine).exclude(state__in=["closed", "merged"]).count()
            if mine.person_id
            else 0,
            "news": news.order_by("-created_at")[:5],
        },
    )


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
    return next((page for verb, page in _OTHER_DESKS.items() if standing.may_somewhere(verb)), "me")
