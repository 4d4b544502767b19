"""The archive that a backup is: its parts, and how it is known to be whole.

A tar file, compressed: `database`, `media/…`, `keys/…`, and last `manifest.json`, so that an
archive that was cut short has none.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from xiangyue.kernel.refusals import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"


class ArchiveUnusable(Refused):
    """The file is no backup, or not a whole one."""

    code = "archive_unusable"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `engine` is the database's kind, `migrations` the applied ones as `app.name`, `rows` each
    table's row count, `digests` each part's SHA-256; `secret_id` names the installation's
    secret without giving it away.
    """

    county: str
    made_at: str
    version: str
    engine: str
    secret_id: str
    migrations: list[str]
    rows: dict[str, int]
    digests: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Adds parts to an archive and notes their digests; `finish` closes it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w:gz", compresslevel=3)  # noqa: SIM115
        self.digests: dict[str, str] = {}

    def add(self, file: Path, name: str) -> None:
        """:raises FileNotFoundError: it is gone; nothing of it was added."""
        with file.open("rb") as content:
            found = os.fstat(content.fileno())
            part = tarfile.TarInfo(name)
            part.size = found.st_size
            part.mode = 0o600
            part.mtime = int(found.st_mtime)
            reading = _Digesting(content)
            self._tar.addfile(part, reading)
            self.digests[name] = reading.digest.hexdigest()

    def finish(self, manifest: dict[str, Any]) -> None:
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        part = tarfile.TarInfo(MANIFEST)
        part.size = len(content)
        part.mode = 0o600
        self._tar.addfile(part, io.BytesIO(content))
        self._tar.close()


class _Digesting:
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.digest.update(block)
        return block


def unpack(archive: Path, into: Path) -> Manifest:
    """Unpack the archive into the empty folder `into` and prove that every part is whole.

    :raises ArchiveUnusable: it is no backup, was cut short, or a part has changed.
    """
    found: dict[str, str] = {}
    try:
        with tarfile.open(archive, "r:*") as tar:
            for part in tar:
                name = _safe_name(part)
                content = tar.extractfile(part)
                assert content is not None
                target = into / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with target.open("wb") as copy:
                    reading = _Digesting(content)
                    shutil.copyfileobj(reading, copy)
                found[name] = reading.digest.hexdigest()
    except (tarfile.TarError, EOFError, OSError, ValueError) as fault:
        raise ArchiveUnusable(f"{archive} is no whole backup: {fault}") from fault
    if MANIFEST not in found:
        raise ArchiveUnusable(f"{archive} is no whole backup: it ends before its list of contents.")
    del found[MANIFEST]
    try:
        manifest = Manifest(**json.loads((into / MANIFEST).read_text()))
    except (TypeError, ValueError) as fault:
        raise ArchiveUnusable(f"{archive} was made by another version: {fault}") from fault
    if manifest.format != FORMAT:
        raise ArchiveUnusable(f"{archive} has format {manifest.format}, not {FORMAT}.")
    if changed := sorted(_differing(manifest.digests, found)):
        raise ArchiveUnusable(f"{archive} was damaged: {', '.join(changed[:5])}")
    return manifest


def _safe_name(part: tarfile.TarInfo) -> str:
    path = PurePosixPath(part.name)
    if not part.isreg() or path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{part.name!r} has no place in a backup")
    return str(path)


def _differing(promised: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    for name in promised.keys() | found.keys():
        if promised.get(name) != found.get(name):
            yield name
