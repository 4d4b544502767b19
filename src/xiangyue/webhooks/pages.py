"""The desk's pages of who outside is told of what, and of what became of each telling."""

from typing import Any
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
from xiangyue.places.models import Person
from xiangyue.webhooks import access, queries, services
from xiangyue.webhooks.events import offered
from xiangyue.webhooks.forms import EndpointForm
from xiangyue.webhooks.models import Endpoint, Sending, SendingState

TONES = {
    SendingState.WAITING: "busy",
    SendingState.DELIVERED: "good",
    SendingState.LEFT_OUT: "quiet",
    SendingState.WITHHELD: "quiet",
}


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


def source_of(request: HttpRequest) -> str:
    """The county's own address, as whoever registers reaches it."""
    return request.build_absolute_uri(reverse("home"))


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def webhooks(request: HttpRequest) -> HttpResponse:
    """Who is told; registering another, whose secret is shown once in answer to the form."""
    access.require_keeping(standing(request))
    form = EndpointForm(request.POST if request.method == "POST" else None)
    status, secret = 200, None
    if form.is_bound and form.is_valid():
        try:
            _endpoint, secret = services.register_endpoint(
                **form.cleaned_data,
                source=source_of(request),
                actor=_who(request),
                at=timezone.now(),
            )
            form = EndpointForm()
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    elif form.is_bound:
        status = 422
    has_ended = request.GET.get("ended") == "1"
    rows = queries.endpoints(has_ended=has_ended)
    context = {
        "page": Paginator(rows, 20).get_page(request.GET.get("page")),
        "has_ended": has_ended,
        "form": form,
        "secret": secret,
    }
    return render(request, "webhooks/webhooks.html", context, status=status)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint: what it was told and what became of it; changing what it is told of."""
    endpoint = access.endpoint_for(standing(request), endpoint_id)
    if request.method != "POST":
        return _webhook_page(request, endpoint)
    form = EndpointForm(request.POST, endpoint=endpoint)
    if not form.is_valid():
        return _webhook_page(request, endpoint, form=form, status=422)
    try:
        services.change_endpoint(
            endpoint=endpoint, **form.cleaned_data, actor=_who(request), at=timezone.now()
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _webhook_page(request, endpoint, form=form, status=refusal.status)
    return redirect("webhook", endpoint.pk)


def _webhook_page(
    request: HttpRequest,
    endpoint: Endpoint,
    *,
    form: EndpointForm | None = None,
    secret: str | None = None,
    status: int = 200,
) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = queries.sendings_of(endpoint, state=state)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.sending_counts(endpoint)
    context = {
        "endpoint": endpoint,
        "form": form or EndpointForm(endpoint=endpoint),
        "secret": secret,
        "page": page,
        "rows": [_row(sending) for sending in page],
        "state": state,
        "states": [
            {"state": one, "count": counts.get(one, 0), "is_current": one == state}
            for one in SendingState
        ],
        "total": sum(counts.values()),
        "old_secret_holds": bool(
            endpoint.old_secret
            and endpoint.old_secret_until
            and endpoint.old_secret_until > timezone.now()
        ),
    }
    return render(request, "webhooks/webhook.html", context, status=status)


def _row(sending: Sending) -> dict[str, Any]:
    activity = offered().get(sending.name)
    state, is_over = SendingState(sending.state), sending.endpoint.ended_at is not None
    return {
        "sending": sending,
        "title": activity.title if activity is not None else sending.name,
        "tone": TONES[state],
        "may_send_again": not is_over and state in {"delivered", "left_out"},
        "may_leave_out": not is_over and state == "waiting",
    }


@never_cache
@staff_only(access.KEEP)
@require_POST
@sensitive_variables("secret")
def rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """A new secret, shown this once in answer to the button."""
    endpoint = access.endpoint_for(standing(request), endpoint_id)
    endpoint, secret = services.rotate_secret(
        endpoint=endpoint, actor=_who(request), at=timezone.now()
    )
    return _webhook_page(request, endpoint, secret=secret)


@staff_only(access.KEEP)
@require_POST
def pause(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    services.pause_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        actor=_who(request),
        at=timezone.now(),
    )
    return redirect("webhook", endpoint_id)


@staff_only(access.KEEP)
@require_POST
def resume(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    services.resume_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        from_now="from_now" in request.POST,
        actor=_who(request),
        at=timezone.now(),
    )
    return redirect("webhook", endpoint_id)


@staff_only(access.KEEP)
@require_POST
def end(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    services.end_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        actor=_who(request),
        at=timezone.now(),
    )
    return redirect("webhooks")


@staff_only(access.KEEP)
@require_POST
def send_again(request: HttpRequest, sending_id: UUID) -> HttpResponse:
    sending = access.sending_for(standing(request), sending_id)
    services.send_again(sending=sending, actor=_who(request), at=timezone.now())
    return _back(request, sending)


@staff_only(access.KEEP)
@require_POST
def leave_out(request: HttpRequest, sending_id: UUID) -> HttpResponse:
    sending = access.sending_for(standing(request), sending_id)
    services.leave_out(sending=sending, actor=_who(request), at=timezone.now())
    return _back(request, sending)


def _back(request: HttpRequest, sending: Sending) -> HttpResponse:
    query = request.POST.get("query", "")[:200]
    return redirect(f"{reverse('webhook', args=[sending.endpoint_id])}?{query}")
