"""Beginning and closing a consultation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.consultations.models import Consultation, Statement
from xiangyue.consultations.services.acting import (
    KEEP,
    NotRunning,
    WordsMissing,
    check_keeps,
    recorded,
    words_given,
)
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place

LONGEST_TITLE, LONGEST_BACKGROUND, LONGEST_STATEMENT = 100, 4_000, 140
MOST_SEEDS = 50
LEAST_DAYS, MOST_DAYS = 1, 180


class WindowWrong(Refused):
    """It is open for too short or too long."""

    code = "window_wrong"


@transaction.atomic
def begin(
    *,
    place: Place,
    title: str,
    background: str,
    statements: Sequence[str],
    closes_at: datetime,
    by: Person,
    at: datetime,
    opens_at: datetime | None = None,
) -> Consultation:
    """Ask all who live at the place; `statements` are the first ones, a sentence each.

    Records `consultations.consultation_begun`.

    :raises NotAllowed: no post of theirs keeps consultations there.
    :raises WordsMissing: no title, background or statement, or too many words.
    :raises WindowWrong: open for less than a day or more than half a year.
    """
    if not standing_of(by, at=at).may(KEEP, place_path=place.path):
        raise NotAllowed(_("Your posts do not include consultations here."))
    opens_at = opens_at or at
    days = closes_at - opens_at
    if not timedelta(days=LEAST_DAYS) <= days <= timedelta(days=MOST_DAYS):
        said = _("It runs at least one day and at most half a year.")
        raise WindowWrong(said, fields={"closes_on": said})
    first = [one for one in statements if one.strip()]
    if not 1 <= len(first) <= MOST_SEEDS:
        said = _("Please write one to fifty statements, one a line.")
        raise WordsMissing(said, fields={"statements": said})
    made = Consultation.objects.create(
        place=place,
        place_path=place.path,
        title=words_given(title, _("Please give it a title."), field="title", most=LONGEST_TITLE),
        background=_background(background),
        begun_by=by,
        begun_at=at,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    Statement.objects.bulk_create(
        Statement(
            consultation=made,
            position=position,
            text=words_given(
                text, _("Please write a sentence."), field="statements", most=LONGEST_STATEMENT
            ),
            state=Statement.State.OPEN,
            moderated_by=by,
            moderated_at=at,
        )
        for position, text in enumerate(first, start=1)
    )
    recorded("consultation_begun", made, at=at, actor_id=by.pk, statement_count=len(first))
    return made


def _background(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    missing = _("Please say what it is about, so that people can judge.")
    words_given(words, missing, field="background", most=LONGEST_BACKGROUND)
    return words


@transaction.atomic
def close(*, consultation: Consultation, by: Person | None, at: datetime) -> Consultation:
    """End it; from then on everybody reads the result, which advises and decides nothing (SE03).

    Without `by` its time is over. Records `consultations.consultation_closed`.

    :raises NotAllowed: no post of theirs keeps consultations there.
    :raises NotRunning: it is closed already.
    """
    locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if by is not None:
        check_keeps(by, locked, at=at)
    if locked.state == Consultation.State.CLOSED:
        raise NotRunning(_("This consultation is over; its result can be read."))
    locked.state = Consultation.State.CLOSED
    locked.closed_at = at
    locked.is_stale = True
    locked.save(update_fields=["state", "closed_at", "is_stale"])
    recorded(
        "consultation_closed",
        locked,
        at=at,
        actor_id=by.pk if by is not None else None,
        participant_count=locked.participant_count,
        statement_count=locked.statements.filter(state=Statement.State.OPEN).count(),
    )
    return locked


def close_those_over(*, at: datetime) -> int:
    """Close what is past its time; how many."""
    rows = Consultation.objects.filter(state=Consultation.State.OPEN, closes_at__lte=at)
    count = 0
    for found in rows:
        try:
            close(consultation=found, by=None, at=at)
        except NotRunning:
            continue  # somebody else closed it meanwhile
        count += 1
    return count
