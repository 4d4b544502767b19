"""Pages of the real server under load: eight connections that ask again and again, and what a
phone and a desk load at first.

The client is a process of its own (`python -m bench.serving`), so that server and client share no
interpreter; the pages take turns, so that whatever disturbs the machine disturbs all alike.
"""

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.measuring import Result
from bench.sizes import SERVED_ROUNDS, SERVED_SECONDS

CONNECTIONS = 8
BUDGET = 2.0
FIRST_LOAD_KB = 80.0
HOST = "small.test"
EMPTY, BARE = "/bench/empty/", "/bench/bare/"
PATIENCE = 60.0

# What, who looks ("" is a resident), and where.
PAGES = (
    ("phone home page", "", "/"),
    ("own reports on a phone", "", "/mine/"),
    ("a grid worker's day", "grid_worker", "/today/"),
    ("desk inbox", "county_dispatcher", "/desk/"),
)


def measure(database: str) -> Iterator[Result]:
    """Each page's cost under load over that of an empty page for the same visitor; then bytes."""
    from bench.filling import fill_small
    from bench.inbox import cookies_of

    fill_small()
    with _server() as port:
        for what, role, path in PAGES:
            cookies = cookies_of(role, "small")
            wanted = {"page": path, "empty": EMPTY, "bare": BARE}
            found = _under_load(port, wanted, cookies)
            yield Result(
                what=f"{what}, {CONNECTIONS} connections, over an empty page",
                database=database,
                measured=found["page"],
                baseline=found["empty"],
                budget=BUDGET if path == "/" else None,
                note=f"{found['bare']:.2f} ms for an answer without a page",
            )
        for what, role, path in (("phone", "", "/"), ("desk", "county_dispatcher", "/desk/")):
            sizes = first_load(port, path, cookies_of(role, "small"))
            total = sum(sizes.values()) / 1024
            yield Result(
                what=f"first load of a {what}, KB compressed, over {FIRST_LOAD_KB:.0f} KB",
                database=database,
                measured=total,
                baseline=FIRST_LOAD_KB,
                budget=1.0 if what == "phone" else None,
                note=", ".join(f"{name} {size / 1024:.1f}" for name, size in sizes.items()),
            )


@contextmanager
def _server() -> Iterator[int]:
    from django.db import connection, connections

    from xiangyue.site.serving import server_command

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = server_command(host="127.0.0.1", port=port, is_embedded=connection.vendor == "sqlite")
    connections.close_all()
    log = Path(os.environ["XIANGYUE_VAR"]) / "server.log"
    with log.open("w") as output:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and not _answers(port):
                if server.poll() is not None:
                    break
                time.sleep(0.2)
            if server.poll() is not None:
                raise RuntimeError(log.read_text())
            yield port
        finally:
            server.terminate()
            server.wait()


def _answers(port: int) -> bool:
    try:
        return _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), BARE, {})[0] == 200
    except OSError:
        return False


def _ask(
    connection: http.client.HTTPConnection, path: str, cookies: Mapping[str, str]
) -> tuple[int, bytes, Mapping[str, str]]:
    headers = {"Host": HOST, "Accept-Encoding": "gzip"}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), dict(answer.getheaders())


def _under_load(
    port: int, paths: Mapping[str, str], cookies: Mapping[str, str]
) -> dict[str, float]:
    """Milliseconds of the server's time for one answer of each page, medians over rounds."""
    command = [sys.executable, "-m", "bench.serving"]
    asked = {"port": port, "paths": dict(paths), "cookies": dict(cookies)}
    asked |= {"rounds": SERVED_ROUNDS, "seconds": SERVED_SECONDS}
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _load(port: int, path: str, cookies: Mapping[str, str], seconds: float) -> float:
    """Milliseconds from one answer to the next while all connections ask."""
    until = time.perf_counter() + seconds
    counts = [0] * CONNECTIONS
    wrong: list[int] = []

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until:
            status, _body, _headers = _ask(connection, path, cookies)
            counts[number] += 1
            if status != 200:
                wrong.append(status)
                return

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{path} answered {wrong[0]}")
    return (time.perf_counter() - began) * 1000 / sum(counts)


def first_load(port: int, path: str, cookies: Mapping[str, str]) -> dict[str, int]:
    """Bytes over the line for the page and everything that it makes a browser load."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    status, body, headers = _ask(connection, path, cookies)
    assert status == 200, (path, status)
    sizes = {"page": len(body)}
    html = _unpacked(body, headers).decode()
    wanted = dict.fromkeys(
        found.partition("?")[0]
        for found in re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/static/[^"]+)"', html)
    )
    for address in wanted:
        status, body, headers = _ask(connection, address, {})
        assert status == 200, (address, status)
        kind = address.rpartition(".")[2]
        sizes[kind] = sizes.get(kind, 0) + len(body)
    return sizes


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    encoding = {name.lower(): value for name, value in headers.items()}.get("content-encoding")
    return gzip.decompress(body) if encoding == "gzip" else body


def main() -> None:
    asked = json.load(sys.stdin)
    found: dict[str, list[float]] = {name: [] for name in asked["paths"]}
    for number in range(-1, asked["rounds"]):  # the first round only warms up
        for name, path in asked["paths"].items():
            cost = _load(asked["port"], path, asked["cookies"], asked["seconds"])
            if number >= 0:
                found[name].append(cost)
    print(json.dumps({name: median(costs) for name, costs in found.items()}))


if __name__ == "__main__":
    main()
