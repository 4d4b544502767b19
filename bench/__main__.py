"""Runs the benchmarks on each database in a process of its own, and prints the table.

BENCH_TABLES names an SQLite file with every table, for a quick look that need not make them.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from dj_database_url import parse
from psycopg import sql

from bench.measuring import Result
from bench.table import table_of

ROOT = Path(__file__).resolve().parents[1]
SLUGS = ("small", "large")


def main(words: list[str]) -> int:
    """Returns 1 when a budget is exceeded."""
    results = []
    server = os.environ.get("TEST_DATABASE_URL")
    for database in ("SQLite", "PostgreSQL"):
        if database == "PostgreSQL" and not server:
            print("LEFT OUT: PostgreSQL; TEST_DATABASE_URL names no server.", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory(prefix="xiangyue-bench-") as folder:
            results += _measured(database, Path(folder), words, server=server)
    print()
    print(table_of(results))
    return int(any(result.verdict == "OVER" for result in results))


def _measured(database: str, folder: Path, words: list[str], *, server: str | None) -> list[Result]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XIANGYUE_", "DATABASE_URL", "DJANGO_"))
    } | {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "xiangyue.site.settings",
        "XIANGYUE_VAR": str(folder),
        "XIANGYUE_COUNTIES": ",".join(f"{slug}@{slug}.test" for slug in SLUGS),
        "XIANGYUE_HOSTS": ",".join(f"{slug}.test" for slug in SLUGS),
        "XIANGYUE_TLS": "0",
    }
    if database == "PostgreSQL":
        assert server is not None
        mark = secrets.token_hex(3)
        environment["DATABASE_URL"] = server.replace("{county}", f"bench_{mark}_{{county}}")
        _create([f"bench_{mark}_{slug}" for slug in SLUGS], server)
    elif tables := os.environ.get("BENCH_TABLES"):
        shutil.copyfile(tables, folder / f"{SLUGS[0]}.sqlite3")
    results = folder / "results"
    command = [sys.executable, "-m", "bench.running", str(results), database, *words]
    subprocess.run(command, env=environment, check=True, cwd=ROOT)
    return [Result.from_json(line) for line in results.read_text().splitlines()]


def _create(names: list[str], server: str) -> None:
    reached = parse(server.replace("{county}", "postgres"))
    with psycopg.connect(
        host=reached["HOST"], port=reached["PORT"] or None, user=reached["USER"], dbname="postgres",
        autocommit=True,
    ) as connection:  # fmt: skip
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
