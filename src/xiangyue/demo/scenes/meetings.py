"""Sessions of the last two weeks in the town that is looked at: its room every day, in a few
villages the Party groups on Fridays and the event on the 10th; in the last days every town's room.

What is decided there is mostly to keep watching, and in the last days to supervise what is late. On
the last day something stands ready to be opened for whoever looks around.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from xiangyue.access.rules import Standing
from xiangyue.demo.duties import TOWN_LENGTH, VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.kernel.refusals import Refused
from xiangyue.meetings import services
from xiangyue.meetings.deciding import decide_by_act, decide_in_words, open_meeting
from xiangyue.meetings.models import AgendaItem, Meeting, StateChoices
from xiangyue.meetings.series import all_series
from xiangyue.places.models import Place, PlaceKind

PLAYED = timedelta(days=14)
EVERYWHERE = timedelta(days=5)
# Incidents of the last days are nobody's memory any more: what is done with them here stays.
DECIDED = timedelta(days=4)
VILLAGES = 3
ITEMS_TALKED_ABOUT = 4
WATCHED = ("已联系责任单位，下次会办再看进展", "等配件到货，继续盯", "包抓干部本周再去一趟", "")
SUPERVISED = ("超期了，三天内办结并回话", "请单位负责人明天来会上说明")
MINUTES = ("逐件过了一遍，没有其他事项。", "提醒各网格注意防火、防煤气。", "下次会前把进展报上来。")
TEXTS = ("入冬前的用火用电检查怎么分工", "重阳节慰问老人的安排", "灌渠清淤什么时候动工")
GUESTS = ("派出所 马警官", "供电所 王师傅", "村民代表 李生福")


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    ends_at = stage.timetable.ends_at
    if day_end < ends_at - PLAYED or not all_series():
        return
    begins_at = timezone.localtime(day_end - timedelta(seconds=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    _plan(day_end, stage, at=begins_at)
    if day_end < ends_at:
        today = Meeting.objects.filter(
            date=begins_at.date(), state=StateChoices.PLANNED
        ).select_related("series", "place")
        for meeting in today.order_by("place_path", "series_key"):
            _hold(meeting, stage, dice, decides=day_end > ends_at - DECIDED)
        services.mark_missed(at=begins_at + timedelta(days=1))
        return
    services.plan_meetings(at=ends_at)
    _stand_ready(stage, at=ends_at)


def _plan(day_end: datetime, stage: Stage, *, at: datetime) -> None:
    """On the first day what is around the grid that is looked at; near the end every town's."""
    ends_at, day = stage.timetable.ends_at, timedelta(days=1)
    if day_end - day < ends_at - PLAYED:
        for path in _villages_around(stage):
            services.plan_meetings(at=at, days=PLAYED.days + 1, within_path=path)
        town = stage.grid.path[:TOWN_LENGTH]
        services.plan_meetings(at=at, days=PLAYED.days + 1, within_path=town, only=["town_room"])
    if day_end - day < ends_at - EVERYWHERE <= day_end:
        services.plan_meetings(
            at=at, days=EVERYWHERE.days + 1, only=["town_room", "county_supervision"]
        )


def _villages_around(stage: Stage) -> list[str]:
    path = stage.grid.path
    villages = Place.objects.filter(
        path__startswith=path[:TOWN_LENGTH], kind=PlaceKind.VILLAGE, is_active=True
    ).order_by("path")
    found = [path[:VILLAGE_LENGTH], *villages.values_list("path", flat=True)]
    return list(dict.fromkeys(found))[:VILLAGES]


def _conveners(stage: Stage, meeting: Meeting) -> list[Standing]:
    declared = all_series().get(meeting.series_key)
    roles: Iterable[str] = declared[1].convene if declared else ()
    return [
        actor.standing
        for role in roles
        for actor in stage.duties.by_role.get(role, {}).get(meeting.place_path, [])
    ]


def _hold(meeting: Meeting, stage: Stage, dice: random.Random, *, decides: bool) -> None:
    conveners = _conveners(stage, meeting)
    if not conveners or dice.random() < 0.06:  # it happens that nobody comes to it
        return
    convener = conveners[0]
    at = meeting.begins_at + timedelta(minutes=dice.randrange(8))
    if dice.random() < 0.1 and meeting.series_key != "town_room":
        services.add_text(meeting=meeting, text=dice.choice(TEXTS), actor=convener, at=at)
    opened = open_meeting(meeting=meeting, actor=convener, at=at)
    for item in opened.items.order_by("position")[:ITEMS_TALKED_ABOUT]:
        at += timedelta(minutes=dice.randint(2, 5))
        if item.incident is None:
            decide_in_words(
                item=item, decision="agreed", text="照上次说的办，各组报名单", actor=convener, at=at
            )
        elif not (decides and "overdue" in item.reasons and _supervised(stage, item, dice, at=at)):
            decide_in_words(
                item=item, decision="watch", text=dice.choice(WATCHED), actor=convener, at=at
            )
    if dice.random() < 0.2:
        who = convener.person_id
        assert who is not None
        services.note_attendance(
            meeting=opened, people=[who], guests=[dice.choice(GUESTS)], chair=who, minute_taker=who,
            actor=convener, at=at,
        )  # fmt: skip
    at += timedelta(minutes=3)
    services.close_session(meeting=opened, actor=convener, at=at, text=dice.choice(MINUTES))


def _supervised(stage: Stage, item: AgendaItem, dice: random.Random, *, at: datetime) -> bool:
    """Whether the town's supervisor now watches it; a few, so that it stays something special."""
    incident = item.incident
    assert incident is not None
    if incident.is_supervised or dice.random() < 0.7:
        return False
    supervisor = stage.duties.supervisor(incident.place_path, "town")
    if supervisor is None:
        return False
    try:
        decide_by_act(
            item=item,
            decision="supervise",
            entered={"note": dice.choice(SUPERVISED)},
            actor=supervisor.standing,
            at=at,
        )
    except Refused:
        return False
    return True


def _stand_ready(stage: Stage, *, at: datetime) -> None:
    """A town's room and a village's Party group for today, called if it is a day without one."""
    path = stage.grid.path
    for key, place_path, role in (
        ("town_room", path[:TOWN_LENGTH], "town_dispatcher"),
        ("grid_party_group", path[:VILLAGE_LENGTH], "village_party_secretary"),
    ):
        crew = stage.duties.by_role.get(role, {}).get(place_path, [])
        place = Place.objects.filter(path=place_path).first()
        day = timezone.localdate(at)
        there = Meeting.objects.filter(series_key=key, place=place, date=day)
        if not crew or place is None or there.exists():
            continue
        try:
            called = services.call_meeting(
                series_key=key,
                place=place,
                begins_at=at + timedelta(minutes=30),
                actor=crew[0].standing,
                at=at,
            )
            if key != "town_room":
                services.add_text(meeting=called, text=TEXTS[0], actor=crew[0].standing, at=at)
        except Refused:  # a county whose series are others
            continue
