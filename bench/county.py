"""Two counties to measure in, both declared as Shandan: one small, one with ten times the data."""

import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

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

    The second county is a copy of the first.
    """
    collect_static(say=lambda text: None)
    first, *others = all_counties()
    with bind(first.slug):
        call_command("migrate", database=first.alias, interactive=False, verbosity=0)
        call_command("createcachetable", database=first.alias, verbosity=0)
        load_county(slug="shandan", at=LONG_AGO)
        with transaction.atomic():
            neighbourhoods[first.slug] = settle(
                scale=RESIDENTS_SCALE, dice=random.Random(1), at=LONG_AGO, say=lambda count: None
            )
        tidy()
    for county in others:
        copy(first, county)


def copy(first: County, county: County) -> None:
    """Make the one county's database what the other's is now, whatever was in it."""
    source, target = connections[first.alias], connections[county.alias]
    assert source.settings_dict["NAME"] != target.settings_dict["NAME"]
    target.close()
    if source.vendor == "postgresql":
        source.close()  # a database is copied while nobody is in it
        _copy_on_server(source.settings_dict, target.settings_dict)
    else:
        name = str(target.settings_dict["NAME"])
        for file in (name, f"{name}-wal", f"{name}-shm"):
            Path(file).unlink(missing_ok=True)
        with source.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
    neighbourhoods[county.slug] = neighbourhoods[first.slug]


def _copy_on_server(source: Mapping[str, Any], target: Mapping[str, Any]) -> None:
    with psycopg.connect(
        host=source["HOST"], port=source["PORT"] or None, user=source["USER"], dbname="postgres",
        autocommit=True,
    ) as server:  # fmt: skip
        old, new = sql.Identifier(source["NAME"]), sql.Identifier(target["NAME"])
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(new))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))


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
