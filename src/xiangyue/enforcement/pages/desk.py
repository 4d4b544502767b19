"""The desk of whoever keeps the compact: the committee, its teams, its members."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.forms import (
    FormTeamForm,
    InviteForm,
    NominateForm,
    PhoneForm,
    RoleSeatForm,
)
from xiangyue.enforcement.models import Committee, Invitation, Member, Team
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.printing import card_pdf, letter_pdf
from xiangyue.enforcement.services.acting import DIRECT, KEEP, committee_kind, team_kind
from xiangyue.enforcement.services.seating import Group, ready_to_publish
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.enforcement.wording import committee_name, team_name
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Person
from xiangyue.places.queries import active_posts, within
from xiangyue.publicity.queries import notices_about, unsettled


def _keeper(request: HttpRequest) -> Standing:
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    return mine


@never_cache
@signed_in
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The villages whose compact I keep: their committee, teams and gaps."""
    mine = standing(request)
    if not access.keeps_compact(mine):
        access.check_keeps(mine, KEEP)
    now = timezone.now()
    villages = access.villages_to_keep(mine)[:50]
    rows = [
        {
            "village": village,
            "committee": queries.committee_of(village),
            "teams": queries.teams_of(village),
            "gap_count": len(queries.gaps(village, at=now)),
            "on_duty": queries.on_duty(village, at=now),
        }
        for village in villages
    ]
    context = {
        "shell": shell_of(request),
        "rows": rows,
        "vet_count": access.members_to_vet(mine).count(),
        "vets": mine.may_somewhere("enforcement.vet"),
        "answers": mine.may_somewhere("enforcement.answer"),
        "answer_count": access.objections_to_answer(mine).count(),
    }
    return render(request, "enforcement/desk.html", context)


@signed_in
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to form a village's committee."""
    village = access.village_to_keep(_keeper(request), request.POST.get("place", ""))
    made = services.begin_committee(place=village, by=me(request), at=timezone.now())
    messages.success(request, _("Now bring the letters of invitation."))
    return redirect("compact-committee", made.pk)


def _rows(group: Group) -> list[dict[str, object]]:
    members = (
        group.members.exclude(state=Member.State.ENDED)
        .select_related(*access.WITH_SEAT, "appeal")
        .prefetch_related("vettings")
    )
    now = timezone.now()
    found = []
    for member in members:
        waits = unsettled(member.notice, at=now) if member.notice is not None else []
        found.append({"member": member, "verdict": verdict_of(member).value, "waits": waits})
    return found


@never_cache
@signed_in
@require_safe
def committee(request: HttpRequest, committee_id: UUID) -> HttpResponse:
    """One committee: letters, members with how far each is, notices, teams."""
    mine = _keeper(request)
    found = access.kept_committee(mine, committee_id)
    context = {
        "shell": shell_of(request),
        "committee": found,
        "name": committee_name(found),
        "kind": committee_kind(found),
        "invitations": found.invitations.select_related(
            "person", "committee__declaration", "brought_by"
        ),
        "rows": _rows(found),
        "ready_count": len(ready_to_publish(found)),
        "notices": notices_about("enforcement.committee", found.pk)[:10],
        "teams": queries.teams_of(found.place).filter(committee=found),
        "directs": mine.may(DIRECT, place_path=found.place_path),
    }
    return render(request, "enforcement/committee.html", context)


_ACTS: Mapping[str, tuple[Callable[..., object], Promise]] = {
    "publish": (services.publish_members, gettext_lazy("It hangs on the board now.")),
    "appoint": (services.appoint_members, gettext_lazy("They are in office; print their cards.")),
}


def _act(request: HttpRequest, group: Group, act: str) -> None:
    """Do one of the acts that need nothing entered.

    :raises NotFound: there is no such act.
    """
    by, at = me(request), timezone.now()
    if act == "dissolve":
        if isinstance(group, Committee):
            services.dissolve_committee(committee=group, by=by, at=at)
        else:
            services.dissolve_team(team=group, by=by, at=at)
        messages.success(request, _("It is dissolved."))
        return
    if act not in _ACTS:
        raise NotFound(_("There is no such step."))
    do, done = _ACTS[act]
    do(group=group, by=by, at=at)
    messages.success(request, done)


@signed_in
@require_POST
def committee_act(request: HttpRequest, committee_id: UUID, compact_act: str) -> HttpResponse:
    """Publish the members, appoint them, or dissolve the committee."""
    found = access.kept_committee(_keeper(request), committee_id)
    return _done_or_said(
        request,
        lambda: _act(request, found, compact_act),
        "keeping-desk" if compact_act == "dissolve" else ("compact-committee", found.pk),
        ("compact-committee", found.pk),
    )


