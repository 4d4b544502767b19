"""What the village that is looked at is asked: one consultation that is over, one that runs.

Both have two kinds of people in them who differ on half of the statements and agree on the rest;
answers are taken over in bulk. In the running one a statement waits for the clerk, a courtyard has
raised its hands, and the first resident has not answered yet.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from xiangyue.consultations import mapping, services
from xiangyue.consultations.models import Consultation
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person, Place

OVER, CLOSING, RUNNING = timedelta(days=24), timedelta(days=12), timedelta(days=5)
DAY = timedelta(days=1)
MOST_PEOPLE = 90
SHARED = (
    "冬闲时先把二支渠清淤，再说别的",
    "村里的账每月都要贴出来",
    "老人办事可以请人代办",
    "垃圾收集车每天来一趟",
    "巷口的路灯坏了要三天内修好",
)
PARTING = (
    "文化广场晚上九点半以后不放音乐",
    "村里的机动地应该包给大户统一种",
    "红白事的席面应该定个上限",
    "羊群不许从村道上走",
    "旱厕改造今年就要全部完成",
)
BACKGROUND = "村里今冬明春能办的事有限，请大家说说看法。结果是给村民会议的参考，不作决定。"


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On three days alone."""
    ends_at, at = stage.timetable.ends_at, day_end - timedelta(hours=8)
    if _is_day(day_end, ends_at - OVER):
        _ask(stage, dice, title="今冬先办哪几件事", days=11, at=at)
    elif _is_day(day_end, ends_at - CLOSING):
        services.close_those_over(at=day_end)
        mapping.refresh_stale(at=day_end)
    elif _is_day(day_end, ends_at - RUNNING):
        asked = _ask(stage, dice, title="村规民约里该写些什么", days=14, at=at)
        if asked is not None:
            _speak(stage, asked, at=at + timedelta(hours=2))
            mapping.refresh_stale(at=day_end)


def _is_day(day_end: datetime, wanted: datetime) -> bool:
    return wanted <= day_end < wanted + DAY


def _ask(
    stage: Stage, dice: random.Random, *, title: str, days: int, at: datetime
) -> Consultation | None:
    """Nothing where the village has no clerk."""
    village: Place = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    clerk = _somebody(stage, "village_clerk", village)
    if clerk is None:
        return None
    asked = services.begin(
        place=village, title=title, background=BACKGROUND, statements=[*SHARED, *PARTING],
        closes_at=at + timedelta(days=days), by=clerk, at=at,
    )  # fmt: skip
    statements = list(asked.statements.values_list("pk", flat=True))
    answers: dict[UUID, dict[UUID, int]] = {}
    for number, person_id in enumerate(_villagers(stage, village)):
        camp = 1 if number % 5 < 3 else -1
        answers[person_id] = {
            key: _said(dice, 1 if place < len(SHARED) else camp)
            for place, key in enumerate(statements)
            if dice.random() < 0.9
        }
    services.answer_in_bulk(consultation=asked, answers=answers, at=at + timedelta(hours=1))
    return asked


def _said(dice: random.Random, usual: int) -> int:
    drawn = dice.random()
    return usual if drawn < 0.85 else 0 if drawn < 0.93 else -usual


def _villagers(stage: Stage, village: Place) -> list[UUID]:
    lives = Q(place__path__startswith=village.path) | Q(
        household__place_path__startswith=village.path
    )
    rows = Person.objects.filter(lives).exclude(pk__in=[stage.first, stage.second])
    return list(rows.order_by("phone", "pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def _speak(stage: Stage, asked: Consultation, *, at: datetime) -> None:
    """A sentence of somebody's own, reasons, and the hands of a courtyard."""
    resident = Person.objects.get(pk=stage.second)
    first, second = asked.statements.filter(position__in=(1, 6))
    try:
        services.propose_statement(
            consultation=asked, text="拖欠水费的先协商，不要一停了之", by=resident, at=at
        )
        services.give_reason(
            statement=first, by=resident, is_for=True, text="二支渠拐弯处年年淤，浇不上水", at=at
        )
        services.give_reason(
            statement=second, by=resident, is_for=False, text="夏天九点半天才凉快下来", at=at
        )
    except NotAllowed:
        return  # the second resident of a small county may live in another village
    keeper = _somebody(stage, "village_clerk", asked.place)
    if keeper is not None:
        for statement in (first, second):
            services.enter_show_of_hands(
                statement=statement, place=stage.grid, by=keeper, present=14,
                agree=9, disagree=5, passed=0, at=at,
            )  # fmt: skip


def _somebody(stage: Stage, role: str, place: Place) -> Person | None:
    crew = stage.duties.by_role.get(role, {}).get(place.path, [])
    return Person.objects.filter(pk=crew[0].person_id).first() if crew else None
