"""The only way that web code fetches a consultation, a statement or a reason for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.consultations.models import (
    Consultation,
    Participant,
    Reason,
    Statement,
)
from xiangyue.consultations.opinions import LEAST_ANSWERS
from xiangyue.consultations.services.acting import (
    ENTER_HANDS,
    KEEP,
    digest_of,
    lives_there,
)
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place, PlaceKind

COURTYARDS = (PlaceKind.UNIT, PlaceKind.GROUP, PlaceKind.MICRO, PlaceKind.VILLAGE)


class AnswerFirst(NotAllowed):
    """Who has not answered yet is not shown what others think."""

    code = "answer_first"


# --- for everybody ----------------------------------------------------------------------------


def public_consultation(consultation_id: UUID) -> Consultation:
    """:raises NotFound: there is none."""
    found = Consultation.objects.filter(pk=consultation_id).select_related("place").first()
    if found is None:
        raise NotFound(_("There is no such consultation."))
    return found


def own_participant(consultation: Consultation, who: Person | None) -> Participant | None:
    """Who I am in this consultation; None before my first answer, and for strangers."""
    if who is None:
        return None
    digest = digest_of(who.pk, consultation.pk)
    return Participant.objects.filter(consultation=consultation, digest=digest).first()


def may_answer(consultation: Consultation, who: Person | None, *, at: datetime) -> bool:
    return (
        who is not None
        and consultation.state == Consultation.State.OPEN
        and consultation.opens_at <= at < consultation.closes_at
        and lives_there(who, consultation)
    )


def may_see_result(consultation: Consultation, who: Person | None) -> bool:
    """Everybody once it is closed; before that those who answered enough themselves, so that
    nobody goes with the crowd."""
    if consultation.state == Consultation.State.CLOSED:
        return True
    mine = own_participant(consultation, who)
    if mine is None:
        return False
    open_count = consultation.statements.filter(state=Statement.State.OPEN).count()
    return mine.answers.count() >= max(1, min(LEAST_ANSWERS, open_count))


def check_may_see_result(consultation: Consultation, who: Person | None) -> None:
    """:raises AnswerFirst: as `may_see_result` says."""
    if not may_see_result(consultation, who):
        raise AnswerFirst(
            _("What others think is shown when you have answered yourself, or when it is over.")
        )


def open_statement(statement_id: UUID) -> Statement:
    """A statement that everybody may read.

    :raises NotFound: there is none, it waits, or it is hidden.
    """
    found = (
        Statement.objects.filter(pk=statement_id, state=Statement.State.OPEN)
        .select_related("consultation__place")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such statement, or it is not put to all."))
    return found


def own_hidden_statement(statement_id: UUID, who: Person) -> Statement:
    """One's own hidden statement, to appeal.

    :raises NotFound: there is none of theirs.
    """
    found = (
        Statement.objects.filter(pk=statement_id, state=Statement.State.HIDDEN)
        .select_related("consultation__place", "proposer")
        .first()
    )
    is_own = (
        found is not None
        and found.proposer is not None
        and found.proposer.digest == digest_of(who.pk, found.consultation_id)
    )
    if found is None or not is_own:
        raise NotFound(_("There is no statement of yours here."))
    return found


def shown_reason(reason_id: UUID) -> Reason:
    """:raises NotFound: there is none, or it is hidden."""
    found = (
        Reason.objects.filter(pk=reason_id, hidden_for="", statement__state="open")
        .select_related("statement__consultation")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such reason, or it is hidden."))
    return found


# --- for desks and courtyards -----------------------------------------------------------------


def has_consultations(standing: Standing) -> bool:
    """Whether any post has to do with them; for showing a menu entry."""
    return standing.may_somewhere(KEEP) or standing.may_somewhere(ENTER_HANDS)


def _around(standing: Standing) -> Q:
    """Consultations that reach a courtyard of the person's, from the courtyard up."""
    paths = {
        area[:length]
        for area in standing.areas(ENTER_HANDS)
        for length in range(Place.steplen, len(area) + 1, Place.steplen)
    }
    return Q(place_path__in=paths)


def kept_consultations(standing: Standing) -> QuerySet[Consultation]:
    """Those that the person keeps or enters hands for."""
    if standing.person_id is None:
        return Consultation.objects.none()
    rows = Consultation.objects.filter(
        granted(standing, KEEP) | granted(standing, ENTER_HANDS) | _around(standing)
    )
    return rows.select_related("place", "begun_by")


def kept_consultation(standing: Standing, consultation_id: UUID) -> Consultation:
    """:raises NotFound: there is none, or none for this person."""
    found = kept_consultations(standing).filter(pk=consultation_id).first()
    if found is None:
        raise NotFound(_("There is no consultation that you keep here."))
    return found


def keeps(standing: Standing, consultation: Consultation) -> bool:
    return standing.may(KEEP, place_path=consultation.place_path)


def kept_statement(standing: Standing, statement_id: UUID) -> Statement:
    """A statement of a consultation that the person keeps or enters hands for.

    :raises NotFound: there is none, or none for this person.
    """
    found = (
        Statement.objects.filter(pk=statement_id, consultation__in=kept_consultations(standing))
        .select_related("consultation__place", "moderated_by", "appeal_decided_by")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no statement that you may see here."))
    return found


def statement_to_moderate(standing: Standing, statement_id: UUID) -> Statement:
    """:raises NotFound: none that the person keeps."""
    found = kept_statement(standing, statement_id)
    if not keeps(standing, found.consultation):
        raise NotFound(_("There is no statement that you may see here."))
    return found


def reason_to_moderate(standing: Standing, reason_id: UUID) -> Reason:
    """:raises NotFound: none that the person keeps."""
    found = Reason.objects.filter(pk=reason_id).select_related("statement__consultation").first()
    if found is None or not keeps(standing, found.statement.consultation):
        raise NotFound(_("There is no such reason, or it is hidden."))
    return found


def courtyards(standing: Standing, consultation: Consultation) -> QuerySet[Place]:
    """The courtyards of the consultation for which the person may enter hands."""
    areas = {*standing.areas(ENTER_HANDS), *standing.areas(KEEP)}
    within = Q(pk__in=[])
    for area in areas:
        within |= Q(path__startswith=area)
    return Place.objects.filter(
        within, path__startswith=consultation.place_path, kind__in=COURTYARDS, is_active=True
    ).order_by("path")


def places_to_ask(standing: Standing) -> list[Place]:
    """Where the person may begin a consultation: the places of the posts themselves."""
    paths = {holding.place_path for holding in standing.holdings if KEEP in holding.area_verbs}
    return list(Place.objects.filter(path__in=paths, is_active=True).order_by("path"))
