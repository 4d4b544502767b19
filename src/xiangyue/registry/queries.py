"""查: finding records, masked; what is missing; what villages are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing, mobile_number
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.grams import phrases_of
from xiangyue.incidents.search import found_by_words
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import within
from xiangyue.registry.access import SHOWN_WITH, elements_of, households_of, people_of
from xiangyue.registry.blueprint import ElementField, ElementKind, Family, FieldType
from xiangyue.registry.catalogue import all_kinds, as_it_stood, label_of, policy
from xiangyue.registry.holding import has_value, masked_value, shown_value, value_of
from xiangyue.registry.models import Act, Change, Consent, Element
from xiangyue.registry.rules import (
    due_date,
    id_number,
    masked_address,
    masked_name,
    masked_text,
)
from xiangyue.registry.sealing import SealedElsewhere

PAGE_SIZE = 50
SEARCH_INDEX = "registry_search"
TEXT_LENGTH = 100
PEOPLE, HOUSEHOLDS = "people", "households"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is looked for: people, households or a family; a kind; a place; words."""

    what: str = PEOPLE
    kind: str = ""
    place: Place | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.kind or self.place or self.text)


def people(standing: Standing, narrowed: Narrowed) -> QuerySet[Person]:
    """Those who live in the person's areas, by name or mobile number.

    By no identity number: it would stand in addresses and in the server's log.
    """
    rows = people_of(standing).select_related("place", "household")
    if narrowed.place is not None:
        rows = within(rows, narrowed.place, field="place__path")
    text = narrowed.text.strip()[:TEXT_LENGTH]
    if text:
        rows = rows.filter(_person_meant(text))
    return rows.order_by("place__path", "household_id", "pk")


def _person_meant(text: str) -> Q:
    if phone := mobile_number(text):
        return Q(phone=phone)
    if id_number(text):
        return Q(pk__in=[])
    return Q(name__contains=text)


def households(standing: Standing, narrowed: Narrowed) -> QuerySet[Household]:
    """The households of the person's areas, by address or the name of whoever lives there."""
    rows = households_of(standing).select_related("grid")
    if narrowed.place is not None:
        rows = within(rows, narrowed.place)
    text = narrowed.text.strip()[:TEXT_LENGTH]
    if text:
        lives_here = people_of(standing).filter(name__contains=text).values("household")
        rows = rows.filter(Q(address__contains=text) | Q(code=text) | Q(pk__in=lives_here))
    return rows.prefetch_related(
        Prefetch("people", queryset=Person.objects.order_by("birth_date", "pk"))
    ).order_by("place_path", "pk")


def elements(standing: Standing, narrowed: Narrowed) -> QuerySet[Element]:
    """The records of a family, newest first; by their open words or whose they are."""
    rows = elements_of(standing).filter(family=narrowed.what, is_single=False)
    if narrowed.kind:
        rows = rows.filter(kind_key=narrowed.kind)
    if narrowed.place is not None:
        rows = within(rows, narrowed.place)
    text = narrowed.text.strip()[:TEXT_LENGTH]
    if text:
        phrases = phrases_of(text)
        found = found_by_words(rows, phrases, index=SEARCH_INDEX) if phrases else []
        rows = rows.filter(
            Q(pk__in=found) | Q(person__name__contains=text) | Q(household__address__contains=text)
        )
    return rows.select_related(*SHOWN_WITH).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a record as a page shows it: masked unless it was opened."""

    field: ElementField
    label: str
    shown: str
    is_empty: bool
    is_masked: bool
    entered_on: date | None
    kept_until: date | None
    has_consent: bool = False


def kind_of(element: Element) -> ElementKind:
    return as_it_stood(element.declaration)


def lines_of(
    element: Element,
    *,
    opened: Mapping[str, object] | None = None,
    consented: frozenset[str] = frozenset(),
) -> list[Line]:
    """The record's fields in the order of the catalogue; those in `opened` are in clear."""
    opened = opened or {}
    found = []
    for field in kind_of(element).fields:
        day = element.entered_on.get(field.key)
        entered = date.fromisoformat(day) if day else None
        in_clear = field.key in opened or not field.is_personal
        found.append(
            Line(
                field=field,
                label=label_of(field),
                shown=_shown(element, field) if in_clear else masked_line(element, field),
                is_empty=not has_value(element, field),
                is_masked=not in_clear and has_value(element, field),
                entered_on=entered,
                kept_until=due_date(entered, field.keep) if entered else None,
                has_consent=field.key in consented,
            )
        )
    return found


