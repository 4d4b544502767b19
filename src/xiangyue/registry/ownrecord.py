"""A resident's own record: what is held, why, on what ground, how long, and who read it (GD05)."""

from dataclasses import dataclass
from datetime import datetime

from xiangyue.access.models import DataRequest
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, due_at
from xiangyue.places.models import Person
from xiangyue.registry.access import SHOWN_WITH, own_elements, record_of_household, record_of_person
from xiangyue.registry.blueprint import ElementKind
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND
from xiangyue.registry.models import Consent, Element
from xiangyue.registry.queries import Line, kind_of, lines_of

ANSWERED_WITHIN = Limit.parse("15wd")


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One record about the person or their household, all of it in clear."""

    element: Element
    kind: ElementKind
    lines: list[Line]

    @property
    def held(self) -> list[Line]:
        return [line for line in self.lines if not line.is_empty]

    @property
    def own_to_change(self) -> list[Line]:
        return [line for line in self.lines if line.field.is_own_to_change]


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request about one's data and by when it is answered."""

    request: DataRequest
    due_at: datetime | None
    is_late: bool


def own_record(person: Person, *, at: datetime) -> list[OwnEntry]:
    """Everything that the register holds about the person and their household."""
    rows = list(own_elements(person).select_related(*SHOWN_WITH).order_by("family", "pk"))
    if not any(row.kind_key == PERSON_KIND for row in rows) and (person.place or person.household):
        rows.insert(0, record_of_person(person, at=at))
    if person.household is not None and not any(row.kind_key == HOUSEHOLD_KIND for row in rows):
        rows.append(record_of_household(person.household, at=at))
    for row in rows:
        if row.person_id == person.pk:
            row.person = person
    consents: dict[int, set[str]] = {}
    saved = [row.pk for row in rows if row.pk is not None]
    for element_id, key in Consent.objects.filter(element__in=saved, withdrawn_at=None).values_list(
        "element_id", "field_key"
    ):
        consents.setdefault(element_id, set()).add(key)
    return [
        OwnEntry(
            element=row,
            kind=kind_of(row),
            lines=lines_of(
                row,
                opened={field.key: True for field in kind_of(row).fields},
                consented=frozenset(consents.get(row.pk, ())),
            ),
        )
        for row in rows
    ]


def own_requests(person: Person, *, at: datetime) -> list[OwnRequest]:
    """The person's requests about their data, newest first, each with the end of its 15 days."""
    rows = list(person.data_requests.select_related("answered_by").order_by("-requested_at")[:20])
    calendar = current_calendar() if rows else None
    found = []
    for row in rows:
        assert calendar is not None
        due = due_at(started_at=row.requested_at, limit=ANSWERED_WITHIN, calendar=calendar)
        late = due is not None and (row.answered_at or at) > due
        found.append(OwnRequest(row, due, late))
    return found
