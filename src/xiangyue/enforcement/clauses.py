"""The clauses of the compact in force for which a reminder may follow, as the village adopted it.

What is suspended is no clause to remind anybody of (CP07); what failed the vote never was (CP03).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import current, meaning
from xiangyue.compacts.queries import in_force, text_of
from xiangyue.enforcement.blueprint import ReminderRule
from xiangyue.enforcement.rules import allows_reminders
from xiangyue.places.models import Place


@dataclass(frozen=True, slots=True)
class ClauseInForce:
    """A clause as everybody can read it: `lineage` stays the same through versions."""

    key: UUID
    lineage: UUID
    number: int
    heading: str
    text: str


def reminder_rule() -> tuple[Declaration, ReminderRule]:
    """How reminders go, as it is declared now."""
    row = current("reminder_rule", "reminders")
    return row, meaning(row, ReminderRule)


def all_clauses(village: Place, *, at: datetime) -> list[ClauseInForce]:
    """The clauses in force that are not suspended, in their order; none without a compact."""
    version = in_force(village, on=timezone.localdate(at))
    if version is None:
        return []
    return [
        ClauseInForce(
            each.clause.pk, each.clause.lineage, each.number, each.clause.heading, each.clause.text
        )
        for each in text_of(version)
        if each.order is None
    ]


def clauses_to_remind_of(village: Place, *, at: datetime) -> list[ClauseInForce]:
    """Those whose own text says that a reminder may follow, and that are about conduct alone."""
    _row, rule = reminder_rule()
    return [
        each
        for each in all_clauses(village, at=at)
        if allows_reminders(each.text, allowed_by=rule.allowed_by, not_about=rule.not_about)
    ]
