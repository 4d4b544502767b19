"""The desk of a team under the committee: its head and members, its duty, its telephone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.forms import FormTeamForm, NominateForm, PhoneForm
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.pages.desk import act_on, done_or_said, keeper, member_rows
from xiangyue.enforcement.services.acting import DIRECT, team_kind
from xiangyue.enforcement.services.seating import ready_to_publish
from xiangyue.enforcement.wording import committee_name, team_name
from xiangyue.publicity.queries import notices_about


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_team(request: HttpRequest, compact_committee_id: UUID) -> HttpResponse:
    """Form one of the declared teams."""
    found = access.kept_committee(keeper(request), compact_committee_id)
    there = set(found.teams.filter(ended_at=None).values_list("kind", flat=True))
    kinds = {key: each for key, each in queries.team_kinds().items() if key not in there}
    form = FormTeamForm(request.POST if request.method == "POST" else None, kinds=kinds)
    return form_page(
        request,
        form,
        lambda: services.form_team(
            committee=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
        title=_("Form a team"),
        to=reverse("compact-committee", args=[found.pk]),
        button=_("Form it"),
        done=_("Now name its head and members."),
        back_title=committee_name(found),
    )


@never_cache
@signed_in
@require_safe
def team(request: HttpRequest, compact_team_id: UUID) -> HttpResponse:
    """One team: members, notices, duty."""
    mine = keeper(request)
    found = access.kept_team(mine, compact_team_id)
    context = {
        "shell": shell_of(request),
        "team": found,
        "kind": team_kind(found),
        "rows": member_rows(found),
        "ready_count": len(ready_to_publish(found)),
        "notices": notices_about("enforcement.team", found.pk)[:10],
        "turns": queries.coming_turns(found, at=timezone.now())[:7],
        "areas": queries.public_areas(found.committee.place).filter(team=found)[:50],
        "directs": mine.may(DIRECT, place_path=found.place_path),
    }
    return render(request, "enforcement/kept_team.html", context)


@signed_in
@require_POST
def team_act(request: HttpRequest, compact_team_id: UUID, compact_act: str) -> HttpResponse:
    """Publish the members, appoint them, or dissolve the team."""
    found = access.kept_team(keeper(request), compact_team_id)
    return done_or_said(
        request,
        lambda: act_on(request, found, compact_act),
        ("compact-committee", found.committee_id)
        if compact_act == "dissolve"
        else ("kept-compact-team", found.pk),
        ("kept-compact-team", found.pk),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def team_phone(request: HttpRequest, compact_team_id: UUID) -> HttpResponse:
    """The telephone number of the team's post."""
    found = access.kept_team(keeper(request), compact_team_id)
    form = PhoneForm(
        request.POST if request.method == "POST" else None,
        initial={"phone": found.organisation.phone},
    )
    return form_page(
        request,
        form,
        lambda: services.set_phone(
            team=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
        title=_("Telephone of the post"),
        lead=_("Everybody sees it; not a member's own number."),
        to=reverse("kept-compact-team", args=[found.pk]),
        button=_("Save"),
        back_title=team_name(found),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: HttpRequest, compact_team_id: UUID) -> HttpResponse:
    """Propose a head or a member of the team."""
    found = access.kept_team(keeper(request), compact_team_id)
    form = NominateForm(
        request.POST if request.method == "POST" else None,
        village=found.committee.place,
        declared=team_kind(found),
    )

    def act() -> None:
        entered = form.cleaned_data
        services.nominate(
            team=found, person=form.person(), nominated_by=entered["nominated_by"],
            is_head=entered["is_head"], has_agreed=entered["has_agreed"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip

    return form_page(
        request,
        form,
        act,
        title=_("Propose somebody for the team"),
        to=reverse("kept-compact-team", args=[found.pk]),
        button=_("Propose"),
        done=_("Proposed; put them on the board next."),
        back_title=team_name(found),
    )
