"""The secretary's desk: votes that are kept here, planned, opened, closed and counted."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.ballots import access, queries, services
from xiangyue.ballots.forms import PlanForm, ReasonForm, WomenForm
from xiangyue.ballots.models import Ballot
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.services.members import found_people
from xiangyue.ballots.showing import way_words
from xiangyue.ballots.slips import page_elsewhere
from xiangyue.ballots.standing import counting_rows, what_is_next
from xiangyue.kernel.refusals import Refused

PAGE_SIZE = 20


@never_cache
@staff_only(access.KEEP)
@require_safe
def votes(request: HttpRequest) -> HttpResponse:
    """The votes and the rolls that I keep."""
    mine = standing(request)
    rows = access.ballots_to_keep(mine)
    if words := request.GET.get("q", "").strip()[:60]:
        rows = rows.filter(title__icontains=words)
    return render(
        request,
        "ballots/desk.html",
        {
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
            "rolls": access.rolls_to_keep(mine)[:PAGE_SIZE],
            "places": access.places_to_keep(mine)[:60],
            "words": words,
            "language": get_language(),
        },
    )


@never_cache
@staff_only(access.KEEP)
@require_safe
def vote(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    if elsewhere := page_elsewhere(ballot, "keep"):
        return redirect(elsewhere)
    return _page(request, ballot)


def _page(
    request: HttpRequest,
    ballot: Ballot,
    *,
    women: WomenForm | None = None,
    annul: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rule = rule_of(ballot)
    return render(
        request,
        "ballots/keep.html",
        {
            "ballot": ballot,
            "rule": rule,
            "rule_name": rule.name.in_language(get_language()),
            "ways": way_words(rule, ballot),
            "questions": ballot.questions.all(),
            "tellers": ballot.tellers.select_related("person"),
            "taken": queries.taken_by_mode(ballot),
            "taken_count": queries.taken_count(ballot),
            "counting": counting_rows(ballot),
            "next": what_is_next(ballot, at=timezone.now()),
            "women": (women or WomenForm()) if rule.women and access.is_running(ballot) else None,
            "annul": annul or ReasonForm(prefix="annul"),
        },
        status=status,
    )


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    """Announce a vote on a roll."""
    roll = access.roll_to_keep(standing(request), roll_id)
    form = PlanForm(request.POST or None, roll=roll)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said, now = form.cleaned_data, timezone.now()
            try:
                ballot = services.plan_ballot(
                    roll=roll, title=said["title"], about=said["about"], questions=form.asked(),
                    matter=said["matter"], delegated_by=said["delegated_by"],
                    modes=said["modes"], is_secret=said["is_secret"], opens_at=said["opens_at"],
                    closes_at=said["closes_at"], meets_at=said["meets_at"],
                    tellers=found_people(place=roll.place, text=said["tellers"], field="tellers"),
                    by=person(request), at=now,
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The vote is announced."))
                return redirect("keep-vote", ballot.pk)
    context = {"roll": roll, "form": form, "name": rule_of(roll).name.in_language(get_language())}
    return render(request, "ballots/plan.html", context, status=status)


@staff_only(access.KEEP)
@require_POST
def step(request: HttpRequest, ballot_id: UUID, verb: str) -> HttpResponse:
    """Open, close or count."""
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    who, now = person(request), timezone.now()
    try:
        if verb == "open":
            services.open_ballot(ballot=ballot, by=who, at=now)
            messages.success(request, _("The vote is open."))
        elif verb == "close":
            services.close_ballot(ballot=ballot, by=who, at=now)
            messages.success(request, _("The vote is closed. Now it is counted."))
        else:
            services.count_ballot(ballot=ballot, by=who, at=now)
            messages.success(request, _("The result stands, for everybody to see."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("keep-vote", ballot_id)


@staff_only(access.KEEP)
@require_POST
def women(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    form = WomenForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            services.say_women_present(
                ballot=ballot, present_count=form.cleaned_data["women_present"],
                on_roll_count=form.cleaned_data["women_on_roll"], by=person(request),
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            status = refusal.status
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("keep-vote", ballot_id)
    return _page(request, ballot, women=form, status=status)


@staff_only(access.KEEP)
@require_POST
def annul(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    form = ReasonForm(request.POST, prefix="annul")
    status = 422
    if form.is_valid():
        try:
            services.annul_ballot(
                ballot=ballot, reason=form.cleaned_data["reason"], by=person(request),
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            status = refusal.status
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The vote is annulled."))
            return redirect("keep-vote", ballot_id)
    return _page(request, ballot, annul=form, status=status)
