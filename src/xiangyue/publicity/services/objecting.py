"""Objections to a notice and their answers."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.limits import take
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Limit, Standing
from xiangyue.activity.services import record
from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.publicity import rules
from xiangyue.publicity.kinds import kind_of, may_answer
from xiangyue.publicity.models import Notice, Objection, StateChoices
from xiangyue.publicity.receipts import code_for, receipt_digest
from xiangyue.publicity.services.acting import (
    check_not_taken_down,
    digest_of,
    lock,
    recorded,
    words_given,
)
from xiangyue.publicity.services.ending import settle
from xiangyue.publicity.wording import objections_in_words

LONGEST_TEXT = 5_000
LONGEST_NAME, LONGEST_CONTACT = 60, 100
REMOVAL_LIMIT = "24h"  # REQ-L05
# Of one network or account; whoever enters for others is not counted.
SENDING = (Limit(5, timedelta(minutes=10)), Limit(30, timedelta(days=1)))
CONTACT_KEPT = timedelta(days=365)


class ObjectionsClosed(Refused):
    """Objections to this notice are taken no more, or never were."""

    code = "objections_closed"


class NobodyIsNamed(Refused):
    """A notice that names nobody has nobody to take out."""

    code = "nobody_is_named"


class AlreadyAnswered(Conflict):
    """Somebody was quicker; an answer is given once."""

    code = "already_answered"


class StillUp(Conflict):
    """Whoever grants that a name comes off takes the notice down first."""

    code = "still_up"


@transaction.atomic
def object_to(
    *,
    notice: Notice,
    text: str,
    by: Person | None = None,
    said_by: str = "",
    contact: str = "",
    entered_by: Person | None = None,
    at: datetime,
    is_removal: bool = False,
    shown: str = rules.Shown.NOTHING,
    client_key: UUID | None = None,
    network: str = "",
) -> Objection:
    """Take an objection; its clock runs from now until the answer.

    Everybody may: `by` with an account, else `said_by` or nobody, on their own or through
    `entered_by`, who has it from the counter or the telephone. With `is_removal` somebody who is
    named asks to be taken out: as long as the notice is to be read, answered within 24 hours
    (REQ-L05). `shown` is what everybody may see of it beside its answer. The result carries
    `receipt_code`; what is sent twice under one `client_key` is taken once and has the same code.
    Sending is limited by account, else by `network`. Records `publicity.objection_received`.

    :raises TakenDown: the notice is no more.
    :raises ObjectionsClosed: none are taken, or no more.
    :raises NobodyIsNamed: a removal from what names nobody.
    :raises WordsMissing: no words, or too many.
    :raises Conflict: the key was used for other words.
    :raises TooSoon: too many came from there.
    """
    words = words_given(text, _("Please say what you object to."), field="text", most=LONGEST_TEXT)
    key = client_key or uuid4()
    locked = lock(notice)
    code = code_for(key)
    before = Objection.objects.filter(client_key=key).first()
    if before is not None:
        if before.notice_id != locked.pk or before.text != words:
            raise Conflict(_("This was sent already with other words; please begin anew."))
        before.receipt_code = code
        return before
    check_not_taken_down(locked)
    _check_open(locked, at=at, is_removal=is_removal)
    if entered_by is None:
        take(f"objection:{by.pk if by is not None else network}", SENDING, at=at)
    limit = REMOVAL_LIMIT if is_removal else str(kind_of(locked).answer_limit)
    objection = Objection(
        notice=locked,
        position=locked.objections.count() + 1,
        client_key=key,
        receipt_digest=receipt_digest(code),
        person=by,
        said_by="" if by is not None else _short(said_by, LONGEST_NAME, field="said_by"),
        contact=_short(contact, LONGEST_CONTACT, field="contact"),
        entered_by=entered_by,
        text=words,
        is_removal=is_removal,
        # A wish to be taken out is nobody else's business.
        shown=rules.Shown.NOTHING if is_removal else rules.Shown(shown),
        received_at=at,
        clock=start_clock(limit=limit, at=at),
    )
    objection.save(force_insert=True)
    objection.receipt_code = code
    actor = entered_by or by
    recorded(
        "objection_received",
        locked,
        at=at,
        actor_id=actor.pk if actor is not None else None,
        position=objection.position,
        is_removal=is_removal,
        digest=digest_of(words),
    )
    return objection


def _check_open(notice: Notice, *, at: datetime, is_removal: bool) -> None:
    today = timezone.localdate(at)
    if is_removal:
        if not notice.names_people:
            words = _("This notice names nobody, so nobody can be taken out of it.")
            raise NobodyIsNamed(words, fields={"is_removal": words})
        if notice.is_readable:
            return
        raise ObjectionsClosed(_("This notice has left the board already."))
    if notice.objections_until is None:
        raise ObjectionsClosed(
            _("This notice only tells something; there is nothing to object to.")
        )
    if today >= notice.objections_until or notice.state != StateChoices.UP:
        raise ObjectionsClosed(objections_in_words(notice, at=at))


def _short(text: str, most: int, *, field: str) -> str:
    """A name or a telephone number in one line; "" is none."""
    line = " ".join(text.split())
    return words_given(line, line, field=field, most=most) if len(line) > 1 else line


@transaction.atomic
def answer_objection(
    *,
    objection: Objection,
    by: Person,
    text: str,
    is_upheld: bool,
    at: datetime,
    is_withheld: bool = False,
) -> Objection:
    """Answer an objection, once and for good, in front of everybody.

    Its own words, where the objector allows it, are shown from then on; `is_withheld` keeps them
    back, as when they name others.

    Whoever objected, or entered it, never answers it, and where the kind says so neither does
    whoever published (SE01, REQ-L04). Also of a notice that was taken down meanwhile, for the
    objector is owed it. The last answer after the window settles the notice. Records
    `publicity.objection_answered`, and `answer_announced` for an objector with an account.

    :raises NotAllowed: as said, or no post of theirs answers there.
    :raises AlreadyAnswered: somebody was quicker.
    :raises StillUp: it is granted that a name comes off, but the notice still hangs.
    :raises WordsMissing: no words, or too many.
    """
    notice = lock(objection.notice)
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    locked.notice = notice
    check_may_answer(locked, standing_of(by, at=at))
    if locked.answered_at is not None:
        raise AlreadyAnswered(_("Somebody was quicker: this objection is answered already."))
    words = words_given(text, _("Please write the answer."), field="text", most=LONGEST_TEXT)
    if locked.is_removal and is_upheld and notice.is_readable:
        raise StillUp(
            _("Take the notice down first, then answer: until then the name is still to be read."),
            source="REQ-L05",
        )
    locked.answer, locked.is_upheld = words, is_upheld
    locked.answered_by, locked.answered_at, locked.is_withheld = by, at, is_withheld
    locked.save(update_fields=["answer", "is_upheld", "answered_by", "answered_at", "is_withheld"])
    locked.clock = stop_clock(clock=locked.clock, at=at, actor_id=by.pk)
    recorded(
        "objection_answered",
        notice,
        at=at,
        actor_id=by.pk,
        position=locked.position,
        is_upheld=is_upheld,
        digest=digest_of(words),
    )
    if locked.person_id is not None:
        record(
            name="publicity.answer_announced",
            subject=notice,
            at=at,
            actor_id=by.pk,
            place_path=notice.place_path,
            facts={"number": notice.number, "person": locked.person_id},
        )
    settle(notice, at=at)
    return locked


def check_may_answer(objection: Objection, standing: Standing) -> None:
    """:raises NotAllowed: with the reason why this person does not answer this objection."""
    notice = objection.notice
    if not may_answer(standing, notice):
        raise NotAllowed(_("Your posts do not include answering objections here."))
    who = standing.person_id
    if who in {objection.person_id, objection.entered_by_id}:
        raise NotAllowed(_("Nobody answers an objection that they made or entered."), source="SE01")
    if kind_of(notice).answers_apart and who == notice.published_by_id:
        raise NotAllowed(
            _("You published this notice, so somebody else answers objections to it."),
            source="SE01; REQ-L04",
        )


def forget_objectors(*, at: datetime) -> int:
    """Who objected, and how to reach them, is forgotten a year after the answer; how many."""
    latest: date | datetime = at - CONTACT_KEPT
    rows = Objection.objects.filter(answered_at__lt=latest).exclude(
        person=None, said_by="", contact=""
    )
    return rows.update(person=None, said_by="", contact="")
