"""How web code fetches an import for a person."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted, require
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.registry.importing.checking import KEEP
from xiangyue.registry.importing.models import Import


def require_keeping(standing: Standing) -> None:
    """:raises NotAllowed: no post of theirs keeps lists of people."""
    areas = standing.areas(KEEP)
    message = _("Your posts do not include keeping lists of people.")
    require(standing, KEEP, place_path=areas[0] if areas else None, message=message)


def imports_seen(standing: Standing) -> QuerySet[Import]:
    """One's own imports, and those of lists that lie wholly in the area whose lists one keeps;
    newest first."""
    mine = Q(actor_id=standing.person_id) if standing.person_id else Q(pk__in=[])
    rows = Import.objects.filter(mine | granted(standing, KEEP))
    return rows.select_related("actor").order_by("-created_at", "-pk")


def import_for(standing: Standing, import_id: UUID) -> Import:
    """:raises NotAllowed: no post of theirs keeps lists of people.
    :raises NotFound: there is none that this person may know of.
    """
    require_keeping(standing)
    found = imports_seen(standing).filter(pk=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import."))
    return found
