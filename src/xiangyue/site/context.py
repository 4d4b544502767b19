"""What every template may use besides its own context."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import translation

from xiangyue.kernel.counties import CountyUnbound, current_county
from xiangyue.site.navigation import county_name, navigation_of

LARGE_PRINT_COOKIE = "large_print"


def _county_name() -> str:
    """The county's name, or nothing where several are served and none is chosen yet."""
    try:
        return county_name()
    except CountyUnbound:
        return ""


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
        "large_print": request.COOKIES.get(LARGE_PRINT_COOKIE) == "1",
    }
