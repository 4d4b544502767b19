"""How often something may be done under a key; held over every process of the installation."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from xiangyue.access.models import CodeTally
from xiangyue.kernel.refusals import TooMany


@transaction.atomic
def spend(key: str, *, most: int, hours: int, at: datetime) -> None:
    """Note one more doing under the key; only a keyed digest of the key is kept, for a day.

    :raises TooMany: it was done `most` times within the last `hours` already.
    """
    digest = salted_hmac("xiangyue.access.limits", key, algorithm="sha256").hexdigest()
    CodeTally.objects.get_or_create(digest=digest, defaults={"latest_at": at})
    tally = CodeTally.objects.select_for_update().get(digest=digest)
    since = at - timedelta(hours=hours)
    recent = [text for text in tally.asked_at if datetime.fromisoformat(text) > since]
    if len(recent) >= most:
        raise TooMany(_("That was done too often from here; please try again later."))
    tally.asked_at = [*recent, at.isoformat()]
    tally.latest_at = at
    tally.save(update_fields=["asked_at", "latest_at"])
