"""The desk: councils formed, seats filled, rosters published, those concerned asked in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.councils import access, coverage, queries, services, showing
from xiangyue.councils.forms import FormForm, MatterForm, SeatForm, WhyForm
from xiangyue.councils.models import Council, CouncilState, Seat, SeatStateChoices
from xiangyue.councils.pages import act_page, me, shell_of, tried, with_councils
from xiangyue.councils.reading import kind_of, seat_kind, seat_name
from xiangyue.kernel.refusals import NotAllowed, Refused

WHICH = ("", "forming", "past", "all")


@never_cache
@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The councils that I keep or see."""
    mine = with_councils(request)
    which = request.GET.get("which", "")
    rows = queries.listed(access.kept_councils(mine), which)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": [(one, one == which) for one in WHICH],
        "may_form": bool(access.places_to_form(mine)),
    }
    return render(request, "councils/kept.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def form_council(request: HttpRequest) -> HttpResponse:
    """Begin a council; a refusal keeps what was written."""
    places = access.places_to_form(with_councils(request))
    if not places:
        raise NotAllowed(_("Your posts do not include the councils here."))
    form = FormForm(request.POST if request.method == "POST" else None, places=places)
    status = 200
    if form.is_bound:
        made: list[Council] = []
        status = tried(
            form,
            lambda: made.append(services.form(by=me(request), at=timezone.now(), **form.chosen())),
        )
        if status == 0:
            messages.success(request, _("Now fill the seats."))
            return redirect("kept-council", made[0].pk)
    return act_page(
        request, form, title=_("Form a council"), button=_("Begin"),
        back=reverse("kept-councils"), back_title=_("Councils"), status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_safe
def kept_council(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """One council at the desk: what is missing, who is asked, what comes next."""
    mine = with_councils(request)
    found = access.kept_council(mine, council_id)
    now, keeps = timezone.now(), access.keeps_it(mine, found)
    waiting = found.seats.filter(state=SeatStateChoices.INVITED).select_related("person")
    context = {
        "shell": shell_of(request),
        "council": found,
        "kind": kind_of(found),
        "keeps": keeps,
        "seats": showing.seats_shown(found, on=timezone.localdate(now), reads_names=keeps),
        "waiting": [(one, seat_name(found, one.seat_key)) for one in waiting],
        "missing": queries.missing(found, at=now),
        "not_ready": services.not_ready_to_sit(found, at=now)
        if found.state == CouncilState.FORMING
        else [],
        "matters": found.matters.order_by("closed_at", "-opened_at")[:50],
        "past": [
            (one, seat_name(found, one.seat_key))
            for one in queries.history(found).exclude(state=SeatStateChoices.ACCEPTED)[:50]
        ]
        if keeps
        else [],
    }
    return render(request, "councils/kept_council.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def seat_somebody(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """Name somebody for a seat."""
    found = _kept(request, council_id)
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        kind=kind_of(found), place=found.place,
        initial={"seat_key": request.GET.get("seat", "")},
    )  # fmt: skip
    status = 200
    if form.is_bound:
        made: list[Seat] = []
        status = tried(
            form,
            lambda: made.append(
                services.seat(council=found, by=me(request), at=timezone.now(), **form.chosen())
            ),
        )
        if status == 0:
            messages.success(request, _said(made[0]))
            return redirect("kept-council", found.pk)
    return act_page(
        request, form, title=_("Name somebody for a seat"), lead=found.name, button=_("Ask them"),
        back=reverse("kept-council", args=[found.pk]), back_title=found.name, status=status,
        says=_("They say yes themselves, on their phone or on paper. Who sits by post sits at"
               " once."),
    )  # fmt: skip


def _said(made: Seat) -> str:
    if made.state == SeatStateChoices.ACCEPTED:
        return _("%(name)s sits.") % {"name": made.name}
    return _("%(name)s is asked; enter the answer here if it comes on paper.") % {"name": made.name}


def _kept(request: HttpRequest, council_id: UUID) -> Council:
    mine = with_councils(request)
    found = access.kept_council(mine, council_id)
    if not access.keeps_it(mine, found):
        raise NotAllowed(_("Your posts do not include the councils here."))
    return found


@signed_in
@require_POST
def publish(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """Put the roster on the board."""
    found = _kept(request, council_id)
    services.publish_roster(council=found, by=me(request), at=timezone.now())
    messages.success(request, _("The roster hangs on the board; anybody can object."))
    return redirect("kept-council", found.pk)


@signed_in
@require_POST
def begin(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """Let it sit."""
    found = _kept(request, council_id)
    services.begin_sitting(council=found, by=me(request), at=timezone.now())
    messages.success(request, _("The council sits."))
    return redirect("kept-council", found.pk)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def dissolve(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """End a council."""
    found = _kept(request, council_id)
    form = WhyForm(
        request.POST if request.method == "POST" else None,
        field="reason", label=_("Why?"), hint=_("Everybody can read it."),
    )  # fmt: skip
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.dissolve(
                council=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("The council is dissolved; who sat when stays."))
            return redirect("kept-council", found.pk)
    return act_page(
        request, form, title=_("Dissolve the council"), lead=found.name, button=_("Dissolve it"),
        back=reverse("kept-council", args=[found.pk]), back_title=found.name, status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_up(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """Lay a matter before the council."""
    found = _kept(request, council_id)
    form = MatterForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        made: list[Any] = []
        status = tried(
            form,
            lambda: made.append(
                services.take_up(
                    council=found, by=me(request), at=timezone.now(), **form.cleaned_data
                )
            ),
        )
        if status == 0:
            return redirect("kept-council-matter", made[0].pk)
    return act_page(
        request, form, title=_("Lay a matter before the council"), lead=found.name,
        button=_("Next: whom it concerns"), back=reverse("kept-council", args=[found.pk]),
        back_title=found.name, status=status,
    )  # fmt: skip


# --- seats ------------------------------------------------------------------------------------


@signed_in
@require_POST
def answer_on_paper(request: HttpRequest, council_seat_id: UUID) -> HttpResponse:
    """Enter what somebody said on paper or at the counter, or ask them no longer."""
    seat = access.kept_seat(with_councils(request), council_seat_id)
    said, now = request.POST.get("said", ""), timezone.now()
    if said not in {"yes", "no", "withdraw"}:
        raise Refused(_("Please choose yes or no."))
    if said == "withdraw":
        services.withdraw_offer(seat=seat, by=me(request), at=now)
    else:
        services.answer_seat(seat=seat, accepts=said == "yes", entered_by=me(request), at=now)
    messages.success(request, _("Noted."))
    return redirect("kept-council", seat.council_id)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_seat(request: HttpRequest, council_seat_id: UUID) -> HttpResponse:
    """End somebody's seat, with a reason."""
    seat = access.kept_seat(with_councils(request), council_seat_id)
    form = WhyForm(
        request.POST if request.method == "POST" else None,
        field="why", label=_("Why does the seat end?"), hint=_("It stays with the seat."),
    )  # fmt: skip
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.end_seat(
                seat=seat, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("The seat has ended."))
            return redirect("kept-council", seat.council_id)
    return act_page(
        request, form, title=_("End a seat"),
        lead=f"{seat_name(seat.council, seat.seat_key)}：{seat.name}", button=_("End it"),
        back=reverse("kept-council", args=[seat.council_id]), back_title=seat.council.name,
        status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, council_seat_id: UUID) -> HttpResponse:
    """End a seat and name a successor in one act."""
    old = access.kept_seat(with_councils(request), council_seat_id)
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        kind=kind_of(old.council), only=seat_kind(old.council, old.seat_key),
        place=old.council.place,
    )  # fmt: skip
    status = 200
    if form.is_bound:
        made: list[Seat] = []
        status = tried(
            form,
            lambda: made.append(
                services.replace(old=old, by=me(request), at=timezone.now(), **form.chosen())
            ),
        )
        if status == 0:
            messages.success(request, _said(made[0]))
            return redirect("kept-council", old.council_id)
    return act_page(
        request, form, title=_("Name a successor"),
        lead=f"{seat_name(old.council, old.seat_key)}：{old.name}", button=_("Ask them"),
        back=reverse("kept-council", args=[old.council_id]), back_title=old.council.name,
        status=status,
    )  # fmt: skip


# --- how many ---------------------------------------------------------------------------------


@never_cache
@signed_in
@require_safe
def council_coverage(request: HttpRequest) -> HttpResponse:
    """Which villages have which council, and whether it is whole; every number leads to them."""
    mine, now = with_councils(request), timezone.now()
    kind, which = request.GET.get("kind", ""), request.GET.get("how", "")
    rows = coverage.places_for(mine, kind=kind, which=which, at=now) if kind else []
    context = {
        "shell": shell_of(request),
        "rows": coverage.rows_for(mine, at=now),
        "kind": kind,
        "which": which,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")) if kind else None,
        "language": get_language(),
        "keeps": bool(access.places_to_form(standing(request))),
    }
    return render(request, "councils/coverage.html", context)
