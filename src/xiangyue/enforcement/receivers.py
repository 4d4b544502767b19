"""A suspended clause is none to remind anybody of, so what rests on it is erased (CP07)."""

from uuid import UUID

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.enforcement.services import erase_for_clause


@hear("compacts.clause_suspended")
def forget_reminders_of_it(entry: Entry) -> None:
    lineage = entry.facts.get("lineage")
    if lineage:
        erase_for_clause(lineage=UUID(str(lineage)), at=entry.at)
