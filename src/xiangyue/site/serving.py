"""Runs the web server and the worker, restarts whichever dies, and stops both together."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
PATIENCE_TO_STOP = 20.0


class PortTaken(RuntimeError):  # noqa: N818 - named for what it says
    """Somebody else listens there already."""


def server_command(*, host: str, port: int, is_embedded: bool, workers: int = 0) -> list[str]:
    """granian's command line. SQLite has one writer anyway: one process, several threads."""
    workers = workers or (1 if is_embedded else 2)
    return [
        *(sys.executable, "-m", "granian", "xiangyue.site.wsgi:application"),
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(workers), "--blocking-threads", "8", "--respawn-failed-workers"),
        *("--workers-kill-timeout", "10", "--log-level", "error"),
    ]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "xiangyue.site.command_line", "worker"]


def refuse_taken_port(host: str, port: int) -> None:
    """:raises PortTaken: before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(f"Port {port} of {host} cannot be used: {taken.strerror}.") from taken


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except OSError:
        return False


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    ready: Callable[[], bool],
    announce: Callable[[], None],
) -> int:
    """Keep every command running until SIGTERM or SIGINT; then stop them all and return 0.

    `announce` is called once, as soon as `ready` says yes. A command that ends is started
    again after a pause that doubles up to half a minute, and is short again once it has run
    for a minute.
    """
    children = {name: _Child(name, command) for name, command in commands.items()}
    stopping = _StopSignal()
    announced = False
    try:
        while not stopping.came:
            for child in children.values():
                child.keep_running()
            if not announced and ready():
                announced = True
                announce()
            stopping.wait(0.5 if announced else 0.2)
    finally:
        for child in children.values():
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE_TO_STOP
        for child in children.values():
            child.stop(until=deadline)
    return 0


class _StopSignal:
    """Remembers that somebody asked us to stop."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.came = True

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.came and time.monotonic() < until:
            time.sleep(0.1)


class _Child:
    """One program: when it began, and when it may begin again."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = list(command)
        self.process: subprocess.Popen[bytes] | None = None
        self.began_at = 0.0
        self.pause = 1.0
        self.not_before = 0.0

    def keep_running(self) -> None:
        now = time.monotonic()
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            if now - self.began_at > STEADY_AFTER:
                self.pause = 1.0
            logger.error(
                "The %s ended with status %s; starting it again in %.0f s.",
                self.name,
                status,
                self.pause,
            )
            self._end_group()
            self.not_before = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.process = None
        if now >= self.not_before:
            self.began_at = now
            # A group of its own: Ctrl-C reaches only the supervisor, which then stops them all.
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                start_new_session=True,
                preexec_fn=ending_with(os.getpid()),  # noqa: PLW1509 - the supervisor has no threads
            )

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, *, until: float) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """Whatever the program started and left behind would keep its port and its locks."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def ending_with(parent: int) -> Callable[[], None]:
    """What a child calls first, so that the kernel ends it when `parent` is killed."""
    try:
        libc = ctypes.CDLL(None)
        prctl = libc.prctl
    except (OSError, AttributeError):  # not Linux: there they may outlive a killed supervisor
        return lambda: None

    def in_the_child() -> None:
        prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return in_the_child
