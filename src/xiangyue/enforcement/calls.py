"""Reads about calls for helpers: how many, never who did not answer (VO06)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from xiangyue.enforcement import rules
from xiangyue.enforcement.models import HelpCall, Helper
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place

SHOWN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as a page or the API shows it; `is_mine`: the reader has said yes."""

    call: HelpCall
    standing: str
    helper_count: int
    is_mine: bool

    @property
    def left_count(self) -> int:
        return max(0, self.call.wanted_count - self.helper_count)


def calls_in(village: Place, *, at: datetime) -> QuerySet[HelpCall]:
    """A village's calls: those to come and those of the last month, the next first."""
    rows = HelpCall.objects.filter(
        team__committee__place=village, starts_at__gt=at - SHOWN_AFTER
    ).exclude(state=HelpCall.State.CANCELLED, starts_at__lte=at)
    return _whole(rows).order_by("-starts_at", "pk")


def open_calls(village: Place, *, at: datetime) -> QuerySet[HelpCall]:
    """Calls that are still to come."""
    rows = HelpCall.objects.filter(
        team__committee__place=village, state=HelpCall.State.OPEN, starts_at__gt=at
    )
    return _whole(rows)


def _whole(rows: QuerySet[HelpCall]) -> QuerySet[HelpCall]:
    related = ("team__committee__place", "team__declaration", "team__organisation")
    return rows.select_related(*related).annotate(helper_count=Count("helpers"))


def call_with(call_id: UUID) -> HelpCall:
    """:raises NotFound: there is no such call."""
    found = _whole(HelpCall.objects.filter(pk=call_id)).first()
    if found is None:
        raise NotFound(_("There is no such call for helpers."))
    return found


def cards(calls: list[HelpCall], *, who: Person | None, at: datetime) -> list[CallCard]:
    """The calls with how they stand, and whether the reader has said yes."""
    mine = (
        set(Helper.objects.filter(call__in=calls, person=who).values_list("call", flat=True))
        if who is not None
        else set()
    )
    found = []
    for call in calls:
        count: int = call.helper_count  # type: ignore[attr-defined] # annotated above
        standing = rules.call_standing(
            state=call.state, starts_at=call.starts_at, now=at, wanted=call.wanted_count,
            answered=count,
        )  # fmt: skip
        found.append(CallCard(call, standing.value, count, call.pk in mine))
    return found
