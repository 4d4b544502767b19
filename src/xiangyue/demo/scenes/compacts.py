"""The compact of the village that is looked at: in force since the spring, with a history, and
a new draft out for opinions, of which one is answered and one waits.

Everything is done on the last day, with the times at which it was. The first text was adopted on
paper years ago; the second went through both notices and the assembly, where one clause failed.
Where the county's own scene had the village make its compact, only what follows is played.
"""

import random
from datetime import datetime, timedelta

from xiangyue.ballots import services as ballots
from xiangyue.ballots.reading import fits, rules_for
from xiangyue.compacts import services
from xiangyue.compacts.kinds import all_kinds, suits
from xiangyue.compacts.models import Clause, Compact, Version
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.scenes.procedures import sheet
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.rules import short_name

DAY = timedelta(days=1)
# Days before the end.
BEGUN, REVISED, CALLED, HELD, KEPT, TOLD, AGAIN = 78, 64, 63, 46, 44, 6, 4
LEFT_OUT = "红事白事席面不超过八桌，每桌不超过三百元。"
LAWFUL = "红事白事从简，提倡席面不超过八桌，由红白理事会劝一劝、帮一帮。"
NEW_CLAUSE = ("neighbours", "广场舞和音响", "小广场的音响晚上九点半以后关掉，赶上过节商量着来。")
OPINIONS = (
    ("九点半太早，夏天能不能到十点？", "partly", "改成夏天到十点，其余时候九点半。"),
    ("路边晒粮也要写清楚，哪几天可以晒。", "", ""),
)
VERSES = "门前院落各家扫，村道不堆柴和草；\n红白喜事从简办，孝老爱亲代代好。"


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    kind = all_kinds().get("village_compact")
    if day_end < ends_at or kind is None:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    if not suits(kind, village):
        return
    people = {
        role: Person.objects.filter(posts__role=role, posts__place=village).first()
        for role in ("village_clerk", "village_party_secretary")
    }
    clerk, secretary = people["village_clerk"], people["village_party_secretary"]
    if clerk is None or secretary is None or clerk == secretary:
        return
    made = Compact.objects.filter(place=village, kind=kind.key).first()
    if made is None:
        second = _adopted(village, clerk, secretary, ends_at)
    else:
        newest = made.versions.order_by("-number")[0]
        if (
            newest.in_force_from is None
            or newest.state != "in_force"
            or newest.in_force_from >= (ends_at - (TOLD + 1) * DAY).date()
        ):
            return  # it is on its way, or only just through
        second = newest
    services.add_telling(
        compact=second.compact, form="verse", language="普通话", title="村规民约顺口溜",
        text=VERSES, by=clerk, at=ends_at - TOLD * DAY,
    )  # fmt: skip
    third = _out_for_opinions(second, clerk, secretary, ends_at)
    _asked(third, village, clerk, at=ends_at - DAY)


def _adopted(village: Place, clerk: Person, secretary: Person, ends_at: datetime) -> Version:
    """What is in force since the spring, and the town has it."""
    first = _on_paper(village, clerk, at=ends_at - BEGUN * DAY)
    second = _voted(first, village, clerk, secretary, ends_at)
    town = Person.objects.filter(
        posts__role="town_dispatcher", posts__place__path=village.path[: -Place.steplen]
    ).first()
    if town is not None:
        services.acknowledge(
            version=second, text="备案材料齐全，内容未见违法之处。", by=town,
            at=ends_at - (KEPT - 3) * DAY,
        )  # fmt: skip
    return second


def _on_paper(village: Place, clerk: Person, *, at: datetime) -> Version:
    version = services.begin_compact(
        kind="village_compact", place=village, title=f"{short_name(village.name)}村规民约",
        starter="short", by=clerk, at=at,
    )  # fmt: skip
    day = at.date().replace(year=at.year - 4, month=3, day=12)
    return services.take_over(
        version=version, how="村民会议举手表决通过，原件存村委会。", in_force_from=day, by=clerk,
        at=at,
    )  # fmt: skip


