"""What comes up: drawn from the incidents that are unsolved at a session's level (SY-13, SY-15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from xiangyue.access.queries import all_standings
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.rules import UNSETTLED, State
from xiangyue.meetings.access import is_open_matter
from xiangyue.meetings.blueprint import MeetingSeries
from xiangyue.meetings.models import AgendaItem, Meeting, StateChoices
from xiangyue.meetings.rules import (
    Candidate,
    Reason,
    agenda_order,
    reasons_in_order,
)
from xiangyue.meetings.series import people_asked, series_of
from xiangyue.places.queries import within

# Handled ones wait for somebody to look, waiting ones for something outside.
UNSOLVED = UNSETTLED - {State.HANDLED, State.WAITING}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An agenda before it is written down.

    `left_out_count` more would have come up; the incidents of `withheld` do not, as somebody who is
    asked to come may not know of them.
    """

    items: list[AgendaItem]
    left_out_count: int = 0
    withheld: frozenset[int] = frozenset()


def draw_agenda(meeting: Meeting, *, at: datetime) -> Drawn:
    """What would be on the agenda now, in its order, unsaved; overdue first.

    Confidential matters never; what is not for everybody only where each of those asked to come
    may see it, for an agenda is on the wall (PE02, PE04). Each item says why it is up and for the
    how manieth time running. What was put on a planned agenda by hand comes first.
    """
    series = series_of(meeting)
    placed = list(meeting.items.select_related("incident").order_by("position"))
    taken = {item.incident_id for item in placed}
    last = _last_held(meeting)
    before = _appearances_at(last)
    found = _rows(meeting, series, at=at)
    restricted = {row["pk"] for row in found if not row["is_open_matter"]}
    spoken_of = restricted & _seen_by_all(meeting, restricted, at=at)
    by_key: dict[str, dict[str, Any]] = {}
    candidates: list[Candidate] = []
    for row in found:
        if row["pk"] in taken or row["pk"] in restricted - spoken_of:
            continue
        key = str(row["pk"])
        by_key[key] = row
        candidates.append(
            Candidate(
                key=key,
                reasons=frozenset(_reasons(row, series, meeting, at=at)),
                urgency=row["urgency"],
                due_at=row["due_at"],
                since=row["created_at"],
                appearance=before.get(key, 0) + 1,
            )
        )
    ordered = agenda_order(candidates, most=series.most)
    items = [*placed, *_texts_carried(last, placed)]
    items += [
        AgendaItem(
            meeting=meeting,
            incident_id=int(one.key),
            reasons=reasons_in_order(
                {*one.reasons, Reason.CARRIED} if one.appearance > 1 else one.reasons
            ),
            appearance=one.appearance,
            is_restricted=int(one.key) in restricted,
        )
        for one in ordered
    ]
    for position, item in enumerate(items, start=1):
        item.position = position
    return Drawn(items, len(candidates) - len(ordered), frozenset(restricted - spoken_of))


def _rows(meeting: Meeting, series: MeetingSeries, *, at: datetime) -> list[dict[str, Any]]:
    condition = Q(pk__in=[])
    for source in series.agenda:
        condition |= Q(level__in=source.levels) & _drawn_by(source.reason, meeting, at=at)
    escalations = Step.objects.filter(incident=OuterRef("pk"), verb="escalate")
    rows = (
        within(Incident.objects.all(), meeting.place)
        .filter(condition, state__in=UNSETTLED, parent=None)
        .exclude(audience="confidential")
        .annotate(has_come_up=Exists(escalations))
        .values(
            *("pk", "level", "state", "urgency", "due_at", "created_at", "is_supervised"),
            *("hub__place_id", "watch_level", "has_come_up"),
            *("audience", "reporter_tag", "is_kept_from_village"),
        )
    )
    found: list[dict[str, Any]] = []
    for row in rows:
        is_open = row["audience"] == "public" and not row["reporter_tag"]
        found.append({**row, "is_open_matter": is_open and not row["is_kept_from_village"]})
    return found


