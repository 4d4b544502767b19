"""The worker: seals the record and does what is due, county by county, until told to stop."""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone

from xiangyue.kernel.counties import County, bind
from xiangyue.kernel.due import Due, all_due
from xiangyue.site.marks import BEAT, set_mark
from xiangyue.site.modules import offering

logger = logging.getLogger(__name__)

ROUND = timedelta(seconds=5)


def everything_due() -> tuple[Due, ...]:
    for _ in offering("tasks"):
        pass
    return all_due()


def tick(*, at: datetime) -> list[str]:
    """Do everything that is due in the bound county; the names of those that failed.

    One that fails is logged with its traceback and keeps no other from its turn.
    """
    return [one.name for one in everything_due() if not _done(one, at=at)]


def work(counties: Iterable[County], *, stop: threading.Event) -> None:
    """Beat, and do what is due, in each county in turn, until `stop` is set."""
    counties = tuple(counties)
    everything = everything_due()
    done_at: dict[tuple[str, str], float] = {}
    while not stop.is_set():
        began = time.monotonic()
        for county in counties:
            with bind(county.slug):
                _beat()
                for one in everything:
                    last = done_at.get((county.slug, one.name))
                    if last is not None and time.monotonic() - last < one.every.total_seconds():
                        continue
                    if stop.is_set():
                        return
                    done_at[county.slug, one.name] = time.monotonic()
                    _done(one, at=timezone.now())
                    _beat()
        close_old_connections()
        stop.wait(max(0.0, ROUND.total_seconds() - (time.monotonic() - began)))


def _done(one: Due, *, at: datetime) -> bool:
    try:
        one.do(at=at)
    except Exception:
        logger.exception("%s failed", one.name)
        close_old_connections()
        return False
    return True


def _beat() -> None:
    """Say that the worker lives; a database that does not answer is tried again next round."""
    try:
        set_mark(name=BEAT, at=timezone.now())
    except Exception:
        logger.exception("the worker could not say that it lives")
        close_old_connections()
