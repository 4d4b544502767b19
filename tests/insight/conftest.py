"""Incidents in 北滩村, the people around them, and the counting after them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests import people, worlds
from xiangyue.activity.sealing import seal
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import Actor, report_incident
from xiangyue.insight.counting import count_on
from xiangyue.insight.invariants import INVARIANTS
from xiangyue.places.models import Person


@dataclass
class Life:
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

    def do(self, service: Callable, incident: Incident, who: Person, *, at: datetime, **facts):
        incident.refresh_from_db()
        actor = people.acting(who, at=at)
        return service(incident=incident, actor=actor, at=at, **facts)

    def answer(self, incident: Incident, *, at: datetime, outcome: str = "fixed") -> Incident:
        """Taken on, handled and verified within an hour."""
        incident.refresh_from_db()
        if incident.state == "reported":
            unit = people.unit("VC")
            self.do(services.dispatch_incident, incident, self.dispatcher, at=at, unit=unit)
        incident.refresh_from_db()
        minutes = timedelta(minutes=1)
        if incident.state == "dispatched":
            self.do(services.take_on_incident, incident, self.clerk, at=at + 5 * minutes)
        self.do(
            services.handle_incident,
            incident,
            self.clerk,
            at=at + 30 * minutes,
            outcome=outcome,
            reply="已经清理干净",
        )
        self.do(services.pass_incident, incident, self.dispatcher, at=at + 60 * minutes)
        incident.refresh_from_db()
        return incident

    def confirm(self, incident: Incident, *, at: datetime) -> Incident:
        return self.do(services.confirm_incident, incident, self.reporter, at=at)

    def object(self, incident: Incident, *, at: datetime) -> Incident:
        return self.do(
            services.object_to_incident, incident, self.reporter, at=at, reason="还是老样子"
        )


@worlds.standing
def life() -> Life:
    return Life(people.somebody(), people.clerk(), people.dispatcher(), people.supervisor())


@pytest.fixture
def counted(db) -> Callable[[datetime], None]:
    """Count everything as at a moment, and make sure that figures and rows agree."""

    def count(at: datetime, *, is_sealed: bool = True) -> None:
        if is_sealed:
            seal(at=at)
        assert count_on(at=at)
        assert {name: check() for name, check in INVARIANTS.items() if check()} == {}

    return count


__all__ = ["Actor", "Life"]
