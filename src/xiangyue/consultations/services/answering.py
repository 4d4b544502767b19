"""Answers, statements of one's own, reasons: what those who are asked do."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.consultations.models import (
    Answer,
    Consultation,
    Participant,
    Reason,
    Statement,
    Support,
)
from xiangyue.consultations.services.acting import (
    Decided,
    NotRunning,
    WordsMissing,
    check_running,
    digest_of,
    lock_statement,
    participant_of,
    recorded,
    words_given,
)
from xiangyue.consultations.services.consulting import LONGEST_STATEMENT
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Person

ANSWERS_PER_HOUR, PROPOSED_PER_DAY, REASONS_PER_DAY = 600, 5, 20
LONGEST_REASON, LONGEST_APPEAL = 200, 300


class AnswerUnknown(Refused):
    """An answer is agree, disagree or pass."""

    code = "answer_unknown"


class NotYours(NotFound):
    """Only who proposed a statement appeals, and nobody is told whose it is."""

    code = "not_found"


def _open_statement(statement: Statement, *, at: datetime) -> Statement:
    locked = lock_statement(statement)
    check_running(locked.consultation, at=at)
    if locked.state != Statement.State.OPEN:
        raise NotRunning(_("This statement is not put to all."))
    return locked


@transaction.atomic
def answer(*, statement: Statement, by: Person, value: int, at: datetime) -> Answer:
    """Agree (1), disagree (-1) or pass (0); a second time changes the answer.

    Nothing is recorded: not even that somebody answered is linked with who they are.

    :raises AnswerUnknown: another value.
    :raises NotAllowed: they do not live there.
    :raises NotRunning: not begun, over, or the statement is hidden.
    :raises TooSoon: more answers within an hour than anybody reads.
    """
    if value not in (-1, 0, 1):
        raise AnswerUnknown(_("Please agree, disagree or pass."))
    locked = _open_statement(statement, at=at)
    who = participant_of(locked.consultation, by)
    spend(f"consultations:answer:{by.pk}", most=ANSWERS_PER_HOUR, hours=1, at=at)
    is_first = not who.answers.exists()
    given, is_new = Answer.objects.get_or_create(
        participant=who,
        statement=locked,
        defaults={"consultation": locked.consultation, "value": value},
    )
    if is_new:
        Statement.objects.filter(pk=locked.pk).update(answered_count=F("answered_count") + 1)
    elif given.value != value:
        given.value = value
        given.save(update_fields=["value"])
    # The row's lock orders this against a reckoning that begins meanwhile.
    Consultation.objects.filter(pk=locked.consultation_id).update(
        is_stale=True, participant_count=F("participant_count") + int(is_first)
    )
    return given


@transaction.atomic
def answer_in_bulk(
    *, consultation: Consultation, answers: Mapping[UUID, Mapping[UUID, int]], at: datetime
) -> int:
    """Take over answers given elsewhere: of each person, by statement; how many.

    For a past that is played or imported. Nobody among them may have answered before.

    :raises NotRunning: not begun, or over.
    :raises Conflict: one of them answered already.
    """
    check_running(consultation, at=at)
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    digests = {person_id: digest_of(person_id, consultation.pk) for person_id in answers}
    known = Participant.objects.filter(consultation=consultation, digest__in=digests.values())
    if known.exists():
        raise Decided(_("One of them has answered already."))
    Participant.objects.bulk_create(
        Participant(consultation=consultation, digest=digest) for digest in digests.values()
    )
    ids = dict(Participant.objects.filter(consultation=consultation).values_list("digest", "pk"))
    Answer.objects.bulk_create(
        Answer(
            consultation=consultation,
            statement_id=statement_id,
            participant_id=ids[digests[person_id]],
            value=value,
        )
        for person_id, given in answers.items()
        for statement_id, value in given.items()
    )
    counted = Counter(statement_id for given in answers.values() for statement_id in given)
    for statement_id, count in counted.items():
        Statement.objects.filter(pk=statement_id).update(answered_count=F("answered_count") + count)
    some = sum(1 for given in answers.values() if given)
    Consultation.objects.filter(pk=consultation.pk).update(
        is_stale=True, participant_count=F("participant_count") + some
    )
    return sum(counted.values())


@transaction.atomic
def propose_statement(
    *, consultation: Consultation, text: str, by: Person, at: datetime
) -> Statement:
    """Add a sentence of one's own; a keeper looks at it before all are asked.

    Records `consultations.statement_proposed` without saying by whom.

    :raises WordsMissing: no words or too many.
    :raises Conflict: the same sentence stands there already.
    :raises NotAllowed: they do not live there.
    :raises TooSoon: five a day.
    """
    locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
    check_running(locked, at=at)
    words = words_given(text, _("Please write a sentence."), field="text", most=LONGEST_STATEMENT)
    who = participant_of(locked, by)
    if locked.statements.filter(text=words).exists():
        said = _("Somebody has said exactly this already.")
        raise Decided(said, fields={"text": said})
    spend(f"consultations:propose:{by.pk}", most=PROPOSED_PER_DAY, hours=24, at=at)
    last = locked.statements.aggregate(last=Max("position"))["last"] or 0
    made = Statement.objects.create(
        consultation=locked, position=last + 1, text=words, proposer=who
    )
    recorded("statement_proposed", locked, at=at, position=made.position)
    return made


@transaction.atomic
def appeal(*, statement: Statement, by: Person, text: str, at: datetime) -> Statement:
    """Ask that somebody else look again at one's hidden statement; once (SE04).

    :raises NotYours: it is not theirs.
    :raises Conflict: it is not hidden, or was appealed already.
    :raises WordsMissing: no words or too many.
    """
    locked = lock_statement(statement)
    digest = digest_of(by.pk, locked.consultation_id)
    if locked.proposer is None or locked.proposer.digest != digest:
        raise NotYours(_("There is no statement of yours here."))
    if locked.state != Statement.State.HIDDEN or locked.appealed_at is not None:
        raise Decided(_("It is not hidden, or you have appealed already."))
    locked.appeal = words_given(
        text, _("Please say why it should be shown."), field="text", most=LONGEST_APPEAL
    )
    locked.appealed_at = at
    locked.save(update_fields=["appeal", "appealed_at"])
    recorded("appeal_made", locked.consultation, at=at, position=locked.position)
    return locked


@transaction.atomic
def give_reason(
    *, statement: Statement, by: Person, is_for: bool, text: str, at: datetime
) -> Reason:
    """Say why one agrees or disagrees: one reason a side, which a second time rewrites.

    A rewritten reason begins without supports, for they were given to other words.

    :raises NotRunning: not begun, over, or the statement is hidden.
    :raises WordsMissing: no words or too many.
    :raises Conflict: theirs was hidden.
    """
    locked = _open_statement(statement, at=at)
    who = participant_of(locked.consultation, by)
    words = words_given(text, _("Please give a reason."), field="text", most=LONGEST_REASON)
    spend(f"consultations:reason:{by.pk}", most=REASONS_PER_DAY, hours=24, at=at)
    made, is_new = Reason.objects.get_or_create(
        statement=locked, participant=who, is_for=is_for, defaults={"text": words}
    )
    if made.hidden_for:
        raise Decided(_("Your reason was hidden; it cannot be rewritten."))
    if not is_new and made.text != words:
        made.supports.all().delete()
        made.text, made.support_count = words, 0
        made.save(update_fields=["text", "support_count"])
    return made


@transaction.atomic
def support_reason(*, reason: Reason, by: Person, at: datetime) -> Reason:
    """Say that a reason is good, or take that back. One's own reason is not for supporting.

    :raises WordsMissing: it is one's own.
    :raises NotRunning: not begun, over, or hidden.
    """
    locked = (
        Reason.objects.select_for_update(of=("self",))
        .select_related("statement__consultation")
        .get(pk=reason.pk)
    )
    consultation = locked.statement.consultation
    check_running(consultation, at=at)
    if locked.hidden_for or locked.statement.state != Statement.State.OPEN:
        raise NotRunning(_("This reason is hidden."))
    who = participant_of(consultation, by)
    if locked.participant_id == who.pk:
        raise WordsMissing(_("This reason is your own."))
    spend(f"consultations:answer:{by.pk}", most=ANSWERS_PER_HOUR, hours=1, at=at)
    given, is_new = Support.objects.get_or_create(reason=locked, participant=who)
    if not is_new:
        given.delete()
    locked.support_count = locked.supports.aggregate(count=Count("pk"))["count"]
    locked.save(update_fields=["support_count"])
    return locked
