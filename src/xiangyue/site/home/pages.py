"""Where everybody's day begins: a resident's home, a worker's or clerk's day, the way to a desk."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiangyue.access.offline import keep_on_phone
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.incidents.firstpage import awaiting, newest_near, own_open
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.incidents.pages.resident import place_known
from xiangyue.kernel.asking import have_any
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place
from xiangyue.places.rules import path_range
from xiangyue.site.modules import offering

LATELY = timedelta(days=14)


def home(request: HttpRequest) -> HttpResponse:
    """The desk's inbox, the grid worker's day, or the resident's home."""
    mine = standing(request)
    if mine.works_at_desk:
        return redirect(_desk_of(mine))
    if mine.may_somewhere("incidents.handle"):
        return _day(request)
    place = place_known(request)
    here = place or county_place()
    own = own_open(mine)
    return render(
        request,
        "site/home.html",
        {
            "place": place,
            "who": person(request),
            "awaiting": awaiting(own),
            "open_count": len(own),
            "news": newest_near(here),
            "panels": home_panels(request, here, at=timezone.now()),
        },
    )


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


def home_panels(request: HttpRequest, place: Place, *, at: datetime) -> list[SafeString]:
    """What each module's `nearby.py` has for a resident of the place, as `panels` has for staff.

    A module whose file says in `AFOOT` by which questions there is anything to look for is not
    asked further when none has a row; of all of them that is asked at once, as mostly little is
    afoot. The questions take how many `paths` there are, and are given those of the place and of
    what it lies in, its range from `low` to `high`, the `person`, the moment `at`, the day
    `today`, and `lately`, a fortnight ago.
    """
    modules = [*offering("nearby")]
    asked = [(module, each) for module in modules for each in getattr(module, "AFOOT", ())]
    paths = [place.path[:end] for end in range(Place.steplen, len(place.path) + 1, Place.steplen)]
    low, high = path_range(place.path)
    found = have_any(
        [question for _module, question in asked],
        len(paths),
        paths=paths,
        low=low,
        high=high,
        person=standing(request).person_id,
        at=at,
        today=timezone.localdate(at),
        lately=at - LATELY,
    )
    afoot = {module for (module, _asked), has_any in zip(asked, found, strict=True) if has_any}
    awake = (module for module in modules if module in afoot or not hasattr(module, "AFOOT"))
    shown = (module.panel_of(request, place=place, at=at) for module in awake)
    return [mark_safe(panel) for panel in shown if panel]  # noqa: S308 - rendered by templates


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
