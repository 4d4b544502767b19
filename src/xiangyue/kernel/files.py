"""Uploaded files: each county's in a folder of its own, as its database is its own."""

import os
from pathlib import Path
from weakref import finalize

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from xiangyue.kernel.counties import current_county


def folder_of(slug: str) -> Path:
    """Where the uploaded files of the county `slug` lie."""
    return Path(settings.MEDIA_ROOT) / slug


class CountyStorage(FileSystemStorage):
    """Keeps files in the bound county's folder, so that no county reaches another's."""

    @property
    def base_location(self) -> str:
        return str(folder_of(current_county().slug))

    @property
    def location(self) -> str:
        return str(folder_of(current_county().slug).absolute())


class KeptFiles:
    """Files written in a transaction; gone again unless `keep` is called when it commits.

    Django tells of a commit but not of a rollback. It holds on to `keep` until either, so when
    this is let go without having been kept, the transaction around it was undone.
    """

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._undo = finalize(self, _remove, self._paths)

    def write(self, name: str, content: bytes) -> str:
        """Write under the name, down to the disk; returns the name that it got."""
        path = Path(default_storage.path(name))
        self._paths.append(path)
        kept = default_storage.save(name, ContentFile(content))
        with path.open("rb") as file:
            os.fsync(file.fileno())
        return kept

    def keep(self) -> None:
        self._undo.detach()

    def remove(self) -> None:
        self._undo()


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
