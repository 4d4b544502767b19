"""SQLite as Django has it, with one writer at a time per process.

SQLite lets one writer in and makes the others poll, which starves some of them under load.
Inside a process a fair queue costs nothing: a transaction waits for the process's writer lock
before it begins, so the file's own lock is only ever contended between processes.

A connection stays open from one request to the next, for reading a schema of a thousand tables
and indexes takes longer than most pages do. One whose file was taken away, or replaced by another
while it was open, is closed: it would go on writing where nobody looks.
"""

import os
import threading
from collections import defaultdict
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

WAIT_SECONDS = 60
_writer_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    _holds_writer_lock = False
    _opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self._opened = self._file_now()
        return connection

    def close_if_unusable_or_obsolete(self) -> None:
        """As Django does between requests; also when the file is no longer the one opened."""
        if self.connection is not None and self._opened != self._file_now():
            self.close()
        super().close_if_unusable_or_obsolete()

    def _start_transaction_under_autocommit(self) -> None:
        if not _writer_locks[self._file()].acquire(timeout=WAIT_SECONDS):
            raise OperationalError("The database is busy; another writer has not finished.")
        self._holds_writer_lock = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release_writer_lock()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's signature
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        finally:
            if autocommit:
                self._release_writer_lock()

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.connection is None:
                self._release_writer_lock()

    def _release_writer_lock(self) -> None:
        if self._holds_writer_lock:
            self._holds_writer_lock = False
            _writer_locks[self._file()].release()

    def _file_now(self) -> tuple[int, int] | None:
        """Which file bears the name; no other takes its number while a connection holds it."""
        try:
            found = os.stat(self._file())
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _file(self) -> str:
        name: Any = self.settings_dict["NAME"]
        return str(name)
