"""The desk at which requests about data are answered."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.access.services import answer_data_request, log_read
from xiangyue.calendars.queries import current_calendar
from xiangyue.kernel.refusals import Refused
from xiangyue.site.data_requests import queries


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=1000,
        help_text=gettext_lazy("What was done, or why it cannot be done; the person reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@never_cache
@staff_only(queries.ANSWER)
@require_safe
def data_requests(request: HttpRequest) -> HttpResponse:
    """The requests that wait, longest first, each with its due time; or those answered."""
    is_answered = request.GET.get("answered") == "1"
    rows = queries.requests_for(standing(request)).filter(answered_at__isnull=not is_answered)
    if is_answered:
        rows = rows.order_by("-answered_at", "id")
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    now, calendar = timezone.now(), current_calendar()
    context = {
        "page": page,
        "rows": [queries.timed(row, at=now, calendar=calendar) for row in page],
        "is_answered": is_answered,
    }
    return render(request, "site/data_requests.html", context)


@never_cache
@staff_only(queries.ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def data_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request and whose it is, which is noted for them; and the form for the answer."""
    found, who, now = (
        queries.request_for(standing(request), request_id),
        person(request),
        timezone.now(),
    )
    assert who is not None  # the page's guard saw to it
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer_data_request(
                    request=found, answered_by=who, answer=form.cleaned_data["answer"], at=now
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("The answer stands on the person's own page."))
                return redirect("data-requests")
    else:
        log_read(
            reader=who,
            subject=found.person,
            what="name,phone",
            purpose=_("To answer a request about data"),
            at=now,
        )
    context = {"timed": queries.timed(found, at=now), "form": form}
    return render(request, "site/data_request.html", context, status=status)
