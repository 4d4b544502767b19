"""Who makes a village's compact in the simulation, from what, and what is said on the way."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Count

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.compacts.blueprint import CompactKind
from xiangyue.demo.scenes.procedures import sheet
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.rules import own_segment
from xiangyue.procedures.files import PreparedFile, prepare_file

FEWEST_PEOPLE = 8
OPINIONS = (
    ("红白事的席面定到几桌，要写清楚", "taken_up", "写进红白喜事那一条，以倡导为宜。"),
    ("门前清扫的日子能不能改到农闲", "partly", "农忙时由各联户自己定，农闲照旧。"),
    ("牛羊上路也要管一管", "taken_up", "公路管护那一条加上。"),
    ("罚一点钱才管得住", "not", "村规民约不能设罚款，改为上门劝导。"),
    ("在外打工的怎么参加打扫", "taken_up", "自愿参加，可以托亲友代做。"),
)
FINE = "乱倒垃圾的，每次罚款二百元，上交村委会。"
FAIR = "乱倒垃圾的，由执委会上门劝导，自己清理干净。"
ORDERED = (
    "中华人民共和国村民委员会组织法第二十七条",
    "这一条让人理解成不清扫就不给办事，限制了村民的合法权利，请改正。",
)
VETTED = "通过。"
REVIEWED = "看过了，没有与法律相抵触的内容，可以提交村民会议。"
CONSULTED = "村“两委”商量：安全生产、环境整治、移风易俗、公路管护、耕地保护都写进去，逐条征求意见。"


@dataclass(frozen=True, slots=True)
class Village:
    """A village and those who make its compact; `pace` stretches how long everything takes."""

    place: Place
    clerk: Person
    secretary: Person
    town: Person
    pace: float

    @property
    def is_community(self) -> bool:
        return own_segment("village", self.place.code) < 200


def starters(kind: str) -> list[str]:
    declared = {row.key: meaning(row, CompactKind) for row in all_current("compact_kind")}
    return [starter.key for starter in declared[kind].starters]


def inhabited() -> set[str]:
    """The villages with so many people in the simulation that an assembly can be held."""
    rows = Person.objects.filter(household__isnull=False).order_by()
    counted = rows.values_list("household__grid__path").annotate(count=Count("pk"))
    return {path for path, count in counted if count >= FEWEST_PEOPLE}


@cache
def paper(name: str) -> PreparedFile:
    """A sheet of paper, drawn once for all villages."""
    return prepare_file(sheet(), name=f"{name}.png")


def household(key: UUID) -> Household:
    return Household.objects.select_related("grid", "unit").get(pk=key)
