"""The columns of a list of residents: what they are called, what they are for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiangyue.registry.importing.screening import Unfit

TITLES: Mapping[str, Promise] = {
    "town": _("Town"),
    "village": _("Village or community"),
    "grid": _("Grid"),
    "household": _("Household number"),
    "address": _("Address or door"),
    "name": _("Name"),
    "birth_date": _("Date of birth"),
    "phone": _("Mobile number"),
    "number": _("Own number"),
    "person": _("System number"),
}
MUST = ("name",)
PLACES = ("grid", "village")

EXPLANATIONS: Mapping[str, Promise] = {
    "town": _("Only where two villages in your area have the same name."),
    "village": _("Name or code. Not needed where the grid's name already says it."),
    "grid": _("Name, number (1, 第一网格) or code of the grid in which the person lives."),
    "household": _(
        "The village's number for the household, unique in its grid. Without it, people at the "
        "same address are one household."
    ),
    "address": _("House number or door, as people know it."),
    "name": _("Needed in every row."),
    "birth_date": _("Year, month and day: 1965-03-01, 1965年3月1日 or a date of Excel."),
    "phone": _(
        "Eleven digits. A number belongs to one person; leave it empty for whoever has none."
    ),
    "number": _(
        "The village's own number for the person, to tell people of the same name apart. Never an "
        "identity card number."
    ),
    "person": _("Comes with an export; leave it as it is. Empty for new people."),
}
EXAMPLES: Mapping[str, str] = {
    "household": "0012",
    "address": "文化巷3号",
    "name": "张三",
    "birth_date": "1965-03-01",
    "phone": "13800000000",
    "number": "A-17",
}

_ALIASES: Mapping[str, str] = {
    "town": "乡镇 镇 乡 乡镇街道 街道 所属乡镇 town",
    "village": "村 社区 村社区 村居 行政村 村名 村名称 所属村 所在村 village villageorcommunity",
    "grid": "网格 所属网格 所在网格 网格名称 三级网格 村民小组 小组 组 grid",
    "household": "户号 户编号 家庭编号 家庭户号 户籍编号 householdnumber household",
    "address": "住址 门牌 门牌号 门牌号码 地址 家庭住址 家庭地址 现住址 现住地址 居住地址 详细地址 "
    "住址或门牌 address addressordoor",
    "name": "姓名 居民姓名 人员姓名 名字 name",
    "birth_date": "出生日期 出生年月日 出生年月 生日 birthdate dateofbirth",
    "phone": "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 mobilenumber phone",
    "number": "编号 自编号 村内编号 人员编号 居民编号 ownnumber",
    "person": "系统编号 systemnumber",
    "": "序号 行号 备注 no. no 错误 errors",
    "id_number": "身份证 身份证号 身份证号码 身份号码 公民身份号码 公民身份证号码 居民身份证号码 "
    "证件号 证件号码 idnumber identitynumber",
}
_KEYS = {alias: key for key, aliases in _ALIASES.items() for alias in aliases.split()}
_NOISE = re.compile(r"[（(【\[].*?[)）】\]]|[\s*＊:：]")


def letter_of(position: int) -> str:
    """The column's letter as a spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that is known: which column it means, where it stands, how it is written."""

    key: str
    position: int
    text: str

    @property
    def letter(self) -> str:
        return letter_of(self.position)


@dataclass(slots=True)
class Headings:
    headings: list[Heading] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        """Whether this is a row of headings rather than a title or a row of residents."""
        return len(self.headings) >= 2 and any(heading.key in MUST for heading in self.headings)

    def check(self) -> None:
        """:raises Unfit: a column stands twice, or is one that is never taken."""
        seen: dict[str, Heading] = {}
        for heading in self.headings:
            if heading.key == "id_number":
                raise Unfit("id_number_column", column=heading.letter)
            if heading.key in seen:
                raise Unfit("column_twice", one=seen[heading.key].letter, other=heading.letter)
            seen[heading.key] = heading
        if "person" not in seen and not any(key in seen for key in PLACES):
            raise Unfit("no_place_column")


def headings_in(cells: Sequence[Any], *, first_column: int) -> Headings:
    """The headings among the cells of a row."""
    found = Headings()
    for offset, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        text = " ".join(cell.split())[:40]
        key = _KEYS.get(_NOISE.sub("", cell).lower())
        if key:
            found.headings.append(Heading(key, first_column + offset, text))
        elif key is None:
            found.unknown.append(text)
    return found
