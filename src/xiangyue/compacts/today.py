"""What compacts have for a day's work: opinions, filing, and for the town what waits for it."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.compacts import access, queries, rules
from xiangyue.compacts.models import Compact, Opinion, Version
from xiangyue.compacts.reading import unsettled
from xiangyue.compacts.services.acting import ANSWER, DRAFT, REVIEW

SHOWN = 5
LOOKED_AT = 20
TO_DECIDE = [str(one) for one in (rules.State.DRAFT, rules.State.REVISED)]
AFOOT = (
    Afoot(
        lambda mine: Opinion.objects.filter(
            mine.reach("version__compact__members__place_path"), answered_at=None
        ),
        verbs=(DRAFT, ANSWER, REVIEW),
    ),
    Afoot(
        lambda mine: Version.objects.filter(
            mine.reach("compact__members__place_path"),
            Q(state=rules.State.VOTED, filing=None)
            | Q(filing__isnull=False, filing__acknowledged_at=None)
            | Q(state__in=TO_DECIDE),
        ),
        verbs=(DRAFT, ANSWER, REVIEW),
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """What waits for the drafter, the one who answers, the town; None when nothing does."""
    mine = standing(request)
    if not access.has_compacts(mine):
        return None
    rows = access.kept_compacts(mine)
    context = {
        "opinions": list(queries.to_answer(rows)[:SHOWN]) if mine.may_somewhere(ANSWER) else [],
        "filings": list(_unfiled(rows)[:SHOWN]) if mine.may_somewhere(DRAFT) else [],
        "reviews": list(_unacknowledged(rows)[:SHOWN]) if mine.may_somewhere(REVIEW) else [],
        "findings": _to_decide(rows) if mine.may_somewhere(REVIEW) else [],
    }
    if not any(context.values()):
        return None
    return render_to_string("compacts/_today.html", context, request)


def _versions(rows: QuerySet[Compact]) -> QuerySet[Version]:
    return Version.objects.filter(compact__in=rows).select_related(
        "compact__place", "compact__declaration", "filing_clock"
    )


def _unfiled(rows: QuerySet[Compact]) -> QuerySet[Version]:
    return _versions(rows).filter(state=rules.State.VOTED, filing=None).order_by("voted_at", "pk")


def _unacknowledged(rows: QuerySet[Compact]) -> QuerySet[Version]:
    found = _versions(rows).filter(filing__isnull=False, filing__acknowledged_at=None)
    return found.order_by("filing__filed_at", "pk")


def _to_decide(rows: QuerySet[Compact]) -> list[Version]:
    """Texts before the second notice in which something waits for a decision."""
    found = _versions(rows).filter(state__in=TO_DECIDE).order_by("begun_at", "pk")[:LOOKED_AT]
    return [one for one in found if unsettled(one, for_vote=True)][:SHOWN]
