"""The supervisor: what dies comes back, and what is told to stop stops whole."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.site.installations import Installation
from xiangyue.site.serving import PortTaken, refuse_taken_port, server_command


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(said: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children(parent: int) -> dict[str, int]:
    """The supervisor's programs by name."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_text()
            except OSError:
                continue
            if int(stat[1]) == parent and stat[0] != "Z":
                found["worker" if "worker" in words.split("\0") else "server"] = int(entry.name)
    return found


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(PortTaken, match="cannot be used"):
            refuse_taken_port("127.0.0.1", holder.getsockname()[1])


def test_an_embedded_database_has_one_server_process() -> None:
    command = server_command(host="127.0.0.1", port=1, is_embedded=True)
    assert command[command.index("--workers") + 1] == "1"
    command = server_command(host="127.0.0.1", port=1, is_embedded=False)
    assert command[command.index("--workers") + 1] == "2"


@pytest.mark.database
def test_the_service_lives_through_the_death_of_its_parts(installation: Installation) -> None:
    installation.prepare()
    port = free_port()
    url = f"http://127.0.0.1:{port}/healthz"
    command = [sys.executable, "-m", "xiangyue.site.command_line", "serve", "--port", str(port)]
    log = installation.folder / "log"
    with log.open("w") as output:
        service = subprocess.Popen(
            command, env=installation.environment(), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: "Serving on" in log.read_text())
        assert answers(url)
        before = children(service.pid)
        assert set(before) == {"server", "worker"}
        os.kill(before["worker"], signal.SIGKILL)
        os.kill(before["server"], signal.SIGKILL)
        until(lambda: len(children(service.pid).items() - before.items()) == 2)
        until(lambda: answers(url))
        after = children(service.pid)
        service.terminate()
        assert service.wait(timeout=30) == 0
        for process in after.values():
            with pytest.raises(ProcessLookupError):
                os.kill(process, 0)
        assert "starting it again" in log.read_text()
    finally:
        service.kill()
        service.wait()
