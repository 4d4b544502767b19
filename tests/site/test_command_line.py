"""The command line, as an operator types it, on an installation of its own."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from tests.site.installations import Installation

pytestmark = pytest.mark.database

LIFT = {
    "sqlite": "DROP TRIGGER activity_entry_no_update",
    "postgresql": "DROP TRIGGER activity_entry_append_only ON activity_entry",
}


def test_preparing_twice_does_the_work_once(installation: Installation) -> None:
    assert "Database of shandan: tables" in installation.prepare()
    assert "Database of shandan" not in installation.run("prepare")


def test_a_backup_moves_a_county_to_a_new_machine(
    install: Callable[..., Installation], tmp_path: Path
) -> None:
    old, new = install(), install()
    old.prepare()
    (old.var / "media" / "shandan" / "2026").mkdir(parents=True)
    (old.var / "media" / "shandan" / "2026" / "photo.jpg").write_bytes(b"a photo")
    assert "sealed up to" in old.run("seal")
    old.run("backup", "--into", tmp_path / "backups")
    (archive,) = (tmp_path / "backups").iterdir()
    assert archive.stat().st_mode & 0o077 == 0

    assert "proven whole" in new.run("restore", archive)
    assert (new.var / "media" / "shandan" / "2026" / "photo.jpg").read_bytes() == b"a photo"
    for name in ("secret_key", "keys/shandan.ed25519"):
        assert (new.var / name).read_text() == (old.var / name).read_text()
    assert "nothing new" in new.run("seal")
    assert "already holds data" in new.run("restore", archive, succeeds=False)
    assert "proven whole" in new.run("restore", archive, "--force")


def test_a_changed_record_is_found_by_verify(installation: Installation) -> None:
    installation.prepare()
    installation.run("seal")
    assert "proven whole" in installation.run("verify")
    vendor = "postgresql" if "DATABASE_URL" in installation.environment() else "sqlite"
    installation.execute(LIFT[vendor])
    installation.execute("UPDATE activity_entry SET name = 'places.place_moved' WHERE id = 3")
    said = installation.run("verify", succeeds=False)
    assert "trigger" in said
    assert "record:" in said


def test_counties_share_nothing_but_the_installation(
    install: Callable[..., Installation],
    tmp_path: Path,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    both = install("shandan,liping@liping.example.cn")
    both.prepare()
    with django_db_blocker.unblock():
        databases.copy_of_the_tables(both.database_of("liping"))
    said = both.run("prepare")
    assert "Database of liping: the county's declarations" in said
    assert "Database of shandan" not in said
    both.use_nursery()
    assert "say which with --county" in both.run("export", "--to", "x.zip", succeeds=False)
    both.run("export", "--county", "liping", "--to", tmp_path / "liping.zip")
    with zipfile.ZipFile(tmp_path / "liping.zip") as archive:
        assert json.loads(archive.read("about.json"))["county"] == "liping"
        places = archive.read("places.place.jsonl").decode()
    assert "黎平县" in places
    assert "山丹县" not in places
    said = both.run("tick", "--county", "liping")
    assert "Failed" not in said
    assert both.run("verify").count("proven whole") == 2


def test_a_county_that_is_not_here_is_refused(installation: Installation) -> None:
    said = installation.run("verify", "--county", "nowhere", succeeds=False)
    assert said == "No county is called 'nowhere' here; there is shandan.\n"


def test_a_database_that_was_never_prepared_is_told_with_what_to_do(
    installation: Installation,
) -> None:
    said = installation.run("verify", succeeds=False)
    assert "run: xiangyue prepare" in said
    assert "Traceback" not in said


def test_loading_a_county_again_changes_nothing(installation: Installation) -> None:
    installation.prepare()
    assert "0 declarations are new" in installation.run("load-county", "shandan")
