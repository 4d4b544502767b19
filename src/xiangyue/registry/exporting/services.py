"""One verb: take records out as a workbook."""

from datetime import datetime
from typing import IO

from django.db import transaction

from xiangyue.access.rules import Standing
from xiangyue.places.models import Person, Place
from xiangyue.registry.catalogue import kind_named
from xiangyue.registry.exporting.workbook import workbook_of
from xiangyue.registry.models import BulkRead
from xiangyue.registry.services.bulk import begin_taking_out


@transaction.atomic
def take_out_workbook(
    *,
    kind_key: str,
    place: Place,
    by: Standing,
    taken_by: Person,
    at: datetime,
    purpose: str = "",
    bulk: BulkRead | None = None,
) -> IO[bytes]:
    """All records of a kind at a place and below as .xlsx; an approval is used up by it.

    However many they are, the file holds them all. Each reading is logged, and refused, as
    `begin_taking_out` does: with a purpose up to the county's
    number of records, beyond it with somebody else's approval (GD07).

    :raises NotAllowed, ApprovalNeeded, NotFilledIn: see there; nothing is taken out then.
    """
    taken = begin_taking_out(
        kind_key=kind_key, place=place, by=by, at=at, purpose=purpose, bulk=bulk
    )
    return workbook_of(
        kind_named(kind_key),
        taken,
        taken_by=taken_by,
        purpose=bulk.purpose if bulk is not None else " ".join(purpose.split()),
        bulk=bulk,
        at=at,
    )
