"""From cells to drafts: every row read, everything that is wrong with it said at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from xiangyue.kernel.characters import normalise
from xiangyue.registry.importing import cells
from xiangyue.registry.importing.cells import Cell, CellFault
from xiangyue.registry.importing.matching import Draft, Fault
from xiangyue.registry.importing.placing import Home, Places
from xiangyue.registry.importing.rules import without_zeros
from xiangyue.registry.importing.sheets import SheetRow

HOUSEHOLD_CODE_LENGTH = 40
FAULTS_MOST = 100_000
T = TypeVar("T")


def name_key(name: str) -> str:
    """The name as it is compared: half-width, simplified, without spaces (SE10)."""
    return re.sub(r"\s", "", normalise(name))


def address_key(address: str) -> str:
    return re.sub(r"[\s,.,。，、-]", "", normalise(address))


@dataclass(slots=True)
class Entry:
    """A row whose cells could all be read, and where its person lives."""

    draft: Draft
    home: Home
    household_code: str
    address: str


class RowReader:
    """Reads one row after the other, knowing those before it."""

    def __init__(self, places: Places, *, today: date) -> None:
        self.entries: list[Entry] = []
        self.faults: list[Fault] = []
        self.faulty: set[int] = set()
        self.row_count = 0
        self._places = places
        self._today = today
        self._phones: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._persons: dict[UUID, int] = {}

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that more of it helps nobody."""
        return len(self.faults) >= FAULTS_MOST

    def take(self, row: SheetRow) -> None:
        self.row_count += 1
        name = self._cell(row, "name", cells.read_name, "")
        if not name and row.number not in self.faulty:
            self._fault(row, "name", CellFault("missing"))
        birth_date = self._cell(row, "birth_date", self._birth_date, None)
        phone = self._cell(row, "phone", cells.read_phone, "")
        number = self._cell(row, "number", cells.read_code, "")
        person = self._cell(row, "person", _person_number, None)
        address = self._cell(row, "address", cells.read_address, "")
        household = self._cell(row, "household", cells.read_household, "")
        home = self._home(row, is_registered=person is not None)
        code = self._household_code(row, household, home) if home is not None else ""
        self._not_twice(row, phone=phone, number=number, person=person, home=home)
        if row.number in self.faulty or home is None:
            return
        draft = Draft(
            row=row.number,
            name=name,
            name_key=name_key(name),
            grid_path=home.grid.path,
            village_path=home.village.path,
            birth_date=birth_date,
            phone=phone or None,
            number=number or None,
            person=person,
            is_vague=home.is_vague,
        )
        self.entries.append(Entry(draft, home, code, address))

    def _cell(self, row: SheetRow, key: str, read: Callable[[Cell], T], empty: T) -> T:
        cell = row.cells.get(key)
        if cell is None:
            return empty
        try:
            return read(cell)
        except CellFault as fault:
            self._fault(row, key, fault)
            return empty

    def _birth_date(self, cell: Cell) -> date | None:
        return cells.read_birth_date(cell, today=self._today)

    def _home(self, row: SheetRow, *, is_registered: bool) -> Home | None:
        texts = {
            key: self._cell(row, key, cells.read_place, "") for key in ("town", "village", "grid")
        }
        if row.number in self.faulty and not any(texts.values()):
            return None
        try:
            return self._places.home(**texts, is_registered=is_registered)
        except CellFault as fault:
            facts = dict(fault.facts)
            self._fault(row, str(facts.pop("column")), CellFault(fault.code, **facts))
            return None

    def _household_code(self, row: SheetRow, household: str, home: Home) -> str:
        """The household's number under its grid's code, which makes it the county's only one."""
        if not household or household.startswith(f"{home.grid.code}-"):
            return household
        if re.match(r"[0-9]{12}(-[0-9]{3})?-", household):
            self._fault(row, "household", CellFault("household_elsewhere"))
            return ""
        code = f"{home.grid.code}-{household}"
        if len(code) > HOUSEHOLD_CODE_LENGTH:
            self._fault(row, "household", CellFault("household_too_long"))
        return code

    def _not_twice(
        self,
        row: SheetRow,
        *,
        phone: str,
        number: str,
        person: UUID | None,
        home: Home | None,
    ) -> None:
        if phone and (other := self._phones.setdefault(phone, row.number)) != row.number:
            self._fault(row, "phone", CellFault("phone_twice", other=other))
        if number and home is not None:
            other = self._numbers.setdefault((home.village.path, without_zeros(number)), row.number)
            if other != row.number:
                self._fault(row, "number", CellFault("number_twice", other=other))
        if person and (other := self._persons.setdefault(person, row.number)) != row.number:
            self._fault(row, "person", CellFault("person_twice", other=other))

    def _fault(self, row: SheetRow, column: str, fault: CellFault) -> None:
        self.faulty.add(row.number)
        self.faults.append(Fault(row.number, column, fault.code, fault.facts))


def cells_empty(cell: Cell) -> bool:
    """Whether nothing but spaces stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _person_number(cell: Cell) -> UUID | None:
    if cells_empty(cell):
        return None
    text = cells.plain(cell)
    try:
        return UUID(text)
    except ValueError:
        raise CellFault("person_no_number") from None
