"""Reports come in: what, where, by whom and through which channel."""

import random
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.course import SLIP, Case, batch
from xiangyue.demo.drawing import picture
from xiangyue.demo.duties import TOWN_LENGTH, VILLAGE_LENGTH, Duties
from xiangyue.demo.habits import Habits
from xiangyue.demo.journey import Journey
from xiangyue.demo.layout import Layout
from xiangyue.demo.people import Neighbourhoods
from xiangyue.demo.speech import Matter, Speech
from xiangyue.demo.timetable import Timetable
from xiangyue.incidents import services
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.incidents.models import Channel, Incident, PhotoStage, Urgency
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.rules import OPEN, State
from xiangyue.kernel.making import made
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person, Place

# Classes of what anybody can see from the road; the rest is people's own affairs.
SEEN_FROM_THE_ROAD = ("02", "04", "05")
REMEMBERED = 60
OLD_PICTURE_EACH = 8  # of so many pictures of something settled, one was taken elsewhere


class Reports:
    """Whatever the county's people report, one at a time."""

    def __init__(
        self,
        *,
        neighbourhoods: Neighbourhoods,
        grids: list[Place],
        duties: Duties,
        speech: Speech,
        journey: Journey,
        timetable: Timetable,
        habits: Habits,
        dice: random.Random,
        photo_chance: float,
    ) -> None:
        self.neighbourhoods = neighbourhoods
        self.grids = grids
        self.duties = duties
        self.speech = speech
        self.journey = journey
        self.timetable = timetable
        self.habits = habits
        self.dice = dice
        self.photo_chance = photo_chance
        self.layout = Layout(grids, dice)
        self.categories = {
            row.key: meaning(row, IncidentCategory) for row in all_current("incident_category")
        }
        self.count = 0
        self.pictured: set[int] = set()
        self._to_add: list[Callable[[], object]] = []
        self._settled_in: dict[str, bytes] = {}  # the latest picture of something settled
        self._settled_count = 0
        # What can be seen lately, for those who report it again.
        self._lately: deque[tuple[int, Matter, Place, str]] = deque(maxlen=REMEMBERED)
        self._inhabited = [grid for grid in grids if neighbourhoods.by_path.get(grid.path)]

    def arrive(self, at: datetime) -> None:
        """Somebody reports something; now and then what somebody else reported already."""
        if self._lately and self.dice.random() < self.habits.repeats:
            main, matter, grid, text = self.dice.choice(self._lately)
            case = self.journey.cases.get(main)
            if case is not None and State(case.incident.state) in OPEN:
                self.report(
                    matter, grid, at, text=self.speech.repeat(text, matter), repeat_of=case.incident
                )
                return
        matter = self.speech.matter(at.month)
        self.report(matter, self.dice.choice(self.grids), at)

    def report(
        self,
        matter: Matter,
        grid: Place,
        at: datetime,
        *,
        text: str = "",
        repeat_of: Incident | None = None,
    ) -> Incident | None:
        """Report a matter of a grid and let it go its way; None when the rules refuse it."""
        category = self.categories[matter.category]
        is_seen = category.in_class in SEEN_FROM_THE_ROAD
        text = text or self.speech.report(matter, is_chatty=is_seen)
        who = self._who(category, grid)
        incident = self.send_in(matter, grid, at, text=text, **who)
        if incident is None:
            return None
        self.count += 1
        reporter = who["reporter"]
        self.journey.begin(
            Case(incident, self._word_of(reporter.pk if reporter else None)), at, repeat_of
        )
        if incident.audience == Audience.PUBLIC and repeat_of is None:
            self._lately.append((incident.pk, matter, grid, text))
            if self.dice.random() < self.habits.supported:
                self._let_a_neighbour_agree(incident, grid, at)
        return incident

    def send_in(
        self,
        matter: Matter,
        grid: Place,
        at: datetime,
        *,
        text: str,
        reporter: Person | None,
        **facts: Any,
    ) -> Incident | None:
        """Hand the report to the service, now and then with a photo."""
        latitude, longitude = self.layout.near(grid)
        is_seen = self.categories[matter.category].in_class in SEEN_FROM_THE_ROAD
        has_photo = is_seen and self.dice.random() < self.photo_chance
        address = ""
        if is_seen and self.dice.random() < self.habits.gives_address:
            address = f"{self.dice.randint(1, 160)}号{self.dice.choice(['附近', '门前', '对面'])}"
        facts.setdefault("urgency", self._urgency())
        try:
            incident, _code = services.report_incident(
                category_key=matter.category,
                place=grid,
                at=at,
                description=text,
                answers=matter.answers,
                address=address,
                latitude=latitude,
                longitude=longitude,
                reporter=reporter,
                has_photo=has_photo,
                calendar=self.timetable.calendar,
                **facts,
            )
        except Refused:
            return None
        if has_photo:
            self.pictured.add(incident.pk)
            self.show(incident, PhotoStage.REPORT, at, reporter.pk if reporter else None)
        return incident

    def show(self, incident: Incident, stage: str, at: datetime, actor_id: UUID | None) -> None:
        """Add a picture of how it looks now; rarely one that showed another matter settled."""
        drawn = picture(self.dice, is_settled=stage == PhotoStage.HANDLING)
        if stage == PhotoStage.HANDLING:
            drawn = self._or_an_old_one(drawn, incident)
        add = partial(
            add_photos, incident=incident, uploads=[drawn], stage=stage, at=at, actor_id=actor_id
        )
        if batch() is None:
            add()
        else:
            self._to_add.append(add)

    def _or_an_old_one(self, drawn: bytes, incident: Incident) -> bytes:
        """So that whoever verifies finds what N13 points out, now and then, within one town."""
        town = incident.place_path[:TOWN_LENGTH]
        self._settled_count += 1
        if self._settled_count >= OLD_PICTURE_EACH and town in self._settled_in:
            self._settled_count = 0
            return self._settled_in[town]
        self._settled_in[town] = drawn
        return drawn

    def add_pictures(self) -> None:
        """Add what was shown of incidents that were not written yet."""
        for add in self._to_add:
            add()
        self._to_add.clear()

    def _urgency(self) -> int:
        draw = self.dice.random()
        if draw < self.habits.emergency:
            return Urgency.EMERGENCY
        return Urgency.URGENT if draw < self.habits.urgent else Urgency.NORMAL

    def _who(self, category: IncidentCategory, grid: Place) -> dict[str, Any]:
        """The reporter, whoever enters it for them, and the channel."""
        habits = self.habits
        if (
            category.in_class in SEEN_FROM_THE_ROAD
            and category.audience == Audience.PUBLIC
            and self.dice.random() < habits.found_by_worker
        ):
            worker = self.duties.holder("grid_worker", grid.path)
            if worker is not None:
                return {"channel": Channel.WORKER, "reporter": self._person(worker.person_id)}
        draw = self.dice.random()
        is_confidential = category.audience == Audience.CONFIDENTIAL
        anonymous = habits.anonymous_when_confidential if is_confidential else habits.anonymous
        if draw < anonymous and category.allows_anonymous:
            return {"channel": Channel.RESIDENT, "reporter": None}
        caller = {"reporter": self._person(self.caller(grid))}
        if is_confidential or draw < anonymous or draw > 1 - self._by_phone_or_alone():
            return caller | {"channel": Channel.RESIDENT}
        is_by_telephone = self.dice.random() < habits.by_telephone / (
            habits.by_telephone + habits.at_the_counter
        )
        role = "village_clerk" if self.dice.random() < 0.7 else "neighbour_helper"
        helper = self.duties.holder(role, grid.path[:VILLAGE_LENGTH])
        return caller | {
            "channel": Channel.TELEPHONE if is_by_telephone else Channel.COUNTER,
            "entered_by": self._person(helper.person_id) if helper else None,
        }

    def _by_phone_or_alone(self) -> float:
        habits = self.habits
        return 1 - habits.anonymous - habits.at_the_counter - habits.by_telephone

    def caller(self, grid: Place) -> UUID:
        """Mostly somebody of the grid itself."""
        if self.dice.random() < self.habits.near_home:
            found = self.neighbourhoods.caller(grid.path, self.dice)
            if found is not None:
                return found
        found = self.neighbourhoods.caller(self.dice.choice(self._inhabited).path, self.dice)
        assert found is not None
        return found

    def _person(self, person_id: UUID) -> Person:
        """Whoever it is; of the past nobody is told, so that a key is all that is needed."""
        return Person.objects.get(pk=person_id) if batch() is None else made(Person, id=person_id)

    def _word_of(self, person_id: UUID | None) -> services.Actor | None:
        """As whom the reporter will be heard again: themselves, or whoever kept the slip (N16)."""
        if person_id is not None:
            return self.duties.actor(person_id)
        return SLIP if self.dice.random() < self.habits.keeps_slip else None

    def _let_a_neighbour_agree(self, incident: Incident, grid: Place, at: datetime) -> None:
        def agree(then: datetime) -> None:
            case = self.journey.cases.get(incident.pk)
            if case is None:
                return
            try:
                services.support_incident(
                    incident=case.incident, person=self._person(self.caller(grid)), at=then
                )
            except Refused:
                return

        self.timetable.plan(at + timedelta(hours=self.dice.uniform(2, 30)), agree)
