"""The only way that web code fetches an endpoint or a sending for a person."""

from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.queries import county_place
from xiangyue.webhooks.models import Endpoint, Sending

KEEP = "webhooks.keep"


def require_keeping(standing: Standing) -> None:
    """:raises NotAllowed: no post of theirs says who outside is told of the county's doings."""
    require(
        standing,
        KEEP,
        place_path=county_place().path,
        message=_("Your posts do not include what other software is told."),
    )


def endpoint_for(standing: Standing, endpoint_id: UUID) -> Endpoint:
    """:raises NotAllowed: no post of theirs keeps webhooks.
    :raises NotFound: there is no such one.
    """
    require_keeping(standing)
    endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(_("There is no such webhook."))
    return endpoint


def sending_for(standing: Standing, sending_id: UUID) -> Sending:
    """:raises NotAllowed: no post of theirs keeps webhooks.
    :raises NotFound: there is no such event, or it was forgotten by now.
    """
    require_keeping(standing)
    sending = Sending.objects.filter(pk=sending_id).select_related("endpoint").first()
    if sending is None:
        raise NotFound(_("There is no such event any more."))
    return sending