def _done_or_said(
    request: HttpRequest,
    act: Callable[[], object],
    to: "str | tuple[str, UUID]",
    back: tuple[str, UUID],
) -> HttpResponse:
    """Go on when it is done; what is missing is said on the page one came from."""
    try:
        act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, str(refusal.message))
        return redirect(*back)
    return redirect(to) if isinstance(to, str) else redirect(*to)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, committee_id: UUID) -> HttpResponse:
    """Write a letter of invitation to somebody of the village."""
    found = access.kept_committee(_keeper(request), committee_id)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        village=found.place,
        declared=committee_kind(found),
    )
    return form_page(
        request,
        form,
        lambda: services.invite(
            committee=found, person=form.person(), kind=form.cleaned_data["kind"], by=me(request),
            at=timezone.now(),
        ),
        title=_("Invite somebody"),
        lead=_("Print the letter and bring it by hand; whoever declines gives no reason."),
        to=reverse("compact-committee", args=[found.pk]),
        button=_("Write the letter"),
        done=_("The letter is written; print it and bring it."),
        back_title=committee_name(found),
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, committee_id: UUID) -> HttpResponse:
    """Propose a head of a joint household unit, or whoever leads by office."""
    found = access.kept_committee(_keeper(request), committee_id)
    seats = [each for each in committee_kind(found).seats if not each.is_invited]
    roles = [role for each in seats for role in each.roles]
    posts = within(active_posts(at=timezone.now()), found.place).filter(role__in=roles)
    sitting = found.members.exclude(state=Member.State.ENDED).values("person")
    people = Person.objects.filter(pk__in=posts.values("person")).exclude(pk__in=sitting)
    form = RoleSeatForm(
        request.POST if request.method == "POST" else None, people=people.order_by("name")[:300]
    )

    def seat_of(person: Person) -> str:
        held = set(posts.filter(person=person).values_list("role", flat=True))
        return next((each.key for each in seats if held & set(each.roles)), "")

    def act() -> None:
        person = form.people[form.cleaned_data["person"]]
        services.propose_by_role(
            committee=found, person=person, seat=seat_of(person),
            has_agreed=form.cleaned_data["has_agreed"], by=me(request), at=timezone.now(),
        )  # fmt: skip

    return form_page(
        request,
        form,
        act,
        title=_("Propose a head of a joint unit"),
        lead=_("Heads of units sit by their post; the director is the village's Party secretary."),
        to=reverse("compact-committee", args=[found.pk]),
        button=_("Propose"),
        done=_("Proposed; the town's offices vet next."),
        back_title=committee_name(found),
    )


@never_cache
@signed_in
@require_safe
def letter(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The letter of invitation on paper."""
    found = access.kept_invitation(_keeper(request), invitation_id)
    return HttpResponse(letter_pdf(found), content_type="application/pdf")


@signed_in
@require_POST
def letter_act(request: HttpRequest, invitation_id: UUID, letter_act: str) -> HttpResponse:
    """The letter was brought; they accept; they decline."""
    found = access.kept_invitation(_keeper(request), invitation_id)
    return _done_or_said(
        request,
        lambda: note_letter(found, letter_act, by=me(request)),
        ("compact-committee", found.committee_id),
        ("compact-committee", found.committee_id),
    )


def note_letter(found: Invitation, act: str, *, by: Person) -> Invitation:
    """:raises NotFound: there is no such act."""
    at = timezone.now()
    if act == "brought":
        return services.bring_letter(invitation=found, by=by, at=at)
    if act in {"accepted", "declined"}:
        return services.answer_invitation(
            invitation=found, is_accepted=act == "accepted", by=by, at=at
        )
    raise NotFound(_("There is no such step."))


@signed_in
@require_POST
def member_act(request: HttpRequest, member_id: UUID, seat_act: str) -> HttpResponse:
    """Take a proposal back, let somebody step down, or renew their card."""
    found = access.kept_member(_keeper(request), member_id)
    back = (
        ("compact-committee", found.committee_id)
        if found.committee_id is not None
        else ("kept-compact-team", found.team_id)
    )
    assert back[1] is not None
    target = (str(back[0]), back[1])
    return _done_or_said(
        request, lambda: note_member(found, seat_act, by=me(request)), target, target
    )


def note_member(found: Member, act: str, *, by: Person) -> None:
    """:raises NotFound: there is no such act."""
    acts: dict[str, Callable[..., object]] = {
        "withdraw": services.withdraw_member,
        "step-down": services.step_down,
        "renew-card": services.renew_card,
    }
    if act not in acts:
        raise NotFound(_("There is no such step."))
    acts[act](member=found, by=by, at=timezone.now())


@never_cache
@signed_in
@require_safe
def card(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """A member's work card on paper.

    :raises NotFound: they do not sit, so there is none.
    """
    found = access.kept_member(_keeper(request), member_id)
    if found.card_code is None or found.state != Member.State.SITTING:
        raise NotFound(_("There is no card: they do not sit."))
    address = request.build_absolute_uri(reverse("work-card", args=[found.card_code]))
    return HttpResponse(card_pdf(found, address=address), content_type="application/pdf")


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_team(request: HttpRequest, committee_id: UUID) -> HttpResponse:
    """Form one of the declared teams."""
    found = access.kept_committee(_keeper(request), committee_id)
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
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: members, notices, duty."""
    mine = _keeper(request)
    found = access.kept_team(mine, team_id)
    context = {
        "shell": shell_of(request),
        "team": found,
        "kind": team_kind(found),
        "rows": _rows(found),
        "ready_count": len(ready_to_publish(found)),
        "notices": notices_about("enforcement.team", found.pk)[:10],
        "turns": queries.coming_turns(found, at=timezone.now())[:7],
        "areas": queries.public_areas(found.committee.place).filter(team=found)[:50],
        "directs": mine.may(DIRECT, place_path=found.place_path),
        "phone_form": PhoneForm(initial={"phone": found.organisation.phone}),
    }
    return render(request, "enforcement/kept_team.html", context)


@signed_in
@require_POST
def team_act(request: HttpRequest, team_id: UUID, compact_act: str) -> HttpResponse:
    """Publish the members, appoint them, or dissolve the team."""
    found = access.kept_team(_keeper(request), team_id)
    return _done_or_said(
        request,
        lambda: _act(request, found, compact_act),
        ("compact-committee", found.committee_id)
        if compact_act == "dissolve"
        else ("kept-compact-team", found.pk),
        ("kept-compact-team", found.pk),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def team_phone(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """The telephone number of the team's post."""
    found = access.kept_team(_keeper(request), team_id)
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
def nominate(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Propose a head or a member of the team."""
    found: Team = access.kept_team(_keeper(request), team_id)
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
