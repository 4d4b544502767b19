"""The desk of whoever keeps the compact: the committee, its teams, its members."""

from collections.abc import Callable, Mapping
from datetime import datetime
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
    InviteForm,
    RoleSeatForm,
)
from xiangyue.enforcement.models import Committee, Invitation, Member, Team
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.printing import card_pdf, letter_pdf
from xiangyue.enforcement.services.acting import DIRECT, KEEP, committee_kind
from xiangyue.enforcement.services.seating import Group, ready_to_publish
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.enforcement.wording import committee_name
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Person
from xiangyue.places.queries import active_posts, within
from xiangyue.publicity.queries import notices_about, unsettled


def keeper(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts keeps a compact.
    """
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
    village = access.village_to_keep(keeper(request), request.POST.get("place", ""))
    made = services.begin_committee(place=village, by=me(request), at=timezone.now())
    messages.success(request, _("Now bring the letters of invitation."))
    return redirect("compact-committee", made.pk)


def member_rows(group: Group) -> list[dict[str, object]]:
    """Everybody's seat with how far it is and what its notice waits for."""
    members = (
        group.members.exclude(state=Member.State.ENDED)
        .select_related(*access.WITH_SEAT, "appeal")
        .prefetch_related("vettings")
    )
    now = timezone.now()
    found: list[dict[str, object]] = []
    for member in members:
        waits = unsettled(member.notice, at=now) if member.notice is not None else []
        found.append({"member": member, "verdict": verdict_of(member).value, "waits": waits})
    return found


@never_cache
@signed_in
@require_safe
def committee(request: HttpRequest, compact_committee_id: UUID) -> HttpResponse:
    """One committee: letters, members with how far each is, notices, teams."""
    mine = keeper(request)
    found = access.kept_committee(mine, compact_committee_id)
    context = {
        "shell": shell_of(request),
        "committee": found,
        "name": committee_name(found),
        "kind": committee_kind(found),
        "invitations": found.invitations.select_related(
            "person", "committee__declaration", "brought_by"
        ),
        "rows": member_rows(found),
        "ready_count": len(ready_to_publish(found)),
        "notices": notices_about("enforcement.committee", found.pk)[:10],
        "teams": queries.teams_of(found.place).filter(committee=found),
        "directs": mine.may(DIRECT, place_path=found.place_path),
    }
    return render(request, "enforcement/committee.html", context)


DONE: Mapping[str, Promise] = {
    "publish": gettext_lazy("It hangs on the board now."),
    "appoint": gettext_lazy("They are in office; print their cards."),
    "dissolve": gettext_lazy("It is dissolved."),
}


def do_act(group: Group, act: str, *, by: Person, at: datetime) -> None:
    """Publish, appoint, or dissolve: the acts that need nothing entered.

    :raises NotFound: there is no such act.
    """
    if act == "publish":
        services.publish_members(group=group, by=by, at=at)
    elif act == "appoint":
        services.appoint_members(group=group, by=by, at=at)
    elif act == "dissolve" and isinstance(group, Committee):
        services.dissolve_committee(committee=group, by=by, at=at)
    elif act == "dissolve" and isinstance(group, Team):
        services.dissolve_team(team=group, by=by, at=at)
    else:
        raise NotFound(_("There is no such step."))


def act_on(request: HttpRequest, group: Group, act: str) -> None:
    """`do_act`, and say that it is done."""
    do_act(group, act, by=me(request), at=timezone.now())
    messages.success(request, str(DONE[act]))


@signed_in
@require_POST
def committee_act(
    request: HttpRequest, compact_committee_id: UUID, compact_act: str
) -> HttpResponse:
    """Publish the members, appoint them, or dissolve the committee."""
    found = access.kept_committee(keeper(request), compact_committee_id)
    return done_or_said(
        request,
        lambda: act_on(request, found, compact_act),
        "keeping-desk" if compact_act == "dissolve" else ("compact-committee", found.pk),
        ("compact-committee", found.pk),
    )


def done_or_said(
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
def invite(request: HttpRequest, compact_committee_id: UUID) -> HttpResponse:
    """Write a letter of invitation to somebody of the village."""
    found = access.kept_committee(keeper(request), compact_committee_id)
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
def propose(request: HttpRequest, compact_committee_id: UUID) -> HttpResponse:
    """Propose a head of a joint household unit, or whoever leads by office."""
    found = access.kept_committee(keeper(request), compact_committee_id)
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
def letter(request: HttpRequest, compact_invitation_id: UUID) -> HttpResponse:
    """The letter of invitation on paper."""
    found = access.kept_invitation(keeper(request), compact_invitation_id)
    return HttpResponse(letter_pdf(found), content_type="application/pdf")


@signed_in
@require_POST
def letter_act(request: HttpRequest, compact_invitation_id: UUID, letter_act: str) -> HttpResponse:
    """The letter was brought; they accept; they decline."""
    found = access.kept_invitation(keeper(request), compact_invitation_id)
    return done_or_said(
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
def member_act(request: HttpRequest, compact_member_id: UUID, seat_act: str) -> HttpResponse:
    """Take a proposal back, let somebody step down, or renew their card."""
    found = access.kept_member(keeper(request), compact_member_id)
    back = (
        ("compact-committee", found.committee_id)
        if found.committee_id is not None
        else ("kept-compact-team", found.team_id)
    )
    assert back[1] is not None
    target = (str(back[0]), back[1])
    return done_or_said(
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
def card(request: HttpRequest, compact_member_id: UUID) -> HttpResponse:
    """A member's work card on paper.

    :raises NotFound: they do not sit, so there is none.
    """
    found = access.kept_member(keeper(request), compact_member_id)
    if found.card_code is None or found.state != Member.State.SITTING:
        raise NotFound(_("There is no card: they do not sit."))
    address = request.build_absolute_uri(reverse("work-card", args=[found.card_code]))
    return HttpResponse(card_pdf(found, address=address), content_type="application/pdf")
