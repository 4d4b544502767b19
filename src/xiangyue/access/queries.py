"""Reads about who may do what."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from xiangyue.access.blueprint import Role
from xiangyue.access.rules import Holding, Standing
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person, Post
from xiangyue.places.rules import path_range

NOBODY = Standing(person_id=None)


def standing_of(person: Person | None, *, at: datetime) -> Standing:
    """The person's standing at `at`: two queries, however many posts."""
    if person is None:
        return NOBODY
    posts = list(
        Post.objects.filter(person=person, active_from__lte=at).filter(
            Q(active_to__isnull=True) | Q(active_to__gt=at)
        )
    )
    roles = _roles({post.role for post in posts})
    return Standing(
        person_id=person.pk,
        holdings=tuple(
            Holding(
                role=post.role,
                place_path=post.place_path,
                organisation_id=post.organisation_id,
                area_verbs=frozenset(roles[post.role].may_in_area),
                unit_verbs=frozenset(roles[post.role].may_for_unit),
            )
            for post in posts
            if post.role in roles
        ),
    )


def _roles(keys: set[str]) -> dict[str, Role]:
    rows = Declaration.objects.filter(kind="role", key__in=keys, is_current=True) if keys else ()
    return {row.key: meaning(row, Role) for row in rows}


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
    """A condition that keeps the rows in reach of the verb; of nobody's reach, none."""
    condition = Q(pk__in=[])
    for area in standing.areas(verb):
        low, high = path_range(area)
        condition |= Q(**{f"{path_field}__gte": low, f"{path_field}__lt": high})
    if unit_field and standing.units(verb):
        condition |= Q(**{f"{unit_field}__in": standing.units(verb)})
    return condition
