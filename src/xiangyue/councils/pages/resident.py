"""Whoever sits or is asked, on their phone: saying yes or no, stepping down, stepping back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in
from xiangyue.councils import access, services
from xiangyue.councils.forms import AnswerForm, ComeForm, WhyForm
from xiangyue.councils.models import Concerned, GroupMatter, GroupMatterState
from xiangyue.councils.pages import act_page, me, shell_of, tried
from xiangyue.councils.reading import seat_name
from xiangyue.councils.services.acting import own_seats
from xiangyue.kernel.refusals import NotFound


@never_cache
@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where I sit, where I am asked, what concerns me, what I asked of groups."""
    who = me(request)
    context = {
        "shell": shell_of(request),
        "seats": [
            (one, seat_name(one.council, one.seat_key)) for one in access.own_seats_all(who)[:50]
        ],
        "stakes": access.own_stakes(who)[:50],
        "judged": Concerned.objects.filter(
            person=who, matter__state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN]
        ).select_related("matter__council")[:20],
        "asked": GroupMatter.objects.filter(asked_by=who)
        .select_related("council")
        .order_by("-asked_at")[:20],
    }
    return render(request, "councils/mine.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer_seat(request: HttpRequest, council_seat_id: UUID) -> HttpResponse:
    """Say yes or no to a seat."""
    seat = access.own_seat(me(request), council_seat_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.answer_seat(
                seat=seat, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("Thank you for your answer."))
            return redirect("my-councils")
    return act_page(
        request, form, title=f"{seat.council.name}：{seat_name(seat.council, seat.seat_key)}",
        lead=f"{seat.get_way_display()}：{seat.chosen_how}", button=_("Answer"),
        says=_("A no needs no reason, and nothing follows from it."),
        back=reverse("my-councils"), back_title=_("My councils"), status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave_seat(request: HttpRequest, council_seat_id: UUID) -> HttpResponse:
    """Step down."""
    seat = access.own_seat(me(request), council_seat_id)
    form = WhyForm(
        request.POST if request.method == "POST" else None,
        field="why", label=_("Why?"), hint=_("You need not say."),
    )  # fmt: skip
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.end_seat(
                seat=seat, by=me(request), why=form.cleaned_data["why"], at=timezone.now()
            ),
        )
        if status == 0:
            messages.success(request, _("You have stepped down."))
            return redirect("my-councils")
    return act_page(
        request, form, title=_("Step down"),
        lead=f"{seat.council.name}：{seat_name(seat.council, seat.seat_key)}",
        button=_("Step down"), back=reverse("my-councils"), back_title=_("My councils"),
        status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer_stake(request: HttpRequest, stake_id: UUID) -> HttpResponse:
    """Say whether one comes for a matter; who comes may step back again."""
    stake = access.own_stake(me(request), stake_id)
    posted = request.POST if request.method == "POST" else None
    is_coming = stake.state in {"accepts", "asked"}
    form = (
        WhyForm(posted, field="why", label=_("Why do you step back?"), hint=_("It is kept."))
        if is_coming
        else ComeForm(posted)
    )
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: (
                services.step_back(
                    stakeholder=stake, by=me(request), at=timezone.now(), **form.cleaned_data
                )
                if is_coming
                else services.answer_invitation(
                    stakeholder=stake, by=me(request), at=timezone.now(), **form.cleaned_data
                )
            ),
        )
        if status == 0:
            messages.success(request, _("Thank you for your answer."))
            return redirect("my-councils")
    return act_page(
        request, form, title=stake.matter.title, lead=f"{stake.matter.council.name}：{stake.stake}",
        button=_("Step back") if is_coming else _("Answer"), back=reverse("my-councils"),
        back_title=_("My councils"), status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: HttpRequest, council_matter_id: UUID) -> HttpResponse:
    """A member steps back from a matter for bias; everybody can read why."""
    matter = access.public_matter(council_matter_id)
    seats = own_seats(me(request), matter.council, at=timezone.now())
    if not seats:
        raise NotFound(_("There is no seat of yours here."))
    form = WhyForm(
        request.POST if request.method == "POST" else None,
        field="why", label=_("Why do you step back?"), hint=_("Everybody can read it."),
    )  # fmt: skip
    back = reverse("council-matter", args=[matter.pk])
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: [
                services.recuse(
                    matter=matter, seat=seat, by=me(request), at=timezone.now(),
                    **form.cleaned_data,
                )
                for seat in seats
            ],
        )  # fmt: skip
        if status == 0:
            messages.success(request, _("You have stepped back from this matter."))
            return redirect(back)
    return act_page(
        request, form, title=_("Step back from this matter"), lead=matter.title,
        button=_("Step back"), back=back, back_title=matter.title, status=status,
    )  # fmt: skip
