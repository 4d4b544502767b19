"""Which requests about data wait for an answer, and until when (GD05)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.models import DataRequest
from xiangyue.access.queries import granted, require
from xiangyue.access.rules import Standing
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Calendar, Limit, due_at
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.queries import county_place

ANSWER = "access.answer_requests"
LIMIT = Limit.parse("15wd")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Timed:
    """A request with the end of its 15 working days."""

    request: DataRequest
    due_at: datetime
    at: datetime

    @property
    def is_late(self) -> bool:
        """Whether it was answered, or still waits, after it was due."""
        return (self.request.answered_at or self.at) > self.due_at


def timed(request: DataRequest, *, at: datetime, calendar: Calendar | None = None) -> Timed:
    """The request with its due time by the calendar as it stands."""
    due = due_at(
        started_at=request.requested_at, limit=LIMIT, calendar=calendar or current_calendar()
    )
    assert due is not None  # nothing pauses it
    return Timed(request, due, at)


def requests_for(standing: Standing) -> QuerySet[DataRequest]:
    """The requests that the person may answer, those first that wait longest.

    Who answers for the whole county also answers those whose home is not known.

    :raises NotAllowed: no post of theirs answers requests.
    """
    if not standing.may_somewhere(ANSWER):
        require(standing, ANSWER, message=_("Your posts do not include requests about data."))
    assert standing.person_id is not None  # some post of theirs was just found
    condition = granted(standing, ANSWER, path_field="person__place__path")
    if standing.may(ANSWER, place_path=county_place().path):
        condition |= Q(person__place=None)
    return (
        DataRequest.objects.filter(condition)
        .exclude(person_id=standing.person_id)
        .select_related("person__place", "answered_by")
        .order_by("requested_at", "id")
    )


def request_for(standing: Standing, request_id: UUID) -> DataRequest:
    """One request that the person may answer.

    :raises NotAllowed: no post of theirs answers requests.
    :raises NotFound: there is none, or it is not theirs to answer.
    """
    found = requests_for(standing).filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request for you to answer."))
    return found
