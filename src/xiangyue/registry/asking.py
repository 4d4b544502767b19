"""Who asks for what, over all declared forms: the same datum is asked for once (GD13).

Pure but for the declared types it walks.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.registry.blueprint import ElementKind

# What the house holds already, by the words that people use for it. Whoever asks by these words
# asks for the same thing, whatever the field is called.
HELD_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("person.name", ("姓名", "名字", "叫什么名字", "name")),
    ("person.phone", ("电话", "手机号", "手机", "联系电话", "phone", "mobile number")),
    ("person.birth_date", ("出生日期", "出生年月", "年龄", "生日", "birth_date", "age")),
    ("household.address", ("住址", "家庭住址", "地址", "address", "home address")),
    ("incident.place", ("地点", "在哪里", "在哪儿", "位置", "where", "place", "location")),
    ("incident.description", ("情况说明", "事情经过", "什么问题", "description")),
    ("incident.urgency", ("紧急程度", "急不急", "urgency", "how urgent")),
)


# What the form of a report asks for, by the names of its fields.
REPORT_FIELDS = {
    "place": "incident.place",
    "description": "incident.description",
    "urgency": "incident.urgency",
    "for_name": "person.name",
    "for_phone": "person.phone",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that one form asks for: `datum` is what it is, `where` says which form."""

    datum: str
    where: str


def _plain(text: str) -> str:
    """The bare words: 您的姓名？ and 姓名 ask for the same."""
    bare = re.sub(r"[\s?？:：。]+", "", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"^(您的|你的|本人的?|请填写|请问|your)", "", bare)


def datum_of(*texts: str) -> str:
    """The datum that these words ask for, if it is one that the house holds; "" otherwise."""
    plain = {_plain(text) for text in texts}
    for datum, words in HELD_WORDS:
        if plain & {_plain(word) for word in words}:
            return datum
    return ""


def asked_by_kind(kind: ElementKind) -> Iterator[Asked]:
    """What the forms of a kind of record ask for."""
    for field in kind.fields:
        datum = field.held or field.datum or datum_of(field.label.zh, field.label.en)
        yield Asked(datum or f"{kind.key}.{_plain(field.label.zh)}", f"{kind.key}.{field.key}")


def asked_by_category(category: IncidentCategory) -> Iterator[Asked]:
    """What a category's extra questions ask for, beside what every report says anyway."""
    for question in category.questions:
        datum = datum_of(question.key, question.label.zh, question.label.en)
        yield Asked(
            datum or f"incident_{category.key}.{_plain(question.label.zh)}",
            f"incident_category {category.key}.{question.key}",
        )


def asked_by_report(names: Iterable[str]) -> Iterator[Asked]:
    """What the form of a report asks for, given the names of its fields."""
    for name in names:
        yield Asked(REPORT_FIELDS.get(name, f"report.{name}"), f"report form {name}")


def asked_twice(asked: Iterable[Asked]) -> list[tuple[str, list[str]]]:
    """Each datum that more than one form asks for, with the forms."""
    found: dict[str, list[str]] = {}
    for one in asked:
        found.setdefault(one.datum, []).append(one.where)
    return [(datum, places) for datum, places in found.items() if len(places) > 1]


def repeated(found: tuple[str, list[str]]) -> str:
    datum, places = found
    return f"{' and '.join(places)} ask for the same datum {datum}; ask once (GD13)"
