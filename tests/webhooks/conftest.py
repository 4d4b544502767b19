"""A receiver that really listens, and an endpoint that is told of it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest

from tests import people
from xiangyue.activity.sealing import seal
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident
from xiangyue.webhooks.delivering import deliver_due
from xiangyue.webhooks.models import Endpoint
from xiangyue.webhooks.services import register_endpoint

AT = people.MONDAY
NAMES = ("incidents.incident_reported", "incidents.incident_dispatched")


@dataclass
class Receiver:
    """What came in, and how it answers: a status, or something worse."""

    url: str = ""
    status: int = 204
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            if found.behave is not None:
                found.behave(self)
                return
            self.send_response(found.status)
            if 300 <= found.status < 400:
                self.send_header("Location", f"{found.url}elsewhere")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def inside(settings) -> None:
    """This machine may be told, as in a county's own network."""
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]


def keeper():
    county = people.county()
    return people.posted("administrator", at_place=county, organisation=people.unit("CV", county))


def registered(url: str, *, names=NAMES, name: str = "县大数据中心") -> tuple[Endpoint, str]:
    return register_endpoint(
        name=name, url=url, names=names, source="http://testserver/", actor=keeper(), at=AT
    )


def reported(category: str = "0401", **facts: Any) -> Incident:
    incident, _slip = report_incident(
        **{
            "category_key": category,
            "place": people.place(),
            "at": AT,
            "channel": "resident",
            "description": "村口垃圾堆了三天，找张三13800001111",
            "reporter": people.somebody("张三"),
        }
        | facts
    )
    return incident


def told(*, minutes: float = 1, since: datetime = AT) -> int:
    """Seal and tell what there is, some time later."""
    at = since + timedelta(minutes=minutes)
    seal(at=at)
    return deliver_due(at=at)


def slowly(handler: BaseHTTPRequestHandler) -> None:
    """A status line that never ends."""
    for _ in range(100):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.1)
