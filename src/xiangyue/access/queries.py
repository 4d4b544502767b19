"""Reads about who may do what, and about what is held on whom."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from xiangyue.access.blueprint import Role
from xiangyue.access.models import Account, ApiToken, PersonalRead
from xiangyue.access.rules import Holding, Standing
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person, Post
from xiangyue.places.queries import active_posts, full_name
from xiangyue.places.rules import path_range

NOBODY = Standing(person_id=None)


def standing_of(person: Person | None, *, at: datetime) -> Standing:
    """The person's standing at `at`: two queries, however many posts."""
    if person is None:
        return NOBODY
    posts = list(active_posts(at=at).filter(person=person))
    return _standing(person.pk, posts, _roles({post.role for post in posts}))


def all_standings(*, at: datetime, people: Collection[UUID] | None = None) -> dict[UUID, Standing]:
    """The standing of everybody who holds a post at `at`, by person: two queries for all.

    With `people`, only theirs.
    """
    posts: dict[UUID, list[Post]] = {}
    held = active_posts(at=at) if people is None else active_posts(at=at).filter(person__in=people)
    for post in held.order_by("place_path", "role", "person__phone"):
        posts.setdefault(post.person_id, []).append(post)
    roles = _roles({post.role for held in posts.values() for post in held})
    return {person_id: _standing(person_id, held, roles) for person_id, held in posts.items()}


def _standing(person_id: UUID, posts: Iterable[Post], roles: Mapping[str, Role]) -> Standing:
    return Standing(
        person_id=person_id,
        holdings=tuple(
            Holding(
                role=post.role,
                place_path=post.place_path,
                organisation_id=post.organisation_id,
                area_verbs=frozenset(roles[post.role].may_in_area),
                unit_verbs=frozenset(roles[post.role].may_for_unit),
                is_at_desk=roles[post.role].front == "desk",
            )
            for post in posts
            if post.role in roles
        ),
    )


def _roles(keys: set[str]) -> dict[str, Role]:
    rows = all_current("role") if keys else []
    return {row.key: meaning(row, Role) for row in rows if row.key in keys}


def require(
    standing: Standing,
    verb: str,
    *,
    place_path: str | None = None,
    organisation_id: UUID | None = None,
    message: str,
) -> None:
    """Let pass who may; refuse everyone else with the given sentence.

    :raises NotAllowed: no post of theirs grants the verb there.
    """
    if not standing.may(verb, place_path=place_path, organisation_id=organisation_id):
        raise NotAllowed(message)


def granted(
    standing: Standing, verb: str, *, path_field: str = "place_path", unit_field: str | None = None
) -> Q:
    """A condition that keeps the rows in reach of the verb; of nobody's reach, none.

    An empty `path_field` leaves areas out and asks for units alone.
    """
    condition = Q(pk__in=[])
    for area in standing.areas(verb) if path_field else ():
        low, high = path_range(area)
        condition |= Q(**{f"{path_field}__gte": low, f"{path_field}__lt": high})
    if unit_field and standing.units(verb):
        condition |= Q(**{f"{unit_field}__in": standing.units(verb)})
    return condition


READS_SHOWN = 50


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def token_account(secret: str, *, at: datetime) -> Account | None:
    """The account that a bearer token lets in at `at`, if any: one query."""
    token = (
        ApiToken.objects.select_related("account__person")
        .filter(
            digest=token_digest(secret),
            revoked_at=None,
            expires_at__gt=at,
            account__is_active=True,
        )
        .first()
    )
    return token.account if token else None


def own_token(account: Account, token_id: UUID) -> ApiToken | None:
    return ApiToken.objects.filter(account=account, pk=token_id).first()


def working_tokens(account: Account, *, at: datetime) -> QuerySet[ApiToken]:
    """The account's tokens that let a program in at `at`, newest first."""
    return account.api_tokens.filter(revoked_at=None, expires_at__gt=at).order_by("-created_at")


def reads_of(subject: Person, *, before: datetime | None = None) -> QuerySet[PersonalRead]:
    """Who read the person's data and why, latest first, with the readers (GD05)."""
    reads = PersonalRead.objects.filter(subject=subject).select_related("reader")
    if before is not None:
        reads = reads.filter(read_at__lt=before)
    return reads.order_by("-read_at", "-pk")


@dataclass(frozen=True)
class OwnPost:
    """A post as its holder reads it."""

    role_name: str
    place_name: str
    organisation_name: str
    active_from: datetime


def own_posts(person: Person, *, at: datetime) -> list[OwnPost]:
    """The posts the person holds at `at`, oldest first: two queries, however many."""
    posts = list(
        active_posts(at=at)
        .filter(person=person)
        .select_related("place", "organisation")
        .order_by("active_from", "role")
    )
    roles = _roles({post.role for post in posts})
    language = get_language()
    return [
        OwnPost(
            role_name=roles[post.role].name.in_language(language)
            if post.role in roles
            else post.role,
            place_name=post.place.name,
            organisation_name=post.organisation.name if post.organisation else "",
            active_from=post.active_from,
        )
        for post in posts
    ]


def home_name(person: Person) -> str:
    """Where the person lives, from the town down; empty when not known."""
    if person.household is not None:
        return full_name(person.household.unit or person.household.grid)
    return full_name(person.place) if person.place is not None else ""
