"""What was taken out, as a workbook that says who took it out, when, what for and with whose
approval (GD10); residents come in the columns in which they are imported."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from xiangyue.places.models import Person
from xiangyue.places.rules import short_name
from xiangyue.registry.blueprint import ElementField, ElementKind, FieldType
from xiangyue.registry.catalogue import PERSON_KIND, label_of, name_of
from xiangyue.registry.holding import shown_value
from xiangyue.registry.importing.columns import TITLES
from xiangyue.registry.importing.marking import text_cell
from xiangyue.registry.importing.models import OwnNumber
from xiangyue.registry.importing.placing import Places
from xiangyue.registry.models import BulkRead
from xiangyue.registry.services.bulk import TakenOut, Taking

Parts = Iterable[Sequence[TakenOut]]
# An identity number is never needed outside: it stays where it is read one by one.
NEVER_OUT = frozenset({FieldType.ID_NUMBER})


def workbook_of(
    kind: ElementKind,
    taken: Taking,
    *,
    taken_by: Person,
    purpose: str,
    bulk: BulkRead | None,
    at: datetime,
) -> IO[bytes]:
    """The records as a file that is gone once it is closed; it is written row by row.

    The first row is the watermark, and so is each printed page's foot. No cell is a formula.
    """
    fields = [field for field in kind.fields if field.type not in NEVER_OUT]
    is_people = kind.key == PERSON_KIND
    heads = _person_heads(fields) if is_people else _other_heads(fields)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name_of(kind)[:31])
    mark = _watermark(taken_by=taken_by, purpose=purpose, bulk=bulk, at=at, count=taken.count)
    _set_foot(sheet, mark)
    sheet.freeze_panes = "A3"
    sheet.append([text_cell(sheet, mark)])
    bold = [text_cell(sheet, head) for head in heads]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    rows = (_person_rows if is_people else _other_rows)(taken.parts, fields)
    for row in rows:
        sheet.append([text_cell(sheet, text) if text else None for text in row])
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _watermark(
    *, taken_by: Person, purpose: str, bulk: BulkRead | None, at: datetime, count: int
) -> str:
    parts = [
        _("Taken out by %(who)s at %(time)s")
        % {"who": taken_by.name, "time": f"{localtime(at):%F %H:%M}"},
        _("for: %(purpose)s") % {"purpose": purpose},
        _("%(count)s records") % {"count": count},
    ]  # fmt: skip
    if bulk is not None and bulk.decided_by is not None:
        parts.append(_("approved by %(who)s") % {"who": bulk.decided_by.name})
    parts.append(_("Only for this purpose; do not pass on."))
    return "　".join(parts)


def _set_foot(sheet: Any, mark: str) -> None:
    sheet.HeaderFooter.oddFooter.center.text = mark.replace("&", "＆")[:200]


# --- people ------------------------------------------------------------------------------------

_FIRST = ("village", "grid", "household", "address")
_LAST = ("number", "person")
_AS_IMPORTED = {"name": "name", "phone": "phone", "birth_date": "birth_date"}


def _person_heads(fields: Iterable[ElementField]) -> list[str]:
    return [
        *(str(TITLES[key]) for key in _FIRST),
        *(
            str(TITLES[_AS_IMPORTED[field.key]]) if field.key in _AS_IMPORTED else label_of(field)
            for field in fields
        ),
        *(str(TITLES[key]) for key in _LAST),
    ]


def _person_rows(parts: Parts, fields: Sequence[ElementField]) -> Iterator[list[str]]:
    places = Places([""])
    for part in parts:
        numbers = dict(
            OwnNumber.objects.filter(
                person_id__in=[one.element.person_id for one in part]
            ).values_list("person_id", "number")
        )
        for one in part:
            person = one.element.person
            assert person is not None  # each record of the kind is somebody's
            spot = places.by_id.get(person.place_id or 0)
            village = places.village_of(spot.path) if spot is not None else None
            home = person.household
            yield [
                short_name(village.name) if village else "",
                spot.code if spot else "",
                home.code if home else "",
                home.address if home else "",
                *_values(one, fields),
                numbers.get(person.pk, ""),
                str(person.pk),
            ]


# --- everything else ---------------------------------------------------------------------------


def _other_heads(fields: Iterable[ElementField]) -> list[str]:
    return [_("Place"), *(label_of(field) for field in fields), str(TITLES["person"])]


def _other_rows(parts: Parts, fields: Sequence[ElementField]) -> Iterator[list[str]]:
    for one in chain.from_iterable(parts):
        yield [short_name(one.element.place.name), *_values(one, fields), str(one.element.code)]


def _values(one: TakenOut, fields: Iterable[ElementField]) -> Iterator[str]:
    for field in fields:
        yield shown_value(field, one.values.get(field.key))
