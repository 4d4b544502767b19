"""Who works on an import: one run at a time, which others may take over when it was killed."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from xiangyue.kernel.identifiers import new_id
from xiangyue.registry.importing.models import WORKED_ON, Import, State

LEASE = timedelta(seconds=60)
TRIES_MOST = 5


class Lost(Exception):  # noqa: N818 - named for what it says
    """The import was cancelled, or another run has taken it over: stop, and change nothing."""


@dataclass(slots=True)
class Claim:
    """A run's hold on an import. Progress is written outside of any transaction, so that others
    see it, and each time it is, the hold lasts a minute longer."""

    batch: Import
    state: State
    at: datetime
    _began: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self._began)

    def say(self, done: int, total: int) -> None:
        """:raises Lost: the import is no longer ours to work on."""
        held = Import.objects.filter(pk=self.batch.pk, claim=self.batch.claim, state=self.state)
        if not held.update(
            done_count=min(done, total), total_count=total, claimed_until=self.now + LEASE
        ):
            raise Lost


def claim_next(*, at: datetime) -> Claim | None:
    """The oldest import that waits for work and that nobody works on; None when there is none."""
    waiting = (
        Import.objects.filter(state__in=WORKED_ON)
        .filter(Q(claim="") | Q(claimed_until__lte=at))
        .order_by("created_at")
        .values_list("pk", "claim")
    )
    for pk, before in waiting[:20]:
        batch = _claimed(pk, before, at=at)
        if batch is not None:
            return Claim(batch, State(batch.state), at)
    return None


def _claimed(pk: UUID, before: str, *, at: datetime) -> Import | None:
    free = Import.objects.filter(pk=pk, claim=before, state__in=WORKED_ON)
    claim = str(new_id())
    if not free.update(
        claim=claim, claimed_until=at + LEASE, begun_at=at, try_count=F("try_count") + 1
    ):
        return None
    begun = {State.WAITING: State.CHECKING, State.CONFIRMED: State.LOADING}
    for waiting, working in begun.items():
        Import.objects.filter(pk=pk, claim=claim, state=waiting).update(state=working)
    return Import.objects.select_related("actor").get(pk=pk)
