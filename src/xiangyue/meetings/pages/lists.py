"""Lists of sessions: to come and past, and what was held where."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import signed_in, staff_only, standing
from xiangyue.access.rules import Standing
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.meetings import queries, services
from xiangyue.meetings.access import CONVENE, has_meetings
from xiangyue.meetings.forms import CallForm, ListForm
from xiangyue.meetings.models import StateChoices
from xiangyue.meetings.queries import MeetingFilter
from xiangyue.meetings.series import all_series, series_names
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

COUNTS = (
    (StateChoices.CLOSED, "held"),
    (StateChoices.MISSED, "missed"),
    (StateChoices.CANCELLED, "cancelled"),
    (StateChoices.PLANNED, "planned"),
)


def with_sessions(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with sessions.
    """
    mine = standing(request)
    if not has_meetings(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


@signed_in
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The sessions to come, or past ones; filters in the address."""
    mine = with_sessions(request)
    narrowed = MeetingFilter.from_query(request.GET)
    rows = queries.sessions(mine, narrowed, at=timezone.now())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shell": shell_of(request),
        "page": page,
        "form": ListForm(request.GET or None, standing=mine),
        "filter": narrowed,
        "has_more": narrowed.state or narrowed.since or narrowed.until,
        "names": series_names(),
        "may_call": mine.may_somewhere(CONVENE),
        "today": timezone.localdate(),
    }
    return render(request, "meetings/meetings.html", context)


@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Each series at each place: held, not held, planned; every number leads to its sessions."""
    mine = with_sessions(request)
    narrowed = MeetingFilter.from_query(request.GET)
    now = timezone.now()
    page = Paginator(queries.kept_since(mine, narrowed, at=now), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    since = timezone.localdate(now) - timedelta(days=queries.KEPT_DAYS)
    names = series_names()
    for row in page.object_list:
        row["name"] = names.get(row["series_key"], row["series_key"])
        row["place_name"] = short_name(row["place__name"])
        row["counts"] = [(state, row[f"{name}_count"]) for state, name in COUNTS]
    context = {
        "shell": shell_of(request),
        "page": page,
        "form": ListForm(request.GET or None, standing=mine),
        "since": f"{since:%F}",
        "is_narrowed": not narrowed.is_empty,
    }
    return render(request, "meetings/kept.html", context)


@staff_only(CONVENE)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Call an extra session."""
    mine = standing(request)
    declared = {key: one for key, (_row, one) in all_series().items()}
    form = CallForm(
        request.POST if request.method == "POST" else None,
        standing=mine, declared=declared, language=get_language(), at=timezone.now(),
    )  # fmt: skip
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            entered: dict[str, Any] = form.cleaned_data
            try:
                made = services.call_meeting(
                    series_key=entered["series"],
                    place=Place.objects.get(code=entered["place"]),
                    begins_at=entered["begins_at"],
                    actor=mine,
                    at=timezone.now(),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("The session is called."))
                return redirect("meeting", made.pk)
    context = {"shell": shell_of(request), "form": form}
    return render(request, "meetings/call.html", context, status=status)
