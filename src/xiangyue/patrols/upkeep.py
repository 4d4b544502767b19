"""What the passing of time does to patrols: the evening's reminder, and forgetting."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xiangyue.activity.services import Happening, record_many
from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.queries import current_calendar
from xiangyue.patrols.models import Patrol, Reminder, Sending, Visit
from xiangyue.patrols.queries import all_rounds, days_due, posts_walking
from xiangyue.patrols.rules import Outcome

FORGOTTEN_AFTER = timedelta(days=30)


def remind_of_rounds(*, at: datetime) -> int:
    """In the evening, remind whoever has not reported today's round; returns how many.

    Once a day for each worker and grid. A grid that a colleague has walked needs no reminder.
    """
    local = at.astimezone(current_calendar().zone)
    count = 0
    for key, declared in all_rounds().items():
        is_time = declared.reminder_time <= local.time() < declared.due_time
        day = local.date()
        if is_time and days_due(declared, begins=day, ends=day + timedelta(days=1)):
            count += _remind(key, day, at=at)
    return count


@transaction.atomic
def _remind(key: str, day: date, *, at: datetime) -> int:
    # Two may be reminding at this moment; the second waits here and then finds nothing to do.
    list(Declaration.objects.select_for_update().filter(kind="patrol_round", key=key))
    done = set(Patrol.objects.filter(round=key, date=day).values_list("grid_id", flat=True))
    posts = posts_walking(at=at).exclude(place_id__in=done).order_by("place_path", "pk")
    wanted: Iterable[tuple[UUID, int]] = dict.fromkeys(posts.values_list("person_id", "place_id"))
    told = set(Reminder.objects.filter(round=key, date=day).values_list("worker_id", "grid_id"))
    new = [
        Reminder(round=key, worker_id=worker_id, grid_id=grid_id, date=day, at=at)
        for worker_id, grid_id in wanted
        if (worker_id, grid_id) not in told
    ]
    Reminder.objects.bulk_create(new, batch_size=500)
    rows = Reminder.objects.filter(round=key, date=day, pk__in=[row.pk for row in new])
    rows = rows.select_related("grid").order_by("pk")
    return record_many(
        Happening(
            name="patrols.patrol_awaited",
            subject=row,
            at=at,
            place_path=row.grid.path,
            facts={"round": key, "date": day, "person": str(row.worker_id)},
        )
        for row in rows
    )


@transaction.atomic
def forget_positions(*, at: datetime) -> int:
    """Erase where workers stood, and that a visit was not convenient; returns how many positions.

    The record of the round stays, without them (GD06, GD08).
    """
    count = 0
    rounds = all_rounds()
    for key in Patrol.objects.exclude(latitude=None).values_list("round", flat=True).distinct():
        days = rounds[key].position_days if key in rounds else 0
        count += Patrol.objects.filter(
            round=key, latitude__isnull=False, finished_at__lte=at - timedelta(days=days)
        ).update(latitude=None, longitude=None)
    day = (at - FORGOTTEN_AFTER).astimezone(current_calendar().zone).date()
    Visit.objects.filter(outcome=Outcome.INCONVENIENT, date__lte=day).delete()
    Reminder.objects.filter(date__lte=day).delete()
    Sending.objects.filter(arrived_at__lte=at - FORGOTTEN_AFTER).delete()
    return count
