"""Where everybody's day begins: a resident's home, a worker's or clerk's day, the way to a desk."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiangyue.access.offline import keep_on_phone
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.incidents.pages.resident import place_known
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.queries import county_place
from xiangyue.site.home.around import first_page
from xiangyue.site.modules import offering


def home(request: HttpRequest) -> HttpResponse:
    """The desk's inbox, the grid worker's day, or the resident's home."""
    mine = standing(request)
    if mine.works_at_desk:
        return redirect(_desk_of(mine))
    if mine.may_somewhere("incidents.handle"):
        return _day(request)
    place = place_known(request)
    shown = first_page(request, place or county_place(), at=timezone.now())
    of_place = f"?place={place.code}" if place is not None else ""
    return render(request, "site/home.html", {"place": place, "of_place": of_place, "shown": shown})


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """The day of whoever holds a post, at a desk or out walking.

    :raises NotAllowed: the person holds no post.
    """
    if not standing(request).holdings:
        raise NotAllowed(_("Your posts do not include this page."))
    return _day(request)


def _day(request: HttpRequest) -> HttpResponse:
    mine = standing(request)
    may_enter = mine.may_somewhere("incidents.enter_for_others")
    return keep_on_phone(
        render(
            request,
            "site/today.html",
            {
                "shell": shell_of(request),
                "is_desk": mine.works_at_desk,
                "who": person(request),
                "may_enter_for_others": may_enter,
                "kept_pages": [
                    reverse(page)
                    for page in ("kept", "report", *(["enter-for-others"] if may_enter else []))
                ],
                "panels": panels(request, at=timezone.now()),
            },
        )
    )


def panels(request: HttpRequest, *, at: datetime) -> list[SafeString]:
    """What each module's `today.py` has for this person today, in the order of the modules.

    Each is HTML that the module has rendered from a template of its own.
    """
    found = (module.panel_of(request, at=at) for module in offering("today"))
    return [mark_safe(panel) for panel in found if panel]  # noqa: S308 - rendered by templates


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
