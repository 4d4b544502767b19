"""The secret address of a person's calendar: made, renewed, ended, read."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend, take
from xiangyue.access.models import Account
from xiangyue.access.queries import token_digest
from xiangyue.access.rules import Limit
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import NotFound
from xiangyue.site.models import FeedAddress

LONGEST = 100
WRONG_PER_HOUR = 30
READS = (Limit(60, timedelta(hours=1)),)
RENEWALS_PER_DAY = 20


@transaction.atomic
def renew_feed(*, account: Account, at: datetime) -> str:
    """Make the account's calendar address, or a new one in its stead; the old one stops.

    Returns the secret, which is told this once and kept as a digest.

    :raises TooMany: twenty times on one day.
    """
    spend(f"feed-renewed:{account.pk}", most=RENEWALS_PER_DAY, hours=24, at=at)
    secret = secrets.token_urlsafe(32)
    address, _is_new = FeedAddress.objects.update_or_create(
        account=account,
        defaults={
            "digest": token_digest(secret),
            "made_at": at,
            "content_digest": "",
            "content_changed_at": None,
            "read_date": None,
        },
    )
    record(name="site.feed_opened", subject=address, at=at, actor_id=account.person_id)
    return secret


@transaction.atomic
def end_feed(*, account: Account, at: datetime) -> bool:
    """End the account's calendar address; whether there was one."""
    address = FeedAddress.objects.select_for_update().filter(account=account).first()
    if address is None:
        return False
    record(name="site.feed_ended", subject=address, at=at, actor_id=account.person_id)
    address.delete()
    return True


def feed_behind(secret: str, *, network: str, at: datetime) -> FeedAddress:
    """The feed that a secret opens, as long as its account is active.

    Wrong secrets are counted by network, right ones by feed: many calendars share a network.

    :raises NotFound: none; ended, renewed and never made are not told apart.
    :raises TooMany: too often in an hour.
    """
    found = None
    if len(secret) <= LONGEST:
        found = (
            FeedAddress.objects.select_related("account")
            .filter(digest=token_digest(secret), account__is_active=True)
            .first()
        )
    if found is None:
        spend(f"feed:{network}", most=WRONG_PER_HOUR, hours=1, at=at)
        raise NotFound(_("There is no calendar at this address; make a new one on your page."))
    take(f"feed-read:{found.pk}", READS, at=at)
    return found


def note_content(*, feed: FeedAddress, digest: str, at: datetime) -> datetime:
    """When what the feed gives last changed, which is now if it differs from the last reading."""
    today = timezone.localdate(at)
    changed_at = feed.content_changed_at
    if feed.content_digest == digest and changed_at is not None:
        if feed.read_date != today:
            FeedAddress.objects.filter(pk=feed.pk).update(read_date=today)
        return changed_at
    changed_at = at.replace(microsecond=0)
    FeedAddress.objects.filter(pk=feed.pk).update(
        content_digest=digest, content_changed_at=changed_at, read_date=today
    )
    return changed_at
