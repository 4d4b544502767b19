"""Many records at once: a purpose, and somebody else who says yes (GD07)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.access.services import NotFilledIn, log_many_reads
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import within
from xiangyue.registry.blueprint import ElementField, ElementKind
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND, kind_named, policy
from xiangyue.registry.checking import Value
from xiangyue.registry.holding import readable_keys, value_of
from xiangyue.registry.models import BulkRead, Element, ElementRead
from xiangyue.registry.services.ground import acting, drafted, first_of
from xiangyue.registry.services.reading import checked_purpose

TAKE_OUT = "registry.take_out"
DECIDE = "registry.approve_bulk"
AT_ONCE = 1_000
SHOWN_MOST = 20_000  # what a page or one answer in JSON holds; a workbook holds all


class ApprovalNeeded(NotAllowed):
    """So many records are taken out only after somebody else said yes (GD07)."""

    code = "approval_needed"


class TooManyToShow(Conflict):
    """They are too many for one page; a workbook has them all."""

    code = "too_many_to_show"


class OwnBulkRead(NotAllowed):
    """Nobody approves what they asked for themselves."""

    code = "own_bulk_read"


@dataclass(frozen=True, slots=True)
class TakenOut:
    """One record in clear: of the fields that its reader may read, those that hold something."""

    element: Element
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Taking:
    """What is being taken out: how many records, and they themselves, some at a time."""

    count: int
    parts: Iterator[list[TakenOut]]


@transaction.atomic
def ask_bulk_read(
    *, kind_key: str, place: Place, purpose: str, by: Standing, at: datetime
) -> BulkRead:
    """Ask to read all records of a kind at a place and below it; somebody else decides.

    Asking again for the same while it waits returns the first.

    :raises NotAllowed: no post of theirs takes records out there.
    :raises NotFilledIn: it does not say what for.
    :raises NotFound: the county declares no such kind.
    """
    kind = kind_named(kind_key)
    _require_taking_out(by, kind, place.path)
    purpose = checked_purpose(purpose)
    asker = Person.objects.select_for_update().get(pk=acting(by))
    waiting = BulkRead.objects.filter(
        requested_by=asker, kind_key=kind_key, place=place, purpose=purpose, decided_at=None
    ).first()
    if waiting is not None:
        return waiting
    bulk = BulkRead.objects.create(
        requested_by=asker,
        purpose=purpose,
        kind_key=kind_key,
        place=place,
        place_path=place.path,
        record_count=records_of(kind, place).count(),
        requested_at=at,
    )
    record(
        name="registry.bulk_read_asked",
        subject=bulk,
        at=at,
        actor_id=asker.pk,
        place_path=place.path,
        facts={"kind": kind_key, "count": bulk.record_count},
    )
    return bulk


@transaction.atomic
def decide_bulk_read(
    *, bulk: BulkRead, is_approved: bool, by: Standing, at: datetime, note: str = ""
) -> BulkRead:
    """Say yes or no; a yes holds once, within the hours that the county declares.

    :raises NotAllowed: no post of theirs decides on it.
    :raises OwnBulkRead: it is one's own.
    :raises Conflict: it has been decided.
    :raises NotFilledIn: a no that does not say why.
    """
    bulk = BulkRead.objects.select_for_update().get(pk=bulk.pk)
    require(
        by,
        DECIDE,
        place_path=bulk.place_path,
        message=_("Your posts do not include deciding on this."),
    )
    if by.person_id == bulk.requested_by_id:
        raise OwnBulkRead(_("Nobody approves what they asked for themselves."), source="GD07")
    if bulk.decided_at is not None:
        raise Conflict(_("This has been decided already."))
    note = " ".join(note.replace("\x00", "").split())[:200]
    if not is_approved:
        note = _reason_of_no(note)
    bulk.is_approved, bulk.decided_by_id, bulk.decided_at = is_approved, by.person_id, at
    bulk.note = note
    bulk.usable_until = at + timedelta(hours=policy().approval_hours) if is_approved else None
    bulk.save()
    record(
        name="registry.bulk_read_decided",
        subject=bulk,
        at=at,
        actor_id=by.person_id,
        place_path=bulk.place_path,
        facts={"is_approved": is_approved},
    )
    return bulk


def _reason_of_no(note: str) -> str:
    """:raises NotFilledIn: a no says why."""
    if len(note) < 2:
        message = _("Please say why not.")
        raise NotFilledIn(message, fields={"note": message})
    return note


@transaction.atomic
def take_out(
    *,
    kind_key: str,
    place: Place,
    by: Standing,
    at: datetime,
    purpose: str = "",
    bulk: BulkRead | None = None,
) -> list[TakenOut]:
    """All records of a kind at a place and below it, in clear, as `begin_taking_out` does.

    :raises TooManyToShow: they are more than one page holds; no approval is used up then.
    """
    taking = begin_taking_out(
        kind_key=kind_key, place=place, by=by, at=at, purpose=purpose, bulk=bulk
    )
    if taking.count > SHOWN_MOST:
        raise TooManyToShow(
            _(
                "These are %(count)d records, more than a page holds. Take them out as an Excel"
                " workbook, which has them all."
            )
            % {"count": taking.count}
        )
    return [one for part in taking.parts for one in part]


def begin_taking_out(
    *,
    kind_key: str,
    place: Place,
    by: Standing,
    at: datetime,
    purpose: str = "",
    bulk: BulkRead | None = None,
) -> Taking:
    """All records of a kind at a place and below it, in clear, each reading logged.

    The caller's transaction reaches to the last part: nothing is read that is not logged. Up to
    the county's number of records a purpose is enough; beyond it an approved `bulk` is used up.
    Kinds that hold nothing of people need neither.

    :raises NotAllowed: no post of theirs takes records out there.
    :raises ApprovalNeeded: they are too many and no approval that holds was given.
    :raises NotFilledIn: it does not say what for.
    """
    kind = kind_named(kind_key)
    _require_taking_out(by, kind, place.path)
    fields = [field for field in kind.fields if by.may(field.read_verb, place_path=place.path)]
    is_personal = any(field.is_personal for field in fields)
    if is_personal:
        # Locked, so that no two windows count past each other.
        Person.objects.select_for_update().get(pk=acting(by))
        if bulk is not None:
            purpose = _used(bulk, kind_key=kind_key, place=place, by=by, at=at).purpose
        else:
            purpose = checked_purpose(purpose)
            _check_few(kind, place, by=by, at=at)
    keys = _keys(kind, place)

    def parts() -> Iterator[list[TakenOut]]:
        for begin in range(0, len(keys), AT_ONCE):
            elements = _elements(kind, keys[begin : begin + AT_ONCE], at=at)
            taken = [TakenOut(element, _clear(element, fields)) for element in elements]
            if is_personal:
                _log(taken, fields, purpose=purpose, bulk=bulk, by=by, at=at)
            yield taken

    record(
        name="registry.records_taken",
        subject=bulk if bulk is not None else place,
        at=at,
        actor_id=by.person_id,
        place_path=place.path,
        facts={"kind": kind_key, "count": len(keys)},
    )
    return Taking(len(keys), parts())


def _require_taking_out(by: Standing, kind: ElementKind, place_path: str) -> None:
    message = _("Your posts do not include taking records out here.")
    require(by, TAKE_OUT, place_path=place_path, message=message)
    require(by, "registry.see", place_path=place_path, message=message)
    if kind.subject != "none":
        require(by, "places.read_people", place_path=place_path, message=message)


def _used(bulk: BulkRead, *, kind_key: str, place: Place, by: Standing, at: datetime) -> BulkRead:
    bulk = BulkRead.objects.select_for_update().get(pk=bulk.pk)
    fits = (
        bulk.requested_by_id == by.person_id
        and bulk.kind_key == kind_key
        and place.path.startswith(bulk.place_path)
    )
    if not fits or not bulk.is_approved:
        raise ApprovalNeeded(_("Nobody has approved this."), source="GD07")
    if bulk.used_at is not None:
        raise ApprovalNeeded(_("This approval was used already; ask again."), source="GD07")
    assert bulk.usable_until is not None  # set with the approval
    if at >= bulk.usable_until:
        raise ApprovalNeeded(_("This approval has run out; ask again."), source="GD07")
    bulk.used_at = at
    bulk.save(update_fields=["used_at"])
    return bulk


def _check_few(kind: ElementKind, place: Place, *, by: Standing, at: datetime) -> None:
    """What was read one by one or in small lists within a day counts too."""
    most = policy().reads_without_approval
    already = (
        ElementRead.objects.filter(
            reader_id=by.person_id, read_at__gt=at - timedelta(days=1), read_at__lte=at, bulk=None
        )
        .values("element")
        .distinct()
        .count()
    )
    if records_of(kind, place).count() + already > most:
        raise ApprovalNeeded(
            _(
                "These are more than %(count)d records within a day: ask for them, say what for,"
                " and somebody else decides."
            )
            % {"count": most},
            source="GD07",
        )


def records_of(
    kind: ElementKind, place: Place
) -> QuerySet[Element] | QuerySet[Person] | QuerySet[Household]:
    """The records of the kind at the place and below: of people and households, all of them."""
    if kind.key == PERSON_KIND:
        return within(Person.objects.all(), place, field="place__path")
    if kind.key == HOUSEHOLD_KIND:
        return within(Household.objects.all(), place)
    return within(Element.objects.filter(kind_key=kind.key, deleted_at=None), place)


def _keys(kind: ElementKind, place: Place) -> list[Any]:
    """Which records they are, by place: no more than keys are held of all of them at once."""
    by_place = "place__path" if kind.key == PERSON_KIND else "place_path"
    return list(records_of(kind, place).order_by(by_place, "pk").values_list("pk", flat=True))


def _elements(kind: ElementKind, keys: Iterable[Any], *, at: datetime) -> list[Element]:
    """The records as elements; of people and households without one, an empty one."""
    present = Element.objects.filter(kind_key=kind.key, deleted_at=None).select_related(
        "place", "person", "household__grid"
    )
    if kind.key == PERSON_KIND:
        by_person = {row.person_id: row for row in present.filter(person__in=keys)}
        people = Person.objects.select_related("place", "household__grid", "household__unit")
        people = people.filter(pk__in=keys).order_by("place__path", "pk")
        return [by_person.get(one.pk) or drafted(kind, person=one, at=at) for one in people]
    if kind.key == HOUSEHOLD_KIND:
        by_household = {row.household_id: row for row in present.filter(household__in=keys)}
        homes = Household.objects.select_related("grid", "unit").filter(pk__in=keys)
        homes = homes.order_by("place_path", "pk")
        return [by_household.get(one.pk) or drafted(kind, household=one, at=at) for one in homes]
    return list(present.filter(pk__in=keys).order_by("place_path", "pk"))


def _clear(element: Element, fields: Iterable[ElementField]) -> dict[str, Value]:
    values = {field.key: value_of(element, field) for field in fields}
    return {key: value for key, value in values.items() if value is not None}


def _log(
    taken: list[TakenOut],
    fields: list[ElementField],
    *,
    purpose: str,
    bulk: BulkRead | None,
    by: Standing,
    at: datetime,
) -> None:
    personal = {field.key: field for field in fields if field.is_personal}
    reads, seen = [], []
    members = _members([one.element for one in taken])
    for one in taken:
        shown = [personal[key] for key in one.values if key in personal]
        if not shown:
            continue
        element = one.element
        if element.pk is None and bulk is None:
            element = first_of(element)  # so that what is read counts towards the day's number
        if element.pk is not None:
            reads.append(
                ElementRead(
                    element=element,
                    reader_id=acting(by),
                    field_keys=sorted(field.key for field in shown),
                    purpose=purpose,
                    read_at=at,
                    bulk=bulk,
                )
            )
        what = readable_keys(shown)
        if one.element.person is not None:
            seen.append((one.element.person.pk, what))
        elif one.element.household_id is not None:
            seen += [(person_id, what) for person_id in members.get(one.element.household_id, ())]
    ElementRead.objects.bulk_create(reads, batch_size=500)
    log_many_reads(reader_id=acting(by), seen=seen, purpose=purpose, at=at)


def _members(elements: Iterable[Element]) -> dict[UUID, list[UUID]]:
    """Who lives in the households that the records are about, by household: one query."""
    ids = {one.household_id for one in elements if one.household_id is not None}
    found: dict[UUID, list[UUID]] = {}
    for person_id, household_id in Person.objects.filter(household__in=ids).values_list(
        "pk", "household_id"
    ):
        if household_id is not None:
            found.setdefault(household_id, []).append(person_id)
    return found
