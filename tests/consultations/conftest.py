"""A consultation in 北滩村: who keeps it, who is asked, whose courtyard raises hands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests import people
from xiangyue.consultations import services
from xiangyue.consultations.models import Consultation, Statement
from xiangyue.places.models import Person, Place

AT = people.MONDAY
SENTENCES = (
    "水渠应该先修二组那一段",
    "路灯晚上十一点关就行",
    "广场舞最好九点半结束",
)


@dataclass
class House:
    clerk: Person
    secretary: Person
    head: Person
    elsewhere: Person
    residents: list[Person]
    place: Place = field(default_factory=people.place)
    at: datetime = AT

    def begin(self, **facts) -> Consultation:
        return services.begin(
            **{
                "place": self.place,
                "title": "今冬先办哪几件事",
                "background": "村里今冬能办两三件事，请大家说说先办哪件。",
                "statements": SENTENCES,
                "closes_at": self.at + timedelta(days=10),
                "by": self.clerk,
                "at": self.at,
            }
            | facts
        )

    def statement(self, consultation: Consultation, position: int = 1) -> Statement:
        return consultation.statements.get(position=position)

    def answer(self, statement: Statement, who: int = 0, value: int = 1, **facts):
        return services.answer(
            **{"statement": statement, "by": self.residents[who], "value": value, "at": self.at}
            | facts
        )

    def propose(self, consultation: Consultation, text: str = "垃圾车应该每天来", **facts):
        return services.propose_statement(
            **{"consultation": consultation, "text": text, "by": self.residents[0], "at": self.at}
            | facts
        )

    def hide(self, statement: Statement, **facts) -> Statement:
        return services.moderate(
            **{
                "statement": statement,
                "by": self.clerk,
                "is_open": False,
                "hidden_for": "names",
                "why": "指了具体的人家",
                "at": self.at,
            }
            | facts
        )

    def hands(self, statement: Statement, **facts):
        return services.enter_show_of_hands(
            **{
                "statement": statement,
                "place": self.place,
                "by": self.head,
                "present": 12,
                "agree": 7,
                "disagree": 5,
                "passed": 0,
                "at": self.at,
            }
            | facts
        )

    def camps(self, consultation: Consultation, each: int = 10) -> list[Person]:
        """Two camps of new people who answer every statement, in bulk."""
        statements = list(consultation.statements.filter(state="open"))
        crowd = [people.somebody(f"村民{number}") for number in range(2 * each)]
        services.answer_in_bulk(
            consultation=consultation,
            answers={
                who.pk: {
                    one.pk: 1 if place == 0 or number < each else -1
                    for place, one in enumerate(statements)
                }
                for number, who in enumerate(crowd)
            },
            at=self.at,
        )
        consultation.refresh_from_db()
        return crowd


def make_house() -> House:
    place = people.place()
    return House(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="赵书记"),
        head=people.posted("unit_head", at_place=place, name="钱联户"),
        elsewhere=people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)),
        residents=[people.somebody(f"居民{number}") for number in range(3)],
    )


@pytest.fixture
def house(db) -> House:
    return make_house()
