"""An installation of an earlier version, brought up to date: nothing of its data is lost.

`<version>-<database>.tar.gz` are backups that each released version made of a county with a few
days of life. A new release adds its own; none is ever taken away.
"""

import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.conftest import install
from tests.site.installations import Installation

__all__ = ["install"]

HERE = Path(__file__).parent
DATABASE = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"
RELEASES = sorted(HERE.glob(f"*-{DATABASE}.tar.gz"))

# Made anew by the software itself, or emptied when they are due: not anybody's data.
FLEETING = {"cache", "django_content_type", "auth_permission", "django_migrations", "site_mark"}
FLEETING |= {f"incidents_search_{part}" for part in ("data", "idx", "config")}  # the index's own

COUNTS = """
import json
from django.db import connection
with connection.cursor() as cursor:
    found = {}
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        found[table] = cursor.fetchone()[0]
print("COUNTS", json.dumps(found))
"""


def rows_of(installation: Installation) -> dict[str, int]:
    said = installation.ask(COUNTS)
    line = next(line for line in said.splitlines() if line.startswith("COUNTS"))
    return dict(json.loads(line.partition(" ")[2]))


def test_every_release_has_a_backup_here() -> None:
    assert RELEASES


@pytest.mark.database
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_nothing_is_lost_when_an_earlier_version_is_brought_up_to_date(
    release: Path, install: Callable[..., Installation]
) -> None:
    installation = install()
    installation.run("restore", release)
    installation.use_nursery()
    with tarfile.open(release) as archive:
        member = archive.extractfile("manifest.json")
        assert member is not None
        before = json.load(member)["rows"]
    after = rows_of(installation)
    lost = {
        table: (count, after.get(table))
        for table, count in before.items()
        if table not in FLEETING and after.get(table, -1) < count
    }
    assert lost == {}
    assert before["incidents_incident"] > 0
    assert before["activity_entry"] > 0
    assert "proven whole" in installation.run("verify")
    installation.run("prepare")  # as an operator does; loads the declarations of this version
    installation.run("tick")
    assert "proven whole" in installation.run("verify")
