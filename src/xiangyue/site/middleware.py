"""What happens to every request: its county, its language, its refusals, its headers."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext as _

from xiangyue.kernel.counties import all_counties, bind
from xiangyue.kernel.refusals import Refused
from xiangyue.site.refusals import refusal_response

Handler = Callable[[HttpRequest], HttpResponse]


def county_bound(handle: Handler) -> Handler:
    """Bind the county named by the host, else by the first path segment, else the only one.

    With several counties and none named, the visitor chooses from a list.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        counties = all_counties()
        if len(counties) == 1:
            with bind(counties[0].slug):
                return handle(request)
        host = request.get_host().partition(":")[0]
        for county in counties:
            if host in county.hosts:
                with bind(county.slug):
                    return handle(request)
        first, _slash, rest = request.path_info.lstrip("/").partition("/")
        for county in counties:
            if first == county.slug:
                prefix, before = f"/{county.slug}", get_script_prefix()
                set_script_prefix(f"{prefix}/")
                request.path_info = f"/{rest}"
                try:
                    with bind(county.slug):
                        response = handle(request)
                finally:
                    set_script_prefix(before)
                for cookie in response.cookies.values():
                    if cookie["path"] == "/":  # two counties on one host keep separate sessions
                        cookie["path"] = f"{prefix}/"
                return response
        return render(request, "site/choose_county.html", {"counties": counties}, status=404)

    return middleware


CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def content_security(handle: Handler) -> Handler:
    """Nothing inline, nothing from elsewhere, no sensor but the camera and the place."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"
        )
        return response

    return middleware


LANGUAGE_COOKIE = "language"


def language_chosen(handle: Handler) -> Handler:
    """Chinese unless the visitor has switched; the browser's own language is not asked."""
    offered = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        with translation.override(chosen if chosen in offered else settings.LANGUAGE_CODE):
            response = handle(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            return response

    return middleware


NUL = b"\x00"
READ_WHOLE = {"application/json", "application/x-www-form-urlencoded"}


class NoText(Refused):
    """What was sent is no text: it holds a character that no text has."""

    code = "no_text"
    status = 400


def text_only(handle: Handler) -> Handler:
    """Refuse the NUL character wherever it stands; no database keeps it and nobody types it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if request.content_type in READ_WHOLE:
            sent += request.body.replace(b"\\u0000", NUL)
            if request.content_type != "application/json":
                sent = unquote_to_bytes(sent)
        if NUL in sent or "\x00" in request.path_info:
            return refusal_response(
                request, NoText(_("What was sent holds a character that no text has."))
            )
        return handle(request)

    return middleware


def refusals_shown(handle: Handler) -> Handler:
    """Translate a service's refusal that no page showed in place; the one way they reach people."""

    class Middleware:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return handle(request)

        def process_exception(
            self, request: HttpRequest, exception: Exception
        ) -> HttpResponse | None:
            if isinstance(exception, Refused):
                return refusal_response(request, exception)
            return None

    return Middleware()
