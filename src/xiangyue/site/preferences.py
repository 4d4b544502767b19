"""How a visitor likes to read: the language and the size of type, kept in two cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xiangyue.site.context import LARGE_PRINT_COOKIE
from xiangyue.site.middleware import LANGUAGE_COOKIE

KEPT_SECONDS = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the visitor came from, never to another site."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else get_script_prefix())


def _keep(response: HttpResponse, cookie: str, value: str) -> HttpResponse:
    response.set_cookie(
        cookie,
        value,
        max_age=KEPT_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Read the site in `language` from now on; an unknown one changes nothing."""
    chosen = request.POST.get("language", "")
    offered = {code for code, _ in settings.LANGUAGES}
    response = _back(request)
    return _keep(response, LANGUAGE_COOKIE, chosen) if chosen in offered else response


@require_POST
def set_large_print(request: HttpRequest) -> HttpResponse:
    """Large print on (`large_print=1`) or off from now on (SE05)."""
    value = "1" if request.POST.get("large_print") == "1" else "0"
    return _keep(_back(request), LARGE_PRINT_COOKIE, value)
