"""Who makes a village's compact in the simulation, from what, and what is said on the way."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.compacts.blueprint import CompactKind
from xiangyue.demo.scenes.procedures import sheet
from xiangyue.documents.files import PreparedFile, prepare_file
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.rules import own_segment

OPINIONS = (
    ("红白事的席面定到几桌，要写清楚", "taken_up", "写进红白喜事那一条，以倡导为宜。"),
    ("门前清扫的日子能不能改到农闲", "partly", "农忙时由各联户自己定，农闲照旧。"),
    ("牛羊上路也要管一管", "taken_up", "公路管护那一条加上。"),
    ("罚一点钱才管得住", "not", "村规民约不能设罚款，改为上门劝导。"),
    ("在外打工的怎么参加打扫", "taken_up", "自愿参加，可以托亲友代做。"),
)
IN_COMMUNITIES = (
    ("楼道里的鞋柜算不算堆物", "partly", "不挡路的可以放，写清楚宽度。"),
    ("充电棚不够用，公约管不了", "not", "已另记一件议题，请议事会商量加装。"),
    ("遛狗的时间要错开孩子放学", "taken_up", "养狗那一条加上。"),
    ("装修周末也吵", "taken_up", "写明周末和节假日不装修。"),
)
FINE = "乱倒垃圾的，每次罚款二百元。"
FAIR = "乱倒垃圾的，由执委会上门劝导，自己清理干净。"
ORDERED = (
    "中华人民共和国村民委员会组织法第二十七条",
    "这一条让人理解成不清扫就不给办事，限制了村民的合法权利，请改正。",
)
VETTED = "通过。"
REVIEWED = "看过了，没有与法律相抵触的内容，可以提交{assembly}表决。"
UNLAWFUL = "{word}不能设罚款，这一条请改成劝导，改好再张榜征求意见。"
ON_PAPER = "前年{assembly}逐条表决通过，纸质文本存档。"
CONSULTED = "“两委”商量：安全生产、环境整治、移风易俗、公路管护、耕地保护都写进去，逐条征求意见。"


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

    @property
    def kind(self) -> str:
        return "residents_compact" if self.is_community else "village_compact"

    @property
    def word(self) -> str:
        return "居民公约" if self.is_community else "村规民约"

    @property
    def opinions(self) -> tuple[tuple[str, str, str], ...]:
        return IN_COMMUNITIES if self.is_community else OPINIONS

    @property
    def square(self) -> str:
        return "社区文化广场" if self.is_community else "鼓楼坪"

    def said(self, text: str) -> str:
        """The words as they are said in a village, or in a community."""
        assembly = "居民会议" if self.is_community else "村民会议"
        return text.format(word=self.word, assembly=assembly)


def starters(kind: str) -> list[str]:
    declared = {row.key: meaning(row, CompactKind) for row in all_current("compact_kind")}
    return [starter.key for starter in declared[kind].starters]


def inhabited() -> set[str]:
    """The villages in which a household lives in the simulation, so that somebody can vote."""
    return set(Household.objects.order_by().values_list("grid__path", flat=True).distinct())


@cache
def paper(name: str) -> PreparedFile:
    """A sheet of paper, drawn once for all villages."""
    return prepare_file(sheet(), name=f"{name}.png")


def household(key: UUID) -> Household:
    return Household.objects.select_related("grid", "unit").get(pk=key)
