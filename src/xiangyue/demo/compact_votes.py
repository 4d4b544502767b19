"""How a village of the simulation votes on its compact: its roll, the day, the raised hands."""

import random
from datetime import datetime, timedelta

from xiangyue.ballots import services
from xiangyue.ballots.drawing import residents_of
from xiangyue.ballots.models import Ballot, Basis, Roll
from xiangyue.ballots.reading import declared_rule
from xiangyue.compacts.kinds import kind_of, rule_for
from xiangyue.compacts.models import Version
from xiangyue.compacts.services import plan_vote
from xiangyue.demo.compact_making import Village

# Where so few live in the simulation, a household is one voice, as the law has it too.
FEW_PEOPLE = 8
FAILS, FOR_IT, AGAINST_IT = 0.03, (0.75, 1.0), 0.3


def roll_for(version: Version, village: Village, *, at: datetime) -> Roll:
    """Published and looked through: everybody of age, or the households of a small village."""
    rule = rule_for(kind_of(version.compact), village.place)
    assert rule is not None
    at_home = residents_of(village.place).filter(household__isnull=False)
    is_small = at_home.count() < FEW_PEOPLE
    ways = {way.basis for way in declared_rule(rule)[1].ways}
    roll = services.draw_roll(
        place=village.place, rule=rule, by=village.clerk, at=at,
        basis=Basis.HOUSEHOLDS if is_small and Basis.HOUSEHOLDS in ways else None,
    )  # fmt: skip
    services.publish_roll(roll=roll, by=village.clerk, at=at)
    services.confirm_entries(roll=roll, entries=None, by=village.clerk, at=at)
    roll.refresh_from_db()
    return roll


def call_vote(
    version: Version, village: Village, roll: Roll, *, opens_at: datetime, at: datetime
) -> Ballot:
    return plan_vote(
        version=version, roll=roll, modes=["hands"], opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=3), meets_at=village.square, by=village.clerk, at=at,
        tellers=[village.secretary],
    )  # fmt: skip


def hold_vote(ballot: Ballot, village: Village, dice: random.Random, *, at: datetime) -> datetime:
    """Read out clause by clause, by raised hands; a few clauses fail. Returns when it is counted.

    As many come as the law wants at least, mostly more.
    """
    clerk = village.clerk
    services.open_ballot(ballot=ballot, by=clerk, at=at)
    entries = list(ballot.roll.entries.filter(is_struck=False).values_list("pk", flat=True))
    least = len(entries) * 2 // 3 + 1
    present = entries[: max(least, round(len(entries) * dice.uniform(0.7, 1)))]
    services.mark_many_present(ballot=ballot, mode="hands", entries=present, by=clerk, at=at)
    services.say_women_present(
        ballot=ballot, present_count=(len(present) + 1) // 2, on_roll_count=None, by=clerk, at=at
    )
    at += timedelta(hours=2)
    services.close_ballot(ballot=ballot, by=clerk, at=at)
    for question in ballot.questions.all():
        share = AGAINST_IT if dice.random() < FAILS else dice.uniform(*FOR_IT)
        yes = round(len(present) * share)
        services.record_count(
            ballot=ballot, question=question, mode="hands", teller=village.secretary,
            counts={"yes": yes, "no": len(present) - yes}, at=at,
        )  # fmt: skip
    services.count_ballot(ballot=ballot, by=clerk, at=at)
    return at
