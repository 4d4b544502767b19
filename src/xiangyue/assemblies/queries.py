"""Reads about sittings: who is here and whether that is enough, who speaks next, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xiangyue.assemblies import rules
from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.models import (
    Attendance,
    Invitation,
    Item,
    Sitting,
    StateChoices,
    Turn,
    TurnState,
)
from xiangyue.assemblies.motion_models import Amendment, Decision, Motion, ProposalState
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.rules import Threshold
from xiangyue.kernel.differing import changed_count
from xiangyue.places.models import Person

SHOWN_WITH = ("declaration", "place", "roll__rule", "chair", "minute_taker", "notice", "item_now")
PAGE_SIZE = 20


# --- whether enough are here ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many are here of how many, and how many are needed; None where nobody has said."""

    present_count: int
    expected_count: int | None
    needed_count: int | None
    guest_count: int = 0

    @property
    def is_known(self) -> bool:
        return self.needed_count is not None

    @property
    def is_met(self) -> bool:
        return self.needed_count is not None and self.present_count >= self.needed_count

    @property
    def missing_count(self) -> int:
        return max(0, (self.needed_count or 0) - self.present_count)


def threshold_of(sitting: Sitting) -> Threshold | None:
    """What part must be here: the roll's rule says, else the kind; None where neither does."""
    if sitting.roll is not None:
        return rule_of(sitting.roll).way(sitting.roll.basis).threshold()
    quorum = kind_of(sitting).quorum
    return quorum.threshold() if quorum is not None else None


def quorum_of(sitting: Sitting) -> Quorum:
    """Who counts among those here: on the roll their entry, without one whoever belongs."""
    counts = sitting.attendances.aggregate(
        voices=Count("pk", filter=Q(is_voice=True)), guests=Count("pk", filter=Q(is_voice=False))
    )
    expected = sitting.roll.entry_count if sitting.roll is not None else sitting.expected_count
    threshold = threshold_of(sitting)
    needed = None
    if threshold is not None and expected:
        needed = threshold.least(expected)
    return Quorum(counts["voices"], expected, needed, counts["guests"])


# --- sittings ---------------------------------------------------------------------------------


def public_sittings() -> QuerySet[Sitting]:
    """Every sitting that everybody may know of: when, where, and what about."""
    return Sitting.objects.select_related(*SHOWN_WITH)


def to_come(rows: QuerySet[Sitting], *, at: datetime) -> QuerySet[Sitting]:
    """What is still to be held, or is being held, soonest first."""
    return rows.filter(
        Q(state=StateChoices.OPEN)
        | Q(state=StateChoices.ANNOUNCED, ends_at__gt=at - rules.OPENS_AFTER)
    ).order_by("starts_at", "pk")


def held(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    return rows.filter(state__in=[StateChoices.CLOSED, StateChoices.SIGNED]).order_by(
        "-starts_at", "pk"
    )


def invited_to(person: Person, *, at: datetime) -> QuerySet[Sitting]:
    """The sittings to come to which the person is invited."""
    mine = Invitation.objects.filter(person=person).values("sitting")
    return to_come(public_sittings().filter(pk__in=mine), at=at)


def about(subject_type: str, subject_id: object) -> QuerySet[Item]:
    """The items about something, newest sitting first."""
    rows = Item.objects.filter(subject_type=subject_type, subject_id=str(subject_id))
    return rows.select_related("sitting", "decision").order_by("-sitting__starts_at", "position")


def decision_of(item: Item) -> Decision | None:
    return Decision.objects.filter(item=item).first()


# --- agenda -----------------------------------------------------------------------------------


def agenda(sitting: Sitting) -> list[Item]:
    """The items in order, with their decisions."""
    return list(sitting.items.select_related("decision", "ballot").order_by("position"))


def is_item_in_time(item: Item, sitting: Sitting, *, at: datetime) -> bool:
    """Whether it was announced early enough to be decided; what came later is talked about."""
    held_on = timezone.localdate(sitting.opened_at or max(at, sitting.starts_at))
    return rules.is_in_time(
        announced_on=item.noticed_on, held_on=held_on, notice_days=kind_of(sitting).notice_days
    )


def open_amendments(item: Item) -> QuerySet[Amendment]:
    return Amendment.objects.filter(motion__item=item, state=ProposalState.OPEN)


def ordered_amendments(motion: Motion) -> list[Amendment]:
    """The open ones in the order in which they are decided."""
    rows = {row.position: row for row in motion.amendments.filter(state=ProposalState.OPEN)}
    order = rules.amendment_order(
        [
            rules.Proposed(row.position, changed_count(motion.text_now, row.text), row.chair_place)
            for row in rows.values()
        ]
    )
    return [rows[position] for position in order]


# --- speaking ---------------------------------------------------------------------------------


def speakers(item: Item) -> tuple[Turn | None, list[Turn]]:
    """Who speaks to the item, and who waits, next first."""
    turns = list(item.turns.select_related("attendance").order_by("asked_at", "pk"))
    spoken: dict[int, int] = {}
    for turn in turns:
        if turn.state in {TurnState.SPOKE, TurnState.SPEAKING}:
            spoken[turn.attendance_id] = spoken.get(turn.attendance_id, 0) + 1
    waiting = {turn.pk: turn for turn in turns if turn.state == TurnState.WAITING}
    order = rules.speaking_order(
        [
            rules.Waiting(turn.pk, turn.asked_at, spoken.get(turn.attendance_id, 0))
            for turn in waiting.values()
        ]
    )
    now = next((turn for turn in turns if turn.state == TurnState.SPEAKING), None)
    return now, [waiting[key] for key in order]


# --- who is invited ---------------------------------------------------------------------------


def invited_without_phone(sitting: Sitting) -> QuerySet[Invitation]:
    """Those whom no message reaches, by where they live: the grid worker tells them."""
    from xiangyue.access.models import Account

    accounts = Account.objects.filter(person=OuterRef("person"), is_active=True)
    rows = sitting.invitations.filter(~Exists(accounts)).select_related(
        "person__household__grid", "person__place"
    )
    return rows.order_by(
        "person__household__place_path", "person__household__address", "person__name"
    )


def coming_counts(sitting: Sitting) -> tuple[int, int]:
    """How many say that they come, and how many that they cannot; who, is told to nobody."""
    rows = dict(sitting.comings.values_list("is_coming").annotate(Count("pk")).order_by())
    return rows.get(True, 0), rows.get(False, 0)


def attendance_of(sitting: Sitting, person_id: UUID | None) -> Attendance | None:
    if person_id is None:
        return None
    return sitting.attendances.filter(person_id=person_id).first()


def names_without_office(sitting: Sitting, *, offices: Sequence[UUID]) -> list[str]:
    """The names of those who were here and hold no office at the place."""
    rows = sitting.attendances.exclude(person__in=list(offices))
    return list(rows.values_list("name", flat=True))
