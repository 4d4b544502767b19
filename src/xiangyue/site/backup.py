"""Backs a county up while it is at work, and restores it whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from xiangyue.kernel.counties import County, all_counties
from xiangyue.kernel.files import folder_of
from xiangyue.kernel.refusals import Refused
from xiangyue.site import snapshots
from xiangyue.site.archives import DATABASE, Manifest, Writer, unpack


class RestoreRefused(Refused):
    """The backup does not belong here, or would overwrite something."""

    code = "restore_refused"


def make_backup(*, county: County, target: Path, at: datetime) -> Manifest:
    """Write the bound county's database, files and keys to the archive `target`.

    Nobody has to stop working: the database is as it stood at one moment, and the files, which
    are never changed once written, are copied after it, so that none it names is missing. The
    archive appears under its name only when it is whole; it holds personal data and keys, so
    only its owner may read it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as draft_folder:
        draft = Path(draft_folder) / target.name
        database = Path(draft_folder) / DATABASE
        rows = snapshots.take(county.alias, database)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as output:
            writer = Writer(output)
            writer.add(database, DATABASE)
            for file, name in _files_of(county):
                # What is deleted while the backup is made, as retention and imports do, is gone.
                with suppress(FileNotFoundError):
                    writer.add(file, name)
            manifest = Manifest(
                county=county.slug,
                made_at=at.isoformat(),
                version=_version(),
                engine=connections[county.alias].vendor,
                secret_id=_secret_id(settings.SECRET_KEY),
                migrations=sorted(".".join(key) for key in _applied_migrations()),
                rows=rows,
                digests=writer.digests,
            )
            writer.finish(asdict(manifest))
            output.flush()
            os.fsync(output.fileno())
        draft.replace(target)
    return manifest


def restore_backup(*, county: County, archive: Path, is_forced: bool = False) -> Manifest:
    """Put the bound county's database, files and keys back as they are in the archive.

    The archive is unpacked and proven first; then the database is replaced in one transaction,
    and only then the files. A backup of an older version is brought up to date afterwards.

    :raises RestoreRefused: it is another county's, of another kind of database, newer than this
        software, sealed with a secret that cannot be put in place, or there are data here
        already and `is_forced` is not said.
    """
    media = folder_of(county.slug)
    media.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=media.parent, prefix=".restoring-") as folder:
        unpacked = Path(folder)
        manifest = unpack(archive, unpacked)
        _refuse_foreign(manifest, county)
        if not is_forced and not (snapshots.is_empty(county.alias) and not _has_files(media)):
            raise RestoreRefused(
                f"{county.slug} already holds data here; --force replaces all of it."
            )
        _refuse_unreachable_secret(manifest, county)
        (unpacked / "media").mkdir(exist_ok=True)
        with _files_replaced(media, unpacked / "media"):
            snapshots.put_back(county.alias, unpacked / DATABASE, rows=manifest.rows)
        _put_keys_back(unpacked / "keys", manifest)
    call_command("migrate", database=county.alias, interactive=False, verbosity=0)
    call_command("createcachetable", database=county.alias, verbosity=0)
    return manifest


def _files_of(county: County) -> Iterator[tuple[Path, str]]:
    media = folder_of(county.slug)
    for file in sorted(media.rglob("*")):
        if file.is_file():
            yield file, f"media/{file.relative_to(media)}"
    for file in sorted((settings.VAR / "keys").glob(f"{county.slug}.*")):
        yield file, f"keys/{file.name}"
    secret = settings.VAR / "secret_key"
    if secret.exists() and secret.read_text().strip() == settings.SECRET_KEY:
        yield secret, "keys/secret_key"


def _version() -> str:
    try:
        return version("xiangyue")
    except PackageNotFoundError:  # run from its source folder
        return "source"


def _secret_id(secret: str) -> str:
    return hashlib.sha256(b"xiangyue secret\0" + secret.encode()).hexdigest()[:16]


def _applied_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(connection).applied_migrations)


def _refuse_foreign(manifest: Manifest, county: County) -> None:
    if manifest.county != county.slug:
        raise RestoreRefused(f"This is a backup of {manifest.county}, not of {county.slug}.")
    engine = connections[county.alias].vendor
    if manifest.engine != engine:
        raise RestoreRefused(
            f"This is a backup of a {manifest.engine} database; {county.slug} is on {engine} here."
        )
    known = MigrationLoader(None).disk_migrations or {}
    unknown = sorted(set(manifest.migrations) - {".".join(key) for key in known})
    if unknown:
        raise RestoreRefused(
            f"This backup was made by a newer version: {', '.join(unknown[:3])} is unknown here."
        )


def _refuse_unreachable_secret(manifest: Manifest, county: County) -> None:
    """Reporters' names are sealed with the installation's secret, so it must be the same one."""
    if manifest.secret_id == _secret_id(settings.SECRET_KEY):
        return
    if "keys/secret_key" not in manifest.digests or os.environ.get("XIANGYUE_SECRET_KEY"):
        raise RestoreRefused(
            "This backup belongs to another secret; set XIANGYUE_SECRET_KEY to the one that was"
            " in use when it was made."
        )
    others = [other for other in all_counties() if other != county]
    if any(not snapshots.is_empty(other.alias) for other in others):
        raise RestoreRefused(
            "This backup belongs to another secret, and the other counties here use this one;"
            " restore it in an installation of its own."
        )


def _put_keys_back(keys: Path, manifest: Manifest) -> None:
    """Keys that differ are kept beside those put back, as `….replaced`."""
    for name in sorted(manifest.digests):
        folder, _, file_name = name.partition("/")
        if folder != "keys":
            continue
        source = keys / file_name
        place = settings.VAR if file_name == "secret_key" else settings.VAR / "keys"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = place / file_name
        if target.exists() and target.read_bytes() == source.read_bytes():
            continue
        if target.exists():
            target.replace(place / f"{file_name}.replaced")
        source.chmod(0o600)
        shutil.copy2(source, target)


def _has_files(folder: Path) -> bool:
    return folder.exists() and any(file.is_file() for file in folder.rglob("*"))


@contextmanager
def _files_replaced(current: Path, replacement: Path) -> Iterator[None]:
    """`replacement` in place of `current`; as it was before when what happens inside fails."""
    before = replacement.with_name("media-before")
    if current.exists():
        current.replace(before)
    try:
        replacement.replace(current)
        yield
    except BaseException:
        if current.exists():
            shutil.rmtree(current)
        if before.exists():
            before.replace(current)
        raise
