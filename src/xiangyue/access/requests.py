"""Who is asking: a request's person and standing, and the guards of pages."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from xiangyue.access.models import Account
from xiangyue.access.queries import NOBODY, standing_of
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

_CACHE = "_xiangyue_standing"


def account(request: HttpRequest) -> Account | None:
    """The account that is signed in, or that the bearer token stands for."""
    user = request.user
    return user if user.is_authenticated else None


def person(request: HttpRequest) -> Person | None:
    """The person who is asking; None for a visitor who has not signed in."""
    found = account(request)
    return found.person if found is not None else None


def standing(request: HttpRequest) -> Standing:
    """What the person who is asking may do now; looked up once per request."""
    cached = getattr(request, _CACHE, None)
    if cached is None:
        who = person(request)
        cached = standing_of(who, at=timezone.now()) if who is not None else NOBODY
        setattr(request, _CACHE, cached)
    return cast(Standing, cached)


def act_as(request: HttpRequest, account: Account) -> None:
    """Let the request speak for the account, as after a bearer token; no session is begun."""
    request.user = account
    if hasattr(request, _CACHE):
        delattr(request, _CACHE)


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; behind our own proxy, what the proxy saw.

    Only the last address of `X-Forwarded-For` was written by the proxy; the others are claims.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def next_path(request: HttpRequest, *, fallback: str | None = None) -> str:
    """Where to go afterwards: `next` when it leads to this site, else the fallback, else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return fallback if fallback is not None else get_script_prefix()


Page = Callable[..., HttpResponse]


def signed_in(page: Page) -> Page:
    """Guard of a page: who has not signed in does so first and then comes back to it."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if account(request) is None:
            return sign_in_first(request)
        return page(request, *args, **kwargs)

    return guarded


def staff_only(verb: str) -> Callable[[Page], Page]:
    """Guard of a page for those whose posts grant the verb somewhere.

    What they may see and do on it is asked again, object by object.

    :raises NotAllowed: signed in, but no post grants it.
    """

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if account(request) is None:
                return sign_in_first(request)
            if not standing(request).may_somewhere(verb):
                raise NotAllowed(_("Your posts do not include this page."))
            return page(request, *args, **kwargs)

        return guarded

    return decorate


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in and then back: to this page, or to the one a fragment sits in."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        back = htmx.current_url_abs_path or get_script_prefix()
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = f"{reverse('sign-in')}?{urlencode({'next': back})}"
        return response
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else get_script_prefix()
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")
