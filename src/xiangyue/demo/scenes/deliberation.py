"""What concerns everyone in the village that is looked at: issues at every turn of their way.

One is new and waits for the clerk, one with many voices and a petition wait for the secretary, one
waits for a lawyer's note, one is being done and waits to be checked, one is settled, one was
declined; two say the same and were joined. Everything is done on the last day, with the times at
which it was. The two residents who look around have raised one each and find one to support.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiangyue.access.queries import standing_of
from xiangyue.ballots.drawing import residents_of
from xiangyue.blueprints.queries import all_current
from xiangyue.deliberation import services
from xiangyue.deliberation.models import Issue
from xiangyue.deliberation.services.acting import lives_at
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.scenes.procedures import sheet
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place, Post
from xiangyue.procedures.models import Run, StepRun, StepState
from xiangyue.procedures.reading import with_steps
from xiangyue.procedures.services import add_evidence, complete_step, publish_for_step

DAY = timedelta(days=1)
LEAST = 14
LOUD = ("小广场晚上太吵", "跳舞的音乐到十点多还在放，娃娃写不成作业。能不能定个时间？", "culture")
LOUDER = ("广场音乐声音太大", "晚上音响开得太大，老人睡不着，请定个时间和音量。", "culture")
BINS = ("垃圾桶离家太远", "三组西头到垃圾桶要走一里路，能不能在井台边再放一个？", "cleanliness")
RELIEF = (
    "公开低保是怎么评的",
    "想知道评议会谁参加、怎么打分。不要名字，只要办法。",
    "disclosure",
)
DOGS = ("养狗要拴绳", "巷子里有狗追娃娃。养狗的、不养狗的坐下来定个规矩。", "dogs")
LANES = (
    "巷道卫生轮流扫",
    "巷道没人管，秋天全是树叶。各家轮一轮，扫帚由村里买。",
    "cleanliness",
)
SCHOOL = ("校车停在哪里", "校车没有固定停的地方，娃娃在路边等车不安全。", "roads")
POOL = ("修一个游泳池", "夏天娃娃没处去，修个小游泳池吧。", "culture")


@dataclass(frozen=True, slots=True)
class Crew:
    """Who acts: the village's own people."""

    village: Place
    clerk: Person
    secretary: Person
    checker: Person | None
    people: list[Person]
    first: Person
    second: Person
    ends_at: datetime

    def ago(self, days: float) -> datetime:
        return self.ends_at - timedelta(days=days)


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    if day_end < stage.timetable.ends_at or not all_current("deliberation_form"):
        return
    crew = _crew(stage)
    if crew is None:
        return
    _said(crew, BINS, crew.second, 0.3)
    loud = _raised(crew, LOUD, crew.people[0], 12)
    _backed(crew, loud, 8, 11)
    louder = _raised(crew, LOUDER, crew.people[1], 9)
    _backed(crew, louder, 4, 8, start=10)
    services.merge_issue(issue=louder, into=loud, by=crew.clerk, at=crew.ago(7))
    services.enter_voices(issue=loud, names="马奶奶\n牛大爷", by=crew.clerk, at=crew.ago(6))
    petition = _raised(crew, RELIEF, crew.people[1], 8, asks="disclosed")
    _backed(crew, petition, 10, 7)
    pool = _raised(crew, POOL, crew.people[2], 25)
    _backed(crew, pool, 2, 24)
    services.decline_issue(
        issue=pool, reason="村里没有这笔钱，也没有救生员，安全没有保障。可以先把渠边的护栏装好。",
        by=crew.secretary, at=crew.ago(20),
    )  # fmt: skip
    dogs = _raised(crew, DOGS, crew.people[3], 10)
    _backed(crew, dogs, 7, 9)
    form = "by_law" if "by_law" in {row.key for row in all_current("deliberation_form")} else ""
    if form:
        services.accept_issue(
            issue=dogs, form=form, reason="关系到娃娃安全，请先问清法律怎么规定，再一起定。",
            by=crew.secretary, at=crew.ago(6),
        )  # fmt: skip
    _being_done(crew)
    _settled(crew)


def _crew(stage: Stage) -> Crew | None:
    """None where the village lacks who acts, or enough people."""
    village: Place = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    posts = Post.objects.filter(place=village, active_to=None).select_related("person")
    held = {post.role: post.person for post in posts.order_by("pk")}
    clerk = held.get("village_clerk")
    secretary = held.get("village_party_secretary") or held.get("community_party_secretary")
    around = residents_of(village).filter(posts=None).select_related("household", "place")
    looking = Person.objects.select_related("household", "place").in_bulk(
        [stage.first, stage.second]
    )
    first, second = looking[stage.first], looking[stage.second]
    people = list(around.exclude(pk__in=looking).order_by("pk")[:40])
    if clerk is None or secretary is None or len(people) < LEAST:
        return None
    if not all(lives_at(one, village.path) for one in (first, second)):
        return None
    return Crew(
        village, clerk, secretary, held.get("supervision_member"), people, first, second,
        stage.timetable.ends_at,
    )  # fmt: skip


