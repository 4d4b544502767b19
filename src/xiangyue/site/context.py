"""What every template may use besides its own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import translation

from xiangyue.kernel.counties import current_county
from xiangyue.site.navigation import county_name, navigation_of

LARGE_PRINT_COOKIE = "large_print"


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """`language`, `languages`, `home_url`, `county_name`, `navigation`, whether large print is on."""
    return {
        "county": current_county,
        "county_name": county_name,
        "navigation": lambda: navigation_of(request),
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "home_url": get_script_prefix(),
        "large_print": request.COOKIES.get(LARGE_PRINT_COOKIE) == "1",
    }
