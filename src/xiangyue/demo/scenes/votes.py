"""What the village that is looked at votes on: its representatives have decided, its people decide.

The representatives' vote was held by raised hands a week before the end and is counted; the
assembly's vote by phone, on paper and by hand was called in time, runs now, and waits for the
residents who look around. Everything is done on the last day, with the times at which it was.
"""

import random
from datetime import datetime, timedelta

from xiangyue.ballots import services
from xiangyue.ballots.drawing import residents_of
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.ballots.reading import fits, rules_for
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place

REPRESENTATIVES = 15
CALLED, HELD, OPENED = timedelta(days=15), timedelta(days=7), timedelta(days=1)
LASTS = timedelta(days=4)
DECIDED = ("清淤修整三条支渠，概算三万二千元", "聘请两名义务监督员")
ASKED = (
    "修通村口到小学的水泥路",
    services.Asked("文化广场建在哪里？", ("村口空地", "老戏台旁", "学校西边")),
)


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    keys = {rule.key for rule in rules_for(village) if fits(rule, village)}
    clerk = Person.objects.filter(posts__role="village_clerk", posts__place=village).first()
    people = list(residents_of(village).order_by("pk")[:60])
    if clerk is None or not keys & {"villagers_assembly", "residents_assembly"}:
        return
    is_village = "villagers_assembly" in keys
    if len(people) >= REPRESENTATIVES:
        rule = "representatives_assembly" if is_village else "residents_representatives"
        _decided(village, rule, clerk, people, at=ends_at - HELD - timedelta(hours=6))
    rule = "villagers_assembly" if is_village else "residents_assembly"
    roll = _roll(village, rule, clerk, at=ends_at - CALLED)
    ballot = services.plan_ballot(
        roll=roll, title="村口道路和文化广场", questions=ASKED, modes=["hands", "paper", "online"],
        about="道路列入今年公益事业，不向村民筹资。广场位置请大家选。",
        meets_at="村委会会议室", matter="public_works" if is_village else "",
        opens_at=ends_at - OPENED, closes_at=ends_at + LASTS, tellers=_tellers(people), by=clerk,
        at=ends_at - CALLED,
    )  # fmt: skip
    services.open_ballot(ballot=ballot, by=clerk, at=ends_at - OPENED)
    _some_vote(ballot, people, stage, dice, at=ends_at - timedelta(hours=3))


def _tellers(people: list[Person]) -> list[Person]:
    """Two who can be called."""
    return [each for each in people if each.phone is not None][-2:]


def _roll(village: Place, rule: str, clerk: Person, *, at: datetime) -> Roll:
    roll = services.draw_roll(place=village, rule=rule, by=clerk, at=at)
    services.publish_roll(roll=roll, by=clerk, at=at)
    services.confirm_entries(roll=roll, entries=None, by=clerk, at=at)
    return services.fix_roll(roll=roll, by=clerk, at=at + timedelta(days=3))


def _decided(
    village: Place, rule: str, clerk: Person, people: list[Person], *, at: datetime
) -> None:
    """The representatives met, raised their hands, and the result hangs on the board."""
    chosen, tellers = people[:REPRESENTATIVES], _tellers(people)
    services.import_members(
        place=village, kind=rule, text="\n".join(dict.fromkeys(each.name for each in chosen)),
        chosen=chosen, on=(at - timedelta(days=60)).date(), at=at - timedelta(days=4), by=clerk,
    )  # fmt: skip
    roll = _roll(village, rule, clerk, at=at - timedelta(days=4))
    ballot = services.plan_ballot(
        roll=roll, title="支渠清淤和义务监督员", questions=DECIDED, modes=["hands"],
        meets_at="村委会会议室", opens_at=at, closes_at=at + timedelta(hours=2),
        tellers=tellers, by=clerk, at=at - timedelta(days=4),
    )  # fmt: skip
    services.open_ballot(ballot=ballot, by=clerk, at=at)
    entries = list(roll.entries.values_list("pk", flat=True))[:-2]
    services.mark_many_present(ballot=ballot, mode="hands", entries=entries, by=tellers[-1], at=at)
    services.close_ballot(ballot=ballot, by=clerk, at=at + timedelta(hours=1))
    here = len(entries)
    counts = ({"yes": here - 1, "abstain": 1}, {"yes": here // 2, "no": here - here // 2})
    for question, each in zip(ballot.questions.all(), counts, strict=True):
        services.record_count(
            ballot=ballot, question=question, mode="hands", teller=tellers[-1], counts=each,
            at=at + timedelta(hours=1),
        )  # fmt: skip
    services.count_ballot(ballot=ballot, by=clerk, at=at + timedelta(hours=1))


def _some_vote(
    ballot: Ballot, people: list[Person], stage: Stage, dice: random.Random, *, at: datetime
) -> None:
    """A dozen have voted by phone; the two residents who look around have not."""
    tellers = {each.pk for each in _tellers(people)}
    apart = tellers | {stage.first, stage.second}
    others = [each for each in people if each.pk not in apart]
    on_roll = set(ballot.roll.entries.values_list("person", flat=True))
    for person in others[:12]:
        if person.pk in on_roll:
            choices = {
                1: "no" if dice.random() < 0.2 else "yes",
                2: dice.choice(["c1", "c2", "c3"]),
            }
            services.cast(ballot=ballot, voter=person, choices=choices, at=at)
