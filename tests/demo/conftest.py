"""A small county's life, played once for all that looks at it and undone afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from xiangyue.demo.play import play
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import bind

# A Wednesday afternoon with two ordinary weeks before it.
NOW = datetime(2026, 6, 10, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SMALL = {"scale": 0.002, "days": 30}

Trace = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Played:
    """What came of one play: its figures, what happened to each incident, and its folder."""

    figures: dict[str, Any]
    trace: Trace
    folder: Path
    said: tuple[str, ...]


def traced() -> Trace:
    """What happened to every incident, without the keys that are drawn at random."""
    found = []
    for incident in Incident.objects.select_related("place", "unit").prefetch_related("steps"):
        steps = tuple((step.verb, step.at, step.note) for step in incident.steps.all())
        found.append(
            (
                incident.created_at,
                incident.category_key,
                incident.place.code,
                incident.description,
                incident.state,
                incident.outcome,
                incident.unit.code,
                steps,
            )
        )
    return sorted(found)


def played_into_shandan(folder: Path, **chosen: Any) -> Played:
    said: list[str] = []
    figures = play(county="shandan", at=NOW, say=said.append, **SMALL | chosen)
    return Played(figures, traced(), folder, tuple(said))


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Played]:
    """Shandan after a month's life; every test of the module finds it so."""
    folder = tmp_path_factory.mktemp("var")
    with (
        override_settings(VAR=folder, MEDIA_ROOT=folder / "files"),
        databases.restored(settings.COUNTIES[0].alias, django_db_blocker),
    ):
        with bind("shandan"):
            found = played_into_shandan(folder)
        yield found
