"""Forming the committee: begin, invite by hand, take answers, propose who sits by their role."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import current
from xiangyue.enforcement.models import Committee, Invitation, Member
from xiangyue.enforcement.services.acting import (
    KEEP,
    DoneAlready,
    NotSoFar,
    WordsMissing,
    check_may,
    committee_kind,
    lock_committee,
    recorded,
)
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.queries import active_posts, within
from xiangyue.publicity.queries import unsettled

NUMBER_LENGTH = 5


class WrongPlace(Refused):
    """No village, or the person does not belong to it."""

    code = "wrong_place"


class NotForThisSeat(Refused):
    """The seat is for somebody else: who holds a role, or who was invited."""

    code = "not_for_this_seat"


@transaction.atomic
def begin_committee(*, place: Place, by: Person, at: datetime) -> Committee:
    """Begin to form a village's committee; whoever leads by office sits from now on (LP-45).

    Records `enforcement.committee_begun`.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises WrongPlace: not a village or community.
    :raises DoneAlready: it has one.
    """
    check_may(by, KEEP, place.path, at=at)
    if place.kind != PlaceKind.VILLAGE:
        raise WrongPlace(_("A village or community has such a committee, no other place."))
    Place.objects.select_for_update().get(pk=place.pk)
    if Committee.objects.filter(place=place).exclude(state=Committee.State.DISSOLVED).exists():
        raise DoneAlready(_("This village has a committee already."))
    made = Committee.objects.create(
        place=place,
        place_path=place.path,
        declaration=current("enforcement_committee", "compact"),
        begun_by=by,
        begun_at=at,
    )
    recorded("committee_begun", made, place_path=place.path, at=at, actor_id=by.pk)
    seat = committee_kind(made).director
    posts = active_posts(at=at).filter(role__in=seat.roles, place=place)
    director = posts.select_related("person").order_by("active_from", "pk").first()
    if director is not None:
        Member.objects.create(
            committee=made, place_path=place.path, person=director.person, seat=seat.key,
            nominated_by=Member.Nominator.OFFICE, state=Member.State.SITTING, proposed_by=by,
            proposed_at=at, agreed_at=at, active_from=at,
        )  # fmt: skip
    return made


@transaction.atomic
def invite(
    *, committee: Committee, person: Person, kind: str, by: Person, at: datetime
) -> Invitation:
    """Write somebody a letter of invitation (LP-14); bringing it is `bring_letter`.

    Records `enforcement.invitation_written`, naming nobody.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises WordsMissing: no known kind of invited people.
    :raises WrongPlace: the person is not known to belong to the village.
    :raises DoneAlready: invited before, or sitting.
    """
    locked = lock_committee(committee)
    check_may(by, KEEP, locked.place_path, at=at)
    if kind not in {each.key for each in committee_kind(locked).invitee_kinds}:
        said = _("Please say as what they are invited.")
        raise WordsMissing(said, fields={"kind": said})
    check_belongs(person, locked.place)
    if locked.invitations.filter(person=person).exists():
        said = _("%(person)s was invited already.") % {"person": person.name}
        raise DoneAlready(said, fields={"person": said})
    if locked.members.exclude(state=Member.State.ENDED).filter(person=person).exists():
        said = _("%(person)s sits already.") % {"person": person.name}
        raise DoneAlready(said, fields={"person": said})
    made = Invitation.objects.create(
        committee=locked,
        person=person,
        kind=kind,
        number=f"Y{timezone.localtime(at):%y%m%d}-{speakable_code(NUMBER_LENGTH)}",
        written_by=by,
        written_at=at,
    )
    recorded(
        "invitation_written", made, place_path=locked.place_path, at=at, actor_id=by.pk, kind=kind
    )
    return made


def check_belongs(person: Person, village: Place) -> None:
    """:raises WrongPlace: the lists do not say that the person lives in the village."""
    home = person.household.place_path if person.household_id and person.household else ""
    if not home and person.place_id and person.place:
        home = person.place.path
    if not home.startswith(village.path):
        said = _(
            "%(person)s is not on this village's list; let the clerk note where they live."
        ) % {"person": person.name}
        raise WrongPlace(said, fields={"person": said})


@transaction.atomic
def bring_letter(*, invitation: Invitation, by: Person, at: datetime) -> Invitation:
    """Note that the letter was brought by hand; bringing it again changes nothing.

    :raises NotAllowed: no post of theirs keeps the compact there.
    """
    locked = _locked(invitation)
    check_may(by, KEEP, locked.committee.place_path, at=at)
    if locked.brought_at is None:
        locked.brought_by, locked.brought_at = by, at
        locked.save(update_fields=["brought_by", "brought_at"])
        recorded(
            "invitation_brought", locked, place_path=locked.committee.place_path, at=at,
            actor_id=by.pk,
        )  # fmt: skip
    return locked


@transaction.atomic
def answer_invitation(
    *, invitation: Invitation, is_accepted: bool, by: Person, at: datetime
) -> Invitation:
    """Take somebody's answer: from themself, or from who brought the letter and heard it.

    Who accepts agrees to be named on the board, and is proposed for a seat. Records
    `enforcement.invitation_answered` without saying who, or what.

    :raises NotAllowed: neither the invited person nor somebody who keeps the compact.
    :raises NotSoFar: the letter was not brought yet.
    :raises DoneAlready: answered before.
    """
    locked = _locked(invitation)
    committee = lock_committee(locked.committee)
    is_own = locked.person_id == by.pk
    if not is_own:
        check_may(by, KEEP, committee.place_path, at=at)
    if locked.answer != Invitation.Answer.WAITING:
        raise DoneAlready(_("This invitation is answered already."))
    if not is_own and locked.brought_at is None:
        raise NotSoFar(_("Please bring the letter first; then note what they said."))
    answers = Invitation.Answer
    locked.answer = answers.ACCEPTED if is_accepted else answers.DECLINED
    locked.answered_at = at
    locked.save(update_fields=["answer", "answered_at"])
    if is_accepted:
        seat = next((each for each in committee_kind(committee).seats if each.is_invited), None)
        if seat is None:
            raise NotForThisSeat(_("This committee has no seat for invited people."))
        Member.objects.create(
            committee=committee, place_path=committee.place_path, person=locked.person,
            seat=seat.key, nominated_by=Member.Nominator.INVITED, proposed_by=locked.written_by,
            proposed_at=at, agreed_at=at,
        )  # fmt: skip
    recorded("invitation_answered", locked, place_path=committee.place_path, at=at)
    return locked


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("committee", "person", "written_by")
        .get(pk=invitation.pk)
    )


@transaction.atomic
def propose_by_role(
    *, committee: Committee, person: Person, seat: str, has_agreed: bool, by: Person, at: datetime
) -> Member:
    """Propose somebody who holds one of a seat's roles in the village, as heads of units do.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises NotForThisSeat: the seat is for others, or they hold none of its roles now.
    :raises NotSoFar: they have not agreed to sit and to be named on the board (REQ-L05).
    :raises DoneAlready: proposed or sitting already.
    """
    locked = lock_committee(committee)
    check_may(by, KEEP, locked.place_path, at=at)
    wanted = committee_kind(locked).seat(seat)
    if wanted is None or wanted.is_invited:
        raise NotForThisSeat(_("This seat is for invited people."))
    held = within(active_posts(at=at), locked.place).filter(person=person, role__in=wanted.roles)
    if not held.exists():
        said = _("%(person)s holds no such post in this village now.") % {"person": person.name}
        raise NotForThisSeat(said, source="LP-45", fields={"person": said})
    if wanted.is_by_office:
        has_agreed = True
    check_agreed(has_agreed=has_agreed)
    if locked.members.exclude(state=Member.State.ENDED).filter(person=person).exists():
        said = _("%(person)s sits already.") % {"person": person.name}
        raise DoneAlready(said, fields={"person": said})
    if wanted.is_by_office and (
        locked.members.filter(seat=seat).exclude(state=Member.State.ENDED).exists()
    ):
        raise DoneAlready(_("Somebody leads it already; they step down first."))
    made = Member.objects.create(
        committee=locked, place_path=locked.place_path, person=person, seat=seat,
        nominated_by=Member.Nominator.OFFICE, proposed_by=by, proposed_at=at, agreed_at=at,
        state=Member.State.SITTING if wanted.is_by_office else Member.State.PROPOSED,
        active_from=at if wanted.is_by_office else None,
    )  # fmt: skip
    recorded("member_proposed", made, place_path=locked.place_path, at=at, actor_id=by.pk)
    return made


def check_agreed(*, has_agreed: bool) -> None:
    """:raises NotSoFar: they have not agreed to sit and to be named."""
    if not has_agreed:
        said = _("Ask them first: whoever sits agrees to it, and to be named on the board.")
        raise NotSoFar(said, source="REQ-L05", fields={"has_agreed": said})


@transaction.atomic
def withdraw_member(*, member: Member, by: Person, at: datetime) -> None:
    """Take back a proposal before anybody sits; nothing of it stays, no reason is asked.

    :raises NotAllowed: neither the person nor somebody who keeps the compact.
    :raises DoneAlready: they sit already, or stepped down.
    :raises NotSoFar: they hang on a board that still runs; it is taken down first.
    """
    locked = (
        Member.objects.select_for_update(of=("self",)).select_related("notice").get(pk=member.pk)
    )
    if locked.person_id != by.pk:
        check_may(by, KEEP, locked.place_path, at=at)
    if locked.state != Member.State.PROPOSED:
        raise DoneAlready(_("They sit already; they can step down."))
    notice = locked.notice
    if notice is not None and notice.state == "up" and unsettled(notice, at=at):
        if locked.person_id != by.pk:
            raise NotSoFar(
                _("They are named on notice %(number)s; take it down first, or wait for its end.")
                % {"number": notice.number}
            )
        raise NotAllowed(
            _("You are named on notice %(number)s. Ask there to be taken off; it takes a day.")
            % {"number": notice.number}
        )
    forget_proposal(locked)
    recorded("proposal_withdrawn", locked, place_path=locked.place_path, at=at)


def forget_proposal(member: Member) -> None:
    """Delete somebody's proposal with whatever was said of it (LP-15)."""
    if member.committee_id is not None:
        Invitation.objects.filter(committee=member.committee_id, person=member.person_id).delete()
    Member.objects.filter(pk=member.pk).delete()
