"""Which household each row means: one that is registered, or one to be made, never two in one."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household
from xiangyue.registry.importing.drafting import Entry, address_key
from xiangyue.registry.importing.matching import Fault
from xiangyue.registry.importing.placing import Spot
from xiangyue.registry.importing.rules import without_zeros


@dataclass(slots=True)
class Dwelling:
    """A household as it is registered, or as it would be made; `told_by` is the first row that
    names an address for it."""

    pk: UUID
    code: str
    grid_id: int
    grid_path: str
    address: str
    is_new: bool
    was_address: str = ""
    told_by: int = 0

    @property
    def is_changed(self) -> bool:
        return not self.is_new and self.address != self.was_address


class Dwellings:
    """The households of some grids, with those that the rows add."""

    def __init__(self, registered: Sequence[tuple[UUID, str, int, str, str]]) -> None:
        self.by_id: dict[UUID, Dwelling] = {}
        self.by_code: dict[str, Dwelling] = {}
        self._by_short_code: dict[str, Dwelling] = {}
        self._by_address: dict[tuple[int, str], list[Dwelling]] = defaultdict(list)
        for pk, code, grid_id, path, address in registered:
            self._add(Dwelling(pk, code, grid_id, path, address, is_new=False, was_address=address))

    def _add(self, dwelling: Dwelling) -> Dwelling:
        self.by_id[dwelling.pk] = dwelling
        self.by_code[dwelling.code] = dwelling
        self._by_short_code.setdefault(_short(dwelling.code), dwelling)
        if key := address_key(dwelling.address):
            self._by_address[dwelling.grid_id, key].append(dwelling)
        return dwelling

    def place(self, entries: Sequence[Entry]) -> list[Fault]:
        """Give every entry's draft its household; what is wrong with some.

        Those with a number come first, because they say where their household now is.
        """
        faults = [self._by_number(entry) for entry in entries if entry.household_code]
        faults += [
            self._at_address(entry)
            for entry in entries
            if not entry.household_code and address_key(entry.address)
        ]
        return [fault for fault in faults if fault is not None]

    def _by_number(self, entry: Entry) -> Fault | None:
        row, grid = entry.draft.row, entry.home.grid
        found = self.by_code.get(entry.household_code)
        if found is None and entry.home.is_vague:
            return Fault(row, "grid", "place_missing")
        alike = self._by_short_code.get(_short(entry.household_code))
        if found is None and alike is not None:
            facts = {"other": alike.code.rpartition("-")[2]}
            return Fault(row, "household", "household_zeros", facts)
        if found is None:
            found = self._add(_new(entry.household_code, grid, entry.address))
            found.told_by = row if entry.address else 0
        elif found.grid_id != grid.pk:
            return Fault(row, "household", "household_elsewhere")
        elif fault := self._tell_address(found, entry):
            return fault
        entry.draft.household = str(found.pk)
        return None

    def _tell_address(self, dwelling: Dwelling, entry: Entry) -> Fault | None:
        if not address_key(entry.address):
            return None
        is_other = address_key(entry.address) != address_key(dwelling.address)
        if is_other and dwelling.told_by:
            facts = {"other": dwelling.told_by}
            return Fault(entry.draft.row, "address", "household_two_addresses", facts)
        if is_other:
            old = (dwelling.grid_id, address_key(dwelling.address))
            if dwelling in self._by_address.get(old, ()):
                self._by_address[old].remove(dwelling)
            dwelling.address = entry.address
            self._by_address[dwelling.grid_id, address_key(entry.address)].append(dwelling)
        dwelling.told_by = dwelling.told_by or entry.draft.row
        return None

    def _at_address(self, entry: Entry) -> Fault | None:
        grid = entry.home.grid
        found = self._by_address.get((grid.pk, address_key(entry.address)), [])
        if len(found) > 1:
            return Fault(entry.draft.row, "household", "household_unclear")
        if found:
            dwelling = found[0]
        elif entry.home.is_vague:
            return Fault(entry.draft.row, "grid", "place_missing")
        else:
            digest = hashlib.blake2s(address_key(entry.address).encode(), digest_size=5).hexdigest()
            code = f"{grid.code}-A{digest.upper()}"
            if code in self.by_code:  # registered under it, but has another address by now
                return Fault(entry.draft.row, "household", "household_unclear")
            dwelling = self._add(_new(code, grid, entry.address))
        dwelling.told_by = dwelling.told_by or entry.draft.row
        entry.draft.household = str(dwelling.pk)
        return None


def _short(code: str) -> str:
    """The household's number under its grid's code, without the zeros that Excel drops."""
    grid, dash, number = code.rpartition("-")
    return f"{grid}{dash}{without_zeros(number)}"


def _new(code: str, grid: Spot, address: str) -> Dwelling:
    return Dwelling(new_id(), code, grid.pk, grid.path, address, is_new=True)


def registered_in(grid_ids: Sequence[int], codes: Sequence[str]) -> Dwellings:
    """The households of the grids, and those that have one of the codes wherever they are."""
    fields = ("pk", "code", "grid_id", "place_path", "address")
    rows = dict.fromkeys(
        Household.objects.filter(grid_id__in=grid_ids).order_by("code").values_list(*fields)
    )
    known = {row[1] for row in rows}
    missing = [code for code in codes if code not in known]
    for begin in range(0, len(missing), 1000):
        found = Household.objects.filter(code__in=missing[begin : begin + 1000])
        rows |= dict.fromkeys(found.values_list(*fields))
    return Dwellings(list(rows))
