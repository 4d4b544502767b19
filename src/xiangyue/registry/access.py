"""The only way that web code fetches something of the register for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import county_place
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND, declaration_of, kind_named
from xiangyue.registry.models import BulkRead, DeletionCertificate, Element
from xiangyue.registry.services.ground import drafted

SEE = "registry.see"
READ_PEOPLE = "places.read_people"
SHOWN_WITH = ("declaration", "place", "person", "household__grid", "household__unit")


def elements_of(standing: Standing) -> QuerySet[Element]:
    """The records of the person's areas; of those about people, only where they read people."""
    about_people = Q(person__isnull=False) | Q(household__isnull=False)
    return Element.objects.filter(
        granted(standing, SEE), ~about_people | granted(standing, READ_PEOPLE), deleted_at=None
    )


def people_of(standing: Standing) -> QuerySet[Person]:
    """Those who live where the person reads who lives there."""
    return Person.objects.filter(
        granted(standing, SEE, path_field="place__path"),
        granted(standing, READ_PEOPLE, path_field="place__path"),
    )


def households_of(standing: Standing) -> QuerySet[Household]:
    return Household.objects.filter(granted(standing, SEE), granted(standing, READ_PEOPLE))


def places_of(standing: Standing, verb: str) -> QuerySet[Place]:
    """The places at which the verb is granted to the person."""
    return Place.objects.filter(granted(standing, verb, path_field="path"), is_active=True)


def place_for(standing: Standing, code: str, *, verb: str = SEE) -> Place:
    """:raises NotFound: there is no such place, or none where the verb is granted."""
    found: Place | None = places_of(standing, verb).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such place in your area."))
    return found


def element_for(standing: Standing, code: UUID) -> Element:
    """A record of the person's areas, or its tombstone.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    tombstone = Element.objects.filter(granted(standing, SEE), deleted_at__isnull=False)
    rows = (elements_of(standing) | tombstone).select_related(*SHOWN_WITH)
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound(_("The register has no such record for you."))
    return found


def person_for(standing: Standing, person_id: UUID) -> Person:
    """:raises NotFound: nobody of that number lives in the person's areas."""
    rows = people_of(standing).select_related("place", "household__grid", "household__unit")
    found = rows.filter(pk=person_id).first()
    if found is None:
        raise NotFound(_("The register has no such record for you."))
    return found


def household_for(standing: Standing, household_id: UUID) -> Household:
    """:raises NotFound: there is no such household in the person's areas."""
    found = households_of(standing).select_related("grid", "unit").filter(pk=household_id).first()
    if found is None:
        raise NotFound(_("The register has no such record for you."))
    return found


def record_of_person(person: Person, *, at: datetime) -> Element:
    """The one record of the person, or an empty one that is not saved yet."""
    found = (
        Element.objects.filter(kind_key=PERSON_KIND, person=person, is_single=True)
        .select_related("declaration", "place")
        .first()
    )
    if found is None:
        found = drafted(kind_named(PERSON_KIND), person=person, at=at)
        found.declaration = declaration_of(PERSON_KIND)
    found.person = person
    return found


def record_of_household(household: Household, *, at: datetime) -> Element:
    """The one record of the household, or an empty one that is not saved yet."""
    found = (
        Element.objects.filter(kind_key=HOUSEHOLD_KIND, household=household, is_single=True)
        .select_related("declaration", "place")
        .first()
    )
    if found is None:
        found = drafted(kind_named(HOUSEHOLD_KIND), household=household, at=at)
        found.declaration = declaration_of(HOUSEHOLD_KIND)
    found.household = household
    return found


def record_for(standing: Standing, what: str, key: UUID, *, at: datetime) -> Element:
    """A record by what it is asked for: `people`, `households` or `records`.

    :raises NotFound: there is none for this person.
    """
    if what == "people":
        person = person_for(standing, key)
        if person.place is None and person.household is None:
            raise NotFound(_("The register has no such record for you."))
        return record_of_person(person, at=at)
    if what == "households":
        return record_of_household(household_for(standing, key), at=at)
    return element_for(standing, key)


def own_elements(person: Person) -> QuerySet[Element]:
    """The records about the person and the household that they live in."""
    about = Q(person=person)
    if person.household_id is not None:
        about |= Q(household_id=person.household_id)
    return Element.objects.filter(about, deleted_at=None)


def own_element(person: Person, code: UUID) -> Element:
    """:raises NotFound: there is none, or it is about somebody else."""
    found = own_elements(person).select_related(*SHOWN_WITH).filter(code=code).first()
    if found is None:
        raise NotFound(_("This is not your record."))
    return found


def bulk_reads_of(standing: Standing) -> QuerySet[BulkRead]:
    """What the person asked for, and what they may decide on."""
    return BulkRead.objects.filter(
        Q(requested_by_id=standing.person_id) | granted(standing, "registry.approve_bulk")
    ).select_related("requested_by", "decided_by", "place")


def bulk_read_for(standing: Standing, bulk_id: UUID) -> BulkRead:
    """:raises NotFound: there is none, or it is neither theirs nor theirs to decide."""
    found = None if standing.person_id is None else bulk_reads_of(standing).filter(pk=bulk_id)
    row = found.first() if found is not None else None
    if row is None:
        raise NotFound(_("There is no such request for you."))
    return row


def certificates_of(standing: Standing) -> QuerySet[DeletionCertificate]:
    """The certificates of the person's areas; those of the whole county for whoever answers there.

    A certificate of what was due names records of many places, so only those whose area is all
    of them see it.
    """
    return DeletionCertificate.objects.filter(
        granted(standing, "registry.see_deletions")
        | (Q(place_path="") if _over_all(standing) else Q(pk__in=[]))
    )


def _over_all(standing: Standing) -> bool:
    return standing.may("registry.see_deletions", place_path=county_place().path)


def certificate_for(standing: Standing, certificate_id: UUID) -> DeletionCertificate:
    """:raises NotFound: there is none for this person."""
    found = certificates_of(standing).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound(_("There is no such certificate for you."))
    return found
