"""Plays a county's life into its database, through the services alone."""

import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.blueprint import Role
from xiangyue.access.services import account_of, create_token
from xiangyue.activity.sealing import seal
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.life import Life
from xiangyue.demo.people import Cast, population, settle
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import all_counties, current_county
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import full_name

DEFAULT_SCALE = 0.01
DEFAULT_DAYS = 60
WHOLE_YEAR_REPORTS = 100_000
FEWEST_REPORTS = 60


class NotEmpty(Refused):
    """The database holds people already; a demonstration is only played into an empty one."""

    code = "not_empty"


def play(
    *,
    county: str,
    scale: float = DEFAULT_SCALE,
    days: int = DEFAULT_DAYS,
    seed: int = 1,
    at: datetime,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Play `days` of the county's life up to `at`; returns its figures.

    At scale 1 it is the whole county: its declared population and, in a year, 100,000
    reports. The same seed gives the same figures. Writes who can sign in to a file in
    `settings.VAR`; tokens exist in a demonstration alone.

    :raises NotEmpty: the county has people already.
    """
    assert current_county().slug == county
    if Person.objects.exists():
        raise NotEmpty(
            _("%(county)s has people already; a demonstration needs an empty database.")
            % {"county": county}
        )
    dice = random.Random(seed)  # noqa: S311 - a simulation wants repeatable chance
    ends_at = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    begins_at = (ends_at - timedelta(days=days)).replace(hour=0)
    with transaction.atomic():
        cast = settle(scale=scale, dice=dice, at=begins_at - timedelta(days=30))
    reports = max(round(WHOLE_YEAR_REPORTS * scale * days / 365), FEWEST_REPORTS)
    say(f"    {population() * scale:.0f} residents, {len(cast.by_role['grid_worker'])} grid workers,"
        f" {reports} reports over {days} days")  # fmt: skip
    life = Life(cast, dice, begins_at, ends_at, reports)
    began, told = time.monotonic(), time.monotonic()
    for day_end in life.days():
        if time.monotonic() - told > 2:
            told = time.monotonic()
            share = (day_end - begins_at) / (ends_at - begins_at)
            left = (told - began) / share * (1 - share)
            say(f"    {day_end:%F}: {life.reported_count} reports, about {left:.0f} s left")
    figures = figures_of()
    with transaction.atomic():
        write_roles(cast, at=at)
    seal(at=at)
    return figures


def figures_of() -> dict[str, Any]:
    """What came out: how many reports, in which states, with what outcome."""
    rows = Incident.objects.values_list("state", "outcome", "reopened_count", "watch_level")
    states: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    reopened = overdue = 0
    for state, outcome, count, watched in rows:
        states[state] = states.get(state, 0) + 1
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        reopened += bool(count)
        overdue += bool(watched)
    return {
        "reported": sum(states.values()),
        "states": dict(sorted(states.items())),
        "outcomes": dict(sorted(outcomes.items())),
        "reopened": reopened,
        "overdue": overdue,
    }


ROLES_SHOWN = (
    "grid_worker",
    "village_clerk",
    "village_party_secretary",
    "mediator",
    "town_dispatcher",
    "town_supervisor",
    "political_legal_member",
    "department_handler",
    "utility_handler",
    "county_dispatcher",
    "county_supervisor",
    "county_centre_director",
    "confidential_handler",
    "administrator",
    "auditor",
)


def write_roles(cast: Cast, *, at: datetime) -> Path:
    """Write one person of each role, with phone, place and token, and two residents."""
    names = {row.key: meaning(row, Role).name for row in all_current("role")}
    people = []
    for resident in _talkative_residents():
        people.append(_listed("resident", "居民", "Resident", resident, resident.place, at))
    for key in ROLES_SHOWN:
        busiest = _busiest(cast.by_role.get(key, []))
        if busiest is not None:
            person, place = busiest
            people.append(_listed(key, names[key].zh, names[key].en, person, place, at))
    slug = current_county().slug
    name = "demo.json" if len(all_counties()) == 1 else f"demo-{slug}.json"
    file = Path(settings.VAR) / name
    file.write_text(
        json.dumps({"county": slug, "people": people}, ensure_ascii=False, indent=2) + "\n"
    )
    file.chmod(0o600)
    return file


def _talkative_residents() -> list[Person]:
    """A resident whose word is awaited, and one with something under way."""
    found: list[Person] = []
    for state in ("answered", "in_progress", "closed"):
        row = (
            Incident.objects.filter(state=state, reporter__posts=None, reporter__isnull=False)
            .exclude(reporter__in=found)
            .order_by("-created_at")
            .select_related("reporter__place")
            .first()
        )
        if row is not None and row.reporter is not None and row.reporter.phone:
            found.append(row.reporter)
    return found[:2]


def _busiest(people: list[tuple[Person, Place]]) -> tuple[Person, Place] | None:
    """The one in whose place the most is open, so that the first look shows something."""
    if not people:
        return None
    paths = list(
        Incident.objects.exclude(state__in=["closed", "merged"]).values_list(
            "unit__place_path", flat=True
        )
    )
    counts = {
        place.path: sum(path.startswith(place.path) for path in paths) for _p, place in people
    }
    return max(people, key=lambda each: counts[each[1].path])


def _listed(
    key: str, name_zh: str, name_en: str, person: Person, place: Place | None, at: datetime
) -> dict[str, str]:
    assert person.phone is not None
    account = account_of(phone=person.phone, at=at)
    _token, secret = create_token(account=account, name="demo", at=at, days=365)
    return {
        "role": key,
        "role_name": name_zh,
        "role_name_en": name_en,
        "name": person.name,
        "phone": person.phone,
        "place": full_name(place) if place is not None else "",
        "place_code": place.code if place is not None else "",
        "token": secret,
    }
