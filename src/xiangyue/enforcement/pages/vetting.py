"""The vetter's desk: passed or not, and appeals against it. No field takes a reason (LP-15)."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.access.services import log_read
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.forms import DecideForm, VetForm
from xiangyue.enforcement.models import Member, VettingAppeal
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.services.acting import VET
from xiangyue.enforcement.services.vetting import offices_of
from xiangyue.kernel.refusals import NotFound


def to_vet(mine: Standing, *, which: str) -> QuerySet[Member]:
    """Who waits for this vetter; with `which` the appeals, or all."""
    rows = access.members_to_vet(mine)
    if which == "appeals":
        return rows.filter(appeal__isnull=False, appeal__decided_at=None)
    return rows if which == "all" else rows.exclude(vettings__decided_by=mine.person_id)


@never_cache
@signed_in
@require_safe
def vettings(request: HttpRequest) -> HttpResponse:
    """Who waits for my office, and the appeals that somebody else has to decide."""
    mine = standing(request)
    access.check_keeps(mine, VET)
    which = request.GET.get("which", "")
    rows = to_vet(mine, which=which)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": [(key, which == key) for key in ("", "appeals", "all")],
    }
    return render(request, "enforcement/vettings.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def vet(request: HttpRequest, vetted_id: UUID) -> HttpResponse:
    """Say for my office whether somebody passes; the look at their name is noted for them."""
    mine, who, now = standing(request), me(request), timezone.now()
    access.check_keeps(mine, VET)
    found = access.member_to_vet(mine, vetted_id)
    log_read(reader=who, subject=found.person, what="name", purpose=_("Vetting"), at=now)
    said = {row.office for row in found.vettings.all()}
    language = get_language()
    offices = [
        (each.key, each.name.in_language(language))
        for each in offices_of(who, found, at=now)
        if each.key not in said
    ]
    form = VetForm(request.POST if request.method == "POST" else None, offices=offices)
    return form_page(
        request,
        form,
        lambda: services.vet(member=found, by=who, at=now, **form.cleaned_data),
        title=_("Vetting"),
        lead=_("Only the result is kept: passed or not passed. There is no place for a reason."),
        to=reverse("vettings"),
        button=_("Save the result"),
        done=_("The result is kept."),
        back_title=_("Vetting"),
        more={"member": found, "offices": offices, "appealed": open_appeal(found)},
        template="enforcement/vet.html",
    )


def open_appeal(member: Member) -> VettingAppeal | None:
    """The appeal that waits to be decided, if there is one."""
    found: VettingAppeal | None = getattr(member, "appeal", None)
    return found if found is not None and found.decided_at is None else None


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, vetted_id: UUID) -> HttpResponse:
    """Decide an appeal that somebody of an office made against others' result."""
    mine, who, now = standing(request), me(request), timezone.now()
    access.check_keeps(mine, VET)
    found = access.member_to_vet(mine, vetted_id)
    appealed = open_appeal(found)
    if appealed is None:
        raise NotFound(_("No appeal waits here."))
    form = DecideForm(request.POST if request.method == "POST" else None)
    had_part = any(row.decided_by_id == who.pk for row in found.vettings.all())
    note = _("Whoever vetted does not decide the appeal; somebody else does.")
    return form_page(
        request,
        form,
        lambda: services.decide_appeal(appeal=appealed, by=who, at=now, **form.cleaned_data),
        title=_("Appeal against a vetting"),
        lead=_("Their words are erased as soon as you decide."),
        to=reverse("vettings"),
        button=_("Decide"),
        done=_("The appeal is decided."),
        back_title=_("Vetting"),
        notes=(note,) if had_part else (),
        more={"member": found, "appealed": appealed},
        template="enforcement/vetting_appeal.html",
    )
