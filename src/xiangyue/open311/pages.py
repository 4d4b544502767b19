"""The desk's page of the systems that may send service requests in."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.kernel.refusals import Refused
from xiangyue.open311 import access, queries, services
from xiangyue.open311.forms import KeyForm
from xiangyue.places.models import Person

PAGE_SIZE = 20


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def systems(request: HttpRequest) -> HttpResponse:
    """The keys that work, or those that ended; a new one is shown once, in answer to the form."""
    access.require_keeping(standing(request))
    now, status, secret = timezone.now(), 200, None
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _key, secret = services.issue_key(**form.cleaned_data, issued_by=_who(request), at=now)
            form = KeyForm()
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    elif form.is_bound:
        status = 422
    has_ended = request.GET.get("ended") == "1"
    rows = queries.ended_keys(at=now) if has_ended else queries.working_keys(at=now)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "has_ended": has_ended,
        "form": form,
        "secret": secret,
        "endpoint": request.build_absolute_uri(reverse("open311-discovery-xml")),
    }
    return render(request, "open311/systems.html", context, status=status)


@staff_only(access.KEEP)
@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    services.revoke_key(
        key=access.key_for(standing(request), key_id),
        revoked_by=_who(request),
        at=timezone.now(),
    )
    return redirect("systems")
