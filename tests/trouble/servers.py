"""A real server and worker of an installation, that tests may kill, starve and cut off."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from tests.site.installations import Installation
from xiangyue.site.serving import server_command, worker_command

Answer = tuple[int, dict[str, str], bytes]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(said: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Program:
    """One program of an installation in a process group of its own, as its nursery begins it."""

    def __init__(self, installation: Installation, command: list[str]) -> None:
        self.installation = installation
        self.command = command
        self.log = installation.folder / f"log-{id(self)}"
        self.pid: int | None = None

    def start(self) -> None:
        self.pid = self.installation.use_nursery().start(self.command, log=self.log)

    def kill(self) -> None:
        """SIGKILL to it and to all that it started."""
        if self.pid is not None:
            pid, self.pid = self.pid, None
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            until(lambda: self.installation.use_nursery().status_of(pid) is not None)

    def pids(self) -> list[int]:
        assert self.pid is not None
        listed = subprocess.run(
            ["pgrep", "-g", str(self.pid)], capture_output=True, text=True, check=True
        )
        return [int(word) for word in listed.stdout.split()]


class Server(Program):
    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        super().__init__(
            installation, server_command(host="127.0.0.1", port=self.port, is_embedded=True)
        )

    def ask(
        self,
        path: str,
        *,
        body: dict[str, object] | None = None,
        token: str = "",
        timeout: float = 30,
        **headers: str,
    ) -> Answer:
        """Status, headers and body; raises OSError when there is no answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {})
            | headers,
        )
        try:
            try:
                answer = urllib.request.urlopen(request, timeout=timeout)
            except urllib.error.HTTPError as refusal:
                answer = refusal
            with answer:
                return int(answer.status), _named(answer), answer.read()
        except http.client.HTTPException as broken:  # killed while it answered
            raise ConnectionError(str(broken)) from broken

    def is_up(self) -> bool:
        try:
            return self.ask("/healthz", timeout=5)[0] in {200, 503}  # 503: its worker is silent
        except OSError:
            return False


class Worker(Program):
    def __init__(self, installation: Installation) -> None:
        super().__init__(installation, worker_command())


TOKENS = """
from django.db import transaction
from django.utils import timezone
from xiangyue.access.services import account_of, create_token
from xiangyue.places.models import Place
from xiangyue.places.services import register_person
at, place = timezone.now(), Place.objects.get(code="{village}")
with transaction.atomic():
    for number in range({count}):
        phone = str(13_800_000_000 + number)
        register_person(name="张三", phone=phone, place=place, at=at)
        account = account_of(phone=phone, at=at)
        print("TOKEN", create_token(account=account, name="phone", at=at)[1])
"""


def tokens(installation: Installation, *, count: int, village: str) -> list[str]:
    """Residents of the village, each with a token."""
    said = installation.ask(TOKENS.format(village=village, count=count))
    return [line.split()[1] for line in said.splitlines() if line.startswith("TOKEN")]


def _named(answer: Any) -> dict[str, str]:
    return {name.title(): value for name, value in answer.headers.items()}