def _said(
    crew: Crew, words: tuple[str, str, str], by: Person, days: float, asks: str = ""
) -> Issue:
    title, text, topic = words
    return services.raise_issue(
        place=crew.village, title=title, text=text, topic=topic, by=by, at=crew.ago(days),
        asks=asks,
    )  # fmt: skip


def _raised(
    crew: Crew, words: tuple[str, str, str], by: Person, days: float, asks: str = ""
) -> Issue:
    issue = _said(crew, words, by, days, asks)
    return services.show_issue(issue=issue, by=crew.clerk, at=crew.ago(days - 0.2))


def _backed(crew: Crew, issue: Issue, count: int, days: float, *, start: int = 4) -> None:
    for person in crew.people[start : start + count]:
        services.support_issue(issue=issue, by=person, at=crew.ago(days))


def _researched(crew: Crew, issue: Issue, found: str, days: float) -> None:
    """What was found lies on the table of the procedure, and its step is done."""
    at = crew.ago(days)
    services.add_research(issue=issue, text=found, by=crew.clerk, at=at)
    row = _open(issue)
    actor = standing_of(crew.clerk, at=at)
    if row.key == "research":
        if not row.evidence.exists():
            add_evidence(step_run=row, key="report", actor=actor, at=at, text=found)
        complete_step(step_run=row, actor=actor, at=at)


def _being_done(crew: Crew) -> None:
    lanes = _raised(crew, LANES, crew.first, 22)
    _backed(crew, lanes, 9, 21)
    lanes = services.accept_issue(
        issue=lanes, form="consultation", reason="家家门口的事，大家一起定个办法。",
        by=crew.secretary, at=crew.ago(19),
    )  # fmt: skip
    _researched(crew, lanes, "全村四条巷道，二十六户靠巷道住，愿意轮流扫的二十三户。", 16)
    services.resolve_issue(
        issue=lanes, text="每户轮一周，联户长排班；扫帚、簸箕由村集体出钱买。", outcome="accepted",
        settled_in="院坝议事会", by=crew.clerk, at=crew.ago(12),
    )  # fmt: skip
    rota = services.plan_task(
        issue=lanes, text="排出轮扫名单，送到各户", who="三组联户长", by=crew.clerk,
        at=crew.ago(11), due_on=crew.ago(5).date(),
    )  # fmt: skip
    services.finish_task(
        task=rota, note="四条巷道的轮扫表排好了，已经送到各户。", by=crew.clerk, at=crew.ago(2)
    )
    services.plan_task(
        issue=lanes, kind="spending", text="买扫帚、簸箕二十六套", who="村委会", by=crew.clerk,
        at=crew.ago(11), amount_cents=104_000, due_on=(crew.ends_at + 6 * DAY).date(),
    )  # fmt: skip


def _settled(crew: Crew) -> None:
    school = _raised(crew, SCHOOL, crew.people[5], 40)
    _backed(crew, school, 7, 39, start=6)
    school = services.accept_issue(
        issue=school, form="consultation", reason="娃娃上学的安全，先办。", by=crew.secretary,
        at=crew.ago(37),
    )  # fmt: skip
    _researched(crew, school, "早上七点十分到七点半，十九个娃娃在村口等车。", 33)
    services.resolve_issue(
        issue=school, text="校车停在村口小卖部东侧空地，划线立牌。", outcome="accepted",
        settled_in="居民议事会", by=crew.clerk, at=crew.ago(29),
    )  # fmt: skip
    _step_done(crew, school, by=crew.secretary, days=28.5)
    line = services.plan_task(
        issue=school, text="空地划线，立一块校车停靠牌", who="村委会", by=crew.clerk,
        at=crew.ago(28), due_on=crew.ago(20).date(),
    )  # fmt: skip
    services.finish_task(task=line, note="线划好了，牌子立好了。", by=crew.clerk, at=crew.ago(21))
    _step_done(crew, school, by=crew.clerk, days=19)
    if crew.checker is not None:
        services.check_task(
            task=line, note="早上去看过，校车停在线里，娃娃在牌子下等车。", by=crew.checker,
            at=crew.ago(18),
        )  # fmt: skip
        _step_done(crew, school, by=crew.checker, days=17.9)


def _step_done(crew: Crew, issue: Issue, *, by: Person, days: float) -> None:
    """The procedure's open step, with what it wants on the table; what was settled is put up."""
    at, row = crew.ago(days), _open(issue)
    is_meeting, clerk = row.key == "meet", standing_of(crew.clerk, at=at)
    if is_meeting:
        add_evidence(
            step_run=row,
            key="minutes",
            upload=sheet(),
            file_name="会议记录.png",
            actor=clerk,
            at=at,
        )
    complete_step(step_run=row, actor=standing_of(by, at=at), at=at)
    if is_meeting:
        publish_for_step(
            step_run=_open(issue), title=f"议定结果：{issue.title}",
            body="校车停在村口小卖部东侧空地，划线立牌。", actor=clerk,
            at=at + timedelta(minutes=20),
        )  # fmt: skip


def _open(issue: Issue) -> StepRun:
    run = with_steps(Run.objects.filter(issues=issue)).get()
    row = next(one for one in run.steps.all() if one.state == StepState.OPEN)
    row.run = run
    return row
