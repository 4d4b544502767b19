"""Vetting by three offices: passed or not, an appeal, and nothing else (LP-15)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.enforcement import rules
from xiangyue.enforcement.blueprint import VettingOffice
from xiangyue.enforcement.models import Member, Vetting, VettingAppeal
from xiangyue.enforcement.services.acting import (
    LONGEST_WORDS,
    VET,
    DoneAlready,
    NotSoFar,
    check_may,
    committee_kind,
    lock_member,
    near,
    recorded,
    words_given,
)
from xiangyue.enforcement.services.forming import forget_proposal
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person
from xiangyue.places.queries import active_posts


def offices_of(person: Person, member: Member, *, at: datetime) -> list[VettingOffice]:
    """The offices for which the person may say something of the member: those they serve in."""
    if member.committee is None:
        return []
    posts = active_posts(at=at).filter(
        person=person, role="compact_vetter", organisation__isnull=False
    )
    functions = {
        post.organisation.function
        for post in posts.select_related("organisation")
        if post.organisation is not None and member.place_path.startswith(post.place_path)
    }
    return [
        office
        for office in committee_kind(member.committee).offices
        if functions & set(office.functions)
    ]


def needs_vetting(member: Member) -> bool:
    """Members of the committee are vetted; who leads by office was chosen for it elsewhere."""
    if member.committee is None:
        return False
    seat = committee_kind(member.committee).seat(member.seat)
    return seat is not None and not seat.is_by_office


def verdict_of(member: Member) -> rules.Verdict:
    """What the offices together have said so far; who needs no vetting has passed."""
    if not needs_vetting(member) or member.committee is None:
        return rules.Verdict.PASSED
    appeal = getattr(member, "appeal", None)
    return rules.verdict(
        [office.key for office in committee_kind(member.committee).offices],
        {row.office: row.is_passed for row in member.vettings.all()},
        appeal_upheld=appeal is not None and appeal.is_upheld is True,
    )


@transaction.atomic
def vet(*, member: Member, office: str, is_passed: bool, by: Person, at: datetime) -> Vetting:
    """Say for one office whether somebody passes; there is no place for why.

    Records `enforcement.vetting_decided` with the office, never with the result.

    :raises NotAllowed: not somebody of that office, or of the person's own household.
    :raises DoneAlready: the office has said it, or this person has for another office.
    :raises NotSoFar: nobody who needs vetting.
    """
    locked = lock_member(member)
    check_may(by, VET, locked.place_path, at=at)
    if locked.state != Member.State.PROPOSED or not needs_vetting(locked):
        raise NotSoFar(_("Nobody needs to be vetted here."))
    if near(by, locked.person):
        raise NotAllowed(
            _("Nobody vets themself or somebody of their household."), source="SE01; REQ-L04"
        )
    if office not in {each.key for each in offices_of(by, locked, at=at)}:
        said = _("You do not speak for this office here.")
        raise NotAllowed(said, fields={"office": said})
    if locked.vettings.filter(office=office).exists():
        raise DoneAlready(_("This office has said it already; an appeal looks at it again."))
    if locked.vettings.filter(decided_by=by).exists():
        raise DoneAlready(
            _("You have spoken for another office; each office is another person."), source="SE01"
        )
    made = Vetting.objects.create(
        member=locked, office=office, is_passed=is_passed, decided_by=by, decided_at=at
    )
    recorded(
        "vetting_decided", locked, place_path=locked.place_path, at=at, actor_id=by.pk,
        office=office,
    )  # fmt: skip
    return made


@transaction.atomic
def appeal(*, member: Member, text: str, by: Person, at: datetime) -> VettingAppeal:
    """Appeal against not having passed; somebody at the town who did not vet looks again.

    The words are the person's own and are erased when it is decided. The record does not say who.

    :raises NotAllowed: only the person themself appeals.
    :raises NotSoFar: they passed, or nobody has said anything.
    :raises DoneAlready: appealed before, or too late.
    :raises WordsMissing: no words, or too many.
    """
    locked = lock_member(member)
    if locked.person_id != by.pk:
        raise NotAllowed(_("Only the person concerned appeals."))
    if verdict_of(locked) is not rules.Verdict.NOT_PASSED or locked.committee is None:
        raise NotSoFar(_("There is nothing to appeal against."))
    if VettingAppeal.objects.filter(member=locked).exists():
        raise DoneAlready(_("You have appealed already."))
    declared = committee_kind(locked.committee)
    latest = max(row.decided_at for row in locked.vettings.all())
    if at >= latest + timedelta(days=declared.appeal_days):
        raise DoneAlready(_("The time for an appeal is over."))
    made = VettingAppeal.objects.create(
        member=locked,
        text=words_given(
            text, _("Please say why it should be looked at again."), field="text",
            most=LONGEST_WORDS,
        ),
        made_at=at,
        clock=start_clock(limit=declared.appeal_within, at=at),
    )  # fmt: skip
    recorded("vetting_appealed", locked, place_path=locked.place_path, at=at)
    return made


@transaction.atomic
def decide_appeal(
    *, appeal: VettingAppeal, is_upheld: bool, by: Person, at: datetime
) -> VettingAppeal:
    """Decide an appeal; its words are gone from then on.

    Records `enforcement.vetting_appeal_decided`, without the outcome.

    :raises NotAllowed: no such post, or they vetted, or live with the person (SE01, REQ-L04).
    :raises DoneAlready: decided before.
    """
    member = lock_member(appeal.member)
    locked = VettingAppeal.objects.select_for_update().get(pk=appeal.pk)
    check_may(by, VET, member.place_path, at=at)
    if locked.decided_at is not None:
        raise DoneAlready(_("This appeal is decided already."))
    if member.vettings.filter(decided_by=by).exists() or near(by, member.person):
        raise NotAllowed(
            _("Whoever vetted does not decide the appeal; somebody else does."),
            source="SE01; REQ-L04",
        )
    stop_clock(clock=locked.clock, at=at, actor_id=by.pk)
    locked.text, locked.is_upheld = "", is_upheld
    locked.decided_by, locked.decided_at = by, at
    locked.save(update_fields=["text", "is_upheld", "decided_by", "decided_at"])
    recorded("vetting_appeal_decided", member, place_path=member.place_path, at=at, actor_id=by.pk)
    return locked


def forget_those_who_did_not_pass(*, at: datetime) -> int:
    """Delete who did not pass once the time to appeal is over, or the appeal failed; how many.

    The day on which a failed appeal was decided is left, so that the person reads it.
    """
    count = 0
    rows = Member.objects.filter(state=Member.State.PROPOSED, vettings__is_passed=False).distinct()
    for member in rows.select_related("committee__declaration").prefetch_related("vettings"):
        if member.committee is None or verdict_of(member) is not rules.Verdict.NOT_PASSED:
            continue
        kept = timedelta(days=committee_kind(member.committee).appeal_days)
        appealed = VettingAppeal.objects.filter(member=member).first()
        last = max(row.decided_at for row in member.vettings.all())
        if appealed is not None:
            if appealed.decided_at is None:
                continue
            last = appealed.decided_at
        if at >= last + kept:
            with transaction.atomic():
                forget_proposal(member)
            count += 1
    return count
