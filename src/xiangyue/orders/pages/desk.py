"""The desk: rounds kept here, from the first order to the last bill."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.ballots.services.members import found_people
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.orders import access, queries, services
from xiangyue.orders.acting import kind_name, kind_of
from xiangyue.orders.forms import BeginForm, FilterForm, VoteForm, WhyForm
from xiangyue.orders.models import Round, RoundState
from xiangyue.orders.pages import me, tried
from xiangyue.orders.queries import Narrowed
from xiangyue.orders.showing import next_of, stages_of
from xiangyue.places.models import Person


def with_rounds(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with rounds.
    """
    mine = standing(request)
    if not access.has_rounds(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


@never_cache
@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The rounds that I keep or check."""
    mine, narrowed = with_rounds(request), Narrowed.from_query(request.GET)
    rows = queries.listed(access.rounds_to_keep(mine), narrowed)
    context = {
        "shell": "site/desk.html",
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "past", "all")],
        "is_desk": True,
        "row": "kept-round",
        "may_begin": bool(access.places_to_keep(mine)),
        "to_check": queries.to_check(access.rounds_to_keep(mine))[:20]
        if mine.may_somewhere("orders.check")
        else [],
    }
    return render(request, "orders/rounds.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask residents what they need; a refusal keeps what was written."""
    places = access.places_to_keep(with_rounds(request))
    if not places:
        raise NotAllowed(_("Your posts do not include the budget rounds of this place."))
    form = BeginForm(request.POST if request.method == "POST" else None, places=places)
    status, made = 200, []
    if form.is_bound:
        status = tried(
            form,
            lambda: made.append(
                services.begin_round(by=me(request), at=timezone.now(), **form.chosen())
            ),
        )
        if status == 0:
            messages.success(request, _("Everybody who lives there can order now."))
            return redirect("kept-round", made[0].pk)
    return render(request, "orders/begin.html", {"form": form}, status=status)


@never_cache
@signed_in
@require_safe
def kept_round(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    return _page(request, access.round_to_see(with_rounds(request), order_round_id))


def _page(
    request: HttpRequest,
    found: Round,
    *,
    why: WhyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    mine, now = standing(request), timezone.now()
    outcome = queries.outcome_of(found)
    context = {
        "round": found,
        "kind_name": kind_name(found),
        "stages": stages_of(found),
        "next": next_of(found, at=now),
        "keeps": access.keeps(mine, found),
        "checks": access.checks(mine, found),
        "is_teller": access.is_teller(mine, found),
        "projects": found.projects.prefetch_related("needs"),
        "waiting": found.needs.filter(project=None, aside_why="").order_by(
            "-support_count", "number"
        )[:50],
        "ballot": found.ballot,
        "taken": taken_by_mode(found.ballot) if found.ballot else {},
        "outcome": outcome,
        "why": why or WhyForm(prefix="why"),
        "may_stop": found.state
        in {RoundState.NEEDS, RoundState.COSTING, RoundState.NOTICE, RoundState.VOTE},
        "may_reopen": found.state in {RoundState.NOTICE, RoundState.VOTE},
        **queries.summary(found),
    }
    return render(request, "orders/keep.html", context, status=status)


@signed_in
@require_POST
def step(request: HttpRequest, order_round_id: UUID, verb: str) -> HttpResponse:
    """End the orders, hang out the list, draw the roll, open, close, count."""
    found = access.round_to_keep(with_rounds(request), order_round_id)
    who, now = me(request), timezone.now()
    try:
        messages.success(request, taken_step(found, verb, who, at=now))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("kept-round", found.pk)


def taken_step(found: Round, verb: str, who: Person, *, at: datetime) -> str:
    match verb:
        case "end-needs":
            services.end_needs(round_=found, by=who, at=at)
            return _("The orders are closed. Now they are costed.")
        case "publish":
            services.publish_projects(round_=found, by=who, at=at)
            return _("The list hangs on the board.")
        case "draw":
            services.draw_voters(round_=found, by=who, at=at)
            return _("The roll is drawn. Publish it, hear objections, fix it.")
        case "open":
            services.open_vote(round_=found, by=who, at=at)
            return _("The vote is open.")
        case "close":
            services.close_vote(round_=found, by=who, at=at)
            return _("The vote is closed. Now the papers are typed in.")
        case _:
            services.count_round(round_=found, by=who, at=at)
            return _("The result stands, for everybody to see.")


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Say when the vote is, and who counts."""
    found = access.round_to_keep(with_rounds(request), order_round_id)
    form = VoteForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(form, lambda: _announce(request, found, form))
        if status == 0:
            messages.success(request, _("The vote is announced."))
            return redirect("kept-round", found.pk)
    context = {
        "round": found,
        "form": form,
        "kind": kind_of(found),
        "next": next_of(found, at=timezone.now()),
    }
    return render(request, "orders/announce.html", context, status=status)


def _announce(request: HttpRequest, found: Round, form: VoteForm) -> None:
    said = form.cleaned_data
    services.announce_vote(
        round_=found,
        opens_at=said["opens_at"],
        closes_at=said["closes_at"],
        meets_at=said["meets_at"],
        tellers=found_people(place=found.place, text=said["tellers"], field="tellers"),
        by=me(request),
        at=timezone.now(),
    )


@never_cache
@signed_in
@require_POST
def stop(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Stop the round, or take the list of projects back; everybody reads why."""
    found = access.round_to_keep(with_rounds(request), order_round_id)
    form = WhyForm(request.POST, prefix="why")
    act = services.reopen_costing if "reopen" in request.POST else services.stop_round
    status = tried(
        form,
        lambda: act(round_=found, why=form.cleaned_data["why"], by=me(request), at=timezone.now()),
    )
    if status == 0:
        messages.success(request, _("Done; everybody reads why."))
        return redirect("kept-round", found.pk)
    return _page(request, found, why=form, status=status)
