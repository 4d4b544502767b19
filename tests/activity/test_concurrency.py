"""Several write while several seal, each on a connection of its own, and nothing is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.utils import timezone

from tests.activity.conftest import AT, NAME
from xiangyue.activity import sealing
from xiangyue.activity.models import Entry, Leaf
from xiangyue.activity.sealing import seal
from xiangyue.activity.services import record
from xiangyue.activity.verification import inclusion_proof, verify_record
from xiangyue.kernel.counties import bind

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ENTRIES_EACH, SEALERS = 4, 25, 3


def in_thread(do: Callable[[], object]) -> None:
    """Run with the county bound, and leave no connection open that the next test would meet."""
    try:
        with bind("shandan"):
            do()
    finally:
        connections.close_all()


def test_nothing_is_skipped_while_many_write_and_several_seal(
    subject: ContentType, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    writing = threading.Event()
    writing.set()

    def write() -> None:
        for number in range(ENTRIES_EACH):
            with transaction.atomic():
                record(name=NAME, subject=subject, at=AT, facts={"number": number})

    def keep_sealing() -> None:
        while writing.is_set():
            seal(at=timezone.now())
            writing_pause.wait(0.005)

    writing_pause = threading.Event()
    with ThreadPoolExecutor(WRITERS + SEALERS) as pool:
        sealers = [pool.submit(in_thread, keep_sealing) for _ in range(SEALERS)]
        writers = [pool.submit(in_thread, write) for _ in range(WRITERS)]
        try:
            for writer in writers:
                writer.result(timeout=60)
        finally:
            writing.clear()
        for sealer in sealers:
            sealer.result(timeout=60)
    seal(at=timezone.now())

    assert Entry.objects.count() == Leaf.objects.count() == WRITERS * ENTRIES_EACH
    assert verify_record(at=later) == []


@pytest.mark.only_on("postgresql")
def test_an_entry_that_commits_after_its_successors_were_sealed_is_sealed_later(
    subject: ContentType, later: datetime
) -> None:
    written, may_commit = threading.Event(), threading.Event()
    slow: list[Entry] = []

    def write_slowly() -> None:
        with transaction.atomic():
            slow.append(record(name=NAME, subject=subject, at=AT, facts={"code": "slow"}))
            written.set()
            assert may_commit.wait(30)

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(in_thread, write_slowly)
        assert written.wait(30)
        quick = record(name=NAME, subject=subject, at=AT, facts={"code": "quick"})
        head = seal(at=timezone.now())
        assert head is not None
        assert head.tree_size == 1
        may_commit.set()
        writer.result(timeout=30)

    assert slow[0].pk < quick.pk
    seal(at=timezone.now())
    assert quick.leaf.index == 0
    assert slow[0].leaf.index == 1
    assert inclusion_proof(slow[0])["leaf_index"] == 1
    assert verify_record(at=later) == []


@pytest.mark.only_on("postgresql")
def test_writing_does_not_wait_for_a_sealing_in_progress(subject: ContentType) -> None:
    record(name=NAME, subject=subject, at=AT)
    holding, done = threading.Event(), threading.Event()

    def seal_slowly() -> None:
        with transaction.atomic():
            sealing._keep_other_sealers_out()
            holding.set()
            assert done.wait(30)

    with ThreadPoolExecutor(1) as pool:
        sealer = pool.submit(in_thread, seal_slowly)
        assert holding.wait(30)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            record(name=NAME, subject=subject, at=AT)
        done.set()
        sealer.result(timeout=30)
    assert Entry.objects.count() == 2