def _drawn_by(reason: Reason, meeting: Meeting, *, at: datetime) -> Q:
    level = series_of(meeting).level
    escalations = Step.objects.filter(incident=OuterRef("pk"), verb="escalate")
    return {
        Reason.OVERDUE: Q(due_at__lt=at),
        Reason.ESCALATED: Q(Exists(escalations)) | Q(watch_level=level),
        Reason.SUPERVISED: Q(is_supervised=True),
        Reason.TO_DISPATCH: Q(state=State.REPORTED, hub__place=meeting.place_id),
        Reason.UNSOLVED: Q(state__in=UNSOLVED),
    }[reason]


def _reasons(
    row: dict[str, Any], series: MeetingSeries, meeting: Meeting, *, at: datetime
) -> Iterable[Reason]:
    """Why it is up: every source that draws it."""
    due_at = row["due_at"]
    holds = {
        Reason.OVERDUE: isinstance(due_at, datetime) and due_at < at,
        Reason.ESCALATED: bool(row["has_come_up"]) or row["watch_level"] == series.level,
        Reason.SUPERVISED: bool(row["is_supervised"]),
        Reason.TO_DISPATCH: row["state"] == State.REPORTED
        and row["hub__place_id"] == meeting.place_id,
        Reason.UNSOLVED: row["state"] in UNSOLVED,
    }
    for source in series.agenda:
        if row["level"] in source.levels and holds[source.reason]:
            yield source.reason


def _seen_by_all(meeting: Meeting, ids: set[int], *, at: datetime) -> set[int]:
    """Which of these incidents everybody who is asked to come may see."""
    if not ids:
        return set()
    asked = people_asked(meeting, at=at)
    seen = set(ids) if asked else set()
    for standing in all_standings(at=at, people=list(asked)).values():
        if not seen:
            break
        seen &= set(worklist_of(standing).filter(pk__in=seen).values_list("pk", flat=True))
    return seen


def restricted_for_some(meeting: Meeting, incident: Incident, *, at: datetime) -> bool:
    """Whether somebody who is asked to come may not know of the incident (PE02, PE04)."""
    if incident.audience == "confidential":
        return True
    if is_open_matter(incident):
        return False
    return incident.pk not in _seen_by_all(meeting, {incident.pk}, at=at)


def _last_held(meeting: Meeting) -> Meeting | None:
    """The session before this one that was held, of the same series at the same place."""
    return (
        Meeting.objects.filter(
            series_key=meeting.series_key,
            place_id=meeting.place_id,
            date__lt=meeting.date,
            state=StateChoices.CLOSED,
        )
        .order_by("-date")
        .first()
    )


def _appearances_at(last: Meeting | None) -> dict[str, int]:
    if last is None:
        return {}
    rows = last.items.filter(incident__isnull=False).values_list("incident_id", "appearance")
    return {str(key): count for key, count in rows}


def _texts_carried(last: Meeting | None, placed: list[AgendaItem]) -> list[AgendaItem]:
    """The free texts that the last session left undecided or keeps watching."""
    if last is None:
        return []
    there = {item.text for item in placed}
    return [
        AgendaItem(text=item.text, reasons=[Reason.CARRIED], appearance=item.appearance + 1)
        for item in last.items.filter(incident=None, decision__in=["", "watch"])
        if item.text not in there
    ]


@transaction.atomic
def write_agenda(meeting: Meeting, *, at: datetime) -> int:
    """Write the agenda down as the session opens; returns how many items it has.

    The meeting must be locked.
    """
    drawn = draw_agenda(meeting, at=at)
    for item in drawn.items:
        item.meeting = meeting
    # What was placed by hand keeps its row; all others are new.
    AgendaItem.objects.bulk_create([item for item in drawn.items if item._state.adding])
    called = Incident.objects.filter(pk=OuterRef("incident")).values("category")[:1]
    meeting.items.filter(incident__isnull=False).update(category=Subquery(called))
    meeting.left_out_count = drawn.left_out_count
    meeting.save(update_fields=["left_out_count"])
    return len(drawn.items)


def with_incidents(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """The items with all that a page shows of their incidents: one query."""
    return items.select_related(
        *("incident__category", "incident__place", "incident__unit", "incident__hub"),
        *("incident__handler", "incident__clock", "decided_by", "step__to_unit", "category"),
    )
