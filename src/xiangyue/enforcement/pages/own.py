"""One's own part: duties, seats, invitations, an appeal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.enforcement import access, queries, rules, services
from xiangyue.enforcement.forms import WordsForm
from xiangyue.enforcement.models import Invitation, Member
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.services.vetting import verdict_of


@never_cache
@signed_in
@require_safe
def my_duties(request: HttpRequest) -> HttpResponse:
    """What I and my household look after, my seats and cards, and what is kept about me."""
    who = me(request)
    rows = access.reminders_in_sight(standing(request), at=timezone.now())
    context = {
        "shell": shell_of(request),
        "areas": queries.own_areas(who),
        "seats": queries.own_seats(who),
        "invitations": Invitation.objects.filter(
            person=who, answer=Invitation.Answer.WAITING
        ).select_related("committee__place", "committee__declaration"),
        "reminders": rows.filter(person=who),
        "village": queries.village_of(who),
    }
    return render(request, "enforcement/mine.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, own_invitation_id: UUID) -> HttpResponse:
    """My letter: accept or decline, without a reason."""
    found = access.own_invitation(me(request), own_invitation_id)
    if request.method == "POST":
        services.answer_invitation(
            invitation=found,
            is_accepted="accept" in request.POST,
            by=me(request),
            at=timezone.now(),
        )
        messages.success(request, _("Thank you for your answer."))
        return redirect("own-invitation", found.pk)
    context = {"shell": shell_of(request), "invitation": found}
    return render(request, "enforcement/invitation.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, own_seat_id: UUID) -> HttpResponse:
    """My seat: how far it is, what the offices said, an appeal, stepping down."""
    found = access.own_seat(me(request), own_seat_id)
    form = WordsForm(request.POST if request.method == "POST" else None)
    verdict = verdict_of(found)
    appealed = getattr(found, "appeal", None)
    return form_page(
        request,
        form,
        lambda: services.appeal(
            member=found, text=form.cleaned_data["text"], by=me(request), at=timezone.now()
        ),
        title=_("My seat"),
        to=reverse("own-seat", args=[found.pk]),
        button=_("Appeal"),
        done=_("Your appeal is with the town. Its words are erased once it is decided."),
        back=reverse("my-duties"),
        back_title=_("My part"),
        more={
            "member": found,
            "verdict": verdict.value,
            "appealed": appealed,
            "may_appeal": verdict is rules.Verdict.NOT_PASSED and appealed is None,
        },
        template="enforcement/seat.html",
    )


@signed_in
@require_POST
def leave(request: HttpRequest, own_seat_id: UUID) -> HttpResponse:
    """Step down, or take a proposal back; nobody asks why."""
    found = access.own_seat(me(request), own_seat_id)
    if found.state == Member.State.SITTING:
        services.step_down(member=found, by=me(request), at=timezone.now())
    else:
        services.withdraw_member(member=found, by=me(request), at=timezone.now())
    messages.success(request, _("It is done; your card serves no more."))
    return redirect("my-duties")
