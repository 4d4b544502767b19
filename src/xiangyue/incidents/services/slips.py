"""A new slip for one that was lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.incidents.models import Incident
from xiangyue.incidents.reporters import slip_digest
from xiangyue.incidents.services.acting import Actor
from xiangyue.incidents.services.reporting import SLIP_LENGTH
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed


def may_reissue_slip(incident: Incident, actor: Actor) -> bool:
    """Whether the actor enters reports for others there, and does not answer for this one.

    Who holds a slip speaks as the reporter, so whoever handles a matter must not get its slip
    (SE01). Where the reporter is hidden nobody can tell whose slip was lost (PE02).
    """
    standing = actor.standing
    return (
        standing.may("incidents.enter_for_others", place_path=incident.place_path)
        and all(holding.organisation_id != incident.unit_id for holding in standing.holdings)
        and standing.person_id != incident.handler_id
        and not incident.is_kept_from_village
        and incident.audience != "confidential"
    )


@transaction.atomic
def reissue_slip(*, incident: Incident, actor: Actor, at: datetime) -> str:
    """A new code for a lost slip; the old one no longer opens anything.

    :raises NotAllowed: the actor enters no reports for others there, or answers for this one.
    """
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if not may_reissue_slip(incident, actor):
        raise NotAllowed(
            _(
                "A new slip comes from somebody who enters reports for others here "
                "and does not answer for this matter."
            ),
            source="SE01",
        )
    code = speakable_code(SLIP_LENGTH)
    incident.slip_digest = slip_digest(code)
    incident.save(update_fields=["slip_digest"])
    record(
        name="incidents.slip_reissued",
        subject=incident,
        at=at,
        actor_id=actor.person_id,
        place_path=incident.place_path,
        facts={"number": incident.number},
    )
    return code


__all__ = ["may_reissue_slip", "reissue_slip"]
