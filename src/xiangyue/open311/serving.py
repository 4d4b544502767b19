"""GeoReport v2 over HTTP: the spec's addresses, in XML and JSON, refusing in the spec's form."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from xiangyue.access.requests import client_address
from xiangyue.incidents.access import incident_of_slip
from xiangyue.incidents.models import Incident
from xiangyue.kernel.refusals import NotFound, Refused, TooMany
from xiangyue.open311 import asking, queries, services
from xiangyue.open311.rendering import rendered
from xiangyue.open311.rules import cursor_after
from xiangyue.places.queries import county_place

CHANGESET = "2026-11-21T00:00:00Z"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LOCALES = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-hans": "zh-hans", "en": "en"}

Answer = tuple[str, Any]
View = Callable[..., Answer | HttpResponse]


def serves(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Answer in the form that the address ends in, in the language of `locale`.

    The session is not looked at: whoever asks gets what everybody gets, and what is sent needs
    a key, so that no page elsewhere can send in a signed-in person's name.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def served(request: HttpRequest, *, form: str, **asked: str) -> HttpResponse:
            locale = request.GET.get("locale", "").lower()
            with translation.override(LOCALES.get(locale, "zh-hans")):
                try:
                    if request.method not in {*methods, "HEAD"}:
                        return _not_allowed(request, methods, form=form)
                    _check_jurisdiction(request)
                    answer = view(request, form=form, **asked)
                except Refused as refusal:
                    return refused(request, refusal, form=form)
                if isinstance(answer, HttpResponse):
                    return answer
                return rendered(request, *answer, form=form)

        return served

    return decorate


def _check_jurisdiction(request: HttpRequest) -> None:
    """:raises NotFound: another county is meant; none need be named, as there is only one here."""
    meant = request.GET.get("jurisdiction_id", "")
    if not meant and request.method == "POST":
        meant = request.POST.get("jurisdiction_id", "")
    if meant and meant not in queries.jurisdictions():
        raise NotFound(
            _("jurisdiction_id was not found; this county is %(code)s.")
            % {"code": county_place().code}
        )


# --- refusals -----------------------------------------------------------------------------------


def refused(request: HttpRequest, refusal: Refused, *, form: str) -> HttpResponse:
    """A refusal in the spec's form; what is wrong in a parameter has the spec's 400."""
    status = 400 if refusal.status == 422 else refusal.status
    whole = str(refusal.message)
    parts = [f"{name}: {message}" for name, message in refusal.fields.items() if message != whole]
    response = _errors(request, status, [whole, *parts], form=form)
    if isinstance(refusal, TooMany) and refusal.again_at is not None:
        response.headers["Retry-After"] = http_date(refusal.again_at.timestamp())
    return response


def form_of(request: HttpRequest) -> str:
    """The form that the address ends in, XML where it ends in none."""
    return "json" if request.path_info.endswith(".json") else "xml"


def _errors(
    request: HttpRequest, status: int, descriptions: list[str], *, form: str
) -> HttpResponse:
    content = [{"code": status, "description": each} for each in descriptions]
    return rendered(request, "errors", content, form=form, status=status)


def _not_allowed(request: HttpRequest, methods: tuple[str, ...], *, form: str) -> HttpResponse:
    response = _errors(request, 405, [_("This address does not take this method.")], form=form)
    response.headers["Allow"] = ", ".join((*methods, "HEAD", "OPTIONS"))
    if request.method == "OPTIONS":  # what a browser asks before a page elsewhere reads this
        response = HttpResponse(status=204, headers={"Allow": response.headers["Allow"]})
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    return response


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /open311/."""
    return _errors(request, 404, [_("There is nothing at this address.")], form=form_of(request))


# --- the spec's addresses -----------------------------------------------------------------------


@serves("GET")
def discovery(request: HttpRequest, *, form: str) -> Answer:
    """Where this county's endpoint is, what it speaks, and who gives out keys."""
    county = county_place()
    url = request.build_absolute_uri(reverse("open311-services-xml")).removesuffix("/services.xml")
    return "discovery", {
        "changeset": CHANGESET,
        "contact": _("%(county)s governance centre") % {"county": county.name},
        "key_service": _("The desk of %(county)s gives out keys.") % {"county": county.name},
        "jurisdiction_id": county.code,
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": url,
                "changeset": CHANGESET,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


@serves("GET")
def service_list(request: HttpRequest, *, form: str) -> Answer:
    return "services", queries.services()


@serves("GET")
def service_definition(request: HttpRequest, *, form: str, code: str) -> Answer:
    category = queries.offered().get(code)
    if category is None:
        raise NotFound(_("There is no service with this service_code."))
    return "service_definition", queries.definition(category)


@serves("GET", "POST")
def requests(request: HttpRequest, *, form: str) -> Answer | HttpResponse:
    """Search requests; or send one, with a key."""
    if request.method == "POST":
        return _send(request, form=form)
    # The spec: ids override every other filter.
    if numbers := asking.numbers_asked(request.GET.get("service_request_id", "")):
        rows = list(queries.numbered(numbers))
        return "service_requests", _published(request, rows)
    search = asking.search_asked(request.GET, now=timezone.now())
    page, size = asking.page_asked(request.GET)
    start = 0 if search.after else (page - 1) * size
    # One more than the page holds tells whether there is another.
    rows = list(queries.found(search)[start : start + size + 1])
    shown = _published(request, rows[:size])
    response = rendered(request, "service_requests", shown, form=form)
    if len(rows) > size:
        response.headers["Link"] = f'<{_next(request, rows[size - 1])}>; rel="next"'
    return response


def _published(request: HttpRequest, rows: Iterable[Incident]) -> list[dict[str, Any]]:
    return queries.as_requests(
        rows,
        has_extensions=asking.is_asked(request.GET, "extensions"),
        absolute=request.build_absolute_uri,
    )


def _next(request: HttpRequest, last: Incident) -> str:
    """The address of what comes after; it names the last one shown, so that what is reported or
    changed in the meantime moves nothing out of sight."""
    query = request.GET.copy()
    query.pop("page", None)
    query["cursor"] = cursor_after(requested_at=last.created_at, key=last.pk)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _send(request: HttpRequest, *, form: str) -> HttpResponse:
    now = timezone.now()
    key = services.key_for(request.POST.get("api_key", ""), at=now)
    incident, code = services.submit_request(submitted=asking.submitted(request), key=key, at=now)
    content = [
        {
            "service_request_id": incident.number,
            "service_notice": _notice(request, code),
            "account_id": None,
        }
    ]
    return rendered(request, "service_requests", content, form=form, status=201)


def _notice(request: HttpRequest, code: str) -> str:
    """How whoever reported follows the matter; the code is told this once."""
    if not code:
        return _("This request was received before; its slip has been replaced since.")
    url = request.build_absolute_uri(reverse("slip", args=[code]))
    return _("Follow it with the code %(code)s at %(url)s") % {"code": code, "url": url}


@serves("GET")
def one_request(request: HttpRequest, *, form: str, number: str) -> Answer:
    """One request, or several with commas between them; 404 when there is none of them."""
    numbers = asking.numbers_asked(number)
    found = _published(request, queries.numbered(numbers))
    if not found:
        raise NotFound(_("There is no public request with this service_request_id."))
    return "service_requests", found


@serves("GET")
def token(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    """The id for a token. Ids are given at once here, so that the slip's code is the token."""
    incident = incident_of_slip(code, address=client_address(request), at=timezone.now())
    content = [{"service_request_id": incident.number, "token": code}]
    return rendered(request, "service_requests", content, form=form, is_for_all=False)
