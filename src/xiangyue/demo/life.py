"""The simulated life: reports arrive day by day, and each goes its way.

Everything happens through the services, in the order of the simulated time, so that figures come
out of what happened. What lies back is decided in memory and written in bulk, the last days act
by act. Chance comes from one seeded source.
"""

import random
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, time, timedelta

from django.db import transaction

from xiangyue.activity.sealing import seal
from xiangyue.activity.services import unheard
from xiangyue.blueprints.editions import steady
from xiangyue.calendars.queries import current_calendar
from xiangyue.demo.duties import Duties
from xiangyue.demo.habits import FIRST_HOUR, HOURLY, Habits, busyness
from xiangyue.demo.journey import Journey
from xiangyue.demo.people import Neighbourhoods, homes_of_people
from xiangyue.demo.reports import Reports
from xiangyue.demo.scenes import all_scenes, live_through
from xiangyue.demo.speech import Speech
from xiangyue.demo.stage import Stage
from xiangyue.demo.timetable import Timetable
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, PhotoStage
from xiangyue.incidents.services.batch import Batch, acting_in

# People find messages of the last days; nobody is told today of what happened long ago.
TOLD_OF_THE_LAST = timedelta(days=10)
PICTURES = 60
# What is long past is written a fortnight at a time.
DAYS_AT_ONCE = 14
# What else goes on (scenes) is played every day of a short life, of a long one at its end.
SHORT_LIFE = timedelta(days=62)
SCENES_OF_THE_LAST = timedelta(days=30)


class Life:
    """One run of the simulation over a period."""

    def __init__(
        self,
        *,
        neighbourhoods: Neighbourhoods,
        dice: random.Random,
        begins_at: datetime,
        ends_at: datetime,
        report_count: int,
        habits: Habits | None = None,
        photo_chance: float | None = None,
    ) -> None:
        self.dice = dice
        habits = habits or Habits()
        self.timetable = Timetable(begins_at, ends_at, current_calendar(), dice)
        self.report_count = report_count
        grids = homes_of_people()
        self.duties = Duties(at=ends_at, dice=dice)
        speech = Speech(dice)
        self.journey = Journey(
            duties=self.duties,
            speech=speech,
            timetable=self.timetable,
            habits=habits,
            dice=dice,
        )
        self.reports = Reports(
            neighbourhoods=neighbourhoods,
            grids=grids,
            duties=self.duties,
            speech=speech,
            journey=self.journey,
            timetable=self.timetable,
            habits=habits,
            dice=dice,
            photo_chance=min(0.3, PICTURES / report_count)
            if photo_chance is None
            else photo_chance,
        )
        self.journey.hear_handled = self._show_the_settled
        self._arrivals: list[datetime] = self._drawn_arrivals()
        self.stage = Stage(
            neighbourhoods=neighbourhoods,
            reports=self.reports,
            journey=self.journey,
            duties=self.duties,
            speech=speech,
            timetable=self.timetable,
            dice=dice,
        )

    def days(self) -> Iterator[datetime]:
        """Live day by day; yields each day's end. What happened is sealed as it is written."""
        self.stage.set()
        begins_at, ends_at = self.timetable.begins_at, self.timetable.ends_at
        is_short = ends_at - begins_at <= SHORT_LIFE
        staged_from = begins_at if is_short else ends_at - SCENES_OF_THE_LAST
        told_from = ends_at - TOLD_OF_THE_LAST
        ends = [end for _begin, end in self.timetable.days()]
        yield from self._play_in_bulk([end for end in ends if end <= staged_from])
        yield from self._play_days([end for end in ends if end > staged_from], told_from=told_from)

    def _play_in_bulk(self, ends: list[datetime]) -> Iterator[datetime]:
        """Long past: many days in one transaction."""
        batch = Batch()
        for start in range(0, len(ends), DAYS_AT_ONCE):
            some = ends[start : start + DAYS_AT_ONCE]
            with acting_in(batch):
                for end in some:
                    self.live_until(end)
                    yield end
            batch.forget_settled()
            self._close_the_books(some[-1])

    def _play_days(self, ends: list[datetime], *, told_from: datetime) -> Iterator[datetime]:
        """Each day in a transaction, and whatever else goes on at its end."""
        scenes = all_scenes()
        for end in ends:
            is_past = end < told_from
            if is_past:
                batch = Batch()
                with acting_in(batch):
                    batch.hold([*self.journey.cases])
                    self.live_until(end)
            with transaction.atomic(), steady(), unheard() if is_past else nullcontext():
                if not is_past:
                    self.live_until(end)
                live_through(scenes, day_end=end, stage=self.stage, dice=self.dice)
            self._close_the_books(end)
            yield end

    def live_until(self, end: datetime) -> None:
        """Let happen what is to happen, from where it stopped last."""
        while self._arrivals and self._arrivals[-1] < end:
            self.timetable.plan(self._arrivals.pop(), self.reports.arrive)
        self.timetable.plan(end - timedelta(hours=1), self._clock_strikes)
        self.timetable.happen_until(end)

    def _close_the_books(self, end: datetime) -> None:
        with unheard():
            self.reports.add_pictures()
        seal(at=end)

    def _clock_strikes(self, at: datetime) -> None:
        services.act_on_what_is_due(at=at)
        self.journey.voices.supervise_the_late(at)

    def _show_the_settled(self, incident: Incident, at: datetime) -> None:
        if incident.pk in self.reports.pictured:
            self.reports.pictured.discard(incident.pk)
            self.reports.show(incident, PhotoStage.HANDLING, at, incident.handled_by_id)

    def _drawn_arrivals(self) -> list[datetime]:
        """When the reports come, latest first so that they can be popped."""
        timetable, dice = self.timetable, self.dice
        days = [begin for begin, _end in timetable.days()]
        weights = [busyness(day, timetable.calendar) for day in days]
        times = []
        for day in dice.choices(days, weights=weights, k=self.report_count):
            hour = FIRST_HOUR + dice.choices(range(len(HOURLY)), weights=HOURLY)[0]
            at = datetime.combine(
                day, time(hour, dice.randrange(60), dice.randrange(60)), tzinfo=day.tzinfo
            )
            if timetable.begins_at <= at < timetable.ends_at:
                times.append(at)
        return sorted(times, reverse=True)
