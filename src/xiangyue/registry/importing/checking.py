"""Reads an import's file and says what loading it would do, changing nobody on the register."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xiangyue.access.queries import standing_of
from xiangyue.kernel.bulk import load_rows
from xiangyue.registry.importing import files
from xiangyue.registry.importing.claiming import Claim, Lost
from xiangyue.registry.importing.comparing import Change, Compared, PlanDigest, compared
from xiangyue.registry.importing.drafting import RowReader
from xiangyue.registry.importing.marking import mark
from xiangyue.registry.importing.matching import Fault
from xiangyue.registry.importing.models import (
    Import,
    ImportFault,
    ImportHousehold,
    ImportRow,
    State,
    Verdict,
)
from xiangyue.registry.importing.placing import Places
from xiangyue.registry.importing.screening import Kind, Unfit
from xiangyue.registry.importing.sheets import Sheet, opened

KEEP = "places.keep_people"
STEP = 1_000


def check(claim: Claim) -> None:
    """Check the claimed import whole: every fault, every change, and the digest of the plan.

    What it writes besides is staged in steps of about a thousand rows, each a short transaction
    of its own; a run that is killed leaves some, which the next one removes first.

    :raises Unfit: the file as a whole is refused.
    :raises Lost: the import was cancelled or taken over.
    """
    batch = claim.batch
    remove_staged(batch)
    places = Places(standing_of(batch.actor, at=claim.now).areas(KEEP))
    reader = RowReader(places, today=timezone.localdate(claim.at))
    sheet = _read(claim, reader)
    plan, found = PlanDigest(), _Found()
    for part in compared(reader.entries, places):
        plan.add(part.changes)
        found.add(part)
        _stage(batch, part, places)
        claim.say(reader.row_count + found.row_count, 2 * reader.row_count)
    faults = sorted([*reader.faults, *found.faults], key=lambda fault: fault.row)
    _stage_faults(batch, faults)
    if faults:
        mark(claim, faults, limits=_limits())
    _finish(
        claim,
        reader=reader,
        sheet=sheet,
        found=found,
        faults=faults,
        plan=plan.hexdigest(),
    )


class _Found:
    """What all villages' rows came to."""

    def __init__(self) -> None:
        self.row_count = self.new_count = self.changed_count = self.unchanged_count = 0
        self.household_count = 0
        self.faults: list[Fault] = []
        self.seen: dict[str, int] = {}

    def add(self, part: Compared) -> None:
        self.row_count += part.row_count
        self.new_count += sum(change.before is None for change in part.changes)
        self.changed_count += sum(change.before is not None for change in part.changes)
        self.unchanged_count += part.unchanged_count
        self.household_count += sum(dwelling.is_new for dwelling in part.dwellings)
        self.faults += part.faults
        self.seen |= part.seen


def _limits() -> dict[str, int]:
    return {
        "rows_most": settings.IMPORT_ROWS_MOST,
        "columns_most": settings.IMPORT_COLUMNS_MOST,
    }


def _read(claim: Claim, reader: RowReader) -> Sheet:
    batch = claim.batch
    with opened(files.source_path(batch), Kind(batch.kind), **_limits()) as sheet:
        for row in sheet.rows:
            if reader.row_count >= settings.IMPORT_ROWS_MOST:
                raise Unfit("too_many_rows", most=settings.IMPORT_ROWS_MOST)
            reader.take(row)
            if reader.row_count % STEP == 0:
                claim.say(reader.row_count, 2 * max(sheet.row_count, reader.row_count))
            if reader.is_full:
                break
    if not reader.row_count:
        raise Unfit("no_rows")
    return sheet


# --- what is staged ----------------------------------------------------------------------------

_ROW = (
    "batch_id", "number", "verdict", "field_keys", "person_id", "name", "phone", "household_id",
    "place_id", "birth_date", "own_number", "village_id", "address", "was_name", "was_phone",
    "was_household_id", "was_place_id", "was_birth_date", "was_number", "was_address",
)  # fmt: skip
_HOUSEHOLD = (
    "batch_id", "household_id", "is_new", "code", "grid_id", "place_path", "address",
    "was_address",
)  # fmt: skip
_FAULT = ("batch_id", "number", "column", "code", "facts")


