"""The page of one decision: the verb's own form, beside the item it is about."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.acts import act_named
from xiangyue.incidents.pages.acting import shell_of, show_refusal
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.meetings.access import item_for, may_decide, meeting_for, readable
from xiangyue.meetings.deciding import (
    AGREED,
    IN_WORDS,
    acts_at,
    decide_by_act,
    decide_in_words,
    decision_name,
    entered_form,
)
from xiangyue.meetings.forms import AgreeForm
from xiangyue.meetings.models import AgendaItem, StateChoices
from xiangyue.meetings.series import series_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, meeting_id: UUID, item_id: UUID, decision: str) -> HttpResponse:
    """Show what the decision asks for, or decide and go on to the next item."""
    mine = standing(request)
    meeting = meeting_for(mine, meeting_id)
    item = item_for(meeting, item_id)
    if request.method != "POST" and not (
        meeting.state == StateChoices.OPEN and may_decide(mine, meeting)
    ):
        raise NotAllowed(_("This cannot be done with the session as it is now."))
    if decision in IN_WORDS:
        return _in_words(request, item, decision)
    act = act_named(decision)
    number = item.incident.number if item.incident is not None else ""
    incident = incident_for(mine, number)
    if request.method != "POST" and act not in acts_at(incident, mine):
        raise NotAllowed(_("This cannot be done with the incident as it is now."))
    form = entered_form(act, incident, mine, request.POST if request.method == "POST" else None)
    refused: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            decide_by_act(
                item=item, decision=decision, entered=request.POST, actor=mine, at=timezone.now()
            )
        except Refused as refusal:
            refused = refusal
            show_refusal(form, refusal)
        else:
            return _done(request, item, decision)
    return _page(
        request, item, form, title=act.title, lead=act.consequence, look=act.look, refused=refused
    )


def _in_words(request: HttpRequest, item: AgendaItem, decision: str) -> HttpResponse:
    form = AgreeForm(request.POST if request.method == "POST" else None)
    form.fields["note"].label = _("What was agreed") if decision == AGREED else _("Remark")
    refused: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            decide_in_words(
                item=item,
                decision=decision,
                text=form.cleaned_data["note"],
                actor=standing(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            refused = refusal
            show_refusal(form, refusal)
        else:
            return _done(request, item, decision)
    lead = _("It comes up again next time.") if decision != AGREED else ""
    return _page(
        request, item, form, title=decision_name(decision), lead=lead, look="", refused=refused
    )


def _page(
    request: HttpRequest, item: AgendaItem, form: Any, *, refused: Refused | None, **words: Any
) -> HttpResponse:
    status = 200 if not form.is_bound else 422 if refused is None else refused.status
    context = {
        "shell": shell_of(request),
        "meeting": item.meeting,
        "name": series_of(item.meeting).name.in_language(get_language()),
        "item": item,
        "incident": item.incident if readable(standing(request), [item]) else None,
        "form": form,
        "refusal": refused,
        "is_stale": isinstance(refused, Conflict),
        "back": f"{reverse('meeting', args=[item.meeting_id])}?item={item.pk}",
        **words,
    }
    return render(request, "meetings/decide.html", context, status=status)


def _done(request: HttpRequest, item: AgendaItem, decision: str) -> HttpResponse:
    """To the next item that is undecided, so that the session goes on by itself."""
    messages.success(request, _("Decided: %(decision)s.") % {"decision": decision_name(decision)})
    return redirect("meeting", item.meeting_id)
