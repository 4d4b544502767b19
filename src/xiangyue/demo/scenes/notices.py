"""What hangs on the boards of the village that is looked at, of its town and of the county.

Three weeks before the end accounts that are over by now, with an objection answered; a week before
it a resolution that is still running, with one objection answered and one to answer; names put up
for an honour; and the town's and the county's own notices. Objections come as residents send them.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from xiangyue.demo.duties import TOWN_LENGTH, VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place
from xiangyue.publicity import services
from xiangyue.publicity.kinds import all_kinds
from xiangyue.publicity.models import Notice

OVER, RUNNING = timedelta(days=21), timedelta(days=3)
ACCOUNTS: Mapping[str, object] = {
    "tables": [
        {
            "columns": ["日期", "事由", "收入（元）", "支出（元）"],
            "rows": [
                ["3日", "机动地承包费", "12600", ""],
                ["8日", "路灯电费", "", "486"],
                ["15日", "修补村口水泥路用料", "", "3150"],
                ["22日", "保洁员补助", "", "1800"],
            ],
        }
    ]
}
RESOLUTION = """村民代表会议应到三十五人，实到三十一人，同意二十八人，通过以下决议：

一、灌溉期前清淤修整三条支渠，共一千二百米。

二、用工用料概算三万二千元，由村集体经济收入列支，不向村民筹资。

三、工程由村务监督委员会全程监督，完工后公布结果。"""
HONOUR = """经各小组推荐、村“两委”会议研究，拟推荐以下家庭为“美丽庭院”示范户。
名单已征得本人同意。本人要求撤下的，二十四小时内撤下。"""
TOWN = """为做好今冬明春火灾防控，各村、社区于本月底前完成柴草堆垛清理和用电检查。

大家对检查时间和方式有意见的，请在公示期内提出。"""
COUNTY = """县社会治理中心接待大厅每周一至周五正常接待群众，周六上午安排值班。
办事不会用手机的，可以到窗口登记，也可以请网格员代办。"""


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On two days alone: what is over at the end, and what is running then."""
    ends_at = stage.timetable.ends_at
    if not all_kinds():
        return
    at = day_end - timedelta(hours=8)
    day = timedelta(days=1)
    if ends_at - OVER <= day_end < ends_at - OVER + day:
        _hang_what_is_over(stage, at=at)
    elif ends_at - RUNNING <= day_end < ends_at - RUNNING + day:
        _hang_what_runs(stage, dice, at=at)
    if day_end >= ends_at - OVER:
        services.end_windows(at=day_end)


def _hang_what_is_over(stage: Stage, *, at: datetime) -> None:
    village = _place(stage, VILLAGE_LENGTH)
    accounts = _publish(
        stage, "finance", village, "village_clerk", title="上月财务收支公开",
        body="上月村级收支逐笔公布如下，票据存村务监督委员会备查。", at=at, facts=ACCOUNTS,
    )  # fmt: skip
    if accounts is None:
        return
    _object(stage, accounts, "修路用料三千多是买的谁家的？能不能看看票", at=at + timedelta(hours=3))
    _answer(stage, "用料从县城建材市场购买，票据和验收单已贴在村委会，欢迎来看。", accounts,
            is_upheld=False, at=at + timedelta(hours=7))  # fmt: skip


def _hang_what_runs(stage: Stage, dice: random.Random, *, at: datetime) -> None:
    village = _place(stage, VILLAGE_LENGTH)
    resolution = _publish(
        stage,
        "resolution",
        village,
        "village_clerk",
        title="关于清淤修整支渠的决议",
        body=RESOLUTION,
        at=at,
    )
    if resolution is not None:
        _object(
            stage, resolution, "二支渠拐弯的地方年年淤，要不要顺便裁直", at=at + timedelta(hours=1)
        )
        _answer(stage, "意见采纳，清淤时一并裁直，不增加概算。", resolution, is_upheld=True,
                at=at + timedelta(hours=5))  # fmt: skip
        _object(stage, resolution, "施工那几天浇水怎么安排，请说清楚", at=at + timedelta(hours=6))
    names = ["一组 柳庄巷东三户", "二组 文化广场北侧两户", "三组 水渠边一户"]
    _publish(
        stage, "nominees", village, "village_clerk", title="“美丽庭院”示范户推荐名单",
        body=f"{HONOUR}\n\n{dice.choice(names)}等六户，名单贴在村委会门口。", at=at,
    )  # fmt: skip
    town, county = _place(stage, TOWN_LENGTH), _place(stage, TOWN_LENGTH - Place.steplen)
    _publish(
        stage, "general", town, "town_dispatcher", title="冬季防火安全检查安排", body=TOWN, at=at
    )
    _publish(
        stage, "general", county, "county_dispatcher", title="接待大厅服务时间", body=COUNTY, at=at
    )


def _place(stage: Stage, length: int) -> Place:
    found: Place = Place.objects.get(path=stage.grid.path[:length])
    return found


def _somebody(stage: Stage, role: str, place: Place) -> Person | None:
    crew = stage.duties.by_role.get(role, {}).get(place.path, [])
    return Person.objects.filter(pk=crew[0].person_id).first() if crew else None


def _publish(
    stage: Stage,
    kind: str,
    place: Place,
    role: str,
    *,
    title: str,
    body: str,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> Notice | None:
    """Nothing where nobody holds the role, or the county has no such kind."""
    by = _somebody(stage, role, place)
    if by is None or kind not in all_kinds():
        return None
    return services.publish_notice(
        kind=kind, place=place, title=title, body=body, by=by, at=at, facts=facts
    )


def _object(stage: Stage, notice: Notice, text: str, *, at: datetime) -> None:
    by = Person.objects.get(pk=stage.first)
    services.object_to(notice=notice, text=text, by=by, shown="words", at=at)


def _answer(stage: Stage, text: str, notice: Notice, *, is_upheld: bool, at: datetime) -> None:
    by = _somebody(stage, "village_party_secretary", notice.place) or _somebody(
        stage, "village_clerk", notice.place
    )
    objection = notice.objections.filter(answered_at=None).first()
    if by is None or objection is None or by.pk == objection.person_id:
        return
    services.answer_objection(objection=objection, by=by, text=text, is_upheld=is_upheld, at=at)
