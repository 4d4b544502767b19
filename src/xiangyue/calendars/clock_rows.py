"""Where the verbs on clocks read and write: the database, row by row, or memory, for clocks that
are acted on together and written together (`held`)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import models

from xiangyue.calendars import rules
from xiangyue.calendars.models import Clock, ClockChange, ClockExtension, ClockPause
from xiangyue.calendars.queries import extensions_of, pauses_of
from xiangyue.kernel.bulk import insert_row, load_objects, update_objects

ClockRow = Clock | ClockPause | ClockExtension | ClockChange


class ClockRows:
    """Each act reads its rows and writes them at once."""

    holds_calendar = False

    def add(self, row: ClockRow) -> None:
        insert_row(row)

    def save(self, clock: Clock, names: Collection[str]) -> None:
        clock.save(update_fields=names)

    def locked(self, clock: Clock) -> Clock:
        return Clock.objects.select_for_update().get(pk=clock.pk)

    def last_resumed_at(self, clock: Clock) -> datetime | None:
        """When the clock's latest pause ended; None when it had none."""
        return clock.pauses.order_by("-resumed_at").values_list("resumed_at", flat=True).first()

    def end_pause(self, clock: Clock, *, at: datetime, actor_id: UUID | None) -> None:
        clock.pauses.filter(resumed_at__isnull=True).update(resumed_at=at, resumed_by_id=actor_id)

    def pauses(self, clock: Clock) -> list[rules.Pause]:
        return pauses_of(clock)

    def extensions(self, clock: Clock) -> list[rules.Limit]:
        return extensions_of(clock)


class HeldClocks(ClockRows):
    """Clocks with what happened to them, in memory until `write`.

    A clock is the one object that its holder has; nobody else may act on it meanwhile.
    """

    holds_calendar = True

    def __init__(self) -> None:
        self._new: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._changed: dict[UUID, tuple[Clock, set[str]]] = {}
        self._ended: list[ClockPause] = []
        # Of the clocks that are known here, all their pauses and extensions.
        self._pauses: dict[UUID, list[ClockPause]] = {}
        self._extensions: dict[UUID, list[ClockExtension]] = {}
        self._unwritten: set[UUID] = set()

    def add(self, row: ClockRow) -> None:
        if isinstance(row, ClockPause):
            self._pauses_of(row.clock).append(row)
        elif isinstance(row, ClockExtension):
            self._extensions_of(row.clock).append(row)
        elif isinstance(row, Clock):
            self._pauses[row.pk], self._extensions[row.pk] = [], []
        self._new[type(row)].append(row)
        self._unwritten.add(row.pk)

    def save(self, clock: Clock, names: Collection[str]) -> None:
        if clock.pk not in self._unwritten:
            self._changed.setdefault(clock.pk, (clock, set()))[1].update(names)

    def locked(self, clock: Clock) -> Clock:
        return clock

    def last_resumed_at(self, clock: Clock) -> datetime | None:
        ended = [pause.resumed_at for pause in self._pauses_of(clock) if pause.resumed_at]
        return max(ended, default=None)

    def end_pause(self, clock: Clock, *, at: datetime, actor_id: UUID | None) -> None:
        for pause in self._pauses_of(clock):
            if pause.resumed_at is None:
                pause.resumed_at, pause.resumed_by_id = at, actor_id
                if pause.pk not in self._unwritten:
                    self._ended.append(pause)

    def pauses(self, clock: Clock) -> list[rules.Pause]:
        return [
            rules.Pause(pause.paused_at, pause.resumed_at, pause.reason)
            for pause in self._pauses_of(clock)
        ]

    def extensions(self, clock: Clock) -> list[rules.Limit]:
        return [rules.Limit.parse(extension.limit) for extension in self._extensions_of(clock)]

    def forget(self, clock: Clock) -> None:
        """Let go of a clock that was written."""
        self._pauses.pop(clock.pk, None)
        self._extensions.pop(clock.pk, None)

    def write(self) -> None:
        # What ended before what began: a clock has one open pause at most.
        ended = [(pause, ("resumed_at", "resumed_by_id")) for pause in self._ended]
        update_objects(ClockPause, ended)
        update_objects(Clock, self._changed.values())
        for model in (Clock, ClockPause, ClockExtension, ClockChange):
            if rows := self._new.pop(model, None):
                load_objects(model, rows)
        self._changed.clear()
        self._ended.clear()
        self._unwritten.clear()

    def _pauses_of(self, clock: Clock) -> list[ClockPause]:
        if clock.pk not in self._pauses:
            self._pauses[clock.pk] = list(clock.pauses.all())
        return self._pauses[clock.pk]

    def _extensions_of(self, clock: Clock) -> list[ClockExtension]:
        if clock.pk not in self._extensions:
            self._extensions[clock.pk] = list(clock.extensions.all())
        return self._extensions[clock.pk]


_in_the_database = ClockRows()
_rows: ContextVar[ClockRows] = ContextVar("clock_rows", default=_in_the_database)


def clock_rows() -> ClockRows:
    """Where clocks are read and written now."""
    return _rows.get()


@contextmanager
def clocks_held(clocks: HeldClocks) -> Iterator[None]:
    """Act on clocks in memory; the calendar must be held for as long as its transaction lasts."""
    token = _rows.set(clocks)
    try:
        yield
    finally:
        _rows.reset(token)