def _voted(
    first: Version, village: Place, clerk: Person, secretary: Person, ends_at: datetime
) -> Version:
    """Both notices, the assembly clause by clause, the sheet, the town, the board."""
    begun = ends_at - BEGUN * DAY + timedelta(hours=1)
    version = services.begin_version(compact=first.compact, made_from=first, by=clerk, at=begun)
    rhyme = version.clauses.get(topic="customs")
    _written(rhyme, LEFT_OUT, clerk, at=begun)
    services.publish_first(version=version, by=clerk, at=begun)
    opinion = services.give_opinion(
        version=version, text="席面写死桌数和钱数，外地回来的客人多怎么办？", entered_by=clerk,
        way="counter", lineage=rhyme.lineage, at=begun + DAY,
    )  # fmt: skip
    services.answer_opinion(
        opinion=opinion, answered="not", text="先按多数人的意思写，表决时逐条举手。", by=secretary,
        at=begun + 2 * DAY,
    )  # fmt: skip
    services.begin_revision(version=version, by=clerk, at=ends_at - REVISED * DAY)
    services.publish_second(version=version, by=clerk, at=ends_at - CALLED * DAY)
    _assembly(version, village, clerk, secretary, ends_at)
    version.refresh_from_db()
    kept = ends_at - KEPT * DAY
    services.add_signing(
        version=version, place=village, signer_count=61, signed_on=kept.date(),
        upload=sheet(), file_name="签字表.png", by=clerk, at=kept,
    )  # fmt: skip
    services.file_with_town(version=version, by=clerk, at=kept, note="附表决记录和签字表")
    services.post_result(version=version, by=clerk, at=kept)
    return services.put_in_force(version=version, by=clerk, at=kept)


def _assembly(
    version: Version, village: Place, clerk: Person, secretary: Person, ends_at: datetime
) -> None:
    rule = next(rule for rule in rules_for(village) if rule.key == "compact_assembly")
    assert fits(rule, village)
    at, opens = ends_at - CALLED * DAY, ends_at - HELD * DAY
    roll = ballots.draw_roll(place=village, rule=rule.key, by=clerk, at=at)
    ballots.publish_roll(roll=roll, by=clerk, at=at)
    ballots.confirm_entries(roll=roll, entries=None, by=clerk, at=at)
    roll = ballots.fix_roll(roll=roll, by=clerk, at=at + 4 * DAY)
    ballot = services.plan_vote(
        version=version, roll=roll, modes=["hands"], opens_at=opens,
        closes_at=opens + timedelta(hours=2), meets_at="村文化广场", tellers=[secretary], by=clerk,
        at=at + 4 * DAY,
    )  # fmt: skip
    ballots.open_ballot(ballot=ballot, by=clerk, at=opens)
    entries = list(roll.entries.values_list("pk", flat=True))
    here = entries[: len(entries) * 2 // 3 + 1]
    ballots.mark_many_present(ballot=ballot, mode="hands", entries=here, by=clerk, at=opens)
    ballots.say_women_present(
        ballot=ballot, present_count=len(here) * 2 // 5 + 1, on_roll_count=None, by=clerk, at=opens
    )
    closed = opens + timedelta(hours=2)
    ballots.close_ballot(ballot=ballot, by=clerk, at=closed)
    for question in ballot.questions.all():
        is_table = LEFT_OUT in question.text
        yes = len(here) // 3 if is_table else len(here) - len(here) // 12
        ballots.record_count(
            ballot=ballot, question=question, mode="hands", teller=secretary,
            counts={"yes": yes, "no": len(here) - yes}, at=closed,
        )  # fmt: skip
    ballots.count_ballot(ballot=ballot, by=clerk, at=closed)


def _out_for_opinions(
    second: Version, clerk: Person, secretary: Person, ends_at: datetime
) -> Version:
    """The draft of this month: one clause changed, one new, two opinions."""
    at = ends_at - AGAIN * DAY
    version = services.begin_version(compact=second.compact, made_from=second, by=clerk, at=at)
    topic, heading, text = NEW_CLAUSE
    made = services.add_clause(
        version=version, topic=topic, heading=heading, text=text, by=clerk, at=at
    )
    services.add_clause(
        version=version, topic="customs", heading="红白喜事", text=LAWFUL, by=clerk, at=at
    )
    road = version.clauses.filter(topic="roads").first()
    if road is not None:
        _written(road, "村道是咱大家的，不堆不占路通畅；雪后各家清门前。", clerk, at=at)
    services.publish_first(version=version, by=clerk, at=at + timedelta(hours=1))
    for number, (words, answered, answer) in enumerate(OPINIONS, start=1):
        opinion = services.give_opinion(
            version=version, text=words, entered_by=clerk, way="counter" if answer else "door",
            lineage=made.lineage if answer else None, is_shown=True, at=at + number * DAY,
        )  # fmt: skip
        if answer:
            services.answer_opinion(
                opinion=opinion, answered=answered, text=answer, by=secretary,
                at=at + (number + 1) * DAY,
            )  # fmt: skip
    return version


def _asked(version: Version, village: Place, clerk: Person, *, at: datetime) -> None:
    """Every other household of the village has been asked at its door by now."""
    homes = Household.objects.filter(place_path__startswith=village.path).order_by("pk")
    for household in homes[:200:2]:
        services.note_asked(version=version, household=household, way="door", by=clerk, at=at)


def _written(clause: Clause, text: str, clerk: Person, *, at: datetime) -> None:
    services.save_clause(
        clause=clause, topic=clause.topic, heading=clause.heading, text=text,
        seen=clause.revision, by=clerk, at=at,
    )  # fmt: skip
