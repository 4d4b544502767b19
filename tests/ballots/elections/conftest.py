"""北滩村 elects its committee: thirty voters, an election committee of five, who stands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests import people, worlds
from tests.ballots.conftest import Village
from xiangyue.ballots import services as rolls
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.models import Candidate, Election, Round, RoundResult
from xiangyue.ballots.models import RollEntry
from xiangyue.places.models import Person

AT = people.MONDAY
OPENS = AT + timedelta(days=30)
CLOSES = OPENS + timedelta(hours=6)
DURING = OPENS + timedelta(hours=1)
FIXED = AT + timedelta(days=8)
NOMINATED = AT + timedelta(days=12)
SEATS = {"chair": 1, "vice_chair": 0, "member": 2}


@dataclass
class Held:
    """An election and whoever has to do with it; the villagers by their place in the village."""

    village: Village
    election: Election
    chosen: dict[str, list[Person]] = field(default_factory=dict)

    @property
    def keeper(self) -> Person:
        return self.village.keeper

    def entry(self, person: Person) -> RollEntry:
        return RollEntry.objects.get(roll=self.again().roll_id, person=person)

    def again(self) -> Election:
        self.election = Election.objects.get(pk=self.election.pk)
        return self.election

    def draw(self, at: datetime = AT) -> None:
        services.draw_voters(election=self.election, by=self.keeper, at=at)
        self.again()

    def fix(self, published: datetime = AT, fixed: datetime = FIXED) -> None:
        self.draw(published)
        roll = self.again().roll
        rolls.publish_roll(roll=roll, by=self.keeper, at=published)
        rolls.fix_roll(roll=roll, by=self.keeper, at=fixed)
        self.again()

    def nominate(self, person: Person, office: str, *, woman: bool = False) -> Candidate:
        candidate = services.nominate(
            election=self.election, office=office, entry=self.entry(person), support_count=5,
            is_woman=woman, by=self.keeper, at=NOMINATED,
        )  # fmt: skip
        return services.answer_nomination(
            candidate=candidate, accepts=True, by=self.keeper, at=NOMINATED
        )

    def publish(self, at: datetime = NOMINATED) -> Round:
        """Two for the chair, three for two members, a woman among them."""
        voters = self.village.villagers
        self.chosen = {"chair": voters[0:2], "member": voters[2:5]}
        for office, candidates in self.chosen.items():
            for number, person in enumerate(candidates):
                self.nominate(person, office, woman=number == 0)
        return services.publish_candidates(election=self.election, by=self.keeper, at=at)

    def ready(self) -> Round:
        """Candidates published, tellers chosen; the day has not come."""
        self.fix()
        found = self.publish()
        return services.choose_tellers(
            polling=found, tellers=self.village.tellers, by=self.keeper, at=NOMINATED
        )

    def open(self) -> Round:
        return services.open_round(polling=self.ready(), by=self.keeper, at=OPENS)

    def hand_out(self, found: Round, count: int, at: datetime = DURING) -> None:
        entries = RollEntry.objects.filter(roll=self.election.roll_id, is_struck=False)
        for entry in entries.order_by("number")[:count]:
            services.hand_out(polling=found, entry=entry, by=self.village.tellers[0], at=at)

    def count(
        self, found: Round, office: str, votes: dict[Person, int], *, returned: int,
        spoiled: int = 0, at: datetime = CLOSES,
    ) -> None:  # fmt: skip
        """Both tellers count the same."""
        for teller in self.village.tellers:
            services.record_office_count(
                polling=found, office=office, teller=teller, returned=returned, spoiled=spoiled,
                votes={self.entry(person).number: count for person, count in votes.items()}, at=at,
            )  # fmt: skip

    def result(self, found: Round, at: datetime = CLOSES) -> RoundResult:
        return services.count_round(polling=found, by=self.keeper, at=at)

    def polled(
        self, chair: tuple[int, int] = (12, 8), member: tuple[int, int, int] = (14, 12, 5),
        *, out: int = 20,
    ) -> Round:  # fmt: skip
        """A round that is counted: so many votes for each who stands, of `out` slips."""
        found = self.open()
        self.hand_out(found, out)
        found = services.close_round(polling=found, by=self.keeper, at=CLOSES)
        for office, votes in (("chair", chair), ("member", member)):
            said = dict(zip(self.chosen[office], votes, strict=True))
            self.count(found, office, said, returned=out)
        self.result(found)
        return Round.objects.get(pk=found.pk)


def announce(village: Village, **facts) -> Election:
    known = {
        "kind": "villagers_committee", "place": village.place, "opens_at": OPENS,
        "closes_at": CLOSES, "committee": village.villagers[20:25], "chosen_by": "村民会议推选",
        "seats": SEATS, "meets_at": "村委会", "by": village.keeper, "at": AT,
    }  # fmt: skip
    return services.announce_election(**(known | facts))


@worlds.standing
def held(village: Village) -> Held:
    return Held(village, announce(village))
