"""The desk's list of what is looked after by whom."""

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

from xiangyue.access.requests import signed_in, standing
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.forms import AreaForm, AssignForm
from xiangyue.enforcement.models import DutyArea
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.services.acting import KEEP
from xiangyue.enforcement.wording import subjects
from xiangyue.places.models import Place
from xiangyue.places.queries import within


def kept_areas(village: Place, *, which: str, subject: str) -> "list[DutyArea]":
    """The list of a village, households' own too, for whoever keeps it; narrowed."""
    rows = within(DutyArea.objects.filter(ended_at=None), village)
    if which == "nobody":
        rows = rows.filter(team=None, person=None, household=None)
    elif which == "households":
        rows = rows.filter(household__isnull=False)
    if subject:
        rows = rows.filter(subject=subject)
    return list(rows.select_related("place", "person", "household", "team__declaration"))


@never_cache
@signed_in
@require_safe
def areas(request: HttpRequest, code: str) -> HttpResponse:
    """What is looked after in a village, whose it is, and what is nobody's."""
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    village = access.village_to_keep(mine, code)
    which, subject = request.GET.get("which", ""), request.GET.get("subject", "")[:80]
    rows = kept_areas(village, which=which, subject=subject)
    context = {
        "shell": shell_of(request),
        "village": village,
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": [(key, which == key) for key in ("", "nobody", "households")],
        "subject": subject,
        "subjects": list(subjects()),
        "gap_count": len(queries.gaps(village, at=timezone.now())),
    }
    return render(request, "enforcement/kept_areas.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Note what is to be looked after and, if somebody does, who."""
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    village = access.village_to_keep(mine, code)
    form = AreaForm(
        request.POST if request.method == "POST" else None,
        village=village,
        teams=queries.teams_of(village),
        initial={key: request.GET.get(key, "") for key in ("place", "subject", "name")},
    )
    return form_page(
        request,
        form,
        lambda: services.set_area(by=me(request), at=timezone.now(), **form.chosen()),
        title=_("Something to look after"),
        lead=_("Without a team, person or household it stands on the list as a gap."),
        to=reverse("kept-areas", args=[village.code]),
        button=_("Put it on the list"),
        done=_("It is on the list."),
        back_title=_("Duty areas"),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, area_id: UUID) -> HttpResponse:
    """Say who looks after it; nobody leaves a gap."""
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    found = access.kept_area(mine, area_id)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        village=found.village,
        teams=queries.teams_of(found.village),
        initial={
            "team": str(found.team_id or ""),
            "person": found.person.name if found.person is not None else "",
        },
    )
    return form_page(
        request,
        form,
        lambda: services.assign_area(
            area=found, by=me(request), at=timezone.now(), **form.chosen()
        ),
        title=found.name,
        to=reverse("kept-areas", args=[found.village.code]),
        button=_("Save"),
        done=_("It is on the list."),
        back_title=_("Duty areas"),
        more={"area": found},
        template="enforcement/area.html",
    )


@signed_in
@require_POST
def end(request: HttpRequest, area_id: UUID) -> HttpResponse:
    """Take it off the list."""
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    found = access.kept_area(mine, area_id)
    services.end_area(area=found, by=me(request), at=timezone.now())
    messages.success(request, _("It is off the list."))
    return redirect("kept-areas", found.village.code)
