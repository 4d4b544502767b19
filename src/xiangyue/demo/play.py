"""Plays a county's life into its database, through the services alone."""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.activity.sealing import seal
from xiangyue.demo.life import TOLD_OF_THE_LAST, Life
from xiangyue.demo.parts import SEASON, people_since
from xiangyue.demo.people import population, settle
from xiangyue.demo.roles import write_roles
from xiangyue.incidents.models import Incident, Photo, Step
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import Refused
from xiangyue.kernel.sqlite.statistics import refresh_statistics
from xiangyue.notifications.telling import telling_from
from xiangyue.places.models import Person

DEFAULT_SCALE = 0.01
DEFAULT_DAYS = 60
WHOLE_YEAR = 365
WHOLE_YEAR_REPORTS = 100_000
FEWEST_REPORTS = 100
SECONDS_BETWEEN_NEWS = 2

Say = Callable[[str], None]


class NotEmpty(Refused):
    """The database holds people already; a demonstration is only played into an empty one."""

    code = "not_empty"


def refuse_unless_empty() -> None:
    """Make sure that nobody's real county becomes a stage.

    :raises NotEmpty: the bound county has people or incidents already.
    """
    if Person.objects.exists() or Incident.objects.exists():
        raise NotEmpty(
            _("%(county)s has people already; a demonstration needs an empty database.")
            % {"county": current_county().slug}
        )


def play(
    *,
    county: str,
    scale: float = DEFAULT_SCALE,
    days: int | None = None,
    seed: int = 1,
    at: datetime,
    say: Say = print,
) -> dict[str, Any]:
    """Play `days` of the county's life up to `at`; returns its figures.

    At scale 1 it is the whole county: its declared population and, in a year, 100,000 reports;
    a year is then what is played unless `days` says otherwise. The same seed, scale, days and
    hour give the same figures. Writes who can sign in to a file in `settings.VAR`; tokens exist
    in a demonstration alone.

    :raises NotEmpty: the county has people already.
    """
    assert current_county().slug == county
    refuse_unless_empty()
    days = days or (WHOLE_YEAR if scale >= 1 else DEFAULT_DAYS)
    dice = random.Random(seed)  # noqa: S311 - a simulation wants repeatable chance
    ends_at = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    begins_at = (ends_at - timedelta(days=days)).replace(hour=0)
    news = _News(say)
    wanted = round(population() * scale)
    with transaction.atomic():
        neighbourhoods = settle(
            scale=scale,
            dice=dice,
            at=min(begins_at - timedelta(days=30), people_since(ends_at) or ends_at - SEASON),
            say=lambda count: news.tell(f"{count} of {wanted} residents"),
        )
    reports = max(round(WHOLE_YEAR_REPORTS * scale * days / WHOLE_YEAR), FEWEST_REPORTS)
    say(
        f"    {neighbourhoods.resident_count} residents; {reports} reports over {days} days to come"
    )
    life = Life(
        neighbourhoods=neighbourhoods,
        dice=dice,
        begins_at=begins_at,
        ends_at=ends_at,
        report_count=reports,
    )
    began = time.monotonic()
    with telling_from(ends_at - TOLD_OF_THE_LAST):
        for day_end in life.days():
            done = life.reports.count / reports
            left = (time.monotonic() - began) / done * (1 - done) if done else 0
            news.tell(f"{day_end:%F}: {life.reports.count} reports, about {left:.0f} s left")
    figures = figures_of()
    with transaction.atomic():
        write_roles(life.stage, at=at)
    seal(at=at)
    refresh_statistics()
    return figures


class _News:
    """Says how far it is, but not more often than anybody reads."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.told = time.monotonic()

    def tell(self, text: str) -> None:
        if time.monotonic() - self.told > SECONDS_BETWEEN_NEWS:
            self.told = time.monotonic()
            self.say(f"    {text}")


def figures_of() -> dict[str, Any]:
    """What came out: how many reports, in which states, with what outcome, and what was done."""
    whole = Incident.objects.filter(parent=None)

    def counts(field: str) -> dict[str, int]:
        rows = whole.order_by().values_list(field).annotate(count=Count("pk"))
        return dict(sorted(rows))

    late = Q(handled_at__gt=F("due_at"))
    return {
        "reported": whole.count(),
        "states": counts("state"),
        "outcomes": counts("outcome"),
        "audiences": counts("audience"),
        "channels": counts("channel"),
        "parts": Incident.objects.exclude(parent=None).count(),
        "reopened": whole.filter(reopened_count__gt=0).count(),
        "overdue": whole.exclude(watch_level="").count(),
        "handled_late": whole.filter(late).count(),
        "photos": Photo.objects.count(),
        "steps": dict(
            sorted(Step.objects.order_by().values_list("verb").annotate(count=Count("pk")))
        ),
    }
