"""X: whom a matter concerns, who asks to be heard, who steps back from it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.councils import rules
from xiangyue.councils.models import (
    Council,
    Matter,
    Recusal,
    Seat,
    SeatStateChoices,
    Stakeholder,
)
from xiangyue.councils.queries import matter_of
from xiangyue.councils.reading import kind_of
from xiangyue.councils.services.acting import (
    Decided,
    check_keeps,
    keeps,
    leads,
    lock,
    lock_matter,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Organisation, Person

ASKS_PER_DAY = 10
State = rules.StakeState


class NoX(Refused):
    """This council asks nobody in for single matters."""

    code = "no_x"


class NotedAlready(Conflict):
    """They are noted for this matter."""

    code = "noted_already"


@transaction.atomic
def take_up(
    *,
    council: Council,
    title: str,
    by: Person | None,
    at: datetime,
    subject: models.Model | None = None,
) -> Matter:
    """Lay a matter before the council, so that it is seen who sits for it; once for a subject.

    Without `by` another module does, whose own rules decided. Records `councils.matter_taken_up`.

    :raises NotAllowed: they neither keep nor lead the council.
    :raises WordsMissing: without a title.
    """
    locked = lock(council)
    if by is not None and not (keeps(by, locked, at=at) or leads(by, locked, at=at)):
        raise NotAllowed(_("Your posts do not include the councils here."))
    there = matter_of(locked, subject)
    if there is not None:
        return there
    made = Matter.objects.create(
        council=locked,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        title=words_given(title, _("Please say what it is about."), field="title", most=100),
        opened_at=at,
        opened_by=by,
    )
    recorded(
        "matter_taken_up", locked, at=at, actor_id=by.pk if by is not None else None,
        subject=made, subject_type=made.subject_type, subject_id=made.subject_id,
    )  # fmt: skip
    return made


@transaction.atomic
def close_matter(*, matter: Matter, by: Person | None, at: datetime) -> Matter:
    """The matter is done with; who sat for it stays. Records `councils.matter_closed`."""
    locked = lock_matter(matter)
    if by is not None:
        check_keeps(by, locked.council, at=at)
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    recorded(
        "matter_closed", locked.council, at=at, actor_id=by.pk if by is not None else None,
        subject=locked,
    )  # fmt: skip
    return locked


@transaction.atomic
def invite_stakeholder(
    *,
    council: Council,
    stake: str,
    by: Person,
    at: datetime,
    subject: models.Model | None = None,
    matter: Matter | None = None,
    title: str = "",
    person: Person | None = None,
    organisation: Organisation | None = None,
    name: str = "",
    stands_for: str = "",
) -> Stakeholder:
    """Ask somebody in whom a matter concerns: a person, a department or unit, or a name on paper.

    `stake` says how it concerns them; everybody reads it, with `stands_for` instead of a private
    name. Names a subject that is new to the council, with its `title`. Who said no before may be
    asked again. Records `councils.stakeholder_invited`.

    :raises NotAllowed: they neither keep nor lead the council.
    :raises NoX: the council asks nobody in.
    :raises NotedAlready: they are noted for it.
    :raises WordsMissing: no name, or not how it concerns them.
    """
    if not any(one.per_issue for one in kind_of(council).seats):
        raise NoX(_("This council asks nobody in for single matters."))
    if matter is None:
        matter = take_up(
            council=council, subject=subject, title=title or str(subject or ""), by=by, at=at
        )
    locked = lock_matter(matter)
    if not (keeps(by, locked.council, at=at) or leads(by, locked.council, at=at)):
        raise NotAllowed(_("Your posts do not include the councils here."))
    named = name or (person.name if person is not None else "")
    named = named or (organisation.name if organisation is not None else "")
    facts = {
        "name": words_given(named, _("Please say who it is."), field="name", most=60),
        "stake": words_given(
            stake, _("Please say how it concerns them; everybody can read it."), field="stake"
        ),
        "stands_for": words_if_any(stands_for, field="stands_for", most=100)
        or (organisation.name if organisation is not None else ""),
    }
    again = _noted(locked, person, organisation)
    if again is not None:
        if State.INVITED not in rules.STAKE_MOVES[State(again.state)]:
            raise NotedAlready(
                _("They are noted for this matter: %(state)s.")
                % {"state": again.get_state_display()}
            )
        again.state, again.reason, again.answered_at = State.INVITED, "", None
        again.stake = facts["stake"]
        again.save(update_fields=["state", "reason", "answered_at", "stake"])
        made = again
    else:
        made = _note(
            Stakeholder(
                matter=locked, person=person, organisation=organisation, state=State.INVITED,
                noted_at=at, noted_by=by, **facts,
            )
        )  # fmt: skip
    recorded(
        "stakeholder_invited", locked.council, at=at, actor_id=by.pk, subject=made,
        person=str(person.pk) if person is not None else "",
        subject_type=locked.subject_type, subject_id=locked.subject_id,
    )  # fmt: skip
    return made


def _noted(
    matter: Matter, person: Person | None, organisation: Organisation | None
) -> Stakeholder | None:
    if person is not None:
        return matter.stakeholders.filter(person=person).first()
    if organisation is not None:
        return matter.stakeholders.filter(person=None, organisation=organisation).first()
    return None


def _note(made: Stakeholder) -> Stakeholder:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        raise NotedAlready(_("They are noted for this matter already.")) from clash
    return made


@transaction.atomic
def ask_to_be_heard(
    *,
    matter: Matter,
    stake: str,
    at: datetime,
    by: Person | None = None,
    name: str = "",
    stands_for: str = "",
    entered_by: Person | None = None,
) -> Stakeholder:
    """“I am concerned”: whoever a matter is close to asks to be heard, wherever they live (JC-03).

    Without a phone the clerk enters it (SE05). Records `councils.hearing_asked`.

    :raises NoX: the council asks nobody in.
    :raises NotedAlready: they are noted for it.
    :raises WordsMissing: without saying how it concerns them.
    :raises TooMany: more than ten in a day.
    """
    locked = lock_matter(matter)
    if not any(one.per_issue for one in kind_of(locked.council).seats):
        raise NoX(_("This council asks nobody in for single matters."))
    if by is None:
        if entered_by is None:
            raise NotAllowed(_("Please sign in first."))
        check_keeps(entered_by, locked.council, at=at)
    who = by or entered_by
    assert who is not None
    facts = {
        "name": words_given(
            name or (by.name if by is not None else ""), _("Please say who it is."),
            field="name", most=60,
        ),
        "stake": words_given(stake, _("Please say how it concerns you."), field="stake"),
        "stands_for": words_if_any(stands_for, field="stands_for", most=100),
    }  # fmt: skip
    if by is not None:
        if _noted(locked, by, None) is not None:
            raise NotedAlready(_("You are noted for this matter already."))
        spend(f"concerned:{by.pk}", most=ASKS_PER_DAY, hours=24, at=at)
    made = _note(
        Stakeholder(
            matter=locked, person=by, asked_themselves=True, state=State.ASKED, noted_at=at,
            noted_by=who, **facts,
        )
    )  # fmt: skip
    recorded("hearing_asked", locked.council, at=at, actor_id=who.pk, subject=made)
    return made


@transaction.atomic
def answer_ask(
    *, stakeholder: Stakeholder, is_welcome: bool, by: Person, at: datetime, reason: str = ""
) -> Stakeholder:
    """Let in who asked to be heard, or say why not; the reason is theirs to read.

    Records `councils.hearing_answered`.

    :raises NotAllowed: they neither keep nor lead the council, or asked themselves.
    :raises WordsMissing: a no without a reason.
    :raises Decided: it was answered.
    """
    council, found = _lock_stake(stakeholder)
    if not (keeps(by, council, at=at) or leads(by, council, at=at)):
        raise NotAllowed(_("Your posts do not include the councils here."))
    if found.person_id == by.pk:
        raise NotAllowed(_("Somebody else decides on what you asked yourself."), source="SE01")
    _move(found, State.ACCEPTS if is_welcome else State.TURNED_DOWN, frm=State.ASKED)
    if not is_welcome:
        found.reason = words_given(
            reason, _("Please say why; whoever asked reads it."), field="reason"
        )
    found.answered_at, found.answered_by = at, by
    found.save()
    recorded(
        "hearing_answered", council, at=at, actor_id=by.pk, subject=found, is_welcome=is_welcome,
        person=str(found.person_id or ""),
    )  # fmt: skip
    return found


@transaction.atomic
def answer_invitation(
    *,
    stakeholder: Stakeholder,
    accepts: bool,
    at: datetime,
    by: Person | None = None,
    entered_by: Person | None = None,
) -> Stakeholder:
    """Say whether one comes: oneself, or on paper through who keeps the council.

    Records `councils.stakeholder_answered`.

    :raises NotAllowed: another than who was asked.
    :raises Decided: it was answered.
    """
    council, found = _lock_stake(stakeholder)
    if by is not None:
        if found.person_id != by.pk:
            raise NotAllowed(_("Who was asked answers; on paper, whoever keeps the council."))
    elif entered_by is not None:
        check_keeps(entered_by, council, at=at)
    else:
        raise NotAllowed(_("Please sign in first."))
    _move(found, State.ACCEPTS if accepts else State.DECLINES, frm=State.INVITED)
    found.answered_at, found.answered_by = at, by or entered_by
    found.save()
    who = by or entered_by
    recorded(
        "stakeholder_answered", council, at=at, actor_id=who.pk if who is not None else None,
        subject=found, accepts=accepts,
    )  # fmt: skip
    return found


@transaction.atomic
def step_back(*, stakeholder: Stakeholder, why: str, by: Person, at: datetime) -> Stakeholder:
    """Leave a matter again, saying why; nobody comes back. Records `councils.stepped_back`.

    :raises NotAllowed: another's, and they do not keep the council.
    :raises WordsMissing: without a reason.
    :raises Decided: they do not sit for it.
    """
    council, found = _lock_stake(stakeholder)
    if found.person_id != by.pk:
        check_keeps(by, council, at=at)
    _move(found, State.STEPPED_BACK)
    found.reason = words_given(why, _("Please say why; it is kept."), field="why")
    found.answered_at, found.answered_by = at, by
    found.save()
    recorded("stepped_back", council, at=at, actor_id=by.pk, subject=found)
    return found


@transaction.atomic
def recuse(*, matter: Matter, seat: Seat, why: str, by: Person, at: datetime) -> Recusal:
    """Let a member step back from a matter for bias: themselves, or as who keeps or leads notes.

    Kept with its reason, which everybody can read; doing it again changes nothing. Records
    `councils.stepped_back`.

    :raises NotAllowed: neither theirs nor theirs to keep or lead.
    :raises WordsMissing: without a reason.
    :raises Decided: they do not sit.
    """
    locked = lock_matter(matter)
    found = Seat.objects.get(pk=seat.pk, council=locked.council)
    if found.person_id != by.pk and not (
        keeps(by, locked.council, at=at) or leads(by, locked.council, at=at)
    ):
        raise NotAllowed(_("Your posts do not include the councils here."))
    if found.state != SeatStateChoices.ACCEPTED:
        raise Decided(_("They do not sit in this council."))
    there = Recusal.objects.filter(matter=locked, seat=found).first()
    if there is not None:
        return there
    made = Recusal.objects.create(
        matter=locked,
        seat=found,
        why=words_given(
            why, _("Please say why they step back; everybody can read it."), field="why"
        ),
        stepped_back_at=at,
        entered_by=by,
    )
    recorded("stepped_back", locked.council, at=at, actor_id=by.pk, subject=found)
    return made


def _lock_stake(stakeholder: Stakeholder) -> tuple[Council, Stakeholder]:
    found = Stakeholder.objects.select_related("matter__council", "person").get(pk=stakeholder.pk)
    matter = lock_matter(found.matter)
    found = Stakeholder.objects.select_related("matter", "person").get(pk=stakeholder.pk)
    found.matter = matter
    return matter.council, found


def _move(found: Stakeholder, to: rules.StakeState, *, frm: rules.StakeState | None = None) -> None:
    now = State(found.state)
    if to not in rules.STAKE_MOVES[now] or (frm is not None and now != frm):
        raise Decided(
            _("This was answered already: %(state)s.") % {"state": found.get_state_display()}
        )
    found.state = to


KEPT_AFTER = timedelta(days=365)


def forget_stakes(*, at: datetime) -> int:
    """A year after a matter closed the names of private people it concerned are forgotten.

    Of who has an account and of who was written down on paper alike. Whom they stood for and how
    it concerned them stays (GD09); how many.
    """
    name = _("Somebody concerned")
    is_private = Q(person__isnull=False) | Q(organisation=None) & ~Q(name=name)
    rows = Stakeholder.objects.filter(is_private, matter__closed_at__lt=at - KEPT_AFTER)
    return rows.update(person=None, name=name)
