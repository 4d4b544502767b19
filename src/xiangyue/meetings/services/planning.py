"""Plans the sessions to come from what is declared, and follows the calendar as it changes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.queries import current_calendar
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound
from xiangyue.meetings.access import CONVENE
from xiangyue.meetings.blueprint import MeetingSeries
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.rules import Occurrence, occurrences
from xiangyue.meetings.series import (
    KINDS_OF_LEVEL,
    all_series,
    people_asked,
    places_of,
)
from xiangyue.meetings.services.acting import (
    WrongTime,
    begin,
    person_of,
    recorded,
    save,
    words_given,
)
from xiangyue.places.models import Place

PLAN_DAYS = 31
FURTHEST = timedelta(days=366)
BATCH = 500


@dataclass(slots=True)
class _Plan:
    """One series over the stretch that is planned."""

    row: Declaration
    series: MeetingSeries
    days: list[Occurrence]
    abolished: frozenset[int]

    def times(self, day: date) -> tuple[datetime, datetime]:
        begins_at = moment(day, self.series.at)
        return begins_at, begins_at + timedelta(minutes=self.series.duration_minutes)


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


@transaction.atomic
def plan_meetings(
    *,
    at: datetime,
    days: int = PLAN_DAYS,
    within_path: str = "",
    only: Collection[str] | None = None,
) -> int:
    """Plan what is declared for the days from `at` on; returns how many were planned or moved.

    Done again it changes nothing. A planned session follows its declaration and the calendar: a
    day that becomes a holiday moves it, or cancels it where the series says so. What a person
    moved or cancelled stays as it is. With `within_path` only in that area, with `only` only
    these series. At a place that is no more nothing stays planned.
    """
    today = timezone.localdate(at)
    until = today + timedelta(days=days)
    calendar = current_calendar()
    gone = Place.objects.filter(is_active=False, path__startswith=within_path)
    abolished = frozenset(gone.values_list("pk", flat=True))
    count = 0
    known = set()
    for key, (row, series) in all_series().items():
        known.add(key)
        if only is not None and key not in only:
            continue
        first = max(today, series.effective_from)
        last = min(until, series.effective_to or until)
        found = (
            occurrences(series.rule.recurrence, calendar, first=first, until=last)
            if first < last
            else []
        )
        count += _plan(
            _Plan(row, series, found, abolished), today, until, at=at, within_path=within_path
        )
    undeclared = Meeting.objects.filter(
        state=StateChoices.PLANNED, date__gte=today, place_path__startswith=within_path
    ).exclude(series_key__in=known)
    return count + _withdraw(undeclared, at=at)


def _plan(plan: _Plan, today: date, until: date, *, at: datetime, within_path: str) -> int:
    places = places_of(plan.series, at=at).filter(path__startswith=within_path)
    days = [one for one in plan.days if plan.times(one.date)[1] > at]
    by_nominal = {one.nominal_date: one for one in days}
    rows = Meeting.objects.filter(
        series_key=plan.row.key, date__gte=today, date__lt=until, place_path__startswith=within_path
    )
    there: set[tuple[int, date]] = set()
    named: set[tuple[int, date]] = set()
    count = 0
    gone: list[Meeting] = []
    for meeting in rows.select_for_update():
        if meeting.nominal_date is not None:
            named.add((meeting.place_id, meeting.nominal_date))
        is_ours = not meeting.is_set_by_hand and meeting.cancelled_by_id is None
        is_to_come = meeting.state in {StateChoices.PLANNED, StateChoices.CANCELLED}
        if is_ours and is_to_come and meeting.begins_at > at:
            wanted = by_nominal.get(meeting.nominal_date) if meeting.nominal_date else None
            if wanted is None or meeting.place_id in plan.abolished:
                gone.append(meeting)
            else:
                count += _follow(meeting, wanted, plan, at=at)
        there.add((meeting.place_id, meeting.date))
    count += _withdraw(gone, at=at)
    # A day that was moved across the edge of the stretch is known by the day the rule names.
    across = Meeting.objects.filter(series_key=plan.row.key, nominal_date__in=by_nominal)
    named |= {
        (place_id, day)
        for place_id, day in across.values_list("place_id", "nominal_date")
        if day is not None
    }
    made = [
        _made(plan, place, one, at=at)
        for place in places
        for one in days
        if (place.pk, one.date) not in there and (place.pk, one.nominal_date) not in named
    ]
    Meeting.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    return count + len(made)


def _made(plan: _Plan, place: Place, one: Occurrence, *, at: datetime) -> Meeting:
    begins_at, ends_at = plan.times(one.date)
    return Meeting(
        series=plan.row,
        series_key=plan.row.key,
        place=place,
        place_path=place.path,
        date=one.date,
        nominal_date=one.nominal_date,
        begins_at=begins_at,
        ends_at=ends_at,
        changed_at=at,
    )


def _follow(meeting: Meeting, wanted: Occurrence, plan: _Plan, *, at: datetime) -> int:
    """Have a planned session follow what is declared now; 1 when something changed."""
    begins_at, ends_at = plan.times(wanted.date)
    is_same = (meeting.begins_at, meeting.ends_at, meeting.state) == (
        begins_at,
        ends_at,
        StateChoices.PLANNED,
    )
    if is_same and meeting.series_id == plan.row.pk:
        return 0
    before = meeting.date
    changes: dict[str, object] = {"series": plan.row}
    if not is_same:
        changes |= {
            "date": wanted.date,
            "begins_at": begins_at,
            "ends_at": ends_at,
            "state": StateChoices.PLANNED,
            "revision": meeting.revision + 1,
            "reminded_at": None,
        }
        taken = Meeting.objects.filter(
            series_key=meeting.series_key, place_id=meeting.place_id, date=wanted.date
        ).exclude(pk=meeting.pk)
        if taken.exists():  # somebody has put one there by hand
            return 0
    save(meeting, at=at, **changes)
    if not is_same:
        meeting.date, to = before, meeting.date
        recorded("meeting_moved", meeting, at=at, to=to, begins_at=begins_at)
        meeting.date = to
    return int(not is_same)


def _withdraw(meetings: Iterable[Meeting], *, at: datetime) -> int:
    """Cancel what is no longer declared or no longer falls on a day; nobody did it by hand."""
    count = 0
    for meeting in meetings:
        if meeting.state != StateChoices.PLANNED or meeting.is_set_by_hand:
            continue
        save(meeting, at=at, state=StateChoices.CANCELLED, revision=meeting.revision + 1)
        recorded("meeting_cancelled", meeting, at=at)
        count += 1
    return count


# --- by hand ----------------------------------------------------------------------------------


@transaction.atomic
def call_meeting(
    *, series_key: str, place: Place, begins_at: datetime, actor: Standing, at: datetime
) -> Meeting:
    """Call an extra session of a series at a place, and tell those who are asked to come.

    Where that day's was cancelled it is called again, with what was put on its agenda.

    :raises NotAllowed: the person does not convene there.
    :raises NotFound: no such series is declared, or not for places like this one.
    :raises Conflict: the series has a session there on that day already.
    :raises WrongTime: in the past, or more than a year ahead.
    """
    if not actor.may(CONVENE, place_path=place.path):
        raise NotAllowed(_("Your posts do not include convening sessions there."))
    declared = all_series().get(series_key)
    if declared is None or place.kind not in KINDS_OF_LEVEL[declared[1].level]:
        raise NotFound(_("There is no such series of sessions at this place."))
    row, series = declared
    _check_time(begins_at, at=at)
    day = timezone.localdate(begins_at)
    cancelled = _check_free(series_key, place, day, is_called=True)
    meeting = cancelled or Meeting(
        series_key=series_key, place=place, place_path=place.path, date=day, changed_at=at
    )
    meeting.series = row
    meeting.begins_at = begins_at
    meeting.ends_at = begins_at + timedelta(minutes=series.duration_minutes)
    meeting.is_set_by_hand = True
    if cancelled is None:
        meeting.save()
    else:
        meeting.save(update_fields=["series", "begins_at", "ends_at", "is_set_by_hand"])
        save(
            meeting, at=at, state=StateChoices.PLANNED, cancelled_by_id=None, cancel_reason="",
            reminded_at=None, revision=meeting.revision + 1,
        )  # fmt: skip
    recorded("meeting_called", meeting, at=at, actor_id=person_of(actor))
    _tell_those_asked("call_announced", meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def move_meeting(
    *,
    meeting: Meeting,
    begins_at: datetime,
    actor: Standing,
    at: datetime,
    seen_version: int | None = None,
) -> Meeting:
    """Move a planned session to another time; the plan leaves it there.

    :raises Conflict: the series has a session there on that day already.
    :raises WrongTime: in the past, or more than a year ahead.
    """
    locked = begin(meeting=meeting, actor=actor, verb="move", seen_version=seen_version)
    _check_time(begins_at, at=at)
    day = timezone.localdate(begins_at)
    if day != locked.date:
        _check_free(locked.series_key, locked.place, day)
    duration = locked.ends_at - locked.begins_at
    recorded("meeting_moved", locked, at=at, actor_id=person_of(actor), to=day, begins_at=begins_at)
    save(
        locked,
        at=at,
        date=day,
        begins_at=begins_at,
        ends_at=begins_at + duration,
        is_set_by_hand=True,
        revision=locked.revision + 1,
        reminded_at=None,
    )
    _tell_those_asked("move_announced", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def cancel_meeting(
    *,
    meeting: Meeting,
    reason: str,
    actor: Standing,
    at: datetime,
    seen_version: int | None = None,
) -> Meeting:
    """Cancel a planned session with a reason that everybody asked to come can read."""
    locked = begin(meeting=meeting, actor=actor, verb="cancel", seen_version=seen_version)
    reason = words_given(reason, _("Please say why it is cancelled."), field="reason")
    save(
        locked,
        at=at,
        state=StateChoices.CANCELLED,
        cancelled_by_id=person_of(actor),
        cancel_reason=reason[:300],
        revision=locked.revision + 1,
    )
    recorded("meeting_cancelled", locked, at=at, actor_id=person_of(actor))
    _tell_those_asked("cancellation_announced", locked, actor=actor, at=at)
    return locked


def _tell_those_asked(name: str, meeting: Meeting, *, actor: Standing, at: datetime) -> None:
    """Each of those asked to come is named once, but not who did it."""
    for one in people_asked(meeting, at=at):
        if one != actor.person_id:
            recorded(
                name,
                meeting,
                at=at,
                actor_id=person_of(actor),
                person=one,
                begins_at=meeting.begins_at,
            )


def _check_time(begins_at: datetime, *, at: datetime) -> None:
    if begins_at < at - timedelta(hours=1):
        raise WrongTime(
            _("That time has passed; choose a later one."),
            fields={"begins_at": _("That time has passed; choose a later one.")},
        )
    if begins_at > at + FURTHEST:
        raise WrongTime(
            _("That is more than a year ahead."),
            fields={"begins_at": _("That is more than a year ahead.")},
        )


def _check_free(
    series_key: str, place: Place, day: date, *, is_called: bool = False
) -> Meeting | None:
    """The cancelled session of that day, if there is one, to be called again."""
    # Whoever looks at the same day waits here for the other.
    Place.objects.select_for_update().get(pk=place.pk)
    found = Meeting.objects.filter(series_key=series_key, place=place, date=day)
    there = found.select_for_update(of=("self",)).select_related("place").first()
    if there is None or (is_called and there.state == StateChoices.CANCELLED):
        return there
    if there.state == StateChoices.CANCELLED:
        raise Conflict(_("That day's session was cancelled; call it again instead."))
    raise Conflict(_("There is a session of this series on that day already; use that one."))
