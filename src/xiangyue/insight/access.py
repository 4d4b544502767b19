"""The only way that web code fetches what is behind a figure for a person."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.incidents.access import own_area, worklist_of
from xiangyue.incidents.models import Incident
from xiangyue.insight.queries import rows_behind
from xiangyue.insight.rules import Period
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place

SEE = "incidents.see_figures"
OUT_OF_REACH = _("Your posts do not include the figures of this place.")
ONLY_QUARTERS = _("Figures are published of whole quarters when they have ended.")
# Beyond so many the list is still paged through, but not counted.
COUNTED_UP_TO = 2_000


def place_for(standing: Standing, code: str) -> Place:
    """A place whose figures the person may see; without a code, their widest.

    :raises NotFound: there is none, or not in their area.
    """
    if not code:
        return own_area(standing)
    place: Place | None = Place.objects.filter(code=code).first()
    if place is None or not standing.may(SEE, place_path=place.path):
        raise NotFound(_("There is no such place in your area."))
    return place


def above(standing: Standing, place: Place) -> list[Place]:
    """What the place lies in, from the top of the person's area down."""
    steps = range(Place.steplen, len(place.path), Place.steplen)
    paths = [place.path[:length] for length in steps]
    seen = [path for path in paths if standing.may(SEE, place_path=path)]
    top = county_place().path
    return list(
        Place.objects.filter(path__in=[p for p in seen if len(p) >= len(top)]).order_by("path")
    )


@dataclass(frozen=True, slots=True)
class Openable:
    """The incidents behind a number that the person may open; None: too many to count."""

    rows: QuerySet[Incident]
    count: int | None


def openable(
    standing: Standing,
    place: Place,
    period: Period,
    key: str,
    part: str,
    *,
    value: str,
    is_elsewhere: bool,
    counted: int,
) -> Openable:
    """The rows behind a number, those that the person may open; the others are only counted."""
    behind = rows_behind(place, period, key, part, value=value, is_elsewhere=is_elsewhere)
    behind = behind.order_by()
    rows = worklist_of(standing).filter(pk__in=behind.values("incident_id"))
    return Openable(
        rows=rows.select_related("category", "place", "unit").order_by("-pk"),
        count=rows.count() if counted <= COUNTED_UP_TO else None,
    )
