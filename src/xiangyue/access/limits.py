"""How often something may be done under a key; held over every process of the installation."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.access.models import CodeTally
from xiangyue.access.rules import Limit, again_at
from xiangyue.kernel.refusals import TooMany


class TooSoon(TooMany):
    """It was done too often; `again_at` says when it may be done next."""

    def __init__(self, *, at: datetime, again_at: datetime) -> None:
        super().__init__(_wait_sentence(at=at, again_at=again_at))
        self.again_at = again_at


def spend(key: str, *, most: int, hours: int, at: datetime) -> None:
    """As `take`, for a single limit of `most` within any `hours`."""
    take(key, (Limit(most, timedelta(hours=hours)),), at=at)


@transaction.atomic
def take(key: str, limits: Iterable[Limit], *, at: datetime) -> None:
    """Note one more doing under the key; what is then rolled back or refused does not count.

    Only a keyed digest of the key is kept, and the times, as long as a limit looks back. The
    row is locked until the transaction ends, so that no two processes count past each other.

    :raises TooSoon: a limit is used up.
    """
    limits = tuple(limits)
    digest = salted_hmac("xiangyue.access.limits", key, algorithm="sha256").hexdigest()
    CodeTally.objects.get_or_create(digest=digest, defaults={"latest_at": at})
    tally = CodeTally.objects.select_for_update().get(digest=digest)
    past = [datetime.fromisoformat(text) for text in tally.asked_at]
    allowed_at = again_at(past, limits, at=at)
    if allowed_at is not None:
        raise TooSoon(at=at, again_at=allowed_at)
    longest = max(limit.within for limit in limits)
    kept = [time for time in past if time > at - longest]
    tally.asked_at = [time.isoformat() for time in [*kept, at]]
    tally.latest_at = at
    tally.save(update_fields=["asked_at", "latest_at"])


def _wait_sentence(*, at: datetime, again_at: datetime) -> str:
    seconds = max(1, round((again_at - at).total_seconds()))
    if seconds <= 90:
        return ngettext(
            "That was done just now; please try again in %(seconds)s second.",
            "That was done just now; please try again in %(seconds)s seconds.",
            seconds,
        ) % {"seconds": seconds}
    local = timezone.localtime(again_at + timedelta(seconds=59))
    return _("That was done too often; please try again after %(time)s.") % {
        "time": f"{local:%H:%M}"
    }
