"""The desk's pages of a recall."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.ballots.access import KEEP
from xiangyue.ballots.elections import access, services
from xiangyue.ballots.elections.acts import RECALL_ACTS
from xiangyue.ballots.elections.forms import RECALL_FORMS, Plain, RecallForm
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.kernel.refusals import Refused


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, elected_id: int) -> HttpResponse:
    """Enter that a recall is asked for."""
    elected = access.elected_to_keep(standing(request), min(elected_id, 10**15))
    form = RecallForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            who = person(request)
            assert who is not None
            try:
                found = services.ask_for_recall(
                    elected=elected, by=who, at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Entered; now hear whoever is to be recalled."))
                return redirect("keep-recall", found.pk)
    context = {"elected": elected, "form": form}
    return render(request, "ballots/elections/ask_recall.html", context, status=status)


@never_cache
@staff_only(KEEP)
@require_safe
def recall(request: HttpRequest, recall_id: UUID) -> HttpResponse:
    return _page(request, access.recall_to_keep(standing(request), recall_id))


@staff_only(KEEP)
@require_POST
def act(request: HttpRequest, recall_id: UUID, act: str) -> HttpResponse:
    """Hear, draw the roll, call the vote, decide, drop."""
    found = access.recall_to_keep(standing(request), recall_id)
    who = person(request)
    assert who is not None
    form = RECALL_FORMS[act](request.POST, prefix=act) if act in RECALL_FORMS else None
    if form is not None and not form.is_valid():
        return _page(request, found, bound={act: form}, status=422)
    values: dict[str, Any] = form.said() if form is not None else {}
    try:
        RECALL_ACTS[act].do(recall=found, by=who, at=timezone.now(), **values)
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect("keep-recall", recall_id)
        show_refusal(form, refusal)
        return _page(request, found, bound={act: form}, status=refusal.status)
    messages.success(request, str(RECALL_ACTS[act].done))
    return redirect("keep-recall", recall_id)


def _page(
    request: HttpRequest,
    found: Recall,
    *,
    bound: dict[str, Plain] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms = {act: form(prefix=act) for act, form in RECALL_FORMS.items()} | (bound or {})
    context = {"recall": found, "forms": forms}
    return render(request, "ballots/elections/keep_recall.html", context, status=status)
