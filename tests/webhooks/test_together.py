"""Several workers at once, each on a connection of its own: an event is told once, in order."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from tests.webhooks.conftest import AT, registered, reported
from xiangyue.activity.sealing import seal
from xiangyue.kernel.counties import bind
from xiangyue.webhooks.delivering import deliver_due
from xiangyue.webhooks.models import Endpoint, Sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside")]
WORKERS = 4


def in_thread(do: Callable[[], object]) -> None:
    try:
        with bind("shandan"):
            do()
    finally:
        connections.close_all()


def test_several_workers_tell_each_event_once_and_in_order(receiver):
    registered(receiver.url)
    numbers = [reported().number for _ in range(6)]
    at = AT + timedelta(minutes=1)
    seal(at=at)
    together = threading.Barrier(WORKERS)

    def tell() -> None:
        together.wait(timeout=30)
        deliver_due(at=at)

    with ThreadPoolExecutor(WORKERS) as pool:
        for worker in [pool.submit(in_thread, tell) for _ in range(WORKERS)]:
            worker.result(timeout=60)
    deliver_due(at=at)
    assert [event["data"]["number"] for event in receiver.events] == numbers
    assert set(Sending.objects.values_list("state", "attempt_count")) == {("delivered", 1)}
    assert Endpoint.objects.get().claimed_until is None


def test_a_receiver_that_hangs_holds_no_other_up(receiver, monkeypatch):
    """Both are told in one round; the time of the round is that of the slowest alone."""
    from xiangyue.webhooks import reaching

    real, both = reaching.post, threading.Barrier(2)

    def post(url, body, *, headers):
        both.wait(timeout=10)  # passes only when the two are being told at the same time
        return real(url, body, headers=headers)

    monkeypatch.setattr(reaching, "post", post)
    registered(receiver.url, name="甲")
    registered(receiver.url, name="乙")
    reported()
    at = AT + timedelta(minutes=1)
    seal(at=at)
    assert deliver_due(at=at) == 2
