"""Installations of their own, driven from outside as an operator does: `xiangyue ...`."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.site.nursery import Nursery

ROOT = Path(__file__).resolve().parents[2]
COUNTY = "shandan"
MODEL = "prepared"  # of which the others are copies


class Installation:
    """A folder, a database for each county, and the command line.

    On SQLite unless TEST_DATABASE_URL names PostgreSQL, where each installation has databases
    of its own on the same server.
    """

    def __init__(self, folder: Path, counties: str = "shandan", *, mark: str = "") -> None:
        self.folder = folder
        self.var = folder / "var"
        self.counties = counties
        self._mark = mark or secrets.token_hex(4)
        self.slugs = [word.split("@")[0] for word in counties.split(",")]
        self._nursery: Nursery | None = None
        self._server = os.environ.get("TEST_DATABASE_URL")
        if self._server:
            self.remove()  # a model that an earlier run left behind
            for slug in self.slugs:
                self._on_server(sql.SQL("CREATE DATABASE {}").format(self._name(slug)))

    def environment(self) -> dict[str, str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("XIANGYUE_", "DATABASE_URL", "DJANGO_"))
        } | {
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "xiangyue.site.settings",
            "XIANGYUE_VAR": str(self.var),
            "XIANGYUE_COUNTIES": self.counties,
        }
        if self._server:
            environment["DATABASE_URL"] = self._server.replace(
                "{county}", f"{{county}}_{self._mark}"
            )
        return environment

    def run(self, *words: str | Path, succeeds: bool = True) -> str:
        """What the command said on both channels; fails when its status is not as expected."""
        return self._run("-m", "xiangyue.site.command_line", *words, succeeds=succeeds)

    def ask(self, code: str) -> str:
        """What these lines of Python say, with Django set up."""
        return self._run("-c", f"import django; django.setup()\n{code}")

    def _run(self, *words: str | Path, succeeds: bool = True) -> str:
        """A program of its own, or a nursery's child once there is one."""
        command = [sys.executable, *map(str, words)]
        if self._nursery is not None:
            log = self.folder / f"said-{secrets.token_hex(4)}"
            status = self._nursery.run(command, log=log)
            said = log.read_text()
        else:
            done = subprocess.run(
                command,
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=900,
            )
            status, said = done.returncode, done.stdout
        assert (status == 0) is succeeds, said
        return said

    def use_nursery(self) -> Nursery:
        """What begins this installation's programs from now on; prepare or restore it first."""
        if self._nursery is None:
            self._nursery = Nursery(self.environment())
        return self._nursery

    def end(self) -> None:
        """Whatever is left of the installation's programs is killed."""
        if self._nursery is not None:
            self._nursery.end()
            self._nursery = None

    def prepare(self) -> str:
        """What `xiangyue prepare` leaves behind for the first county, and what it said.

        It works once for a run; its work is copied.
        """
        shared = Path(os.environ["XIANGYUE_TEST_VAR"]) / "prepared"
        shared.mkdir(exist_ok=True)
        with (shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / "said").exists():
                said = Installation(shared, mark=MODEL).run("prepare")
                (shared / "said").write_text(said)
        assert self.slugs[0] == COUNTY
        shutil.copytree(shared / "var", self.var, dirs_exist_ok=True)
        if self._server:
            self._on_server(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(self._name(COUNTY)),
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    self._name(COUNTY), sql.Identifier(f"{COUNTY}_{MODEL}")
                ),
            )
        return (shared / "said").read_text()

    def database_of(self, slug: str) -> str:
        """Its name on the server, or its file."""
        return f"{slug}_{self._mark}" if self._server else str(self.var / f"{slug}.sqlite3")

    def execute(self, statement: str, slug: str = "shandan") -> None:
        """Change the database behind the software's back."""
        if self._server:
            with psycopg.connect(**self._reached(self.database_of(slug))) as connection:
                connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
        else:
            import sqlite3

            with sqlite3.connect(self.database_of(slug)) as connection_:
                connection_.execute(statement)
            connection_.close()

    def remove(self) -> None:
        if self._server:
            for slug in self.slugs:
                self._on_server(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(self._name(slug))
                )

    def _name(self, slug: str) -> sql.Identifier:
        return sql.Identifier(self.database_of(slug))

    def _on_server(self, *statements: sql.Composed) -> None:
        with psycopg.connect(**self._reached("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _reached(self, database: str) -> dict[str, str]:
        from django.db import connection

        assert self._server
        assert urlsplit(self._server).scheme
        settings = connection.settings_dict
        reached = {"host": settings["HOST"], "user": settings["USER"], "port": settings["PORT"]}
        return {name: str(value) for name, value in reached.items() if value} | {"dbname": database}
