"""A compact in 北滩村: who drafts, answers, reviews, lives there; its way to force."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from tests import people
from xiangyue.ballots import services as ballots
from xiangyue.ballots.models import Ballot
from xiangyue.compacts import services
from xiangyue.compacts.models import Clause, Opinion, Version
from xiangyue.places.models import Household, Person, Place

AT = people.MONDAY
DAY = timedelta(days=1)
FINE = "不参加大扫除的罚款五十元。"
FAIR = "每月十日一起打扫卫生，自愿参加。"


def sheet(colour: str = "white") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class Village:
    clerk: Person
    secretary: Person
    town: Person
    worker: Person
    elsewhere: Person
    residents: list[Person]
    households: list[Household]
    place: Place = field(default_factory=people.place)
    at: datetime = AT
    topic: str = "surroundings"

    def begin(self, **facts) -> Version:
        return services.begin_compact(
            **{
                "kind": "village_compact", "place": self.place, "title": "北滩村村规民约",
                "by": self.clerk, "at": self.at,
            }
            | facts
        )  # fmt: skip

    def write(self, version: Version, text: str = FAIR, heading: str = "", **facts) -> Clause:
        return services.add_clause(
            **{
                "version": version, "topic": self.topic, "heading": heading, "text": text,
                "by": self.clerk, "at": self.at,
            }
            | facts
        )  # fmt: skip

    def draft(self, *texts: str) -> Version:
        version = self.begin()
        for text in texts or (FAIR, "红白喜事从简。", "村道上不堆柴。"):
            self.write(version, text)
        return version

    def first(self, *texts: str) -> Version:
        """A version that hangs on the board the first time."""
        version = self.draft(*texts)
        services.publish_first(version=version, by=self.clerk, at=self.at)
        version.refresh_from_db()
        return version

    def say(self, version: Version, text: str = "第一条太严了", **facts) -> Opinion:
        return services.give_opinion(
            **{"version": version, "text": text, "by": self.residents[0], "at": self.at} | facts
        )

    def answer(self, opinion: Opinion, **facts) -> Opinion:
        return services.answer_opinion(
            **{
                "opinion": opinion, "answered": "taken_up", "text": "改成自愿参加。",
                "by": self.secretary, "at": self.at,
            }
            | facts
        )  # fmt: skip

    def second(self, *texts: str, version: Version | None = None) -> Version:
        """A version that hangs on the board the second time, twelve days later."""
        version = version or self.first(*texts)
        later = self.at + 12 * DAY
        services.begin_revision(version=version, by=self.clerk, at=later)
        services.publish_second(version=version, by=self.clerk, at=later)
        version.refresh_from_db()
        return version

    def ballot(self, version: Version, place: Place | None = None) -> Ballot:
        """The vote of a place, called twelve days and held thirty days after the beginning."""
        later, opens = self.at + 12 * DAY, self.at + 30 * DAY
        roll = ballots.draw_roll(
            place=place or self.place, rule="compact_assembly", by=self.clerk, at=later
        )
        ballots.publish_roll(roll=roll, by=self.clerk, at=later)
        ballots.confirm_entries(roll=roll, entries=None, by=self.clerk, at=later)
        roll = ballots.fix_roll(roll=roll, by=self.clerk, at=later + 4 * DAY)
        return services.plan_vote(
            version=version, roll=roll, modes=["hands"], opens_at=opens,
            closes_at=opens + timedelta(hours=3), tellers=[self.secretary], by=self.clerk,
            at=later + 4 * DAY,
        )  # fmt: skip

    def count(self, ballot: Ballot, *yes: int | None, women: int | None = None) -> Ballot:
        """Everybody comes; so many vote yes on each clause (None: all), the others no."""
        opens = self.at + 30 * DAY
        ballots.open_ballot(ballot=ballot, by=self.clerk, at=opens)
        entries = list(ballot.roll.entries.values_list("pk", flat=True))
        ballots.mark_many_present(
            ballot=ballot, mode="hands", entries=entries, by=self.clerk, at=opens
        )
        ballots.say_women_present(
            ballot=ballot, present_count=len(entries) if women is None else women,
            on_roll_count=None, by=self.clerk, at=opens,
        )  # fmt: skip
        ballots.close_ballot(ballot=ballot, by=self.clerk, at=opens)
        questions = list(ballot.questions.all())
        for number, question in enumerate(questions):
            count = yes[number] if number < len(yes) else None
            count = len(entries) if count is None else count
            ballots.record_count(
                ballot=ballot, question=question, mode="hands", teller=self.secretary,
                counts={"yes": count, "no": len(entries) - count}, at=opens,
            )  # fmt: skip
        return ballots.count_ballot(ballot=ballot, by=self.clerk, at=opens)

    def voted(self, *yes: int | None, version: Version | None = None) -> Version:
        version = self.second(version=version)
        self.count(self.ballot(version), *yes)
        version.refresh_from_db()
        return version

    def in_force(self, *yes: int | None, version: Version | None = None) -> Version:
        version = self.voted(*yes, version=version)
        self.after = self.at + 31 * DAY
        self.sign(version)
        services.file_with_town(version=version, by=self.clerk, at=self.after)
        services.post_result(version=version, by=self.clerk, at=self.after)
        services.put_in_force(version=version, by=self.clerk, at=self.after)
        version.refresh_from_db()
        return version

    def sign(self, version: Version, **facts):
        return services.add_signing(
            **{
                "version": version, "place": self.place, "signer_count": 1,
                "signed_on": (self.at + 31 * DAY).date(), "upload": sheet(), "by": self.clerk,
                "at": self.at + 31 * DAY,
            }
            | facts
        )  # fmt: skip


def make_village() -> Village:
    place = people.place()
    households = [
        Household.objects.create(
            code=f"H{number}", grid=place, place_path=place.path, address=f"{number}号"
        )
        for number in range(1, 4)
    ]
    village = Village(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="赵书记"),
        town=people.posted("political_legal_member", at_place=people.town(), name="孙委员"),
        worker=people.posted("grid_worker", at_place=place, name="周网格"),
        elsewhere=people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)),
        residents=[people.somebody(f"居民{number}") for number in range(3)],
        households=households,
    )
    for person, household in zip(village.residents, households, strict=True):
        person.household = household
        person.save(update_fields=["household"])
    return village


@pytest.fixture
def village(db) -> Village:
    return make_village()
