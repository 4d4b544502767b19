"""An incident in 北滩村 and the people around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests import people
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import Actor, report_incident
from xiangyue.places.models import Person


@dataclass
class Scene:
    """The reporter, the village clerk who handles, the town's dispatcher who verifies."""

    reporter: Person
    clerk: Person
    dispatcher: Person
    supervisor: Person
    at = people.MONDAY

    def report(self, category: str = "0401", **facts) -> Incident:
        incident, self.slip = report_incident(
            **{
                "category_key": category,
                "place": people.place(),
                "at": self.at,
                "channel": "resident",
                "description": "村口垃圾堆了三天没人清",
                "reporter": self.reporter,
            }
            | facts
        )
        return incident

    def actor(self, person: Person) -> Actor:
        return people.acting(person, at=self.at + timedelta(hours=1))

    def do(self, service: Callable, incident: Incident, who: Person, hours: float = 1, **facts):
        """Have somebody do something some hours after the report."""
        return service(
            incident=incident,
            actor=self.actor(who),
            at=self.at + timedelta(hours=hours),
            **facts,
        )


@pytest.fixture
def scene(db) -> Scene:
    return Scene(people.somebody(), people.clerk(), people.dispatcher(), people.supervisor())
