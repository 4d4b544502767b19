"""The county's organisation as staff browse it, within the area whose incidents they see."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.posting.queries import role_names
from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Organisation, Place
from xiangyue.places.queries import active_posts, within

SEE = "incidents.see"


def place_for(standing: Standing, code: str) -> Place:
    """A place of the area whose incidents the person sees; without a code, its topmost.

    :raises NotFound: there is none, or not in their area.
    """
    rows = Place.objects.filter(granted(standing, SEE, path_field="path"), is_active=True)
    place: Place | None = (rows.filter(code=code) if code else rows.order_by("path")).first()
    if place is None:
        raise NotFound(_("There is no such place in your area."))
    return place


def above(standing: Standing, place: Place) -> list[tuple[Place, bool]]:
    """What the place lies in, from the top, and whether the person may open it."""
    steps = range(Place.steplen, len(place.path), Place.steplen)
    rows = Place.objects.filter(path__in=[place.path[:length] for length in steps])
    return [(row, standing.may(SEE, place_path=row.path)) for row in rows.order_by("path")]


def below(place: Place) -> QuerySet[Place]:
    """What lies directly below: towns, villages, groups, grids, streets."""
    return within(Place.objects.filter(depth=place.depth + 1, is_active=True), place, field="path")


def units_at(place: Place) -> QuerySet[Organisation]:
    """The units at the very place."""
    return Organisation.objects.filter(place=place, is_active=True).order_by("name")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who serves at a place, as everybody there may know: no number, no address."""

    name: str
    role_name: str
    unit_name: str


def holders_at(place: Place, *, at: datetime) -> list[Holder]:
    """Who holds which post at the very place now: two queries, however many."""
    names = role_names()
    posts = (
        active_posts(at=at)
        .filter(place=place)
        .select_related("person", "organisation")
        .order_by("role", "active_from", "id")
    )
    return [
        Holder(
            name=post.person.name,
            role_name=names.get(post.role, post.role),
            unit_name=post.organisation.name if post.organisation else "",
        )
        for post in posts
    ]
