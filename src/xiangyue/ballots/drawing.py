"""Whom the register and the posts name for a roll, on its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.models import Basis, Membership, MembershipKind
from xiangyue.ballots.rules import is_of_age
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import active_posts, within
from xiangyue.places.rules import path_range


@dataclass(frozen=True, slots=True)
class Drawn:
    """One voice as it will stand on the roll."""

    person_id: UUID | None
    household_id: UUID | None
    name: str
    group: str
    is_doubtful: bool = False


def residents_of(place: Place) -> QuerySet[Person]:
    """Everybody who lives at the place or below it."""
    low, high = path_range(place.path)
    return Person.objects.filter(
        Q(household__place_path__gte=low, household__place_path__lt=high)
        | Q(household=None, place__path__gte=low, place__path__lt=high)
    )


def drawn(rule: DecisionRule, place: Place, basis: str, *, on: date, at: datetime) -> list[Drawn]:
    """The roll's voices, by group and name."""
    if rule.roll != "residents":
        found = _people(members(rule, place, on=on, at=at), rule, on=on, doubts=False)
    elif basis == Basis.HOUSEHOLDS:
        found = _households(place, rule, on=on)
    else:
        found = _people(residents_of(place), rule, on=on, doubts=True)
    return sorted(found, key=lambda each: (each.group, each.name, str(each.person_id)))


def members(rule: DecisionRule, place: Place, *, on: date, at: datetime) -> QuerySet[Person]:
    """Who belongs to the body: by a post in it, or by the list that the clerk keeps."""
    kind = {
        "party_members": MembershipKind.PARTY_MEMBER,
        "collective_members": MembershipKind.COLLECTIVE_MEMBER,
    }.get(rule.roll, rule.body_kind)
    listed = Q(pk__in=current_members(place, str(kind), on=on).values("person"))
    if rule.roll != "body":
        return Person.objects.filter(listed)
    posts = active_posts(at=at).filter(body__kind=rule.body_kind, body__place=place)
    return Person.objects.filter(listed | Q(pk__in=posts.values("person")))


def current_members(place: Place, kind: str, *, on: date) -> QuerySet[Membership]:
    """The list as it is on the day."""
    rows = Membership.objects.filter(place=place, kind=kind, active_from__lte=on)
    return rows.filter(Q(active_to=None) | Q(active_to__gt=on))


def _people(
    people: QuerySet[Person], rule: DecisionRule, *, on: date, doubts: bool
) -> Iterable[Drawn]:
    rows = people.values_list("pk", "name", "birth_date", "household__grid__name", "place__name")
    for key, name, birth_date, grid, place in rows.distinct():
        if birth_date is not None and not is_of_age(birth_date, on=on, years=rule.least_age):
            continue
        is_doubtful = doubts and birth_date is None and rule.least_age > 0
        yield Drawn(key, None, name, grid or place or "", is_doubtful)


def _households(place: Place, rule: DecisionRule, *, on: date) -> Iterable[Drawn]:
    """Every household in which somebody may be of age, by the name of its eldest."""
    eldest: dict[UUID, tuple[str, str]] = {}
    rows = (
        Person.objects.filter(household__in=within(Household.objects.all(), place))
        .order_by(F("birth_date").asc(nulls_last=True), "name")
        .values_list("household", "name", "birth_date", "household__grid__name")
    )
    for household, name, birth_date, grid in rows:
        if household not in eldest and (
            birth_date is None or is_of_age(birth_date, on=on, years=rule.least_age)
        ):
            eldest[household] = (name, grid)
    return [Drawn(None, key, name, grid) for key, (name, grid) in eldest.items()]
