"""Calls for helpers, phone first: what is asked, one tap to come, who came and the thanks."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import person, signed_in
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.calls import call_with, calls_in, cards
from xiangyue.enforcement.forms import CallForm, ThankForm
from xiangyue.enforcement.models import HelpCall
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.services.calling import leads
from xiangyue.enforcement.wording import team_name
from xiangyue.kernel.refusals import NotAllowed, Refused


@never_cache
@require_safe
def calls(request: HttpRequest, code: str) -> HttpResponse:
    """A village's calls: those to come, and what was done lately."""
    village, who, now = access.village_with(code), person(request), timezone.now()
    page = Paginator(calls_in(village, at=now), queries.PAGE_SIZE).get_page(request.GET.get("page"))
    teams = queries.teams_of(village) if who is not None else ()
    context = {
        "shell": shell_of(request),
        "village": village,
        "page": page,
        "cards": cards(list(page.object_list), who=who, at=now),
        "teams": [team for team in teams if who is not None and leads(who, team, at=now)],
    }
    return render(request, "enforcement/calls.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, compact_team_key: UUID) -> HttpResponse:
    """Ask for helpers in the team's name."""
    team = access.public_team(compact_team_key)
    if not leads(me(request), team, at=timezone.now()):
        raise NotAllowed(_("Your posts do not include this here."))
    form = CallForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: services.call_for_help(
            team=team, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
        title=_("Ask for helpers"),
        lead=team_name(team),
        to=reverse("help-calls", args=[team.committee.place.code]),
        button=_("Send the call"),
        done=_("The village can see it now."),
        notes=(_("Help is free. Nobody sees who did not answer, and nothing else depends on it."),),
    )


@never_cache
@require_safe
def call(request: HttpRequest, help_call_key: UUID) -> HttpResponse:
    """One call: whoever lives there says yes with one tap; who leads it sees who is coming."""
    never_keep(request)
    return _page(request, call_with(help_call_key))


def _page(
    request: HttpRequest, found: HelpCall, *, form: ThankForm | None = None, status: int = 200
) -> HttpResponse:
    who, now = person(request), timezone.now()
    card = cards([found], who=who, at=now)[0]
    is_leading = who is not None and leads(who, found.team, at=now)
    if is_leading and card.standing == "past" and form is None:
        form = ThankForm(call=found)
    context = {
        "shell": shell_of(request),
        "card": card,
        "call": found,
        "village": found.team.committee.place,
        "who": who,
        "is_leading": is_leading,
        "helpers": found.helpers.select_related("person") if is_leading else (),
        "form": form,
    }
    return render(request, "enforcement/call.html", context, status=status)


@signed_in
@require_POST
def offer(request: HttpRequest, help_call_key: UUID) -> HttpResponse:
    """One tap: I come; or, with `back`, I do not come after all."""
    found = call_with(help_call_key)
    try:
        if "back" in request.POST:
            services.take_back_offer(call=found, by=me(request), at=timezone.now())
            messages.success(request, _("That is all right; nothing of it is kept."))
        else:
            services.offer_help(call=found, by=me(request), at=timezone.now())
            messages.success(request, _("Thank you; you are expected."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("help-call", help_call_key)


@signed_in
@require_POST
def thank(request: HttpRequest, help_call_key: UUID) -> HttpResponse:
    """Confirm who came, and thank them; or, with `off`, nobody is needed."""
    found, now = call_with(help_call_key), timezone.now()
    if not leads(me(request), found.team, at=now):
        raise NotAllowed(_("Your posts do not include this here."))
    if "off" in request.POST:
        services.call_off(call=found, by=me(request), at=now)
        messages.success(request, _("It is called off; who had said yes is forgotten."))
        return redirect("help-call", help_call_key)
    form = ThankForm(request.POST, call=found)
    return form_page(
        request,
        form,
        lambda: services.thank(
            call=found, came=[UUID(key) for key in form.cleaned_data["came"]],
            thanks=form.cleaned_data["thanks"], by=me(request), at=now,
        ),
        title=found.title,
        to=reverse("help-call", args=[found.pk]),
        button=_("Confirm and thank"),
        done=_("They are thanked; who did not come is forgotten."),
    )  # fmt: skip
