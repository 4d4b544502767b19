"""What issues have for a resident's first page: what is open around them, most voices first."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext, pgettext

from xiangyue.deliberation.access import public_issues
from xiangyue.deliberation.models import Issue
from xiangyue.deliberation.queries import OPEN
from xiangyue.kernel.asking import Question
from xiangyue.kernel.nearby import MOST, NearbyLine
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import around, concerning
from xiangyue.places.rules import short_name

AFOOT = (
    Question(lambda count: public_issues().filter(around(count), state__in=OPEN).values_list("pk")),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """The open issues of the place; none where no village is known."""
    if place.kind in {PlaceKind.COUNTY, PlaceKind.PREFECTURE}:
        return []
    rows = concerning(public_issues().filter(state__in=OPEN), place)
    rows = rows.select_related("place").order_by("-support_count", "-raised_at")
    return [_line(one) for one in rows[:MOST]]


def _line(issue: Issue) -> NearbyLine:
    voices = ngettext(
        "%(count)d person supports it", "%(count)d people support it", issue.support_count
    ) % {"count": issue.support_count}  # fmt: skip
    return NearbyLine(
        title=issue.title,
        url=reverse("issue", args=[issue.number]),
        kind=f"{pgettext('deciding', 'Issue')} · {voices}",
        where=short_name(issue.place.name),
        since=issue.raised_at,
        about=f"deliberation.issue:{issue.pk}",
    )