def _shown(element: Element, field: ElementField) -> str:
    """The value in words; of what cannot be opened, that it cannot."""
    try:
        return shown_value(field, value_of(element, field))
    except SealedElsewhere:
        return _("Cannot be read now")


def masked_line(element: Element, field: ElementField) -> str:
    """The value masked; what cannot be opened is masked whole."""
    if not has_value(element, field):
        return ""
    try:
        return masked_value(field, value_of(element, field))
    except SealedElsewhere:
        return masked_text("…")


def consents_of(element: Element) -> frozenset[str]:
    """The fields to whose keeping somebody agreed and has not said otherwise."""
    if element.pk is None:
        return frozenset()
    rows = Consent.objects.filter(element=element, withdrawn_at=None)
    return frozenset(rows.values_list("field_key", flat=True))


def missing_fields(element: Element) -> list[ElementField]:
    """What could still be filled in, for the keeper at the door; never an identity number."""
    return [
        field
        for field in kind_of(element).fields
        if field.type is not FieldType.ID_NUMBER and not has_value(element, field)
    ]


def fields_on_request(element: Element) -> list[ElementField]:
    """What is asked only when the person wants an errand run: an identity number not held yet."""
    return [
        field
        for field in kind_of(element).fields
        if field.type is FieldType.ID_NUMBER and not has_value(element, field)
    ]


def title_of(element: Element) -> str:
    """What the record is called in a list: its open name, or whose it is, masked."""
    if element.title:
        return element.title
    if element.person is not None:
        return masked_name(element.person.name)
    if element.household is not None:
        return masked_address(element.household.address) or element.household.code
    return ""


@dataclass(frozen=True, slots=True)
class AskedForm:
    """One form that villages fill in, and how many items it asks for."""

    name: str
    key: str
    item_count: int
    is_kind: bool


@dataclass(frozen=True, slots=True)
class Burden:
    """What villages are asked for altogether, against what the county allows itself (GD13)."""

    forms: list[AskedForm]
    form_count: int
    item_count: int
    form_quota: int
    item_quota: int
    entered_count: int


def burden(standing: Standing, *, at: datetime) -> Burden:
    """The forms of the register and of reports that ask for more; entries of the last 30 days
    within the person's areas."""
    language = get_language()
    kinds = [
        AskedForm(kind.name.in_language(language), kind.key, len(kind.fields), is_kind=True)
        for kind in all_kinds()
    ]
    categories = [
        AskedForm(one.name.in_language(language), one.key, len(one.questions), is_kind=False)
        for one in (meaning(row, IncidentCategory) for row in all_current("incident_category"))
        if one.questions
    ]
    quota = policy()
    entered = Change.objects.filter(
        element__in=elements_of(standing),
        act__in=[Act.ENTERED, Act.SUPPLEMENTED],
        at__gt=at - timedelta(days=30),
        at__lte=at,
    ).count()
    return Burden(
        forms=[*kinds, *categories],
        form_count=len(kinds),
        item_count=sum(form.item_count for form in kinds),
        form_quota=quota.form_quota,
        item_quota=quota.item_quota,
        entered_count=entered,
    )


FAMILIES_IN_LISTS = (Family.PLACE, Family.THING, Family.CIRCUMSTANCE, Family.ORGANISATION)


def kinds_of_family(family: str) -> list[ElementKind]:
    """The kinds that are entered one by one in this family."""
    return [kind for kind in all_kinds() if kind.family == family and not kind.is_single]


def kinds_about(subject: str) -> list[ElementKind]:
    """The kinds of which a person or household may have several records."""
    return [kind for kind in all_kinds() if kind.subject == subject and not kind.is_single]
