"""A backup is whole or refused, and restoring one is done whole or not at all."""

import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, connections

from xiangyue.kernel.counties import County, bind
from xiangyue.kernel.files import folder_of
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person
from xiangyue.site import backup, snapshots
from xiangyue.site.archives import ArchiveUnusable
from xiangyue.site.backup import RestoreRefused, make_backup, restore_backup
from xiangyue.site.marks import set_mark
from xiangyue.site.models import Mark

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def archive(county: County, tmp_path: Path) -> Path:
    """A backup in which the mark `kept` and one photo exist."""
    set_mark(name="kept", value="before", at=NOW)
    folder = folder_of(county.slug)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photo.jpg").write_bytes(b"a photo")
    target = tmp_path / "shandan.tar.gz"
    make_backup(county=county, target=target, at=NOW)
    (folder / "photo.jpg").write_bytes(b"another")
    Mark.objects.filter(name="kept").update(value="after")
    return target


def kept() -> str:
    return Mark.objects.get(name="kept").value


def photo(county: County) -> bytes:
    return (folder_of(county.slug) / "photo.jpg").read_bytes()


def test_everything_is_as_it_was(county: County, archive: Path) -> None:
    manifest = restore_backup(county=county, archive=archive, is_forced=True)
    assert kept() == "before"
    assert photo(county) == b"a photo"
    assert manifest.rows["site_mark"] == Mark.objects.count()


def test_what_is_deleted_while_it_is_made_stops_no_backup(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(county.slug)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("first.jpg", "gone.jpg", "last.jpg"):
        (folder / name).write_bytes(name.encode())
    found = backup._files_of

    def meanwhile(which: County) -> Iterator[tuple[Path, str]]:
        for file, name in list(found(which)):
            if file.name == "gone.jpg":
                file.unlink()
            yield file, name

    monkeypatch.setattr(backup, "_files_of", meanwhile)
    target = tmp_path / "shandan.tar.gz"
    manifest = make_backup(county=county, target=target, at=NOW)
    assert "media/gone.jpg" not in manifest.digests
    restore_backup(county=county, archive=target, is_forced=True)
    names = {one.name for one in folder.glob("*.jpg")}
    assert names & {"first.jpg", "gone.jpg", "last.jpg"} == {"first.jpg", "last.jpg"}


def test_what_is_there_is_not_overwritten_unasked(county: County, archive: Path) -> None:
    with pytest.raises(RestoreRefused, match="already holds data"):
        restore_backup(county=county, archive=archive)
    assert (kept(), photo(county)) == ("after", b"another")


def test_an_archive_that_was_cut_short_is_refused(county: County, archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(ArchiveUnusable, match="no whole backup"):
        restore_backup(county=county, archive=archive, is_forced=True)
    assert (kept(), photo(county)) == ("after", b"another")


def test_an_archive_with_a_changed_part_is_refused(
    county: County, archive: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.tar.gz"
    other = tmp_path / "other"
    other.write_bytes(b"b photo")
    with tarfile.open(archive) as source, tarfile.open(changed, "w:gz") as target:
        for part in source:
            is_changed = part.name == "media/photo.jpg"
            content = other.open("rb") if is_changed else source.extractfile(part)
            target.addfile(part, content)
    with pytest.raises(ArchiveUnusable, match=r"damaged: media/photo\.jpg"):
        restore_backup(county=county, archive=changed, is_forced=True)


def test_a_part_outside_the_archive_is_refused(county: County, tmp_path: Path) -> None:
    sly = tmp_path / "sly.tar.gz"
    with tarfile.open(sly, "w:gz") as target:
        target.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(ArchiveUnusable, match="no place"):
        restore_backup(county=county, archive=sly, is_forced=True)


def test_when_the_database_refuses_the_files_stay(
    county: County, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise snapshots.SnapshotFailed("It refused.")

    monkeypatch.setattr(snapshots, "put_back", refuse)
    with pytest.raises(Refused, match="It refused"):
        restore_backup(county=county, archive=archive, is_forced=True)
    assert (kept(), photo(county)) == ("after", b"another")


@pytest.mark.django_db(transaction=True, databases=["default", "jinchang"])
def test_a_backup_of_another_county_is_refused(county: County, archive: Path) -> None:
    with (
        bind("jinchang") as other,
        pytest.raises(RestoreRefused, match="backup of shandan, not of jinchang"),
    ):
        restore_backup(county=other, archive=archive, is_forced=True)


def test_a_backup_sealed_with_another_secret_is_refused(
    county: County, archive: Path, settings: pytest.FixtureRequest
) -> None:
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(RestoreRefused, match="another secret"):
        restore_backup(county=county, archive=archive, is_forced=True)


def test_a_backup_made_by_newer_software_is_refused(
    county: County, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "django.db.migrations.loader.MigrationLoader.load_disk",
        lambda loader: setattr(loader, "disk_migrations", {}),
    )
    monkeypatch.setattr(
        "django.db.migrations.loader.MigrationLoader.build_graph", lambda loader: loader.load_disk()
    )
    with pytest.raises(RestoreRefused, match="newer version"):
        restore_backup(county=county, archive=archive, is_forced=True)


def test_a_backup_taken_while_others_write_holds_one_moment(county: County, tmp_path: Path) -> None:
    """Each writer's two rows come together; no snapshot has one without the other."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        from django.db import transaction

        try:
            with bind("shandan"):
                for number in range(10_000):
                    if stop.is_set():
                        break
                    with transaction.atomic():
                        Person.objects.create(name=f"甲{number}")
                        set_mark(name=f"pair-{number}", at=NOW)
        except BaseException as failure:  # noqa: BLE001 - told by the test itself
            failures.append(failure)
        finally:
            connections.close_all()

    before = Person.objects.count() - Mark.objects.filter(name__startswith="pair-").count()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [snapshots.take(county.alias, tmp_path / f"{number}") for number in range(4)]
    finally:
        stop.set()
        writer.join()
    assert not failures
    others = Mark.objects.exclude(name__startswith="pair-").count()
    pairs = [rows["site_mark"] - others for rows in found]
    assert [rows["places_person"] - before for rows in found] == pairs
    assert pairs[-1] > 0


@pytest.mark.only_on("sqlite")
def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite3"
    with sqlite3.connect(damaged) as database:
        database.execute("CREATE TABLE t (a)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    database.close()
    content = bytearray(damaged.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    damaged.write_bytes(content)
    with pytest.raises(snapshots.SnapshotFailed, match="damaged"):
        snapshots._take_sqlite(damaged, tmp_path / "copy")


@pytest.mark.only_on("postgresql")
def test_without_its_programs_a_backup_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(snapshots.SnapshotFailed, match="apt-get install postgresql-client"):
        snapshots.take(connection.alias, tmp_path / "dump")
