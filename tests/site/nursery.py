"""A process that has imported everything already: the programs it begins are there in a moment.

To import Django and two hundred modules takes a second and more, for a web server three. Tests
that start one program after the other for the same installation let a nursery do so once, and
have it fork: what the child then runs is the very command, in a process of its own, with nothing
open that another has.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """Begins `python -m module words...` or `python -c code` for one installation."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.site.nursery"],
            cwd=ROOT,
            env=environment | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: Sequence[str], *, log: Path) -> int:
        """Begin the command in a process group of its own; its number."""
        python, *words = command
        assert python == sys.executable
        return int(self._ask({"words": words, "log": str(log)}))

    def run(self, command: Sequence[str], *, log: Path, seconds: float = 900) -> int:
        """The command's status, once it has ended."""
        pid = self.start(command, log=log)
        deadline = time.monotonic() + seconds
        while (status := self.status_of(pid)) is None:
            assert time.monotonic() < deadline, f"{command} takes too long"
            time.sleep(0.02)
        return status

    def status_of(self, pid: int) -> int | None:
        """What the program ended with; None while it runs."""
        said = self._ask({"status_of": pid}).strip()
        return None if said == "None" else int(said)

    def end(self) -> None:
        """Nothing that was begun here outlives this."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _ask(self, what: dict[str, object]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the nursery is gone"
        return answer


# --- in the process itself ----------------------------------------------------------------------


def main() -> None:
    """Read what is to be done, a line each; kill whatever is left when there is no more."""
    import django

    django.setup()
    ended: dict[int, int] = {}
    begun: set[int] = set()
    try:
        while line := sys.stdin.readline():
            asked = json.loads(line)
            _note_the_ended(ended)
            if "words" in asked:
                pid = _begun(asked["words"], Path(asked["log"]))
                begun.add(pid)
                answer: int | None = pid
            else:
                answer = ended.get(asked["status_of"])
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
    finally:
        for pid in begun - set(ended):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _begun(words: list[str], log: Path) -> int:
    if words[:2] == ["-m", "granian"]:
        _learn_the_pages()
    gc.freeze()  # so that the child's collector leaves alone what both share
    pid = os.fork()
    if pid:
        os.setpgid(pid, pid)  # the child does so too: it must be done before either goes on
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        with log.open("a") as file, Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        option, what, *rest = words
        sys.argv = [what, *rest]
        if option == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(what, {"__name__": "__main__"})
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # noqa: BLE001 - said as an interpreter of its own would
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _learn_the_pages() -> None:
    """What a web server imports before its first answer; no connection is opened."""
    import granian.cli
    from django.urls import get_resolver

    import xiangyue.site.wsgi

    assert granian.cli.entrypoint
    assert xiangyue.site.wsgi.application
    assert get_resolver().reverse_dict


def _note_the_ended(ended: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        ended[pid] = os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
