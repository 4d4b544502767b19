"""Naming members on the board, giving them office and a card, letting them step down."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.appointments import appoint, end_post
from xiangyue.enforcement import rules
from xiangyue.enforcement.models import Committee, DutyArea, Member, Team
from xiangyue.enforcement.services.acting import (
    DIRECT,
    KEEP,
    DoneAlready,
    NotSoFar,
    check_may,
    committee_kind,
    lock_committee,
    lock_member,
    lock_team,
    recorded,
    team_kind,
)
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.enforcement.wording import seat_name
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.places.rules import short_name
from xiangyue.publicity.models import Notice
from xiangyue.publicity.queries import unsettled
from xiangyue.publicity.services import publish_notice

CARD_LENGTH = 12
MEMBER, HEAD, TEAM_MEMBER = "compact_committee_member", "compact_team_head", "compact_team_member"
Group = Committee | Team


class NotComplete(Refused):
    """Who must sit does not yet; the words say who is missing."""

    code = "not_complete"


class ObjectionUpheld(Refused):
    """Somebody objected and was right, so that the notice cannot carry these members."""

    code = "objection_upheld"


def faults_of(group: Group, *, seats: list[str]) -> list[str]:
    """What a committee or team would lack if these seats were held, in sentences."""
    language = get_language()
    if isinstance(group, Committee):
        kind = committee_kind(group)
        numbers = [rules.SeatNumber(each.key, each.least, each.most) for each in kind.seats]
        names = {each.key: each.name.in_language(language) for each in kind.seats}
    else:
        least = team_kind(group).size_least
        numbers = [rules.SeatNumber("head", 1, 1), rules.SeatNumber("member", least - 1)]
        names = {"head": _("Head"), "member": _("Member")}
    found = []
    for fault, count in rules.seat_faults(numbers, seats):
        facts = {"seat": names[fault.key], "count": count, "least": fault.least}
        if count < fault.least:
            found.append(_("%(seat)s: %(count)d, at least %(least)d needed.") % facts)
        else:
            found.append(
                _("%(seat)s: %(count)d, at most %(most)d.") % (facts | {"most": fault.most})
            )
    return found


def waiting_members(group: Group) -> QuerySet[Member]:
    """Who is proposed, with what the verdicts need."""
    rows = group.members.filter(state=Member.State.PROPOSED)
    return rows.select_related(
        "person", "notice", "committee__declaration", "appeal"
    ).prefetch_related("vettings")


def ready_to_publish(group: Group) -> list[Member]:
    """Who agreed, passed, and hangs on no running notice."""
    return [
        member
        for member in waiting_members(group)
        if member.agreed_at is not None
        and verdict_of(member) is rules.Verdict.PASSED
        and (
            member.notice is None
            or member.notice.state == "taken_down"
            or member.notice.objections.filter(is_upheld=True).exists()
        )
    ]


@transaction.atomic
def publish_members(*, group: Group, by: Person, at: datetime) -> Notice:
    """Name on the village's board who is to sit, what for, and how to object (LP-17, LP-18).

    Records `enforcement.members_published` beside the notice's own entry.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises NotSoFar: nobody is ready: agreed, and passed where vetting is needed.
    :raises NotComplete: with them the committee or team would still lack somebody.
    """
    committee = lock_committee(group if isinstance(group, Committee) else group.committee)
    team = lock_team(group) if isinstance(group, Team) else None
    check_may(by, KEEP, committee.place_path, at=at)
    ready = ready_to_publish(team or committee)
    if not ready:
        raise NotSoFar(
            _("Nobody is ready to be named: they agree first, and pass where vetting is needed.")
        )
    sitting = (team or committee).members.filter(state=Member.State.SITTING)
    held = [*sitting.values_list("seat", flat=True), *(member.seat for member in ready)]
    if faults := faults_of(team or committee, seats=held):
        raise NotComplete(" ".join(faults), source="LP-13; LP-16; LP-45")
    title, body = _words(committee, team)
    notice = publish_notice(
        kind=committee_kind(committee).notice_kind, place=committee.place, title=title, body=body,
        subject=team or committee, by=by, at=at, names_people=True,
        facts={"tables": [
            {
                "title": "",
                "columns": [_("Name"), _("Seat"), _("How named")],
                "rows": [
                    [one.person.name, seat_name(one), str(one.get_nominated_by_display())]
                    for one in ready
                ],
            }
        ]},
    )  # fmt: skip
    Member.objects.filter(pk__in=[one.pk for one in ready]).update(notice=notice)
    recorded(
        "members_published", team or committee, place_path=committee.place_path, at=at,
        actor_id=by.pk, notice=notice.number, count=len(ready),
    )  # fmt: skip
    return notice


def _words(committee: Committee, team: Team | None) -> tuple[str, str]:
    language, village = get_language(), short_name(committee.place.name)
    if team is None:
        name = committee_kind(committee).name.in_language(language)
        lines = [_("They are proposed for the committee that keeps the village's compact.")]
    else:
        kind = team_kind(team)
        name = kind.name.in_language(language)
        lines = [kind.purpose.in_language(language)]
        lines += [f"· {duty.in_language(language)}" for duty in kind.duties]
    title = _("%(village)s: proposed members, %(name)s") % {"village": village, "name": name}
    lines.append(_("Whoever has something against it can say so, with or without a name."))
    return title, "\n".join(lines)


@transaction.atomic
def appoint_members(*, group: Group, by: Person, at: datetime) -> list[Member]:
    """Give office and a card to those whose notice is over with every objection answered.

    A committee sits from then on for its term. Records `enforcement.member_appointed` for each.

    :raises NotAllowed: only who directs the committee appoints, and not who published (SE01).
    :raises NotSoFar: nobody hangs on a board, or what keeps the notice from taking effect.
    :raises ObjectionUpheld: an objection was right: take out whom it is about, publish again.
    :raises NotComplete: meanwhile somebody is missing.
    """
    committee = lock_committee(group if isinstance(group, Committee) else group.committee)
    team = lock_team(group) if isinstance(group, Team) else None
    check_may(by, DIRECT, committee.place_path, at=at)
    named = [one for one in waiting_members(team or committee) if one.notice is not None]
    if not named:
        raise NotSoFar(_("Nobody proposed hangs on the board yet; publish them first."))
    for number in {one.notice_id for one in named}:
        notice = next(one.notice for one in named if one.notice_id == number)
        assert notice is not None
        if notice.published_by_id == by.pk:
            raise NotAllowed(
                _("You put them on the board, so somebody else appoints them."), source="SE01"
            )
        if missing := unsettled(notice, at=at):
            raise NotSoFar(" ".join(missing), source="LP-17")
        if notice.objections.filter(is_upheld=True).exists():
            raise ObjectionUpheld(
                _(
                    "An objection to notice %(number)s was right: take out whom it is about, then"
                    " publish again."
                )
                % {"number": notice.number}
            )
    sitting = (team or committee).members.filter(state=Member.State.SITTING)
    held = [*sitting.values_list("seat", flat=True), *(one.seat for one in named)]
    if faults := faults_of(team or committee, seats=held):
        raise NotComplete(" ".join(faults), source="LP-13; LP-16; LP-45")
    for one in named:
        _seat(one, committee, team, by=by, at=at)
    if team is None and committee.state == Committee.State.FORMING:
        _begin_term(committee, at=at)
    return named


def _begin_term(committee: Committee, *, at: datetime) -> None:
    years = committee_kind(committee).term_years
    committee.state, committee.sits_since = Committee.State.SITTING, at
    committee.term_ends_on = rules.years_on(timezone.localdate(at), years)
    committee.save(update_fields=["state", "sits_since", "term_ends_on"])
    director = committee.members.filter(state=Member.State.SITTING, card_code=None)
    for one in director:
        _give_card(one, committee, at=at)


def _seat(
    member: Member, committee: Committee, team: Team | None, *, by: Person, at: datetime
) -> None:
    role = MEMBER if team is None else (HEAD if member.seat == "head" else TEAM_MEMBER)
    member.post = appoint(
        person=member.person, role=role, place=committee.place,
        organisation=team.organisation if team is not None else None, at=at, actor_id=by.pk,
    )  # fmt: skip
    member.state, member.active_from = Member.State.SITTING, at
    member.save(update_fields=["post", "state", "active_from"])
    _give_card(member, committee, at=at)
    recorded(
        "member_appointed", member, place_path=committee.place_path, at=at, actor_id=by.pk,
        seat=member.seat,
    )  # fmt: skip


def _give_card(member: Member, committee: Committee, *, at: datetime) -> None:
    member.card_code = speakable_code(CARD_LENGTH)
    days = committee_kind(committee).card_days
    member.card_until = timezone.localdate(at) + timedelta(days=days)
    member.save(update_fields=["card_code", "card_until"])


@transaction.atomic
def renew_card(*, member: Member, by: Person, at: datetime) -> Member:
    """A new card with a new code; the old one says from now on that it serves no more.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises NotSoFar: they do not sit.
    """
    locked = lock_member(member)
    check_may(by, KEEP, locked.place_path, at=at)
    if locked.state != Member.State.SITTING:
        raise NotSoFar(_("A card is for somebody who sits now."))
    committee = locked.committee if locked.committee is not None else _team_of(locked).committee
    _give_card(locked, committee, at=at)
    recorded("card_renewed", locked, place_path=locked.place_path, at=at, actor_id=by.pk)
    return locked


def _team_of(member: Member) -> Team:
    assert member.team is not None
    return member.team


@transaction.atomic
def step_down(*, member: Member, by: Person, at: datetime) -> Member:
    """End somebody's office and card at once: their own wish, or the director's word.

    What they were named to look after becomes a gap again. Records
    `enforcement.member_stepped_down`; no reason is asked.

    :raises NotAllowed: neither they nor who directs the committee.
    :raises DoneAlready: they do not sit.
    """
    locked = lock_member(member)
    if locked.person_id != by.pk:
        check_may(by, DIRECT, locked.place_path, at=at)
    if locked.state != Member.State.SITTING:
        raise DoneAlready(_("They do not sit any more."))
    _end(locked, at=at, actor_id=None if locked.person_id == by.pk else by.pk)
    return locked


def _end(member: Member, *, at: datetime, actor_id: UUID | None) -> None:
    member.state, member.active_to = Member.State.ENDED, at
    member.save(update_fields=["state", "active_to"])
    if member.post is not None and member.post.active_to is None:
        end_post(post=member.post, at=at, actor_id=actor_id)
    if member.team_id is not None:
        DutyArea.objects.filter(team=member.team_id, person=member.person_id).update(person=None)
    recorded(
        "member_stepped_down", member, place_path=member.place_path, at=at, actor_id=actor_id,
        seat=member.seat,
    )  # fmt: skip


@transaction.atomic
def dissolve_team(*, team: Team, by: Person, at: datetime) -> Team:
    """End a team with all its seats; what it looked after becomes a gap.

    :raises NotAllowed: only who directs the committee.
    """
    locked = lock_team(team)
    check_may(by, DIRECT, locked.place_path, at=at)
    _end_all(locked, by=by, at=at)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    DutyArea.objects.filter(team=locked).update(team=None)
    locked.organisation.is_active = False
    locked.organisation.save(update_fields=["is_active"])
    recorded("team_dissolved", locked, place_path=locked.place_path, at=at, actor_id=by.pk)
    return locked


@transaction.atomic
def dissolve_committee(*, committee: Committee, by: Person, at: datetime) -> Committee:
    """End the committee with its teams, as before a new term; the next one is formed anew.

    :raises NotAllowed: only who directs it.
    """
    locked = lock_committee(committee)
    check_may(by, DIRECT, locked.place_path, at=at)
    for team in locked.teams.filter(ended_at=None):
        dissolve_team(team=team, by=by, at=at)
    _end_all(locked, by=by, at=at)
    locked.state, locked.dissolved_at = Committee.State.DISSOLVED, at
    locked.save(update_fields=["state", "dissolved_at"])
    recorded("committee_dissolved", locked, place_path=locked.place_path, at=at, actor_id=by.pk)
    return locked


def _end_all(group: Group, *, by: Person, at: datetime) -> None:
    group.members.filter(state=Member.State.PROPOSED).delete()
    for member in group.members.filter(state=Member.State.SITTING).select_related("post"):
        _end(member, at=at, actor_id=by.pk)
