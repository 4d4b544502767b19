"""The village committee of 北滩村 with four who serve there, and who keeps its roster."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests import people, worlds
from xiangyue.places.models import Organisation, Person
from xiangyue.rosters.models import DutyTurn
from xiangyue.rosters.services import add_turn, plan_turns, publish_turns

KIND = "village_platform"
FIRST = date(2026, 6, 10)


@dataclass
class Platform:
    """Tests speak of turns by the day on which they begin, at half past eight."""

    unit: Organisation
    keeper: Person
    members: list[Person]

    def plan(self, days: int = 4, **facts) -> list[DutyTurn]:
        return plan_turns(
            **{
                "unit": self.unit,
                "kind": KIND,
                "people": self.members,
                "begins": FIRST,
                "ends": FIRST + timedelta(days=days),
                "at": people.MONDAY,
                "actor_id": self.keeper.pk,
            }
            | facts
        )

    def published(self, days: int = 4) -> list[DutyTurn]:
        turns = self.plan(days)
        publish_turns(
            unit=self.unit, begins=FIRST, ends=FIRST + timedelta(days=days), at=people.MONDAY
        )
        for turn in turns:
            turn.refresh_from_db()
        return turns

    def add(self, person: Person, begins_at: datetime, hours: float = 24, **facts) -> DutyTurn:
        return add_turn(
            **{
                "unit": self.unit,
                "kind": KIND,
                "person": person,
                "begins_at": begins_at,
                "ends_at": begins_at + timedelta(hours=hours),
                "at": people.MONDAY,
            }
            | facts
        )


def day_at(day: int, hour: int = 8, minute: int = 30) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=people.SHANGHAI)


@worlds.standing
def platform() -> Platform:
    unit = people.unit("VC")
    members = [
        people.posted("mediator", at_place=people.place(), organisation=unit, name=name)
        for name in ("丁一", "王二", "张三")
    ]
    return Platform(unit, people.dispatcher(), members)
