"""Who each row is: somebody registered, somebody new, or unclear. Pure.

After a list was loaded, the same list finds everybody unchanged: so two rows of one list are
never as like each other as a row must be to somebody registered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from xiangyue.registry.importing.rules import Known, Likeness, likeness, without_zeros

# More people of one name in one village there are not; comparing each with each would take hours.
NAMESAKES_MOST = 300


@dataclass(slots=True)
class Draft:
    """A row whose cells could be read. `household` marks it: an identifier, or a new code.

    `is_vague` when it says no more than the village, though that has grids.
    """

    row: int
    name: str
    name_key: str
    grid_path: str
    village_path: str
    household: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    number: str | None = None
    person: UUID | None = None
    is_vague: bool = False

    def known(self) -> Known:
        return Known(self.grid_path, self.household, self.birth_date, self.phone, self.number)


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody on the register; `place_path` is empty when nobody knows where they live."""

    person: UUID
    name: str
    name_key: str
    place_path: str
    village_path: str
    household: str | None = None
    household_grid_path: str = ""
    birth_date: date | None = None
    phone: str | None = None
    number: str | None = None

    def known(self) -> Known:
        return Known(self.place_path, self.household, self.birth_date, self.phone, self.number)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: a sentence of `faults`, the column it stands in, what fills it."""

    row: int
    column: str
    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """A row and whom it means; None for somebody new."""

    draft: Draft
    whom: Registered | None


class Register:
    """The registered people whom rows could mean."""

    def __init__(
        self, people: Iterable[Registered], numbers: Mapping[tuple[str, str], UUID]
    ) -> None:
        """`numbers` says whose a village's own number is, by the village's path."""
        self.by_id: dict[UUID, Registered] = {}
        self.by_phone: dict[str, Registered] = {}
        self.by_name: dict[tuple[str, str], list[Registered]] = defaultdict(list)
        for person in people:
            if person.person in self.by_id:
                continue
            self.by_id[person.person] = person
            if person.phone:
                self.by_phone[person.phone] = person
            self.by_name[person.village_path, person.name_key].append(person)
        self.by_number = {
            key: self.by_id[person] for key, person in numbers.items() if person in self.by_id
        }
        self.short_numbers = {
            (village, without_zeros(number)): number for village, number in numbers
        }


def settle(
    drafts: Sequence[Draft], register: Register, *, areas: Sequence[str]
) -> tuple[list[Settled], list[Fault]]:
    """Whom each row means, or what is wrong with it.

    `drafts` are all rows of the list that lie in some villages, in any order.
    """
    settled: list[Settled] = []
    faults: list[Fault] = []
    for draft in drafts:
        found = _whom(draft, register, areas)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            settled.append(Settled(draft, found))
    faults += _twice(settled, register)
    faults += _phones_taken(settled, register)
    wrong = {fault.row for fault in faults}
    return [each for each in settled if each.draft.row not in wrong], faults


def _whom(draft: Draft, register: Register, areas: Sequence[str]) -> Registered | Fault | None:
    found: Registered | Fault | None
    if draft.person is not None:
        found = _by_system_number(draft, register, areas)
    elif draft.number and (draft.village_path, draft.number) in register.by_number:
        found = _by_own_number(draft, register, areas)
    elif other := _number_but_for_zeros(draft, register):
        return Fault(draft.row, "number", "number_zeros", {"other": other})
    else:
        found = _by_likeness(draft, register, areas)
    if isinstance(found, Registered) and not draft.household:
        grid = found.household_grid_path
        if grid and grid != draft.grid_path:
            return Fault(draft.row, "household", "household_needed")
    return found


def _by_system_number(draft: Draft, register: Register, areas: Sequence[str]) -> Registered | Fault:
    assert draft.person is not None
    found = register.by_id.get(draft.person)
    if found is None or not _is_in(found.place_path, areas):
        return Fault(draft.row, "person", "person_unknown")
    if _names_another(draft, found):
        return Fault(draft.row, "person", "person_is_another")
    if draft.is_vague and found.place_path != draft.grid_path:
        return Fault(draft.row, "grid", "place_missing")
    other = register.by_number.get((draft.village_path, draft.number or ""))
    if other is not None and other.person != found.person:
        return Fault(draft.row, "number", "number_taken")
    return found


def _number_but_for_zeros(draft: Draft, register: Register) -> str:
    """A registered number that differs in the zeros before it alone, which Excel drops."""
    key = draft.village_path, without_zeros(draft.number or "")
    return register.short_numbers.get(key, "") if draft.number else ""


def _by_own_number(draft: Draft, register: Register, areas: Sequence[str]) -> Registered | Fault:
    found = register.by_number[draft.village_path, draft.number or ""]
    if not _is_in(found.place_path, areas):
        return Fault(draft.row, "number", "number_taken")
    if _names_another(draft, found):
        return Fault(draft.row, "number", "number_is_anothers")
    return found


def _names_another(draft: Draft, found: Registered) -> bool:
    """A name may be corrected, a date of birth too, but both at once is somebody else."""
    if draft.name_key == found.name_key:
        return False
    return not (draft.birth_date and draft.birth_date == found.birth_date)


def _by_likeness(
    draft: Draft, register: Register, areas: Sequence[str]
) -> Registered | Fault | None:
    candidates = list(register.by_name.get((draft.village_path, draft.name_key), ()))
    holder = register.by_phone.get(draft.phone or "")
    if holder is not None and holder.village_path != draft.village_path:
        # Who has registered by telephone alone lives nowhere yet, and is told by name and number.
        is_reachable = not holder.place_path or _is_in(holder.place_path, areas)
        if holder.name_key != draft.name_key or not is_reachable:
            return Fault(draft.row, "phone", "phone_elsewhere")
        candidates.append(holder)
    mine = draft.known()
    same, unclear = [], 0
    for candidate in candidates:
        verdict = likeness(mine, candidate.known())
        if verdict is Likeness.SAME:
            same.append(candidate)
        elif verdict is Likeness.UNCLEAR:
            unclear += 1
    if len(same) == 1:
        found = same[0]
        if found.place_path and not _is_in(found.place_path, areas):
            return Fault(draft.row, "name", "elsewhere")
        return found
    if same:
        return Fault(draft.row, "name", "several_alike", {"count": len(same)})
    if unclear:
        return Fault(draft.row, "name", "unclear")
    return None


def _is_in(path: str, areas: Sequence[str]) -> bool:
    return any(path.startswith(area) for area in areas)


def _is_decided(each: Settled) -> bool:
    """Whether a number says who it is, so that no likeness is asked."""
    if each.draft.person is not None:
        return True
    return bool(each.draft.number and each.whom and each.whom.number == each.draft.number)


def _twice(settled: Sequence[Settled], register: Register) -> list[Fault]:
    """Rows that mean the same person, or that nobody could tell apart once they are loaded."""
    faults = []
    first: dict[UUID, int] = {}
    alike: dict[tuple[str, str], list[Settled]] = defaultdict(list)
    for each in settled:
        if each.whom is not None:
            before = first.setdefault(each.whom.person, each.draft.row)
            if before != each.draft.row:
                faults.append(Fault(each.draft.row, "name", "person_twice", {"other": before}))
        alike[each.draft.village_path, each.draft.name_key].append(each)
    wrong = {fault.row for fault in faults}
    for group in alike.values():
        for position, each in enumerate(group):
            if each.draft.row in wrong:
                continue
            if position >= NAMESAKES_MOST:
                faults.append(Fault(each.draft.row, "name", "many_alike"))
                continue
            other = next((other for other in group[:position] if _would_mix(each, other)), None)
            if other is not None:
                facts = {"other": other.draft.row}
                faults.append(Fault(each.draft.row, "name", "alike_rows", facts))
    return faults


def _would_mix(one: Settled, other: Settled) -> bool:
    if _is_decided(one) and _is_decided(other):
        return False
    found = likeness(merged(one).known(), merged(other).known())
    if found is Likeness.SAME:
        return True
    return found is Likeness.UNCLEAR and (one.whom is None or other.whom is None)


def merged(each: Settled) -> Registered:
    """The person as the register will have them: what the row leaves empty stays."""
    draft, was = each.draft, each.whom
    return Registered(
        person=was.person if was else UUID(int=0),
        name=draft.name,
        name_key=draft.name_key,
        place_path=draft.grid_path,
        village_path=draft.village_path,
        household=draft.household or (was.household if was else None),
        household_grid_path=draft.grid_path if draft.household else "",
        birth_date=draft.birth_date or (was.birth_date if was else None),
        phone=draft.phone or (was.phone if was else None),
        number=draft.number or (was.number if was else None),
    )


def _phones_taken(settled: Sequence[Settled], register: Register) -> list[Fault]:
    """A number that is registered for somebody who keeps it."""
    given_up = {
        each.whom.phone
        for each in settled
        if each.whom
        and each.whom.phone
        and each.draft.phone
        and each.draft.phone != each.whom.phone
    }
    return [
        Fault(each.draft.row, "phone", "phone_taken")
        for each in settled
        if each.draft.phone
        and (holder := register.by_phone.get(each.draft.phone)) is not None
        and (each.whom is None or holder.person != each.whom.person)
        and each.draft.phone not in given_up
    ]
