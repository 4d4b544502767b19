"""What every template may use besides its own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import translation

LARGE_PRINT_COOKIE = "large_print"


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """`language`, `languages`, `home_url`, and whether large print is on."""
    return {
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "home_url": get_script_prefix(),
        "large_print": request.COOKIES.get(LARGE_PRINT_COOKIE) == "1",
    }
