"""Reading who reported an incident: allowed to few, and logged where the reporter sees it."""

from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.access.services import log_read
from xiangyue.incidents.models import Incident
from xiangyue.incidents.reporters import reporter_of
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person


def may_read_reporter(incident: Incident, standing: Standing) -> bool:
    """PE02: of a hidden reporter only the department that answers; else unit and dispatchers."""
    if incident.sealed_reporter:
        return standing.may("incidents.see_confidential", organisation_id=incident.unit_id)
    return incident.reporter_id is not None and standing.may(
        "incidents.see_reporter",
        place_path=incident.place_path,
        organisation_id=incident.unit_id,
    )


def read_reporter(
    *, incident: Incident, reader: Person, standing: Standing, at: datetime
) -> Person:
    """The reporter, for whose post needs to reach them; the reading is logged (GD05).

    :raises NotAllowed: there is nobody to show, or not to this person.
    """
    reporter = reporter_of(incident) if may_read_reporter(incident, standing) else None
    if reporter is None:
        raise NotAllowed(_("Your posts do not let you see who reported this."))
    log_read(
        reader=reader,
        subject=reporter,
        what="name, phone",
        purpose=_("To reach the reporter of an incident")
        if incident.sealed_reporter
        else _("To reach the reporter of incident %(number)s") % {"number": incident.number},
        at=at,
    )
    return reporter
