"""Who sits for what around the village that is looked at.

Where the county declares the three groups, the village has them: they give an opinion, help with
an errand, and one judgement waits for whom it would be about. Where it has communities with a
council of one, seven and X, the nearest one has it, with a matter and those whom it concerns. All
is done on the last day, with the times at which it was.
"""

import random
from datetime import datetime, timedelta

from xiangyue.councils import services
from xiangyue.councils.models import Council
from xiangyue.councils.reading import kinds_at
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.neighbours import grown_ups
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place, Post
from xiangyue.places.queries import active_posts
from xiangyue.publicity.services import end_windows

FORMED, SITS = timedelta(days=24), timedelta(days=12)
GROUPS = ("participation_group", "moral_judging_group", "service_group")
COUNCIL = "consultation_council"
OTHERS = (
    ("branch_representative", "recommendation", "社区党支部会议推荐", ""),
    ("supervision_representative", "recommendation", "居监委会推荐", ""),
    ("deputy", "invitation", "街道邀请，区人大代表", "区人大代表"),
    ("legal_worker", "invitation", "社区法律顾问，邀请", "社区法律顾问"),
    ("organisation_representative", "recommendation", "辖区商户推荐", "老街商户"),
    ("respected_resident", "election", "居民小组推选", "老党员"),
    ("respected_resident", "election", "居民小组推选", "退休教师"),
)


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    _groups(village, stage, at=ends_at)
    _council(village, at=ends_at)


def _clerk(place: Place, *, at: datetime) -> Person | None:
    posts = active_posts(at=at).filter(role="village_clerk", place=place)
    post: Post | None = posts.select_related("person").order_by("pk").first()
    return post.person if post is not None else None


def _sits(council: Council, clerk: Person, *, at: datetime) -> None:
    """Publish the roster in time, and let its days pass."""
    services.publish_roster(council=council, by=clerk, at=at - FORMED + timedelta(hours=3))
    end_windows(at=at - SITS)
    council.refresh_from_db()
    if council.state == "forming":
        services.begin_sitting(council=council, by=clerk, at=at - SITS)
        council.refresh_from_db()


def _seated(council: Council, key: str, clerk: Person, *, at: datetime, **facts: object) -> None:
    given = {"way": "election", "chosen_how": "全体成员推选"} | facts
    seat = services.seat(
        council=council, seat_key=key, by=clerk, at=at - FORMED, **given,  # type: ignore[arg-type] # as named
    )  # fmt: skip
    if seat.state == "invited":
        services.answer_seat(
            seat=seat, accepts=True, entered_by=clerk, at=at - FORMED + timedelta(hours=1)
        )


def _groups(village: Place, stage: Stage, *, at: datetime) -> None:
    kinds, clerk = kinds_at(village), _clerk(village, at=at)
    shown = {stage.first, stage.second}
    crowd = grown_ups(village, at=at).exclude(pk__in=[*shown, clerk.pk if clerk else None])
    people = list(crowd.filter(posts=None).order_by("pk")[:15])
    first = Person.objects.get(pk=stage.first)
    second = Person.objects.get(pk=stage.second)
    if clerk is None or len(people) < len(GROUPS) * 5 or not set(GROUPS) <= set(kinds):
        return
    made: dict[str, Council] = {}
    for number, kind in enumerate(GROUPS):
        crew = people[number * 5 : number * 5 + 5]
        council = services.form(
            kind=kind, place=village, by=clerk, at=at - FORMED, came_about="村民自己提出来的",
        )  # fmt: skip
        _seated(council, "head", clerk, at=at, person=crew[0])
        for one in crew[1:]:
            _seated(
                council, "member", clerk, at=at, person=one, way="recommendation",
                chosen_how="村民小组推荐",
            )  # fmt: skip
        if kind == "service_group":  # the first resident finds work waiting
            _seated(
                council, "member", clerk, at=at, person=first, way="invitation",
                chosen_how="自愿参加",
            )  # fmt: skip
        _sits(council, clerk, at=at)
        made[kind] = council
    _work(made, people, first, second, clerk, at=at)
    services.seat(
        council=made["participation_group"], seat_key="member", way="invitation",
        chosen_how="团里邀请", person=second, by=clerk, at=at - timedelta(hours=5),
    )  # fmt: skip


