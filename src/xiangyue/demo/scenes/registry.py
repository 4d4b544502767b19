"""The register of a few villages: what stands there, who needs what and agreed to it, who is away.

On the first day alone. In the village that is looked at somebody has read a record, and a request
for many records waits for the town's chief lead.
"""

import random
from collections.abc import Iterator
from datetime import datetime

from xiangyue.access.rules import Standing
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import within
from xiangyue.registry import services
from xiangyue.registry.models import Element
from xiangyue.registry.services import NewElement
from xiangyue.registry.services.ground import Agreed

VILLAGES = 12
WHERE = ("村委会门口", "小学西墙外", "文化广场东侧", "村口三岔路", "卫生室对面", "北巷中段")
WELLS = ("东头机井", "西滩机井", "老井台", "二号机井")
ORGANISATIONS = (
    ("惠民便利店", "shop"),
    ("祁连养殖合作社", "cooperative"),
    ("村小学", "school"),
    ("老年人协会", "association"),
)
AWAY = ("兰州", "张掖", "新疆", "西安", "银川")
SERVICES = ("meals", "home_visit", "errands", "escort", "repairs")
TIMES = ("中午十二点", "早上九点以后", "周末", "傍晚")


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """Enter everything at the end of the first day; nothing on any other."""
    if Element.objects.exists():
        return
    clerks = stage.duties.by_role["village_clerk"]
    own = stage.grid.path[:VILLAGE_LENGTH]
    paths = [path for path in sorted(clerks) if path != own]
    chosen = dice.sample(paths, min(VILLAGES - 1, len(paths)))
    if own in clerks:
        chosen.insert(0, own)
    villages = {place.path: place for place in Place.objects.filter(path__in=chosen)}
    for path in chosen:
        clerk = clerks[path][0].standing
        entries = list(_of_village(villages[path], dice))
        services.enter_many(entries=entries, by=clerk, at=day_end)
        if path == own:
            _of_the_stage(stage, villages[path], clerk, at=day_end)


def _of_village(village: Place, dice: random.Random) -> Iterator[NewElement]:
    for where in dice.sample(WHERE, 3):
        gives_water = "no" if dice.random() < 0.2 else "yes"
        yield NewElement("hydrant", {"where": where, "gives_water": gives_water}, place=village)
    for where in dice.sample(WELLS, 2):
        use = dice.choice(["irrigation", "drinking", "disused"])
        values = {"where": where, "well_use": use, "has_cover": "yes"}
        yield NewElement("well", values, place=village)
    for called, sort in dice.sample(ORGANISATIONS, 2):
        values = {"called": called, "organisation_sort": sort}
        yield NewElement("local_organisation", values, place=village)
    homes = list(
        within(Household.objects.select_related("grid", "unit"), village).order_by("code")[:3]
    )
    for home in homes[1:]:
        values = {"empty_since": "2025-11-01", "key_with": "隔壁邻居"}
        yield NewElement("empty_house", values, household=home)
    adults = list(
        within(
            Person.objects.select_related("place", "household__grid", "household__unit"),
            village,
            field="place__path",
        )
        .filter(birth_date__lt="2000-01-01", posts=None)
        .order_by("household__code", "birth_date", "name")[:6]
    )
    for person in adults[:3]:
        yield NewElement(
            "service_need",
            {"service": dice.choice(SERVICES), "service_time": dice.choice(TIMES)},
            person=person,
            agreed=Agreed.to({"service"}),
        )
    for person in adults[3:]:
        yield NewElement("away_for_work", {"away_to": dice.choice(AWAY)}, person=person)


def _of_the_stage(stage: Stage, village: Place, clerk: Standing, *, at: datetime) -> None:
    first = Person.objects.select_related("place", "household__grid").get(pk=stage.first)
    need = services.enter_element(
        kind_key="service_need",
        person=first,
        values={"service": "errands", "service_time": "周末"},
        agreed=Agreed.to({"service"}),
        by=clerk,
        at=at,
    )
    services.read_element(element=need, purpose="安排代办代购", by=clerk, at=at)
    services.ask_bulk_read(
        kind_key="person", place=village, purpose="核对应急转移名册", by=clerk, at=at
    )
