"""A matter in 北滩村, the people around it, and what each of them has been told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests import people
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.notifications.models import Message
from xiangyue.places.models import Person


@dataclass
class Scene:
    """The reporter, the village clerk who handles, the town's dispatcher who verifies."""

    reporter: Person
    clerk: Person
    dispatcher: Person
    at = people.MONDAY

    def report(self, category: str = "0401", **facts) -> Incident:
        incident, self.slip = services.report_incident(
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

    def do(self, service: Callable, incident: Incident, who: Person, hours: float = 1, **facts):
        """Have somebody do something some hours after the report."""
        at = self.at + timedelta(hours=hours)
        return service(incident=incident, actor=people.acting(who, at=at), at=at, **facts)

    def taken_on(self, **facts) -> Incident:
        return self.do(services.take_on_incident, self.report(**facts), self.clerk)

    def handled(self, **facts) -> Incident:
        return self.do(
            services.handle_incident, self.taken_on(**facts), self.clerk, 2,
            outcome="fixed", reply="垃圾已经清运",
        )  # fmt: skip

    def answered(self, **facts) -> Incident:
        return self.do(services.pass_incident, self.handled(**facts), self.dispatcher, 3)


@pytest.fixture
def scene(db) -> Scene:
    return Scene(people.somebody(), people.clerk(), people.dispatcher())


def told(person: Person) -> list[str]:
    """The keys of what the person has been told, oldest first, without `incidents.`."""
    rows = Message.objects.filter(recipient=person).order_by("created_at", "id")
    return [
        row.declaration.key.removeprefix("incidents.") if row.declaration else "generic"
        for row in rows.select_related("declaration")
    ]
