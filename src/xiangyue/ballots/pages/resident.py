"""A voter's phone: my vote, and whether I am on the roll."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiangyue.access.offline import never_keep
from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.ballots import access, queries, services
from xiangyue.ballots.forms import ObjectForm, VoteForm
from xiangyue.ballots.models import RollState
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import NotOnRoll
from xiangyue.ballots.slips import page_elsewhere
from xiangyue.kernel.refusals import Refused

PAGE_SIZE = 60


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cast(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """Answer every question, look at it once more, and send it.

    :raises NotOnRoll: the person has no voice in this vote.
    """
    never_keep(request)
    ballot = access.public_ballot(ballot_id)
    if elsewhere := page_elsewhere(ballot, "cast"):
        return redirect(elsewhere)
    who = person(request)
    assert who is not None
    entry = queries.entry_of(ballot.roll, who)
    if entry is None or entry.is_struck:
        raise NotOnRoll(
            _("You are not on the roll of this vote. If you should be, ask the clerk."),
            source="EL02",
        )
    questions = list(ballot.questions.all())
    form = VoteForm(request.POST or None, questions=questions)
    context = {"shell": "site/phone.html", "ballot": ballot, "form": form, "questions": questions}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if "sure" not in request.POST and "change" not in request.POST:
                return render(request, "ballots/sure.html", context | {"said": form.said()})
            if "change" in request.POST:
                return render(request, "ballots/cast.html", context)
            try:
                services.cast(ballot=ballot, voter=who, choices=form.choices(), at=timezone.now())
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Your vote is in the box. Thank you."))
                return redirect("vote", ballot_id)
    return render(request, "ballots/cast.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    """Am I on the roll? The whole of it by group and name, and the way to object to it."""
    found = access.published_roll(standing(request), roll_id)
    who, now = person(request), timezone.now()
    assert who is not None
    form = ObjectForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.object_to_roll(
                    roll=found, kind=form.cleaned_data["kind"], text=form.cleaned_data["text"],
                    by=who, at=now,
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Your objection has arrived; it is answered here."))
                return redirect("roll", roll_id)
    words = request.GET.get("q", "").strip()[:60]
    rows = found.entries.filter(is_struck=False).order_by("group", "name", "number")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(group__icontains=words))
    response = render(
        request,
        "ballots/roll.html",
        {
            "shell": shell_of(request),
            "roll": found,
            "rule_name": rule_of(found).name.in_language(get_language()),
            "mine": queries.entry_of(found, who),
            "may_object": found.state == RollState.PUBLISHED,
            "objections": found.objections.filter(raised_by=who).order_by("-raised_at"),
            "form": form,
            "words": words,
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        },
        status=status,
    )
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
