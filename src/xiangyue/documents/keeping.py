"""Files that come to be with their rows or not at all.

    with atomic_with_files() as files:
        row.file = files.write("notices/2026/11/….pdf", content)
        row.save()

A file is written before its row, under a name that nobody can guess, and gone again when the row
does not come to be. A process that is killed between the two leaves a file without a row.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from weakref import finalize

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction


class KeptFiles:
    """The files of one transaction; gone again when this is let go before `keep` was called."""

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._undo = finalize(self, _remove, self._paths)

    def write(self, name: str, content: bytes) -> str:
        """Write under the name, down to the disk; returns the name that it got."""
        name = default_storage.get_available_name(name)  # what lies there is not ours to remove
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


@contextmanager
def atomic_with_files() -> Iterator[KeptFiles]:
    """`transaction.atomic` for rows with files: what is written in it stays with the rows that do.

    Nothing stays of a refusal inside, nor when what surrounds it is undone later: the whole
    transaction, or a part of it that is caught and passed over.
    """
    files = KeptFiles()
    try:
        with transaction.atomic():
            _kept_by_commit(files)
            yield files
    except BaseException:
        files.remove()
        raise


def _kept_by_commit(files: KeptFiles) -> None:
    """Django tells of a commit but not of a rollback. It holds on to `keep` until either, so when
    the files are let go without having been kept, what surrounds them was undone.

    The files come before whatever else waits for the commit: were another call to fail, Django
    would let go of those behind it, though their rows are there.
    """
    transaction.on_commit(files.keep)
    waiting = connection.run_on_commit
    waiting.insert(0, waiting.pop())


def removed_with_rows(*names: str) -> None:
    """Delete the files once the transaction that takes their rows away has committed."""
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