def _work(
    made: dict[str, Council], people: list[Person], first: Person, second: Person, clerk: Person,
    *, at: datetime,
) -> None:  # fmt: skip
    opinion = services.ask_group(
        council=made["participation_group"], title="文化广场建在哪里",
        text="村里准备建文化广场，请参政团说说建在哪里方便。", entered_by=clerk, said_by="村委会",
        at=at - timedelta(days=6),
    )  # fmt: skip
    services.take(matter=opinion, by=people[0], at=at - timedelta(days=5))
    services.take(matter=opinion, by=people[1], at=at - timedelta(days=5))
    services.conclude(
        matter=opinion, by=people[0], at=at - timedelta(days=3),
        result="赞成建在老戏台旁：离学校和老人活动室都近，不占耕地；晚上九点半以后不放音乐。",
        minutes="走访三个小组十七户，团员五人到场商量一次。",
    )  # fmt: skip
    done = services.ask_group(
        council=made["service_group"], title="代买药", text="腿脚不便，请帮忙到镇上买一次降压药。",
        entered_by=clerk, said_by="二组一位老人", contact="到家里敲门", at=at - timedelta(days=4),
    )  # fmt: skip
    services.take(matter=done, by=people[10], at=at - timedelta(days=4))
    services.conclude(
        matter=done, by=people[10], result="已买回送到家，药费当面结清。",
        at=at - timedelta(days=3),
    )  # fmt: skip
    services.ask_group(
        council=made["service_group"], title="帮忙搬柜子",
        text="家里要把一个旧柜子搬到院里，一个人搬不动。", by=second, contact="晚上在家",
        at=at - timedelta(hours=7),
    )  # fmt: skip
    wall = services.ask_group(
        council=made["moral_judging_group"], title="院墙边的柴草",
        text="邻居把柴草堆在两家院墙之间，雨天墙潮。想请评判团听听两家的话。", by=second,
        concerned=[first], at=at - timedelta(hours=6),
    )  # fmt: skip
    for number, judge in enumerate(people[5:8]):
        services.take(matter=wall, by=judge, is_woman=number == 0, at=at - timedelta(hours=4))


def _council(village: Place, *, at: datetime) -> None:
    """The community's council, where the village looked at is one or its town has one."""
    places = [village, *Place.objects.filter(
        path__startswith=village.path[:-Place.steplen], kind="village", is_active=True
    ).order_by("path")]  # fmt: skip
    for place in places:
        clerk = _clerk(place, at=at)
        secretary = (
            active_posts(at=at)
            .filter(role__in=["community_party_secretary", "village_party_secretary"], place=place)
            .select_related("person")
            .first()
        )
        there = Council.objects.filter(place=place, kind=COUNCIL).exclude(state="dissolved")
        if COUNCIL not in kinds_at(place) or clerk is None or secretary is None or there.exists():
            continue
        taken = {clerk.pk, secretary.person_id}
        people = [
            one
            for one in grown_ups(place, at=at).filter(posts=None).order_by("pk")[:20]
            if one.pk not in taken
        ]
        council = services.form(kind=COUNCIL, place=place, by=clerk, at=at - FORMED)
        _seated(
            council, "party_secretary", clerk, at=at, way="post", person=secretary.person,
            chosen_how="社区党组织书记",
        )  # fmt: skip
        _seated(
            council, "committee_representative", clerk, at=at, way="post", person=clerk,
            chosen_how="居委会成员",
        )  # fmt: skip
        for number, (key, way, how, stands_for) in enumerate(OTHERS):
            who = {"person": people[number]} if number < len(people) else {"name": f"代表{number}"}
            _seated(
                council, key, clerk, at=at, way=way, chosen_how=how, stands_for=stands_for, **who
            )
        _sits(council, clerk, at=at)
        _matter(council, clerk, people, at=at)
        return


def _matter(council: Council, clerk: Person, people: list[Person], *, at: datetime) -> None:
    matter = services.take_up(
        council=council, title="老楼加装电梯", by=clerk, at=at - timedelta(days=5)
    )
    comes = services.invite_stakeholder(
        council=council, matter=matter, name="一楼住户代表", stake="住一楼，担心挡光和噪音",
        stands_for="三号楼一楼住户", by=clerk, at=at - timedelta(days=5),
    )  # fmt: skip
    services.answer_invitation(
        stakeholder=comes, accepts=True, entered_by=clerk, at=at - timedelta(days=4)
    )
    if len(people) > len(OTHERS):
        services.ask_to_be_heard(
            matter=matter, stake="住六楼，老人一年没下过楼", by=people[len(OTHERS)],
            at=at - timedelta(hours=8),
        )  # fmt: skip
