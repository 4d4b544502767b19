"""What keepers do: look at what was proposed, decide appeals, count hands."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.consultations import rules
from xiangyue.consultations.models import (
    Consultation,
    HiddenFor,
    Reason,
    ShowOfHands,
    Statement,
)
from xiangyue.consultations.services.acting import (
    ENTER_HANDS,
    KEEP,
    Decided,
    WordsMissing,
    check_keeps,
    check_running,
    lock_statement,
    recorded,
    words_given,
)
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place

LONGEST_WHY, LONGEST_ANSWER = 200, 300


class HandsTooMany(Refused):
    """More hands than people."""

    code = "hands_too_many"


class WrongPlace(Refused):
    """The courtyard lies elsewhere."""

    code = "wrong_place"


def _reason_given(hidden_for: str) -> str:
    if hidden_for not in HiddenFor.values:
        said = _("Please say for which reason.")
        raise WordsMissing(said, fields={"hidden_for": said})
    return hidden_for


def _stale(consultation: Consultation) -> None:
    Consultation.objects.filter(pk=consultation.pk).update(is_stale=True)


@transaction.atomic
def moderate(
    *,
    statement: Statement,
    by: Person,
    is_open: bool,
    at: datetime,
    hidden_for: str = "",
    why: str = "",
) -> Statement:
    """Put a statement to all, or hide it with a reason that everybody can read.

    What somebody else hid or shows after an appeal stays so. Records
    `consultations.statement_opened` or `consultations.statement_hidden`.

    :raises NotAllowed: no post of theirs keeps consultations there.
    :raises WordsMissing: hidden without a reason.
    :raises Conflict: it is so already, or an appeal waits or was decided.
    """
    locked = lock_statement(statement)
    check_keeps(by, locked.consultation, at=at)
    wanted = Statement.State.OPEN if is_open else Statement.State.HIDDEN
    if locked.state == wanted or locked.appealed_at is not None:
        raise Decided(_("This has been decided already; look again."))
    if is_open:
        locked.hidden_for = locked.hidden_why = ""
    else:
        locked.hidden_for = _reason_given(hidden_for)
        locked.hidden_why = words_given(
            why, _("Please say why; everybody can read it."), field="why", most=LONGEST_WHY
        )
    locked.state, locked.moderated_by, locked.moderated_at = wanted, by, at
    locked.save()
    _stale(locked.consultation)
    name = "statement_opened" if is_open else "statement_hidden"
    facts = {} if is_open else {"hidden_for": locked.hidden_for}
    recorded(name, locked.consultation, at=at, actor_id=by.pk, position=locked.position, **facts)
    return locked


@transaction.atomic
def decide_appeal(
    *, statement: Statement, by: Person, is_upheld: bool, text: str, at: datetime
) -> Statement:
    """Decide whether a hidden statement is shown after all; never who hid it (SE01).

    :raises NotAllowed: no such post, or they hid it themselves.
    :raises Conflict: no appeal waits.
    :raises WordsMissing: no answer, or too long.
    """
    locked = lock_statement(statement)
    check_keeps(by, locked.consultation, at=at)
    if not locked.appeal_waits:
        raise Decided(_("No appeal waits here."))
    if locked.moderated_by_id == by.pk:
        raise NotAllowed(_("You hid it yourself; somebody else decides."), source="SE01")
    locked.appeal_answer = words_given(
        text, _("Please say why; everybody can read it."), field="text", most=LONGEST_ANSWER
    )
    locked.appeal_decided_by, locked.appeal_decided_at = by, at
    if is_upheld:
        locked.state = Statement.State.OPEN
    locked.save()
    _stale(locked.consultation)
    recorded(
        "appeal_decided",
        locked.consultation,
        at=at,
        actor_id=by.pk,
        position=locked.position,
        is_upheld=is_upheld,
    )
    return locked


@transaction.atomic
def hide_reason(*, reason: Reason, by: Person, hidden_for: str, at: datetime) -> Reason:
    """Hide a reason; that one was hidden, and why, stays to be read.

    :raises NotAllowed: no post of theirs keeps consultations there.
    :raises WordsMissing: for no known reason.
    :raises Conflict: it is hidden already.
    """
    locked = (
        Reason.objects.select_for_update(of=("self",))
        .select_related("statement__consultation")
        .get(pk=reason.pk)
    )
    consultation = locked.statement.consultation
    check_keeps(by, consultation, at=at)
    if locked.hidden_for:
        raise Decided(_("This has been decided already; look again."))
    locked.hidden_for = _reason_given(hidden_for)
    locked.save(update_fields=["hidden_for"])
    recorded(
        "reason_hidden", consultation, at=at, actor_id=by.pk,
        position=locked.statement.position, hidden_for=locked.hidden_for,
    )  # fmt: skip
    return locked


@transaction.atomic
def enter_show_of_hands(
    *,
    statement: Statement,
    place: Place,
    by: Person,
    present: int,
    agree: int,
    disagree: int,
    passed: int,
    at: datetime,
) -> ShowOfHands:
    """Enter what a courtyard's hands said (LP-32); entered again, the counts are corrected.

    They stand beside the phone answers and are no part of the opinion map. Records
    `consultations.hands_entered` with the counts, so that a correction is seen.

    :raises NotAllowed: no post of theirs enters hands there.
    :raises WrongPlace: the courtyard lies outside.
    :raises HandsTooMany: more hands than people present.
    :raises NotRunning: not begun, or over.
    """
    locked = lock_statement(statement)
    consultation = locked.consultation
    check_running(consultation, at=at)
    mine = standing_of(by, at=at)
    if not (mine.may(ENTER_HANDS, place_path=place.path) or mine.may(KEEP, place_path=place.path)):
        raise NotAllowed(_("Your posts do not include this courtyard."))
    if not place.path.startswith(consultation.place_path):
        raise WrongPlace(_("This courtyard lies elsewhere."))
    if locked.state != Statement.State.OPEN:
        raise Decided(_("This statement is not put to all."))
    if present < 1 or not rules.hands_fit(
        agree=agree, disagree=disagree, passed=passed, present=present
    ):
        said = _("There cannot be more hands than people present.")
        raise HandsTooMany(said, fields={"present": said})
    counts = {
        "present_count": present,
        "agree_count": agree,
        "disagree_count": disagree,
        "pass_count": passed,
    }
    made, _is_new = ShowOfHands.objects.update_or_create(
        statement=locked,
        place=place,
        defaults=counts | {"place_path": place.path, "entered_by": by, "entered_at": at},
    )
    recorded(
        "hands_entered",
        consultation,
        at=at,
        actor_id=by.pk,
        position=locked.position,
        place_code=place.code,
        **counts,
    )
    return made
