"""What the village that is looked at does with a small budget: one is in its vote, one decided.

Last spring's round is decided and explained; of what it pays for one project is built and waits to
be checked, one has begun. This season's round is in its vote: the residents who look around have
not voted yet. A third takes orders. Everything is done on the last day, with the times at which it
was.
"""

import random
from datetime import datetime, timedelta

from xiangyue.ballots import services as ballots
from xiangyue.ballots.models import RollEntry
from xiangyue.blueprints.queries import all_current
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.neighbours import grown_ups
from xiangyue.demo.stage import Stage
from xiangyue.orders import services
from xiangyue.orders.acting import kinds_for
from xiangyue.orders.models import Round
from xiangyue.orders.services import Cost
from xiangyue.places.models import Person, Place

YUAN = 100
BUDGET = 60_000 * YUAN
# Title, where, what is ordered, cost lines in yuan.
PROJECTS = (
    (
        "巷口路灯八盏",
        "三组南巷",
        "晚上黑，老人孩子走路不安全",
        (("灯杆灯具", 14_400), ("安装接线", 3_600)),
    ),
    ("便民凉亭一座", "村口大树下", "等车没有躲雨的地方", (("基础和亭身", 31_000), ("座凳", 3_000))),
    ("晒场硬化", "二组晒场", "晒场坑洼，下雨积水", (("水泥砂石", 19_500), ("人工机械", 8_500))),
    ("图书角", "村委会一楼", "娃娃放学没有看书的地方", (("书架桌椅", 6_200), ("图书", 3_800))),
    ("乒乓球台两张", "文化广场", "广场添两张球台", (("球台", 5_600),)),
)
LIKINGS = ((1, 4), (1, 3), (2, 4), (3, 4), (1, 5), (3,), (1, 4, 5), (2,))


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone, where the county declares such rounds."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at or not all_current("order_round"):
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    kinds = {kind.key for kind in kinds_for(village)}
    clerk = Person.objects.filter(posts__role="village_clerk", posts__place=village).first()
    people = list(grown_ups(village, at=ends_at).order_by("pk")[:200])
    if clerk is None or "service_fund" not in kinds or len(people) < 12:
        return
    looked_at = {stage.first, stage.second}
    others = [one for one in people if one.pk not in looked_at and one.pk != clerk.pk]
    decided = _voted(
        village, clerk, people, "去年结余：办哪几件小事", at=ends_at - timedelta(days=70)
    )
    _cast(decided, others, dice, at=ends_at - timedelta(days=38), share=4)
    _decide(decided, clerk, at=ends_at - timedelta(days=34))
    running = _voted(
        village, clerk, people, "今年的服务群众经费怎么花", at=ends_at - timedelta(days=33)
    )
    _cast(running, others, dice, at=ends_at - timedelta(hours=5), share=12)
    taking = services.begin_round(
        kind="service_fund", place=village, title="入冬前还需要办什么",
        about="结余一万五千元，请大家说说还缺什么。", money_from="服务群众专项经费结余",
        budget=15_000 * YUAN, by=clerk, at=ends_at - timedelta(days=2),
    )  # fmt: skip
    for who, text in enumerate(("活动室装暖气片", "公厕门口装防滑垫", "渠边加一段护栏")):
        services.order(round_=taking, text=text, by=others[who], at=ends_at - timedelta(days=1))


def _voted(
    village: Place, clerk: Person, people: list[Person], title: str, *, at: datetime
) -> Round:
    """A round taken from its orders to an open vote, 32 days later."""
    made = services.begin_round(
        kind="service_fund", place=village, title=title,
        about="六万元，一人一张选票，选的项目加起来不超过六万元。", money_from="服务群众专项经费",
        budget=BUDGET, by=clerk, at=at,
    )  # fmt: skip
    needs = [
        services.order(round_=made, text=wish, spot=spot, by=people[who], at=at + timedelta(days=1))
        for who, (_title, spot, wish, _lines) in enumerate(PROJECTS)
    ]
    for need, count in zip(needs, (7, 5, 4, 6, 2), strict=True):
        for person in people[5 : 5 + count]:
            services.support(need=need, by=person, at=at + timedelta(days=2))
    odd = services.order(
        round_=made, text="给每户发一袋面粉", by=people[5], at=at + timedelta(days=2)
    )
    costing = at + timedelta(days=8)
    services.end_needs(round_=made, by=clerk, at=costing)
    services.set_aside(
        need=odd, why="这笔经费只能用于公共设施和公共服务，不能发给个人。", by=clerk, at=costing
    )
    for need, (name, spot, wish, lines) in zip(needs, PROJECTS, strict=True):
        services.keep_project(
            round_=made, title=name, what=f"{wish}。建在{spot}。", spot=spot, needs=[need],
            lines=[Cost(what, amount * YUAN) for what, amount in lines], costed_by="镇项目办",
            upkeep=300 * YUAN, upkeep_by="村集体", by=clerk, at=costing,
        )  # fmt: skip
    services.publish_projects(round_=made, by=clerk, at=costing)
    services.draw_voters(round_=made, by=clerk, at=costing)
    made = Round.objects.get(pk=made.pk)
    assert made.roll is not None
    ballots.publish_roll(roll=made.roll, by=clerk, at=costing)
    ballots.confirm_entries(roll=made.roll, entries=None, by=clerk, at=costing)
    settled = at + timedelta(days=25)
    ballots.fix_roll(roll=made.roll, by=clerk, at=settled)
    opens = at + timedelta(days=31)
    services.announce_vote(
        round_=made, opens_at=opens, closes_at=opens + timedelta(days=5), meets_at="村委会一楼",
        tellers=people[-2:], by=clerk, at=settled,
    )  # fmt: skip
    services.open_vote(round_=Round.objects.get(pk=made.pk), by=clerk, at=opens)
    return Round.objects.select_related("ballot__roll").get(pk=made.pk)


def _cast(
    round_: Round, people: list[Person], dice: random.Random, *, at: datetime, share: int
) -> None:
    """One in so many of those on the roll has voted by phone."""
    assert round_.ballot is not None
    entries = RollEntry.objects.filter(roll=round_.ballot.roll, is_struck=False)
    on_roll = set(entries.values_list("person", flat=True))
    voters = [one for one in people if one.pk in on_roll]
    for person in voters[: max(12, round_.ballot.roll.entry_count // share)]:
        services.cast_slip(round_=round_, voter=person, projects=dice.choice(LIKINGS), at=at)


def _decide(round_: Round, clerk: Person, *, at: datetime) -> None:
    services.close_vote(round_=round_, by=clerk, at=at)
    services.count_round(round_=round_, by=clerk, at=at + timedelta(hours=2))
    paid = list(round_.projects.filter(building="waiting")[:2])
    for project in paid:
        services.report_progress(
            project=project, kind="begun", text="材料到场，开工了。", by=clerk,
            at=at + timedelta(days=9),
        )  # fmt: skip
    for project in paid[:1]:
        services.report_progress(
            project=project, kind="built", text="建好了，请监督委员会来看。",
            cost=project.cost - 300 * YUAN, by=clerk, at=at + timedelta(days=25),
        )  # fmt: skip
