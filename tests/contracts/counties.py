"""The counties' declarations, read once for all contract tests."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings

from xiangyue.blueprints.reading import CountyFiles, read_county
from xiangyue.blueprints.schema import Declared, kinds
from xiangyue.incidents.blueprint import (
    DispatchRule,
    IncidentCategory,
)
from xiangyue.places.blueprint import CountyProfile, GridStaffing

FOLDER = Path(settings.COUNTIES_FOLDER)
COUNTIES = ("laixi", "sheyang", "jinchang", "shandan", "liping")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CONFIDENTIAL = ("0117", "0304", "0308", "0309")

every_county = pytest.mark.parametrize("slug", COUNTIES)
D = TypeVar("D", bound=Declared)


@cache
def files_of(slug: str) -> CountyFiles:
    return read_county(FOLDER, slug, kinds())


def declared(slug: str, kind: str, schema: type[D]) -> dict[str, D]:
    found = files_of(slug).declarations[kind]
    assert all(isinstance(each, schema) for each in found.values())
    return found  # type: ignore[return-value]


def categories(slug: str = "shandan") -> dict[str, IncidentCategory]:
    return declared(slug, "incident_category", IncidentCategory)


def rules(slug: str = "shandan") -> list[DispatchRule]:
    return list(declared(slug, "dispatch_rule", DispatchRule).values())


def profile(slug: str) -> CountyProfile:
    return declared(slug, "county_profile", CountyProfile)["county"]


def divisions(slug: str) -> list[dict[str, str]]:
    return files_of(slug).tables["divisions"]


def shandan_grids() -> list[dict[str, str]]:
    return files_of("shandan").tables["grids"]


def staffing(slug: str) -> GridStaffing:
    return declared(slug, "grid_staffing", GridStaffing)["grids"]
