"""The issues of a place, for the page that says what is being decided there."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xiangyue.deliberation.access import public_issues
from xiangyue.deliberation.models import Asks, Issue, StateChoices
from xiangyue.deliberation.queries import DECIDED, OPEN
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Issues that are open, those with most voices first, and what was decided of late."""
    rows = concerning(public_issues(), place)
    rows = rows.filter(
        Q(state__in=OPEN)
        | Q(state__in=DECIDED, decided_at__gt=at - STAYS)
        | Q(settled_at__gt=at - STAYS)
    )
    rows = rows.select_related("clock").prefetch_related("resolutions")
    return [_line(one) for one in rows.order_by("-support_count", "-raised_at", "pk")[:MOST]]


def _line(issue: Issue) -> DecidingLine:
    state = str(issue.get_state_display())
    if issue.state == StateChoices.COLLECTED:
        state = ngettext(
            "%(state)s · %(count)d supports it", "%(state)s · %(count)d support it",
            issue.support_count,
        ) % {"state": state, "count": issue.support_count}  # fmt: skip
    clock = issue.clock if issue.state == StateChoices.COLLECTED else None
    return DecidingLine(
        kind=str(Asks(issue.asks).label) if issue.asks else pgettext("deciding", "Issue"),
        title=issue.title,
        url=reverse("issue", args=[issue.number]),
        state=state,
        until=timezone.localdate(clock.due_at) if clock is not None and clock.due_at else None,
        outcome=_outcome(issue),
    )


def _outcome(issue: Issue) -> str | None:
    if issue.state == StateChoices.ANSWERED:
        return issue.answer
    if issue.state == StateChoices.DECLINED:
        return _("Not taken up: %(reason)s") % {"reason": issue.reason}
    if issue.state in {StateChoices.REJECTED, StateChoices.SETTLED}:
        texts = [one.text for one in issue.resolutions.all() if one.outcome != "put_off"]
        return texts[-1] if texts else str(issue.get_state_display())
    return None
