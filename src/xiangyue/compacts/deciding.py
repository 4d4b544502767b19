"""What compacts have for the page “What is being decided here”."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.compacts import rules
from xiangyue.compacts.gates import ballots_of, notices_of
from xiangyue.compacts.kinds import kind_name, kind_of
from xiangyue.compacts.models import Member, Opinion, Version
from xiangyue.compacts.services.hearing import home_of, is_hearing
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning

ONE_DAY = timedelta(days=1)


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """The versions that hang or wait for force, and what came into force or failed of late."""
    latest = at - STAYS
    here = concerning(Member.objects.filter(compact=OuterRef("compact")), place)
    rows = (
        Version.objects.filter(
            Q(state__in=[str(one) for one in rules.UNDER_WAY])
            | Q(state=rules.State.IN_FORCE, in_force_from__gt=timezone.localdate(latest))
            | Q(state=rules.State.WITHDRAWN, withdrawn_at__gt=latest),
            Exists(here),
            first_published_at__isnull=False,
        )
        .select_related("compact__declaration", "compact__place")
        .order_by("-first_published_at", "pk")
    )
    return [_line(version, person) for version in rows[:MOST]]


def _line(version: Version, person: Person | None) -> DecidingLine:
    is_over = version.state in {rules.State.IN_FORCE, rules.State.WITHDRAWN}
    return DecidingLine(
        kind=kind_name(version.compact),
        title=version.compact.title,
        url=reverse("compact-version", args=[version.pk]),
        state=str(version.get_state_display()),
        until=_until(version),
        needs_me=_needs(version, person),
        outcome=_outcome(version) if is_over else None,
    )


def _until(version: Version) -> date | None:
    """The last day on which something can be said or voted."""
    kinds = kind_of(version.compact).notices
    if version.state == rules.State.FIRST_NOTICE:
        ends = [one.ends_on - ONE_DAY for one in notices_of(version, kinds.first)]
        return max(ends, default=None)
    if version.state == rules.State.SECOND_NOTICE:
        ballots = ballots_of(version)
        if ballots:
            return max(timezone.localdate(one.closes_at) for one in ballots)
        ends = [one.ends_on - ONE_DAY for one in notices_of(version, kinds.second)]
        return max(ends, default=None)
    return None


def _needs(version: Version, person: Person | None) -> bool:
    """Whether this person lives there and has not said anything yet."""
    if person is None or not is_hearing(version) or home_of(person, version) is None:
        return False
    return not Opinion.objects.filter(version=version, person=person).exists()


def _outcome(version: Version) -> str:
    if version.state == rules.State.WITHDRAWN:
        return version.withdrawn_reason
    return _("In force.")
