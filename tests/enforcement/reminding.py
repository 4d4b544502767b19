"""A compact in force with clauses of each kind, and a member on duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tests.enforcement.conftest import House
from xiangyue.compacts import services as compacts
from xiangyue.compacts.models import Version
from xiangyue.enforcement import services
from xiangyue.enforcement.models import Reminder, Team
from xiangyue.places.models import Person
from xiangyue.rosters.models import DutyTurn

MAY = "门前屋后保持干净；没做到的，当面提醒。"
MAY_NOT = "每月十日一起打扫卫生，自愿参加。"
TRAIT = "对懒的人批评教育。"


def compact(house: House, *texts: str) -> Version:
    """A compact that was adopted on paper before, in force for a month."""
    version = compacts.begin_compact(
        kind="village_compact", place=house.place, title="北滩村村规民约", by=house.clerk,
        at=house.at,
    )  # fmt: skip
    for text in texts or (MAY, MAY_NOT, TRAIT):
        compacts.add_clause(
            version=version, topic="surroundings", heading="", text=text, by=house.clerk,
            at=house.at,
        )  # fmt: skip
    return compacts.take_over(
        version=version, how="去年村民会议表决通过",
        in_force_from=house.at.date() - timedelta(days=30), by=house.clerk, at=house.at,
    )  # fmt: skip


def on_duty(house: House, team: Team, person: Person, *, at: datetime, hours: int = 8) -> DutyTurn:
    """A published turn that runs at `at`."""
    return DutyTurn.objects.create(
        kind="compact_patrol", unit=team.organisation, person=person,
        begins_at=at - timedelta(hours=1), ends_at=at + timedelta(hours=hours),
        published_at=at - timedelta(days=2),
    )  # fmt: skip


@dataclass
class Remembered:
    house: House
    team: Team
    version: Version
    member: Person
    clause: UUID
    text: str = MAY

    @classmethod
    def make(cls, house: House, *, at: datetime | None = None, texts: tuple[str, ...] = ()):
        team = house.patrol()
        version = compact(house, *texts)
        member = house.residents[0]
        house.at = at or house.at
        on_duty(house, team, member, at=house.at)
        first = version.clauses.order_by("position").first()
        assert first is not None
        return cls(house, team, version, member, first.lineage)

    def lineage(self, position: int) -> UUID:
        return list(self.version.clauses.order_by("position"))[position].lineage

    def note(self, **facts) -> Reminder:
        return services.note_breach(
            **{
                "clause": self.clause,
                "person": self.house.residents[3],
                "seen_at": self.house.place,
                "is_of_age": True,
                "by": self.member,
                "at": self.house.at,
            }
            | facts
        )
