"""Makes an installation ready to serve: translations, static files, each county's database.

Every step is skipped when nothing that it depends on has changed, and can be interrupted and
done again.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from xiangyue.kernel.counties import County, all_counties, bind
from xiangyue.kernel.files import folder_of
from xiangyue.site import messages
from xiangyue.site.demonstration import FINISHED, UNFINISHED
from xiangyue.site.marks import DEMONSTRATION, PREPARED, set_mark, value_of
from xiangyue.site.serving import ending_with

Say = Callable[[str], None]


class DemonstrationUnfinished(RuntimeError):  # noqa: N818 - named for what it says
    """An earlier demonstration was interrupted halfway in a database that is not ours to empty."""


def prepare(*, say: Say, at: datetime, with_demonstration: bool) -> None:
    """Make everything ready, telling each long step and its seconds through `say`.

    A county that has no people yet gets a simulated life when `with_demonstration`. Whoever
    prepares the same installation meanwhile waits.

    :raises DemonstrationUnfinished: see there.
    """
    with _alone(say):
        if messages.compile_all():
            say("Translations compiled")
        collect_static(say=say)
        for county in all_counties():
            if with_demonstration and is_bare(county):
                _make_demonstration(county, say=say, at=at)
            else:
                prepare_county(county, say=say, at=at)


@contextmanager
def _alone(say: Say) -> Iterator[None]:
    with (Path(settings.VAR) / ".preparing").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Somebody else prepares this installation; waiting …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_county(county: County, *, say: Say, at: datetime) -> bool:
    """Bring the county's tables and declarations up to date; whether there was anything to do."""
    wanted = _digest_of_code_and_county(county)
    with bind(county.slug):
        if value_of(PREPARED) == wanted:
            return False
        with _step(f"Database of {county.slug}: tables", say):
            call_command("migrate", database=county.alias, interactive=False, verbosity=0)
            call_command("createcachetable", database=county.alias, verbosity=0)
        from xiangyue.blueprints.loading import load_county

        with _step(f"Database of {county.slug}: the county's declarations and places", say):
            load_county(slug=county.slug, at=at)
        set_mark(name=PREPARED, value=wanted, at=at)
    return True


def is_bare(county: County) -> bool:
    """Whether the county's database knows nobody yet: it is not there, has no tables, no people.

    :raises DemonstrationUnfinished: only half of its simulated people live in it.
    """
    from xiangyue.places.models import Person

    connection = connections[county.alias]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    with bind(county.slug):
        if value_of(DEMONSTRATION) == UNFINISHED:
            raise DemonstrationUnfinished(
                f"The demonstration of {county.slug} was interrupted halfway. Empty its database"
                " and run this again."
            )
        if Person._meta.db_table not in connection.introspection.table_names():
            return True
        return not Person.objects.exists()


def demonstrate(county: County, *, say: Say, at: datetime, **chosen: Any) -> None:
    """Prepare the county's database and play its simulated life in it.

    What is `chosen` (scale, days, seed) replaces the demonstration's own.

    :raises NotEmpty: the county has people already; it is left as it is.
    """
    prepare_county(county, say=say, at=at)
    with bind(county.slug):
        from xiangyue.demo.play import play, refuse_unless_empty

        # Before the mark: a county that is no demonstration must not be marked as half of one.
        refuse_unless_empty()
        set_mark(name=DEMONSTRATION, value=UNFINISHED, at=at)
        with _step(f"A simulated life for {county.slug}", say):
            play(county=county.slug, at=at, say=say, **chosen)
        set_mark(name=DEMONSTRATION, value=FINISHED, at=at)


def _make_demonstration(county: County, *, say: Say, at: datetime) -> None:
    """On SQLite a new database appears under its name only when it is whole."""
    connection = connections[county.alias]
    final = Path(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or final.exists():
        demonstrate(county, say=say, at=at)
        return
    draft = ".making-{county}.sqlite3"
    making = final.with_name(draft.replace("{county}", county.slug))
    for leftover in final.parent.glob(f"{making.name}*"):
        leftover.unlink()
    shutil.rmtree(folder_of(county.slug), ignore_errors=True)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{final.with_name(draft)}"}
    command = [sys.executable, "-m", "xiangyue.site.command_line", "demo", "--county", county.slug]
    subprocess.run(  # noqa: S603 - our own program
        command,
        env=environment,
        check=True,
        preexec_fn=ending_with(os.getpid()),
    )
    with closing(sqlite3.connect(making)) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    making.replace(final)


def collect_static(*, say: Say) -> None:
    """Copy, hash and compress the static files, when any of them changed."""
    sources = [
        Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])
    ]
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = _digest(sources)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with _step("Static files", say):
        shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)


def _digest_of_code_and_county(county: County) -> str:
    files = [
        *settings.PACKAGE.rglob("*.py"),
        *(Path(settings.COUNTIES_FOLDER) / "_common").rglob("*"),
        *(Path(settings.COUNTIES_FOLDER) / county.slug).rglob("*"),
    ]
    return _digest(file for file in files if file.is_file())


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(f"{file}\0".encode())
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


@contextmanager
def _step(what: str, say: Say) -> Iterator[None]:
    say(f"{what} …")
    began = time.monotonic()
    yield
    say(f"{what}: done in {time.monotonic() - began:.1f} s")
