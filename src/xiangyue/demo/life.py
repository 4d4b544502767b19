"""The simulated life: reports arrive, and each goes its way through the hands of the cast.

Everything happens through the services, in the order of the simulated time, so that figures come
out of what happened. Chance comes from one seeded source.
"""

import heapq
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import transaction

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import unheard
from xiangyue.calendars.queries import current_calendar
from xiangyue.demo.people import Cast
from xiangyue.incidents import services
from xiangyue.incidents.models import Channel, Incident, Urgency
from xiangyue.incidents.reporters import reporter_of
from xiangyue.incidents.rules import State
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Person, Place, PlaceKind

# People find messages of the last days; nobody is told today of what happened long ago.
TOLD_OF_THE_LAST = timedelta(days=10)

# How many of a hundred reports come on each weekday, Monday first; people report after weekends.
WEEKLY = (19, 16, 15, 15, 14, 11, 10)
# Of a day's reports, how many begin in each hour from 6 to 22.
HOURLY = (2, 5, 9, 12, 10, 7, 4, 4, 7, 8, 8, 7, 6, 5, 3, 2, 1)


@dataclass(frozen=True)
class Habits:
    """How people behave, as chances; the one place to change the county's temper."""

    anonymous: float = 0.08
    found_by_worker: float = 0.24
    at_the_counter: float = 0.10
    by_telephone: float = 0.06
    urgent: float = 0.06
    refused: float = 0.03
    handed_on: float = 0.04
    waits: float = 0.08
    asks_extension: float = 0.07
    escalated: float = 0.02
    split: float = 0.01
    late: float = 0.13
    not_fixed: float = 0.05
    explained: float = 0.08
    sent_back: float = 0.05
    confirms: float = 0.42
    objects: float = 0.07
    urges: float = 0.35
    supported: float = 0.06


