"""The one translation of refusals: a page for people, problem+json (RFC 9457) for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import http_date

from xiangyue.kernel.refusals import Refused, TooMany
from xiangyue.open311.serving import form_of
from xiangyue.open311.serving import refused as refused_in_spec


def problem(refusal: Refused) -> dict[str, object]:
    """The RFC 9457 body of a refusal: type, title, status, code, and source and fields if any."""
    body: dict[str, object] = {
        "type": f"/docs/refusals#{refusal.code}",
        "title": str(refusal.message),
        "status": refusal.status,
        "code": refusal.code,
    }
    if refusal.source:
        body["source"] = refusal.source
    if isinstance(refusal, TooMany) and refusal.again_at is not None:
        body["again_at"] = refusal.again_at.isoformat()
    if refusal.fields:
        body["fields"] = {name: str(message) for name, message in refusal.fields.items()}
    return body


def problem_response(refusal: Refused) -> JsonResponse:
    response = JsonResponse(
        problem(refusal), status=refusal.status, content_type="application/problem+json"
    )
    if isinstance(refusal, TooMany) and refusal.again_at is not None:
        response.headers["Retry-After"] = http_date(refusal.again_at.timestamp())
    return response


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal that reached the edge, in the visitor's own medium."""
    if request.path_info.startswith("/api/"):
        return problem_response(refusal)
    if request.path_info.startswith("/open311/"):
        return refused_in_spec(request, refusal, form=form_of(request))
    if request.headers.get("HX-Request"):  # only a part of the page is waiting for an answer
        response = render(
            request, "site/_refusal.html", {"refusal": refusal}, status=refusal.status
        )
        response.headers["HX-Retarget"] = "#refusals"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "site/refused.html", {"refusal": refusal}, status=refusal.status)
