"""The only way that web code fetches a grid to walk, or the coverage of a place, for a person."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.patrols.models import Patrol
from xiangyue.patrols.queries import WALK
from xiangyue.places.models import Place

SEE = "patrols.see"


def own_grids(standing: Standing) -> QuerySet[Place]:
    """The grids that the person walks: where they hold such a post now, and none below (GD02)."""
    paths = [holding.place_path for holding in standing.holdings if WALK in holding.area_verbs]
    grids = Place.objects.filter(path__in=paths, is_active=True)
    return grids.exclude(grid_kind="").order_by("path")


def grid_to_walk(standing: Standing, code: str) -> Place:
    """:raises NotFound: there is no such grid, or it is not this person's to walk."""
    grid = own_grids(standing).filter(code=code).first()
    if grid is None:
        raise NotFound(_("This is not one of your grids."))
    return grid


def own_patrol(standing: Standing, patrol_id: UUID) -> Patrol:
    """A patrol for whoever walked it.

    :raises NotFound: there is none, or somebody else walked it.
    """
    found = None
    if standing.person_id is not None:
        found = (
            Patrol.objects.filter(pk=patrol_id, worker_id=standing.person_id)
            .select_related("grid")
            .first()
        )
    if found is None:
        raise NotFound(_("There is no such patrol of yours."))
    return found


def places_to_see(standing: Standing) -> QuerySet[Place]:
    """Where the person may look at the coverage."""
    return Place.objects.filter(granted(standing, SEE, path_field="path"), is_active=True)


def place_to_see(standing: Standing, code: str) -> Place:
    """The place whose coverage is asked for; without a code the widest that the person sees.

    :raises NotFound: there is no such place, or it is out of the person's reach.
    """
    rows = places_to_see(standing)
    found = rows.filter(code=code).first() if code else rows.order_by("path").first()
    if found is None:
        raise NotFound(_("There is no place with this code whose patrols you may see."))
    return found
