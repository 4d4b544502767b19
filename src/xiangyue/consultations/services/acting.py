"""What every act on a consultation begins and ends with: who, lock, words, record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.consultations.models import Consultation, Participant, Statement
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person

KEEP = "consultations.keep"
ENTER_HANDS = "consultations.enter_hands"


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class NotRunning(Conflict):
    """The consultation has not begun yet, or is over."""

    code = "not_running"


class Decided(Conflict):
    """Somebody else decided it meanwhile."""

    code = "decided"


def words_given(text: str, missing: str, *, field: str, most: int) -> str:
    """The words on one line, trimmed.

    :raises WordsMissing: none, too many, or a character among them that no text has.
    """
    words = " ".join(text.split())
    if len(words) < 2:
        raise WordsMissing(missing, fields={field: missing})
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


def digest_of(person_id: UUID, consultation_id: UUID) -> str:
    """Who answers, as a consultation knows them: of no use in another, or without our key."""
    return salted_hmac(
        "xiangyue.consultations", f"{consultation_id}:{person_id}", algorithm="sha256"
    ).hexdigest()


def lives_there(person: Person, consultation: Consultation) -> bool:
    """Whether the person's household or place lies where the question is asked."""
    paths = [person.household.place_path] if person.household_id and person.household else []
    if person.place_id and person.place:
        paths.append(person.place.path)
    return any(path.startswith(consultation.place_path) for path in paths)


def check_running(consultation: Consultation, *, at: datetime) -> None:
    """:raises NotRunning: answers are not taken now."""
    if consultation.state == Consultation.State.CLOSED or at >= consultation.closes_at:
        raise NotRunning(_("This consultation is over; its result can be read."))
    if at < consultation.opens_at:
        raise NotRunning(_("This consultation has not begun yet."))


def participant_of(consultation: Consultation, person: Person) -> Participant:
    """The participant who stands for the person, made when they are new.

    :raises NotAllowed: they do not live there.
    """
    if not lives_there(person, consultation):
        raise NotAllowed(
            _(
                "This is asked of those who live there. If you do, let your grid worker or the"
                " village clerk note where you live."
            )
        )
    digest = digest_of(person.pk, consultation.pk)
    found = Participant.objects.filter(consultation=consultation, digest=digest).first()
    if found is not None:
        return found
    # Two at once from one person wait here for each other.
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    made, _is_new = Participant.objects.get_or_create(consultation=consultation, digest=digest)
    return made


def lock_statement(statement: Statement) -> Statement:
    return (
        Statement.objects.select_for_update(of=("self",))
        .select_related("consultation__place")
        .get(pk=statement.pk)
    )


def check_keeps(person: Person, consultation: Consultation, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs keeps consultations there."""
    if not standing_of(person, at=at).may(KEEP, place_path=consultation.place_path):
        raise NotAllowed(_("Your posts do not include consultations here."))


def recorded(
    name: str,
    consultation: Consultation,
    *,
    at: datetime,
    actor_id: UUID | None = None,
    **facts: Any,
) -> None:
    record(
        name=f"consultations.{name}",
        subject=consultation,
        at=at,
        actor_id=actor_id,
        place_path=consultation.place_path,
        facts=facts,
    )
