"""北滩村's board: who writes on it, who answers, who objects."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests import people
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.places.models import Person, Place
from xiangyue.publicity import services
from xiangyue.publicity.models import Notice, Objection

AT = people.MONDAY  # 8 June 2026, nine in the morning
BODY = "本村拟于六月下旬修整北滩村三组水渠。\n\n有不同意见的，请在公示期内提出。"


@dataclass
class Village:
    clerk: Person
    secretary: Person
    elsewhere: Person
    resident: Person
    worker: Person
    place: Place = field(default_factory=people.place)
    at: datetime = AT

    def publish(self, kind: str = "general", **facts) -> Notice:
        return services.publish_notice(
            **{
                "kind": kind,
                "place": self.place,
                "title": "关于修整水渠的公示",
                "body": BODY,
                "by": self.clerk,
                "at": self.at,
            }
            | facts
        )

    def object(self, notice: Notice, text: str = "水渠占了我家的地", **facts) -> Objection:
        return services.object_to(
            **{"notice": notice, "text": text, "at": self.at, "network": "10.0.0.1"} | facts
        )

    def answer(self, objection: Objection, **facts) -> Objection:
        return services.answer_objection(
            **{
                "objection": objection,
                "by": self.secretary,
                "text": "已到现场丈量，不占耕地。",
                "is_upheld": False,
                "at": self.at + timedelta(hours=2),
            }
            | facts
        )

    def standing(self, person: Person | None) -> Standing:
        return standing_of(person, at=self.at)


@pytest.fixture
def village(db) -> Village:
    return make_village()


def make_village() -> Village:
    place = people.place()
    return Village(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="赵书记"),
        elsewhere=people.clerk(people.OTHER_VILLAGE),
        resident=people.somebody("孙大爷"),
        worker=people.posted(
            "grid_worker", at_place=place, organisation=people.unit("GW"), name="钱网格"
        ),
    )


def day(
    number: int, *, month: int = 6, hour: int = 9, minute: int = 0, second: int = 0
) -> datetime:
    return datetime(2026, month, number, hour, minute, second, tzinfo=people.SHANGHAI)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.select_related("declaration", "place").get(pk=notice.pk)
