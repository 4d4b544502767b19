"""The resident's phone: order, want the same, follow what became of it, put in a slip.

Everything works without JavaScript. What is marked on a slip is kept by no browser.
"""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in
from xiangyue.ballots.models import RollEntry
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.orders import access, queries, services, slips
from xiangyue.orders.acting import kind_of, lives_there
from xiangyue.orders.forms import NeedForm
from xiangyue.orders.models import Round
from xiangyue.orders.pages import me, shell_of, tried
from xiangyue.orders.sentences import method_words
from xiangyue.orders.services.needs import may_enter_for_others
from xiangyue.orders.services.voting import check_slip, costs_of, limits_of


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Say what is needed. What sounds alike is offered first; `sure` says that it is another."""
    found, who, now = access.public_round(order_round_id), me(request), timezone.now()
    for_others = may_enter_for_others(who, found, at=now)
    if not for_others and not lives_there(who, found):
        raise NotAllowed(
            _(
                "This is for those who live there. If you do, let your grid worker or the village"
                " clerk note where you live."
            )
        )
    form = NeedForm(request.POST if request.method == "POST" else None, is_for_others=for_others)
    status, alike = 200, []
    if form.is_bound:
        if form.is_valid() and "sure" not in request.POST:
            alike = queries.likely_needs(found, form.cleaned_data["text"])
        if not alike:
            status = tried(form, lambda: _order(request, found, form, for_others=for_others))
            if status == 0:
                messages.success(request, _("Thank you. Everybody can read it and want the same."))
                return redirect("order-needs", found.pk)
    context = {
        "shell": shell_of(request),
        "round": found,
        "form": form,
        "alike": alike,
        "wanted": queries.wanted_by(who, alike),
        "lives_there": lives_there(who, found),
    }
    return render(request, "orders/order.html", context, status=status)


def _order(request: HttpRequest, found: Round, form: NeedForm, *, for_others: bool) -> None:
    who, said = me(request), form.cleaned_data
    is_for_somebody = for_others and (said.get("said_by") or not lives_there(who, found))
    services.order(
        round_=found,
        text=said["text"],
        spot=said["spot"],
        by=None if is_for_somebody else who,
        said_by=said.get("said_by", ""),
        entered_by=who if is_for_somebody else None,
        at=timezone.now(),
    )


@signed_in
@require_POST
def support(request: HttpRequest, order_need_id: UUID) -> HttpResponse:
    """Want the same, or take it back."""
    need = access.public_need(order_need_id)
    try:
        services.support(
            need=need, by=me(request), is_wanted="back" not in request.POST, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("order-needs", args=[need.round_id])
    return redirect(back)


@never_cache
@signed_in
@require_safe
def my_orders(request: HttpRequest) -> HttpResponse:
    """What I ordered or want, and what became of each."""
    rows = queries.orders_of(me(request))
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"shell": shell_of(request), "page": page}
    return render(request, "orders/mine.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Mark projects, see what is left, look once more, put the slip into the box."""
    never_keep(request)
    found, who = access.public_round(order_round_id), me(request)
    part = queries.part_of(found, who, at=timezone.now())
    if part.has_taken_part:
        messages.info(request, _("You have taken part in this vote already; it counts once."))
        return redirect("order-round", found.pk)
    if not part.may_vote and request.method != "POST":
        return redirect("order-round", found.pk)
    return slip_page(request, found)


def slip_page(
    request: HttpRequest, found: Round, *, entry: RollEntry | None = None
) -> HttpResponse:
    """The slip of the person who asks, or of an entry of the roll at the teller's tablet.

    `look` reckons anew, `sure` puts it into the box, `change` goes back to marking.
    """
    costs = costs_of(found)
    raw = request.POST.getlist("projects")
    marked = [int(one) for one in raw if one.isascii() and one.isdigit() and len(one) < 6]
    sums = slips.reckoned(costs, marked, budget=found.budget)
    limits, status, fault = limits_of(found), 200, ""
    if request.method == "POST" and not {"look", "change"} & set(request.POST):
        try:
            check_slip(found, marked)
            if "sure" in request.POST:
                services.cast_slip(
                    round_=found,
                    projects=marked,
                    voter=None if entry is not None else me(request),
                    entry=entry,
                    by=me(request) if entry is not None else None,
                    at=timezone.now(),
                )
                messages.success(request, _("The slip is in the box. Thank you."))
                if entry is not None:
                    return redirect("order-tablet", found.pk)
                return redirect("order-round", found.pk)
        except Refused as refusal:
            status, fault = refusal.status, str(refusal)
    rows = [
        {
            "project": one,
            "is_marked": one.number in sums.chosen,
            "fits": one.number in sums.fitting or limits.budget is None,
        }
        for one in queries.listed_projects(found)
    ]
    is_sure_page = (
        request.method == "POST" and not fault and not {"look", "change"} & set(request.POST)
    )
    context = {
        "shell": shell_of(request),
        "round": found,
        "rows": rows,
        "sums": sums,
        "limits": limits,
        "fault": fault,
        "entry": entry,
        "how": method_words(kind_of(found).method),
        "back": reverse("order-tablet", args=[found.pk])
        if entry is not None
        else reverse("order-round", args=[found.pk]),
    }
    if is_sure_page:
        return render(request, "orders/sure.html", context)
    if getattr(request, "htmx", None):
        return render(request, "orders/_slip.html", context)
    return render(request, "orders/slip.html", context, status=status)
