"""The only way that web code fetches a council, a seat or a matter for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.councils.models import (
    Council,
    CouncilState,
    GroupMatter,
    GroupMatterState,
    Matter,
    Seat,
    SeatStateChoices,
    Stakeholder,
)
from xiangyue.councils.reading import kinds_at
from xiangyue.councils.services.acting import KEEP, keeps, lives_at, own_seats
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.queries import county_place

SEE = "councils.see"
WITH = ("place", "declaration", "notice")


# --- for everybody ----------------------------------------------------------------------------


def place_with_councils(code: str) -> Place:
    """A village, town or county; without a code the county.

    :raises NotFound: there is none.
    """
    if not code:
        return county_place()
    levels = [PlaceKind.PREFECTURE, PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE]
    place: Place | None = Place.objects.filter(code=code, kind__in=levels).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    return place


def public_council(council_id: UUID) -> Council:
    """:raises NotFound: there is none."""
    found = Council.objects.filter(pk=council_id).select_related(*WITH).first()
    if found is None:
        raise NotFound(_("There is no such council."))
    return found


def public_matter(matter_id: UUID) -> Matter:
    """:raises NotFound: there is none."""
    rows = Matter.objects.select_related("council__place", "council__declaration")
    found = rows.filter(pk=matter_id).first()
    if found is None:
        raise NotFound(_("There is no such matter."))
    return found


def reads_names(who: Person | None, council: Council, *, at: datetime) -> bool:
    """Whether somebody reads the names of private members: residents, members, who keeps it."""
    if who is None:
        return False
    return (
        lives_at(who, council.place)
        or bool(own_seats(who, council, at=at))
        or keeps(who, council, at=at)
    )


# --- for whoever is asked or sits --------------------------------------------------------------


def own_seat(who: Person, seat_id: UUID) -> Seat:
    """:raises NotFound: there is none of theirs."""
    found = (
        Seat.objects.filter(pk=seat_id, person=who)
        .select_related("council__place", "council__declaration", "council__notice", "person")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no seat of yours here."))
    return found


def own_stake(who: Person, stake_id: UUID) -> Stakeholder:
    """:raises NotFound: there is none of theirs."""
    found = (
        Stakeholder.objects.filter(pk=stake_id, person=who)
        .select_related("matter__council__place", "matter__council__declaration")
        .first()
    )
    if found is None:
        raise NotFound(_("Nobody asked you in here."))
    return found


def own_seats_all(who: Person) -> QuerySet[Seat]:
    """Where the person sits or is asked, newest first."""
    rows = Seat.objects.filter(
        person=who, state__in=[SeatStateChoices.INVITED, SeatStateChoices.ACCEPTED]
    ).exclude(council__state=CouncilState.DISSOLVED)
    return rows.select_related("council__place", "council__declaration").order_by("-invited_at")


def own_stakes(who: Person) -> QuerySet[Stakeholder]:
    """The open matters that concern the person, newest first."""
    rows = Stakeholder.objects.filter(person=who, matter__closed_at=None)
    return rows.select_related("matter__council__place", "matter__council__declaration").order_by(
        "-noted_at"
    )


def group_of(who: Person, council_id: UUID, *, at: datetime) -> Council:
    """A group in which the person sits, or that they keep.

    :raises NotFound: there is none, or none for them.
    """
    found = Council.objects.filter(pk=council_id).select_related(*WITH).first()
    if found is None or not (own_seats(who, found, at=at) or keeps(who, found, at=at)):
        raise NotFound(_("There is no such council."))
    return found


def group_matters_for(who: Person, council: Council, *, at: datetime) -> QuerySet[GroupMatter]:
    """What the person reads of the group's matters: a judgement only who asked for it, whom it is
    about and who took it; before it is taken also the other members."""
    rows = GroupMatter.objects.filter(council=council)
    mine = Q(asked_by=who) | Q(entered_by=who) | Q(concerned__person=who)
    reads = mine | Q(work="opinions") | Q(takers__seat__person=who)
    is_member = bool(own_seats(who, council, at=at))
    if is_member:
        reads |= Q(state=GroupMatterState.ASKED) | Q(work="errands")
    elif keeps(who, council, at=at):
        reads |= Q(work="errands")
    return rows.filter(reads).distinct().order_by("-asked_at", "pk")


def group_matter_for(who: Person, matter_id: UUID, *, at: datetime) -> GroupMatter:
    """:raises NotFound: there is none, or none for them."""
    found = (
        GroupMatter.objects.filter(pk=matter_id)
        .select_related("council__place", "council__declaration", "asked_by", "entered_by")
        .first()
    )
    if found is None or not (
        group_matters_for(who, found.council, at=at).filter(pk=found.pk).exists()
    ):
        raise NotFound(_("There is no such matter."))
    if found.work == "opinions" and not (
        lives_at(who, found.council.place) or reads_names(who, found.council, at=at)
    ):
        raise NotFound(_("There is no such matter."))
    return found


# --- for desks --------------------------------------------------------------------------------


def has_councils(standing: Standing) -> bool:
    """Whether any post has to do with councils; for showing a menu entry."""
    return standing.may_somewhere(KEEP) or standing.may_somewhere(SEE)


def kept_councils(standing: Standing) -> QuerySet[Council]:
    """The councils that the person keeps, or sees."""
    if standing.person_id is None:
        return Council.objects.none()
    rows = Council.objects.filter(granted(standing, KEEP) | granted(standing, SEE))
    return rows.select_related(*WITH)


def kept_council(standing: Standing, council_id: UUID) -> Council:
    """:raises NotFound: there is none, or none for this person."""
    found = kept_councils(standing).filter(pk=council_id).first()
    if found is None:
        raise NotFound(_("There is no council that you keep here."))
    return found


def keeps_it(standing: Standing, council: Council) -> bool:
    return standing.may(KEEP, place_path=council.place_path)


def kept_seat(standing: Standing, seat_id: UUID) -> Seat:
    """:raises NotFound: none of a council that the person keeps."""
    found = (
        Seat.objects.filter(pk=seat_id)
        .select_related("council__place", "council__declaration", "council__notice", "person")
        .first()
    )
    if found is None or not keeps_it(standing, found.council):
        raise NotFound(_("There is no seat that you keep here."))
    return found


def kept_matter(standing: Standing, matter_id: UUID) -> Matter:
    """:raises NotFound: none of a council that the person keeps."""
    rows = Matter.objects.select_related("council__place", "council__declaration")
    found = rows.filter(pk=matter_id).first()
    if found is None or not keeps_it(standing, found.council):
        raise NotFound(_("There is no such matter."))
    return found


def kept_stake(standing: Standing, stake_id: UUID) -> Stakeholder:
    """:raises NotFound: none of a council that the person keeps."""
    rows = Stakeholder.objects.select_related(
        "matter__council__place", "matter__council__declaration", "person"
    )
    found = rows.filter(pk=stake_id).first()
    if found is None or not keeps_it(standing, found.matter.council):
        raise NotFound(_("There is no such matter."))
    return found


def places_to_form(standing: Standing) -> list[Place]:
    """Where the person may form a council: the places of the posts themselves."""
    paths = {holding.place_path for holding in standing.holdings if KEEP in holding.area_verbs}
    rows = Place.objects.filter(path__in=paths, is_active=True).order_by("path")
    return [place for place in rows if kinds_at(place)]


def keeps_group(who: Person, council: Council, *, at: datetime) -> bool:
    """Whether somebody enters on paper what whoever it is about says (SE05)."""
    return keeps(who, council, at=at)
