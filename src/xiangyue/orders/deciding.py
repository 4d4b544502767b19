"""What rounds have for the page of what is being decided at a place."""

from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.orders import queries
from xiangyue.orders.acting import lives_there
from xiangyue.orders.models import Outcome, Round, RoundState
from xiangyue.orders.sentences import PAID
from xiangyue.places.models import Person, Place

_BEFORE = (RoundState.NEEDS, RoundState.COSTING, RoundState.NOTICE, RoundState.VOTE)


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Budgets that are being decided here, and those decided or stopped of late."""
    since = at - STAYS
    rows = queries.deciding_rounds(place).filter(
        Q(state__in=_BEFORE) | Q(decided_at__gt=since) | Q(stopped_at__gt=since)
    )
    return [_line(round_, person, at=at) for round_ in rows[:MOST]]


def _line(round_: Round, person: Person | None, *, at: datetime) -> DecidingLine:
    part = queries.part_of(round_, person, at=at)
    may_order = (
        round_.state == RoundState.NEEDS
        and person is not None
        and lives_there(person, round_)
        and not round_.needs.filter(Q(by=person) | Q(supports__person=person)).exists()
    )
    return DecidingLine(
        kind=_("Budget"),
        title=round_.title,
        url=reverse("order-round", args=[round_.pk]),
        state=str(RoundState(round_.state).label),
        until=_until(round_),
        needs_me=part.may_vote or may_order,
        outcome=_outcome(round_),
    )


def _until(round_: Round) -> date | None:
    if round_.state == RoundState.NEEDS:
        return timezone.localdate(round_.needs_until)
    if round_.state == RoundState.VOTE and round_.ballot is not None:
        return timezone.localdate(round_.ballot.closes_at)
    return None


def _outcome(round_: Round) -> str | None:
    if round_.state == RoundState.STOPPED:
        return _("Stopped: %(why)s") % {"why": round_.stopped_why}
    outcome = Outcome.objects.filter(pk=round_.pk).first()
    if outcome is None:
        return None
    named = {each["number"]: each["title"] for each in outcome.facts["projects"]}
    paid = [named[each["number"]] for each in outcome.facts["verdicts"] if each["why"] in PAID]
    if not paid:
        return _("Nothing is paid for.")
    return _("Paid for: %(titles)s") % {"titles": "、".join(paid)}
