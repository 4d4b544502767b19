"""Lists of residents as clerks make them, for tests of import and export."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook, load_workbook

from tests import people
from xiangyue.access.queries import standing_of
from xiangyue.places.models import Person, Place
from xiangyue.registry.importing import services
from xiangyue.registry.importing.models import Import

GRID = "北滩村第一网格"
GRID_CODE = f"{people.VILLAGE}-001"
OTHER_GRID = "北滩村第二网格"
HEADINGS = ("网格", "户号", "住址", "姓名", "出生日期", "手机号", "编号")
Row = Mapping[str, Any]


def keeper(place: Place | None = None) -> Person:
    """Somebody who keeps the lists of a village, or of whatever place is given."""
    at_place = place or people.place()
    return people.posted(
        "village_clerk", at_place=at_place, organisation=people.unit("VC"), name="吕文书"
    )


def resident(name: str, **facts: Any) -> dict[str, Any]:
    return {"网格": GRID, "姓名": name} | facts


def workbook(rows: Iterable[Row], *, headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    """The rows as .xlsx, with some lines of title above the headings."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(above):
        sheet.append([f"居民花名册 {number}"])
    sheet.append(list(headings))
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_text(rows: Iterable[Row], *, headings: Sequence[str] = HEADINGS, mark: str = ",") -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=mark)
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return buffer.getvalue()


def cells_of(content: bytes) -> list[list[Any]]:
    """The first sheet's cells, empty ones as None."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def upload(
    actor: Person,
    content: bytes | Iterable[Row],
    *,
    name: str = "名单.xlsx",
    at: datetime = people.MONDAY,
) -> Import:
    """The import after the worker has checked it."""
    if not isinstance(content, bytes):
        content = workbook(content)
    standing = standing_of(actor, at=at)
    batch = services.receive_file(actor=actor, standing=standing, name=name, content=content, at=at)
    services.work_on_imports(at=at)
    batch.refresh_from_db()
    return batch


def confirm(batch: Import, *, at: datetime = people.MONDAY + timedelta(minutes=5)) -> Import:
    """The import after it was confirmed and the worker has loaded it."""
    services.confirm_import(batch=batch, actor=batch.actor, plan=batch.plan, at=at)
    services.work_on_imports(at=at)
    batch.refresh_from_db()
    return batch


def imported(actor: Person, content: bytes | Iterable[Row], **how: Any) -> Import:
    return confirm(upload(actor, content, **how))


def counts(batch: Import) -> tuple[int, int, int, int]:
    """New, changed, unchanged, faulty."""
    return batch.new_count, batch.changed_count, batch.unchanged_count, batch.faulty_count


def faults(batch: Import) -> list[tuple[int, str, str]]:
    """Row, column and which sentence, in the order of the rows."""
    return list(batch.faults.order_by("number", "pk").values_list("number", "column", "code"))
