"""The town's room, a village's day and a village's Party group, with the people of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests import people, worlds
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.incidents import services as incidents
from xiangyue.incidents.models import Incident
from xiangyue.meetings.deciding import open_meeting
from xiangyue.meetings.models import Meeting
from xiangyue.meetings.services import plan_meetings
from xiangyue.places.models import Person, Place

# The room opens at 08:30 of that Monday; the plan is made early in the morning.
DAWN = people.MONDAY.replace(hour=6)
ROOM_AT = people.MONDAY.replace(hour=8, minute=30)


@dataclass
class House:
    """清泉镇 and 北滩村: who meets there."""

    dispatcher: Person
    supervisor: Person
    chief: Person
    secretary: Person
    clerk: Person
    worker: Person
    reporter: Person
    dawn: datetime = DAWN
    room_at: datetime = ROOM_AT

    def standing(self, person: Person | None, at: datetime = ROOM_AT) -> Standing:
        return standing_of(person, at=at)

    def report(self, category: str = "0401", *, hours_ago: float = 2, **facts) -> Incident:
        incident, _slip = incidents.report_incident(
            **{
                "category_key": category,
                "place": people.place(),
                "at": self.room_at - timedelta(hours=hours_ago),
                "channel": "resident",
                "description": "村口垃圾堆了三天没人清",
                "reporter": self.reporter,
            }
            | facts
        )
        return incident

    def plan(self, at: datetime = DAWN) -> None:
        plan_meetings(at=at)

    def meeting(self, key: str = "town_room", place: Place | None = None, day: date | None = None):
        at_place = place or (people.town() if key == "town_room" else people.place())
        found = Meeting.objects.filter(series_key=key, place=at_place)
        if day is not None:
            found = found.filter(date=day)
        return found.order_by("date").select_related("series", "place").first()

    def open_room(self, at: datetime | None = None) -> Meeting:
        self.plan()
        return open_meeting(
            meeting=self.meeting(), actor=self.standing(self.dispatcher), at=at or self.room_at
        )


@worlds.standing
def house() -> House:
    return make_house()


def make_house() -> House:
    town, village = people.town(), people.place()
    return House(
        dispatcher=people.dispatcher(),
        supervisor=people.supervisor(),
        chief=people.posted("political_legal_member", at_place=town, name="王政法"),
        secretary=people.posted("village_party_secretary", at_place=village, name="赵书记"),
        clerk=people.clerk(),
        worker=people.posted(
            "grid_worker", at_place=village, organisation=people.unit("GW"), name="钱网格"
        ),
        reporter=people.somebody(),
    )


Do = Callable[..., object]
