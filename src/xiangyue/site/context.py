"""What every template may use besides its own context."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone, translation

from xiangyue.access.offline import owner_of
from xiangyue.access.requests import standing
from xiangyue.kernel.counties import CountyUnbound, current_county
from xiangyue.site.navigation import county_name, navigation_of

LARGE_PRINT_COOKIE = "large_print"


def _county_name() -> str:
    """The county's name, or nothing where several are served and none is chosen yet."""
    try:
        return county_name()
    except CountyUnbound:
        return ""


def _phone(request: HttpRequest) -> dict[str, Any]:
    """What the scripts of a page tell a phone: whose page, the time, whether it may keep pages.

    Desks have a network; a visitor's phone keeps nothing.
    """
    if not hasattr(request, "user"):
        return {}
    is_walking = request.user.is_authenticated and not standing(request).works_at_desk
    return {
        "owner": owner_of(request),
        "now_ms": round(timezone.now().timestamp() * 1000),
        "has_worker": settings.SERVICE_WORKER and is_walking,
    }


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """The county and its name, the navigation, the languages, and whether large print is on."""
    return {
        "county": current_county,
        "county_name": cache(_county_name),  # asked for once for the whole page
        # A page shown before anybody could sign in, such as the choice of a county, has none.
        "navigation": cache(lambda: navigation_of(request) if hasattr(request, "user") else []),
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "home_url": get_script_prefix(),
        **_phone(request),
        "large_print": request.COOKIES.get(LARGE_PRINT_COOKIE) == "1",
    }
