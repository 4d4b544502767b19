"""The only way that web code fetches an incident for a person."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.incidents.models import Incident
from xiangyue.incidents.reporters import reporter_tag
from xiangyue.incidents.routing import town_path
from xiangyue.incidents.services.reporting import incident_by_slip
from xiangyue.kernel.refusals import NotFound
from xiangyue.kernel.sqlite.planning import Unsought
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place

WRONG_SLIPS_PER_HOUR = 60
SHOWN_WITH = ("category", "place", "unit", "hub", "handler", "clock")


def worklist_of(
    standing: Standing, *, is_wide: bool = False, is_counted: bool = False
) -> QuerySet[Incident]:
    """The incidents that the person's posts let them see.

    Public ones in their areas and of their units; private ones of their units and where they
    dispatch, verify or supervise, but from the town up where the matter may be about the village
    itself (PE02, PE04); confidential ones only of a unit whose members may.

    With `is_wide` something else narrows the list more than the person's areas do. With
    `is_counted` all of it is read, and no row is asked whether it is kept from the village when
    that does not matter. For a page of a list it is: else SQLite finds all by the areas and sorts
    them, where the newest are the first in another index.
    """
    where = "wide_path" if is_wide else "place_path"
    public = Q(audience="public") & granted(
        standing, "incidents.see", path_field=where, unit_field="unit_id"
    )
    watched, from_above = _watched(standing, where), _watched(_from_the_town_up(standing), where)
    if watched != from_above or not is_counted:
        watched = (Q(is_kept_from_village=False) & watched) | (
            Q(is_kept_from_village=True) & from_above
        )
    private = Q(audience="private") & (
        granted(standing, "incidents.see", path_field="", unit_field="unit_id") | watched
    )
    confidential = Q(audience="confidential") & granted(
        standing, "incidents.see_confidential", path_field="", unit_field="unit_id"
    )
    rows = Incident.objects.alias(wide_path=Unsought("place_path")) if is_wide else Incident.objects
    return rows.filter(public | private | confidential)


WATCHING = ("incidents.dispatch", "incidents.verify", "incidents.supervise")


def worklist_in_parts(standing: Standing) -> list[QuerySet[Incident]]:
    """The same in two parts that share nothing, to be counted apart: what lies in the person's
    areas, and what is only their units'. Each has an index; of "or" PostgreSQL reads all.

    Empty for those who have only one of them, or who watch over more than they see.
    """
    areas = standing.areas("incidents.see")
    units = standing.units("incidents.see") | standing.units("incidents.see_confidential")
    watched = [path for verb in WATCHING for path in standing.areas(verb)]
    if not areas or not units or not all(path.startswith(areas) for path in watched):
        return []
    inside = granted(standing, "incidents.see")
    rows = worklist_of(standing)
    return [rows.filter(inside), rows.exclude(inside).filter(unit__in=units)]


def _watched(standing: Standing, where: str) -> Q:
    """Where the person dispatches, verifies or supervises."""
    condition = Q(pk__in=[])
    for verb in WATCHING:
        condition |= granted(standing, verb, path_field=where)
    return condition


def _from_the_town_up(standing: Standing) -> Standing:
    """The standing without the posts of villages and grids."""
    return Standing(
        person_id=standing.person_id,
        holdings=tuple(
            holding
            for holding in standing.holdings
            if town_path(holding.place_path) == holding.place_path
        ),
    )


def own_incidents(standing: Standing) -> QuerySet[Incident]:
    """What the person has reported, hidden or not, without the parts it was split into."""
    if standing.person_id is None:
        return Incident.objects.none()
    # Asked first: there are none but for a few people, and then one index has all in their order.
    tagged = Incident.objects.filter(reporter_tag=reporter_tag(standing.person_id))
    own = Q(reporter_id=standing.person_id)
    if hidden := list(tagged.values_list("pk", flat=True)):
        own |= Q(pk__in=hidden)
    return Incident.objects.filter(own, parent=None)


def visible_to(standing: Standing) -> QuerySet[Incident]:
    """All that the person may open, as staff or as reporter."""
    if standing.person_id is None:
        return Incident.objects.none()
    own = own_incidents(standing).values("pk")
    return Incident.objects.filter(Q(pk__in=own) | Q(pk__in=worklist_of(standing).values("pk")))


def works_on(standing: Standing, incident: Incident) -> bool:
    """Whether a post shows the person the whole history, not only what the reporter was told."""
    return worklist_of(standing).filter(pk=incident.pk).exists()


def incident_for(standing: Standing, number: str) -> Incident:
    """One incident by its number, for somebody who may see it.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    incident = visible_to(standing).filter(number=number).select_related(*SHOWN_WITH).first()
    if incident is None:
        raise NotFound(_("There is no incident with this number that you may see."))
    return incident


def incident_of_slip(code: str, *, address: str, at: datetime) -> Incident:
    """The incident on a slip, for whoever holds the slip (N16).

    Wrong codes are counted by network address, right ones are not: many phones share one.

    :raises NotFound: no slip has this code.
    :raises TooMany: too many wrong codes came from there.
    """
    incident = incident_by_slip(code)
    if incident is None:
        spend(f"slip:{address}", most=WRONG_SLIPS_PER_HOUR, hours=1, at=at)
        raise NotFound(_("No slip has this code; check it and type it again."))
    return incident


def public_incidents() -> QuerySet[Incident]:
    """What everybody may know of: public matters, whole ones, without their repeats."""
    return Incident.objects.filter(audience="public", parent=None, merged_into=None)


def own_area(standing: Standing) -> Place:
    """The widest place whose figures the person may see; without any, the county itself."""
    reach = standing.areas("incidents.see_figures")
    found = Place.objects.filter(path=reach[0]).first() if reach else None
    return found or county_place()
