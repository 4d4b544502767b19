"""The only way that web code fetches a session, and sees what is on its agenda, for a person."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.models import Incident
from xiangyue.kernel.refusals import NotFound
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.series import all_series, asked_with

SEE = "meetings.see"
CONVENE = "meetings.convene"
SHOWN_WITH = ("series", "place", "chair", "minute_taker", "opened_by", "closed_by", "cancelled_by")


def sessions_asked_to(standing: Standing) -> Q:
    """The sessions to which the person's posts bring them."""
    return asked_with((holding.role, holding.place_path) for holding in standing.holdings)


def meetings_of(standing: Standing) -> QuerySet[Meeting]:
    """The sessions of the person's area, and those that they are asked to come to."""
    if standing.person_id is None:
        return Meeting.objects.none()
    return Meeting.objects.filter(granted(standing, SEE) | sessions_asked_to(standing))


def has_meetings(standing: Standing) -> bool:
    """Whether any post has to do with sessions at all; for showing a menu entry."""
    roles = {role for _row, one in all_series().values() for role in one.roles}
    return standing.may_somewhere(SEE) or standing.holds(*roles)


def meeting_for(standing: Standing, meeting_id: UUID) -> Meeting:
    """One session, for somebody of its place.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    found = meetings_of(standing).filter(pk=meeting_id).select_related(*SHOWN_WITH).first()
    if found is None:
        raise NotFound(_("There is no such session that you may see."))
    return found


def may_run(standing: Standing, meeting: Meeting) -> bool:
    """Whether the person opens, minutes and closes it: by the verb, or as its minute-taker."""
    if standing.may(CONVENE, place_path=meeting.place_path):
        return True
    declared = all_series().get(meeting.series_key)
    return declared is not None and any(
        holding.role in declared[1].minutes and holding.place_path.startswith(meeting.place_path)
        for holding in standing.holdings
    )


def may_decide(standing: Standing, meeting: Meeting) -> bool:
    """Whether the person may enter decisions: who runs it or is asked to come."""
    return may_run(standing, meeting) or (
        Meeting.objects.filter(sessions_asked_to(standing), pk=meeting.pk).exists()
    )


def is_open_matter(incident: Incident) -> bool:
    """Whether everybody may know that there is such a matter and what kind it is."""
    return (
        incident.audience == "public"
        and not incident.reporter_tag
        and not incident.is_kept_from_village
    )


def readable(standing: Standing, items: Iterable[AgendaItem]) -> frozenset[int]:
    """The ids of the items' incidents whose words the person may read: one query."""
    ids = [item.incident_id for item in items if item.incident_id is not None]
    if not ids:
        return frozenset()
    return frozenset(worklist_of(standing).filter(pk__in=ids).values_list("pk", flat=True))


def item_for(meeting: Meeting, item_id: UUID) -> AgendaItem:
    """:raises NotFound: the session's agenda has no such item."""
    found = (
        meeting.items.filter(pk=item_id)
        .select_related(
            "incident__category", "incident__place", "incident__unit", "incident__hub",
            "incident__clock",
        )
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound(_("There is no such item on this agenda."))
    return found
