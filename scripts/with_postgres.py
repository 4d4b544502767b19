"""Run a command with a PostgreSQL server of its own, thrown away afterwards.

    with_postgres.py --check            exit 0 when PostgreSQL is installed, else 1
    with_postgres.py -- COMMAND...      TEST_DATABASE_URL names the server, `{county}` the database

The server listens on a socket in a temporary folder only, and keeps nothing safe on purpose:
losing its data is what it is for. Needs nothing beyond Python's own library.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

OLDEST = 15
SPEED_BEFORE_SAFETY = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`: on the path, or where Debian keeps them."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: float(folder.parent.name),
        reverse=True,
    )
    for folder in [*versions, *folders]:
        if (folder / "initdb").exists() and _version(folder) >= OLDEST:
            return folder
    return None


def _version(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    words = said.stdout.split()
    return int(words[2].partition(".")[0]) if len(words) > 2 else 0


def ordinary_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL refuses to run as root, and there is no other user here.")


def run_with_server(command: list[str], folder: Path) -> int:
    user = ordinary_user()
    home = Path(tempfile.mkdtemp(prefix="xiangyue-pg-", dir="/tmp"))
    identity: dict[str, int] = {}
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
        identity = {"user": user.pw_uid, "group": user.pw_gid}
    home.chmod(0o755)  # the tests reach the socket as whoever they run as
    data = home / "data"

    def server(*words: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **identity,
        )
        if done.returncode != 0:
            log = home / "log"
            raise SystemExit(done.stdout + (log.read_text() if log.exists() else ""))

    try:
        server(
            folder / "initdb", "-D", data, "-U", "xiangyue", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = " ".join(f"-c {name}={value}" for name, value in SPEED_BEFORE_SAFETY.items())
        options += f" -c unix_socket_directories={home}"
        # Output to a file: a pipe held by the server would never end.
        server(folder / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
        try:
            url = f"postgres://xiangyue@{quote(str(home), safe='')}/{{county}}"
            environment = os.environ | {"TEST_DATABASE_URL": url, "PG_PROGRAMS": str(folder)}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server(folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(words: list[str]) -> int:
    folder = programs()
    if words == ["--check"]:
        return 0 if folder else 1
    if not words or words[0] != "--" or len(words) < 2:
        raise SystemExit(__doc__)
    if folder is None:
        raise SystemExit(f"There is no PostgreSQL {OLDEST} or newer here.")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    return run_with_server(words[1:], folder)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
