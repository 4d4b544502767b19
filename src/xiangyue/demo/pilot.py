"""Who takes part in the deliberative pilot, and what is said in it."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from xiangyue.assemblies.models import Sitting
from xiangyue.councils.models import Council
from xiangyue.deliberation.models import Issue
from xiangyue.places.models import Person, Place

DECLINES = (
    "这件事要业主大会先定，已把办法告诉提议的人。",
    "上个月刚修过，先看一段时间，再有问题可以重提。",
    "不归社区管，已转有关部门，办得怎么样会告诉大家。",
)
ACCEPTS = (
    "关系到好几栋楼，大家议一议。",
    "提的人多，早该坐下来说一说。",
    "各有各的道理，请议事会商量。",
)
REJECTS = "大家意见差得远，这次不办；以后情况变了再提。"
LATER = "再问两家住户，下次会上接着议。"


@dataclass
class Community:
    """A pilot community and its people; `waiting` are the issues ready for the next sitting."""

    place: Place
    clerk: Person
    secretary: Person
    supervisor: Person
    lawyer: Person | None
    residents: list[Person]
    council: Council | None = None
    waiting: list["Matter"] = field(default_factory=list)
    open: list["Matter"] = field(default_factory=list)


@dataclass
class Matter:
    """An issue and the words that belong to it; `decided` is what the sitting settled."""

    issue: Issue
    words: dict[str, Any]
    where: str
    decided: str = ""
    sitting: Sitting | None = None

    def said(self, key: str) -> str:
        return str(self.words[key]).replace("{where}", self.where)


@cache
def pilot_words() -> dict[str, Any]:
    """The issues and the spots where they lie."""
    return tomllib.loads((files("xiangyue.demo") / "words" / "pilot.toml").read_text("utf-8"))
