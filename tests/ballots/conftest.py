"""北滩村 with thirty villagers of age in ten households, who keeps its rolls, and two tellers."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests import people, worlds
from xiangyue.ballots import services
from xiangyue.ballots.models import Ballot, Basis, Membership, Roll, RollEntry
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.services import register_household

AT = people.MONDAY
OPENS = AT + timedelta(days=11)
CLOSES = OPENS + timedelta(days=2)
DURING = OPENS + timedelta(hours=1)
SURNAMES = "王李张刘陈杨赵黄周吴"


@dataclass
class Village:
    place: Place
    keeper: Person
    tellers: list[Person]
    villagers: list[Person]
    households: list[Household]
    rolls: list[Roll] = field(default_factory=list)

    def roll(self, rule: str = "villagers_assembly", **facts) -> Roll:
        """A fixed roll, as it stands three days after it was published."""
        drawn = services.draw_roll(
            **{"place": self.place, "rule": rule, "by": self.keeper, "at": AT} | facts
        )
        services.publish_roll(roll=drawn, by=self.keeper, at=AT)
        services.confirm_entries(roll=drawn, entries=None, by=self.keeper, at=AT)
        return services.fix_roll(roll=drawn, by=self.keeper, at=AT + timedelta(days=3))

    def plan(self, roll: Roll | None = None, **facts) -> Ballot:
        known = {
            "roll": roll or self.roll(),
            "title": "修村道",
            "questions": ["同意修村道吗？", "同意每户出工三天吗？"],
            "modes": ["hands", "paper", "online"],
            "opens_at": OPENS,
            "closes_at": CLOSES,
            "tellers": self.tellers,
            "by": self.keeper,
            "at": AT,
        }
        return services.plan_ballot(**known | facts)

    def open(self, roll: Roll | None = None, **facts) -> Ballot:
        ballot = self.plan(roll, **facts)
        return services.open_ballot(ballot=ballot, by=self.keeper, at=OPENS)

    def entry(self, ballot: Ballot, person: Person) -> RollEntry:
        return RollEntry.objects.get(roll=ballot.roll_id, person=person)

    def mark(self, ballot: Ballot, person: Person, mode: str = "hands", **facts) -> None:
        services.mark_present(
            ballot=ballot, entry=self.entry(ballot, person), mode=mode, by=self.tellers[0],
            at=DURING, **facts,
        )  # fmt: skip

    def cast(self, ballot: Ballot, person: Person, *choices: str, at: datetime = DURING) -> int:
        said = choices or ("yes",) * ballot.questions.count()
        return services.cast(
            ballot=ballot, voter=person, choices=dict(enumerate(said, start=1)), at=at
        )

    def close(self, ballot: Ballot, at: datetime = CLOSES) -> Ballot:
        return services.close_ballot(ballot=ballot, by=self.keeper, at=at)

    def count(self, ballot: Ballot, mode: str, *counts: dict[str, int], tellers: int = 2) -> None:
        """Let tellers count the questions one after the other, all the same."""
        for question, each in zip(ballot.questions.all(), counts, strict=True):
            for teller in self.tellers[:tellers]:
                services.record_count(
                    ballot=ballot, question=question, mode=mode, teller=teller, counts=each,
                    at=CLOSES,
                )  # fmt: skip

    def result(self, ballot: Ballot):
        return services.count_ballot(ballot=ballot, by=self.keeper, at=CLOSES)

    def members(self, kind: str, count: int) -> list[Person]:
        people_ = self.villagers[:count]
        Membership.objects.bulk_create(
            Membership(place=self.place, kind=kind, person=each, active_from=date(2026, 1, 1))
            for each in people_
        )
        return people_


def make_village() -> Village:
    place = people.place()
    grid = people.place(f"{people.VILLAGE}-001")
    keeper = people.clerk()
    tellers = [people.somebody(name, at_place=place) for name in ("计一", "票二")]
    Person.objects.filter(pk__in=[keeper.pk, *(each.pk for each in tellers)]).update(
        birth_date=date(2015, 1, 1)  # they count and write, and have no voice of their own here
    )
    Person.objects.exclude(pk__in=[keeper.pk, *(each.pk for each in tellers)]).filter(
        place__path__startswith=place.path
    ).update(birth_date=date(2015, 1, 1))
    households = [
        register_household(code=f"T{number}", grid=grid, address=f"{number}号", at=people.LONG_AGO)
        for number in range(10)
    ]
    villagers = []
    for number in range(30):
        person = people.somebody(f"{SURNAMES[number % 10]}{'甲乙丙'[number // 10]}")
        person.household = households[number % 10]
        person.birth_date = date(1950 + number, 3, 1)
        person.save()
        villagers.append(person)
    return Village(place, keeper, tellers, villagers, households)


@worlds.standing
def village() -> Village:
    return make_village()


__all__ = ["Basis", "Village"]
