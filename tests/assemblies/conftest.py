"""北滩村 with thirty villagers of age, who calls and keeps its meetings, and who writes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests import people, worlds
from tests.ballots.conftest import Village as VotingVillage
from tests.ballots.conftest import make_village as make_voting_village
from xiangyue.assemblies import services
from xiangyue.assemblies.minutes_models import Minutes
from xiangyue.assemblies.models import Attendance, Item, Sitting
from xiangyue.assemblies.motion_models import Motion
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.ballots.services import (
    close_ballot,
    count_ballot,
    open_ballot,
    plan_ballot,
    record_count,
)
from xiangyue.places.models import Person

AT = people.MONDAY
STARTS = AT + timedelta(days=11)
DURING = STARTS + timedelta(minutes=10)
AGENDA = ("修通村口到小学的路", "文化广场建在哪里")


@dataclass
class Village:
    voting: VotingVillage
    secretary: Person
    writer: Person
    stranger: Person
    _rolls: dict[str, Roll] = field(default_factory=dict)

    @property
    def clerk(self) -> Person:
        return self.voting.keeper

    @property
    def place(self):
        return self.voting.place

    @property
    def villagers(self) -> list[Person]:
        return self.voting.villagers

    def roll(self, rule: str = "villagers_assembly", **facts) -> Roll:
        if rule not in self._rolls:
            self._rolls[rule] = self.voting.roll(rule, **facts)
        return self._rolls[rule]

    def announce(self, kind: str = "villagers_assembly", **facts) -> Sitting:
        known = {
            "kind": kind, "place": self.place, "title": "村口道路和文化广场",
            "where": "村委会院子", "starts_at": STARTS, "items": AGENDA, "by": self.clerk,
            "at": AT,
        }  # fmt: skip
        return services.announce(**known | facts)

    def open(self, sitting: Sitting | None = None, at: datetime = STARTS, **facts) -> Sitting:
        sitting = sitting or self.announce(**facts)
        return services.open_sitting(
            sitting=sitting, chair=self.secretary, minute_taker=self.writer, by=self.clerk, at=at
        )

    def courtyard(self, expected: int = 10, **facts) -> Sitting:
        """An open courtyard consultation, which decides by consent."""
        sitting = self.announce("courtyard", expected_count=expected, **facts)
        return self.open(sitting)

    def come(self, sitting: Sitting, count: int, at: datetime = DURING) -> list[Attendance]:
        return [
            services.mark_attendance(sitting=sitting, person=one, how="list", by=self.clerk, at=at)
            for one in self.villagers[:count]
        ]

    def item(self, sitting: Sitting, position: int = 1) -> Item:
        return sitting.items.get(position=position)

    def decide(self, item: Item, outcome: str = "accepted", **facts):
        return services.decide_item(
            **{"item": item, "outcome": outcome, "by": self.clerk, "at": DURING} | facts
        )

    def move(self, item: Item, mover: Attendance, text: str = "每户出工三天。", **facts) -> Motion:
        return services.move(
            **{"item": item, "text": text, "mover": mover, "by": self.writer, "at": DURING} | facts
        )

    def vote(self, sitting: Sitting, item: Item, *, yes: int, no: int, present: int) -> Ballot:
        """A vote by hands on an item, bound, opened, counted."""
        ballot = plan_ballot(
            roll=self.roll(), title="修路", questions=["同意修路吗？"], modes=["hands"],
            tellers=self.voting.tellers, opens_at=STARTS, closes_at=STARTS + timedelta(hours=3),
            by=self.clerk, at=AT,
        )  # fmt: skip
        services.bind_ballot(item=item, ballot=ballot, by=self.clerk, at=AT)
        open_ballot(ballot=ballot, by=self.clerk, at=DURING)
        self.come(sitting, present)
        ballot = close_ballot(ballot=ballot, by=self.clerk, at=DURING)
        record_count(
            ballot=ballot, question=ballot.questions.get(), mode="hands",
            teller=self.voting.tellers[0], counts={"yes": yes, "no": no}, at=DURING,
        )  # fmt: skip
        count_ballot(ballot=ballot, by=self.clerk, at=DURING)
        ballot.refresh_from_db()
        return ballot

    def close(self, sitting: Sitting) -> Sitting:
        return services.close_sitting(
            sitting=sitting, by=self.clerk, at=DURING + timedelta(hours=1)
        )

    def settled(self, sitting: Sitting | None = None) -> Minutes:
        """The minutes of a courtyard consultation, laid out for signing."""
        if sitting is None:
            sitting = self.courtyard()
            self.come(sitting, 6)
            self.decide(self.item(sitting), text="大家出工修路。")
        closed = self.close(sitting)
        services.draft_minutes(sitting=closed, by=self.writer, at=DURING)
        return services.settle_minutes(sitting=closed, by=self.writer, at=DURING)

    def sign(self, minutes: Minutes, by: Person, **facts) -> Minutes:
        return services.sign_minutes(
            **{
                "sitting": minutes.sitting,
                "by": by,
                "at": DURING + timedelta(hours=2),
                "seen_digest": minutes.digest,
            }
            | facts
        )

    def signed(self) -> Minutes:
        minutes = self.settled()
        self.sign(minutes, self.secretary)
        return self.sign(minutes, self.writer)


def make_village() -> Village:
    voting = make_voting_village()
    secretary = people.posted("village_party_secretary", at_place=voting.place, name="赵书记")
    writer = people.somebody("钱记录", at_place=voting.place)
    stranger = people.somebody("孙外人", at_place=people.place(people.OTHER_VILLAGE))
    # They chair and write, and have no voice of their own here.
    Person.objects.filter(pk__in=[secretary.pk, writer.pk]).update(birth_date=date(2015, 1, 1))
    return Village(voting, secretary, writer, stranger)


@worlds.standing
def village() -> Village:
    return make_village()


def fresh(row):
    return type(row).objects.get(pk=row.pk)