def _stage(batch: Import, part: Compared, places: Places) -> None:
    with transaction.atomic():
        load_rows(ImportRow, _ROW, (_row(batch, change, places) for change in part.changes))
        load_rows(
            ImportHousehold,
            _HOUSEHOLD,
            (
                (batch.pk, one.pk, one.is_new, one.code, one.grid_id, one.grid_path,
                 one.address, one.was_address)
                for one in part.dwellings
            ),
        )  # fmt: skip


def _row(batch: Import, change: Change, places: Places) -> tuple[Any, ...]:
    after, before = change.after, change.before
    told = change.dwelling if "address" in change.fields else None
    return (
        batch.pk,
        change.row,
        Verdict.NEW if before is None else Verdict.CHANGED,
        ",".join(change.fields),
        change.person,
        after.name,
        after.phone,
        change.dwelling.pk if change.dwelling else _uuid(after.household),
        places.by_path[after.place_path].pk,
        after.birth_date,
        after.number or "",
        places.by_path[after.village_path].pk,
        told.address if told else "",
        before.name if before else "",
        before.phone if before else None,
        _uuid(before.household) if before else None,
        places.by_path[before.place_path].pk if before and before.place_path else None,
        before.birth_date if before else None,
        (before.number or "") if before else "",
        told.was_address if told else "",
    )


def _uuid(text: str | None) -> Any:
    return UUID(text) if text else None


def _stage_faults(batch: Import, faults: list[Fault]) -> None:
    for begin in range(0, len(faults), 5 * STEP):
        with transaction.atomic():
            load_rows(
                ImportFault,
                _FAULT,
                (
                    (batch.pk, fault.row, fault.column, fault.code, dict(fault.facts))
                    for fault in faults[begin : begin + 5 * STEP]
                ),
            )


def remove_staged(batch: Import) -> None:
    """Remove what was staged, a few thousand rows at a time, so that nobody waits for it."""
    for model in (ImportRow, ImportHousehold, ImportFault):
        rows = model._default_manager.filter(batch=batch)
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[: 5 * STEP]):
            model._default_manager.filter(batch=batch, pk__lte=keys[-1]).delete()


def _finish(
    claim: Claim,
    *,
    reader: RowReader,
    sheet: Sheet,
    found: _Found,
    faults: list[Fault],
    plan: str,
) -> None:
    """Say what was found. What was confirmed and is found the same goes on to be loaded."""
    batch = claim.batch
    notices: list[list[object]] = []
    if sheet.unknown:
        notices.append(["columns_left_out", {"columns": "、".join(sheet.unknown[:20])[:400]}])
    if before := _loaded_before(batch):
        notices.append(["loaded_before", {"date": f"{timezone.localtime(before):%Y-%m-%d}"}])
    state = State.FAULTY if faults else State.READY
    if batch.confirmed_plan and not faults:
        if batch.confirmed_plan == plan:
            state = State.CONFIRMED
        else:
            notices.append(["register_changed", {}])
    is_kept = Import.objects.filter(pk=batch.pk, claim=batch.claim, state=State.CHECKING).update(
        state=state,
        claim="",
        claimed_until=None,
        try_count=batch.try_count if state == State.CONFIRMED else 0,
        row_count=reader.row_count,
        new_count=found.new_count,
        changed_count=found.changed_count,
        unchanged_count=found.unchanged_count,
        household_count=found.household_count,
        faulty_count=len({fault.row for fault in faults}),
        fault_count=len(faults),
        notices=notices,
        headings={head.key: [head.letter, head.text] for head in sheet.headings},
        seen=found.seen,
        plan=plan,
        confirmed_plan=batch.confirmed_plan if state == State.CONFIRMED else "",
        refusal="",
    )
    if not is_kept:
        raise Lost


def _loaded_before(batch: Import) -> datetime | None:
    earlier = Import.objects.filter(digest=batch.digest, state=State.DONE).order_by("-finished_at")
    return earlier.values_list("finished_at", flat=True).first()
