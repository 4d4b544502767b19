"""Where an issue comes from: a report that concerns everyone, a consultation that is over."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import meaning
from xiangyue.consultations.access import public_consultation
from xiangyue.deliberation.models import Source
from xiangyue.deliberation.services import Origin
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind


def origin_of(standing: Standing, query: Mapping[str, str]) -> tuple[Origin | None, dict[str, Any]]:
    """What the address says the issue comes out of, and what a form can begin with.

    Of a report only its kind and place are taken over, never the reporter's words, and only of a
    public one (PE02).

    :raises NotFound: there is none, or none for this person.
    """
    if number := query.get("incident", "").strip():
        incident = incident_for(standing, number[:40])
        if incident.audience != "public":
            raise NotFound(_("There is no report with this number that you may see."))
        name = meaning(incident.category, IncidentCategory).name.in_language(get_language())
        return Origin(Source.INCIDENT, incident), {
            "title": name,
            "place": _code(incident.place),
        }
    if key := query.get("consultation", "").strip():
        try:
            asked = public_consultation(UUID(key))
        except ValueError as wrong:
            raise NotFound(_("There is no such consultation.")) from wrong
        return Origin(Source.CONSULTATION, asked), {
            "title": asked.title[:60],
            "place": _code(asked.place),
        }
    return None, {"is_courtyard": query.get("courtyard") == "1"}


def _code(place: Place) -> str:
    above = ancestors_by_kind(place)
    return str((above.get(PlaceKind.GROUP) or above.get(PlaceKind.VILLAGE) or place).code)