@dataclass
class Life:
    """One run of the simulation over a period."""

    cast: Cast
    dice: random.Random
    begins_at: datetime
    ends_at: datetime
    report_count: int
    habits: Habits = field(default_factory=Habits)

    def __post_init__(self) -> None:
        text = (files("xiangyue.demo") / "texts.toml").read_text(encoding="utf-8")
        bank = tomllib.loads(text)
        self.spots: list[str] = bank.pop("spots")["all"]
        self.bank: dict[str, dict[str, Any]] = bank
        self.calendar = current_calendar()
        self.grids = list(
            Place.objects.filter(is_active=True, kind=PlaceKind.GROUP).order_by("path")
        ) or list(Place.objects.filter(is_active=True, kind=PlaceKind.VILLAGE).order_by("path"))
        self.layout = _invented_layout(self.grids, self.dice)
        self.clerks = [person for person, _place in self.cast.by_role["village_clerk"]]
        self.workers = [person for person, _place in self.cast.by_role["grid_worker"]]
        self.callers = [person for person in self.cast.residents if person.phone]
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = 0
        self._actors: dict[UUID, Actor] = {}
        self.reported_count = 0

    # --- the run ------------------------------------------------------------------------------

    def days(self) -> Iterator[datetime]:
        """Live day by day, each in one transaction; yields each day's end."""
        arrivals = self._arrivals()
        day_end = self.begins_at
        while day_end < self.ends_at:
            day_end = min(day_end + timedelta(days=1), self.ends_at)
            is_past = day_end < self.ends_at - TOLD_OF_THE_LAST
            with transaction.atomic(), unheard() if is_past else nullcontext():
                while arrivals and arrivals[-1] < day_end:
                    self._at(arrivals.pop(), self._report)
                self._at(day_end - timedelta(hours=1), self._clock_strikes)
                while self._queue and self._queue[0][0] < day_end:
                    at, _order, act = heapq.heappop(self._queue)
                    act(at)
            yield day_end

    def _at(self, at: datetime, act: Callable[[datetime], None]) -> None:
        if at < self.ends_at:
            self._order += 1
            heapq.heappush(self._queue, (at, self._order, act))

    def _clock_strikes(self, at: datetime) -> None:
        services.act_on_what_is_due(at=at)

    def _arrivals(self) -> list[datetime]:
        """When the reports come, latest first so that they can be popped."""
        days = [
            self.begins_at.date() + timedelta(days=number)
            for number in range((self.ends_at - self.begins_at).days + 1)
        ]
        chosen = self.dice.choices(
            days, weights=[WEEKLY[day.weekday()] for day in days], k=self.report_count
        )
        zone = self.begins_at.tzinfo
        times = []
        for day in chosen:
            hour = self.dice.choices(range(6, 6 + len(HOURLY)), weights=HOURLY)[0]
            minute, second = self.dice.randrange(60), self.dice.randrange(60)
            at = datetime.combine(day, time(hour, minute, second), tzinfo=zone)
            if self.begins_at <= at < self.ends_at:
                times.append(at)
        return sorted(times, reverse=True)

    # --- who acts -----------------------------------------------------------------------------

    def _actor(self, person: Person) -> Actor:
        if person.pk not in self._actors:
            self._actors[person.pk] = Actor(standing_of(person, at=self.ends_at))
        return self._actors[person.pk]

    def _of_unit(self, unit_id: object) -> Person | None:
        people = self.cast.of_unit.get(unit_id)
        return self.dice.choice(people) if people else None

    def _dispatcher(self, incident: Incident) -> Person | None:
        people = [
            person
            for person in self.cast.of_unit.get(incident.hub_id, ())
            if self._actor(person).standing.may(
                "incidents.dispatch", place_path=incident.hub.place_path
            )
        ]
        return self.dice.choice(people) if people else self._of_unit(incident.unit_id)

    def _verifier(self, incident: Incident) -> Person | None:
        if incident.audience == "confidential":
            others = [
                person
                for person in self.cast.of_unit.get(incident.unit_id, ())
                if person.pk != incident.handled_by_id
            ]
            return self.dice.choice(others) if others else None
        return self._dispatcher(incident)

    def _work_time(self, at: datetime, hours: float) -> datetime:
        """Some hours of office time later, and within office hours."""
        at = at + timedelta(hours=hours)
        for _try in range(20):
            if not self.calendar.is_working_day(at.date()) or at.hour >= 18:
                at = datetime.combine(
                    at.date() + timedelta(days=1),
                    time(8, 35 + self.dice.randrange(20)),
                    tzinfo=at.tzinfo,
                )
            elif at.hour < 8:
                at = at.replace(hour=8, minute=40)
            else:
                return at
        return at

    def _try(self, act: Callable[..., Incident], **facts: Any) -> Incident | None:
        """Do it if the county's rules let it be done; a refusal is part of life, not a fault."""
        try:
            with transaction.atomic():
                return act(**facts)
        except Refused:
            return None

    # --- a report comes in --------------------------------------------------------------------

    def _report(self, at: datetime) -> None:
        key = self.dice.choices(list(self.bank), weights=self._weights(at))[0]
        grid = self.dice.choice(self.grids)
        text = self.dice.choice(self.bank[key]["texts"]).format(at=self.dice.choice(self.spots))
        latitude, longitude = self._near(grid)
        facts: dict[str, Any] = {
            "category_key": key,
            "place": grid,
            "at": at,
            "description": text,
            "calendar": self.calendar,
            "latitude": latitude,
            "longitude": longitude,
            "urgency": Urgency.URGENT
            if self.dice.random() < self.habits.urgent
            else Urgency.NORMAL,
        }
        try:
            incident, _code = services.report_incident(**facts, **self._reporter(key, grid))
        except Refused:
            return
        self.reported_count += 1
        self._go_on(incident, at)
        if incident.audience == "public" and self.dice.random() < self.habits.supported:
            neighbour = self.dice.choice(self.callers)
            self._at(
                at + timedelta(hours=self.dice.uniform(2, 30)),
                lambda then: self._support(incident.pk, neighbour, then),
            )

    def _weights(self, at: datetime) -> list[float]:
        weights = []
        for entry in self.bank.values():
            months = entry.get("months")
            season = 1.0 if months is None else (2.0 if at.month in months else 0.15)
            weights.append(entry["weight"] * season)
        return weights

    def _reporter(self, key: str, grid: Place) -> dict[str, Any]:
        draw, habits = self.dice.random(), self.habits
        is_delicate = key in {"0308", "0117", "0101", "0103"}
        if draw < habits.found_by_worker and not is_delicate and key[:2] in {"02", "04", "05"}:
            return {"channel": Channel.WORKER, "reporter": self.dice.choice(self.workers)}
        draw = self.dice.random()
        if draw < habits.anonymous:
            return {"channel": Channel.RESIDENT, "reporter": None}
        caller = self.dice.choice(self.callers)
        if draw < habits.anonymous + habits.at_the_counter:
            return {
                "channel": Channel.COUNTER,
                "reporter": caller,
                "entered_by": self.dice.choice(self.clerks) if self.clerks else None,
            }
        if draw < habits.anonymous + habits.at_the_counter + habits.by_telephone:
            return {
                "channel": Channel.TELEPHONE,
                "reporter": caller,
                "entered_by": self.dice.choice(self.clerks) if self.clerks else None,
            }
        return {"channel": Channel.RESIDENT, "reporter": caller}

    def _near(self, grid: Place) -> tuple[Decimal, Decimal]:
        latitude, longitude = self.layout[grid.path]
        return (
            Decimal(str(round(latitude + self.dice.gauss(0, 0.003), 5))),
            Decimal(str(round(longitude + self.dice.gauss(0, 0.004), 5))),
        )

    def _support(self, pk: int, neighbour: Person, at: datetime) -> None:
        incident = Incident.objects.get(pk=pk)
        try:
            services.support_incident(incident=incident, person=neighbour, at=at)
        except Refused:
            return

    # --- and goes its way ---------------------------------------------------------------------

    def _go_on(self, incident: Incident, at: datetime) -> None:
        """Plan what happens next from the state that the incident is in."""
        state, dice = State(incident.state), self.dice
        steps: dict[State, tuple[float, Callable[[Incident, datetime], None]]] = {
            State.REPORTED: (dice.expovariate(1 / 2.5), self._dispatch),
            State.DISPATCHED: (dice.expovariate(1 / 3.0), self._take_on),
            State.IN_PROGRESS: (self._hours_to_handle(incident, at), self._work),
            State.WAITING: (dice.uniform(8, 70), self._resume),
            State.HANDLED: (dice.expovariate(1 / 4.0), self._verify),
            State.ANSWERED: (dice.uniform(2, 150), self._hear),
        }
        if state not in steps:
            return
        hours, step = steps[state]
        when = (
            at + timedelta(hours=hours) if state is State.ANSWERED else self._work_time(at, hours)
        )
        pk, version = incident.pk, incident.version
        self._at(
            max(when, at + timedelta(minutes=2)), lambda then: self._step(pk, version, step, then)
        )

    def _step(
        self,
        pk: int,
        version: int,
        step: Callable[[Incident, datetime], None],
        at: datetime,
    ) -> None:
        incident = Incident.objects.select_related("hub", "unit", "place").get(pk=pk)
        if incident.version != version and incident.state in {State.CLOSED, State.MERGED}:
            return
        step(incident, at)

    def _next(self, incident: Incident | None, before: Incident, at: datetime) -> None:
        """Go on after an act; what was refused is looked at again the day after."""
        if incident is not None:
            self._go_on(incident, at)
        else:
            self._go_on(before, at + timedelta(hours=20))

    def _hours_to_handle(self, incident: Incident, at: datetime) -> float:
        if incident.due_at is None:
            return 4.0
        left = max((incident.due_at - at).total_seconds() / 3600, 1.0)
        if self.dice.random() < self.habits.late:
            return left * self.dice.uniform(1.05, 2.2)
        return left * self.dice.betavariate(2, 3)

    def _dispatch(self, incident: Incident, at: datetime) -> None:
        person = self._dispatcher(incident)
        unit = incident.suggested_unit or self._any_unit(incident)
        if incident.state != State.REPORTED or person is None or unit is None:
            return
        done = self._try(
            services.dispatch_incident,
            incident=incident,
            unit=unit,
            actor=self._actor(person),
            at=at,
        )
        self._next(done, incident, at)

    def _any_unit(self, incident: Incident) -> Organisation | None:
        units = Organisation.objects.filter(
            place_path__in=[incident.place_path, incident.place_path[:-4], incident.hub.place_path],
            function__in=["GW", "VC", "TV", "UM", "CV"],
            is_active=True,
        ).exclude(pk=incident.unit_id)
        return units.order_by("-place_path", "code").first()

    def _take_on(self, incident: Incident, at: datetime) -> None:
        person = self._of_unit(incident.unit_id)
        if person is None or incident.state != State.DISPATCHED:
            return
        actor = self._actor(person)
        draw = self.dice.random()
        if draw < self.habits.refused:
            done = self._try(
                services.refuse_incident,
                incident=incident,
                reason=self.dice.choice(["不在我单位职责范围内", "应由相邻村处理"]),
                actor=actor,
                at=at,
            )
        else:
            done = self._try(services.take_on_incident, incident=incident, actor=actor, at=at)
        self._next(done, incident, at)

    def _work(self, incident: Incident, at: datetime) -> None:
        person = incident.handler or self._of_unit(incident.unit_id)
        if person is None or incident.state != State.IN_PROGRESS:
            return
        actor, draw, habits = self._actor(person), self.dice.random(), self.habits
        if draw < habits.waits:
            done = self._try(
                services.wait_incident,
                incident=incident,
                reason=self.dice.choice(
                    ["等配件到货", "等施工队进场", "等当事人外出回来", "等天气转好"]
                ),
                actor=actor,
                at=at,
            )
        elif draw < habits.waits + habits.escalated:
            done = self._try(
                services.escalate_incident,
                incident=incident,
                reason="涉及多个部门,需上级协调",
                actor=actor,
                at=at,
            )
        else:
            if draw < habits.waits + habits.escalated + habits.asks_extension:
                self._ask_for_time(incident, actor, at)
            done = self._handle(incident, actor, at)
        self._next(done, incident, at)

    def _ask_for_time(self, incident: Incident, actor: Actor, at: datetime) -> None:
        try:
            with transaction.atomic():
                extension = services.request_extension(
                    incident=incident,
                    limit=f"{self.dice.choice([1, 2, 3, 5])}wd",
                    reason="需要采购材料",
                    actor=actor,
                    at=at,
                )
                deciders = [
                    person
                    for person, place in self.cast.by_role["political_legal_member"]
                    if incident.place_path.startswith(place.path)
                ] or [person for person, _place in self.cast.by_role["county_centre_director"]]
                is_granted = self.dice.random() < 0.8
                services.decide_extension(
                    extension=extension,
                    is_granted=is_granted,
                    note="" if is_granted else "材料可就近调剂,请抓紧",
                    actor=self._actor(deciders[0]),
                    at=at + timedelta(minutes=1),
                )
        except (Refused, IndexError):
            return

    def _handle(self, incident: Incident, actor: Actor, at: datetime) -> Incident | None:
        draw, habits = self.dice.random(), self.habits
        replies = self.bank.get(incident.category_key, {}).get("replies", ["已办理。"])
        if draw < habits.not_fixed:
            outcome = "not_fixed"
            reply = self.dice.choice(
                [
                    "经费暂未落实,已列入明年计划,暂时不能解决,敬请谅解。",
                    "经现场核查,该处产权有争议,暂无法处理。",
                ]
            )
        elif draw < habits.not_fixed + habits.explained:
            outcome, reply = "explained", "已向您当面说明有关规定和办理渠道。"
        else:
            outcome, reply = "fixed", self.dice.choice(replies)
        return self._try(
            services.handle_incident,
            incident=incident,
            outcome=outcome,
            reply=reply,
            actor=actor,
            at=at + timedelta(minutes=2),
        )

    def _resume(self, incident: Incident, at: datetime) -> None:
        person = incident.handler or self._of_unit(incident.unit_id)
        if person is None or incident.state != State.WAITING:
            return
        done = self._try(
            services.resume_incident, incident=incident, actor=self._actor(person), at=at
        )
        self._next(done, incident, at)

    def _verify(self, incident: Incident, at: datetime) -> None:
        person = self._verifier(incident)
        if person is None or incident.state != State.HANDLED:
            return
        if self.dice.random() < self.habits.sent_back:
            done = self._try(
                services.send_back_incident,
                incident=incident,
                reason="照片看不出已处理,请再核实",
                actor=self._actor(person),
                at=at,
            )
        else:
            done = self._try(
                services.pass_incident,
                incident=incident,
                actor=self._actor(person),
                at=at,
                note=self.dice.choice(["电话回访,情况属实。", "到现场看过,属实。", ""]),
            )
        self._next(done, incident, at)

    def _hear(self, incident: Incident, at: datetime) -> None:
        """The reporter's word, or silence."""
        person = reporter_of(incident)
        if person is None or incident.state != State.ANSWERED:
            return
        actor, draw = Actor(standing_of(person, at=at)), self.dice.random()
        if incident.outcome == "not_fixed":
            draw += 0.25
        if draw < self.habits.confirms:
            self._try(services.confirm_incident, incident=incident, actor=actor, at=at)
        elif draw > 1 - self.habits.objects:
            done = self._try(
                services.object_to_incident,
                incident=incident,
                reason=self.dice.choice(["第二天又成老样子了", "还没有弄好", "没有人来过"]),
                actor=actor,
                at=at,
            )
            self._next(done, incident, at)


def _invented_layout(grids: list[Place], dice: random.Random) -> dict[str, tuple[float, float]]:
    """Positions for the demonstration: towns on a ring around the county town, villages around
    their town, grids around their village. None of them is where the real one lies."""
    centre = (38.78, 101.09)
    layout: dict[str, tuple[float, float]] = {}
    spread = {16: 0.16, 20: 0.05, 24: 0.012}

    def position(path: str) -> tuple[float, float]:
        if len(path) < 16:
            return centre
        if path not in layout:
            latitude, longitude = position(path[:-4])
            reach = spread.get(len(path), 0.01)
            layout[path] = (
                latitude + dice.uniform(-reach, reach),
                longitude + dice.uniform(-reach, reach) * 1.3,
            )
        return layout[path]

    return {grid.path: position(grid.path) for grid in grids}
