"""Two counties to measure in, both declared as Shandan: one small, one with ten times the data."""

import random
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, connections, transaction

from bench.sizes import IS_QUICK
from xiangyue.blueprints.loading import load_county
from xiangyue.demo.people import Neighbourhoods, settle
from xiangyue.kernel.counties import County, all_counties, bind
from xiangyue.kernel.sqlite.statistics import refresh_statistics
from xiangyue.site.preparing import collect_static

NOW = datetime(2026, 6, 8, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
RESIDENTS_SCALE = 0.005

neighbourhoods: dict[str, Neighbourhoods] = {}


def prepare() -> None:
    """Static files; tables, declarations, staff as declared and a thousand residents in each.

    For a quick look the second county is a copy of the first, where a county is a file.
    """
    collect_static(say=lambda text: None)
    first, *_others = all_counties()
    for county in all_counties():
        if IS_QUICK and county != first and connection.vendor == "sqlite":
            _copy(first, county)
            continue
        with bind(county.slug):
            call_command("migrate", database=county.alias, interactive=False, verbosity=0)
            call_command("createcachetable", database=county.alias, verbosity=0)
            load_county(slug="shandan", at=LONG_AGO)
            with transaction.atomic():
                neighbourhoods[county.slug] = settle(
                    scale=RESIDENTS_SCALE,
                    dice=random.Random(1),
                    at=LONG_AGO,
                    say=lambda count: None,
                )
            tidy()


def _copy(first: County, county: County) -> None:
    file, copied = (connections[each.alias].settings_dict["NAME"] for each in (first, county))
    with connections[first.alias].cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copied)])
    assert file != copied
    neighbourhoods[county.slug] = neighbourhoods[first.slug]


def tidy() -> None:
    """Let the database know its tables: as PostgreSQL's autovacuum does within minutes of such a
    change, and the worker does for SQLite within the hour."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    refresh_statistics()


def callers(slug: str) -> list[UUID]:
    """The residents with a phone, in a fixed order."""
    found = neighbourhoods[slug].by_path
    return [person_id for path in sorted(found) for person_id in found[path]]
