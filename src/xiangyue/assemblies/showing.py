"""Sittings as pages and the screen show them: motions with amendments side by side, the queue."""

from dataclasses import dataclass, field

from xiangyue.assemblies.drafting import decision_words
from xiangyue.assemblies.models import Attendance, Item, Sitting, Turn
from xiangyue.assemblies.motion_models import Amendment, Decision, Motion, ProposalState
from xiangyue.assemblies.queries import ordered_amendments, speakers
from xiangyue.kernel.differing import Change, changes

MOST_NAMES = 600


@dataclass(frozen=True, slots=True)
class ShownAmendment:
    """An amendment beside the motion's text: what it takes out and puts in."""

    amendment: Amendment
    changes: list[Change]
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class ShownMotion:
    """A motion with its amendments: the open ones in the order of deciding, then the others."""

    motion: Motion
    amendments: list[ShownAmendment]

    @property
    def is_open(self) -> bool:
        return self.motion.state == ProposalState.OPEN

    @property
    def next_amendment(self) -> Amendment | None:
        return next((one.amendment for one in self.amendments if one.is_next), None)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item before the room: motions, notes, who speaks, what was decided."""

    item: Item
    motions: list[ShownMotion] = field(default_factory=list)
    speaks: Turn | None = None
    waiting: list[Turn] = field(default_factory=list)
    decision: Decision | None = None
    decision_words: str = ""


def shown_item(item: Item) -> ShownItem:
    now, waiting = speakers(item)
    decision = Decision.objects.select_related("ballot").filter(item=item).first()
    rows = item.motions.select_related("mover", "seconder").prefetch_related("amendments__mover")
    return ShownItem(
        item=item,
        motions=[shown_motion(motion) for motion in rows],
        speaks=now,
        waiting=waiting,
        decision=decision,
        decision_words=decision_words(decision) if decision is not None else "",
    )


def shown_motion(motion: Motion) -> ShownMotion:
    waiting = ordered_amendments(motion) if motion.state == ProposalState.OPEN else []
    first = {row.pk for row in waiting}
    done = [row for row in motion.amendments.all() if row.pk not in first]
    return ShownMotion(
        motion,
        [
            ShownAmendment(
                row,
                changes(row.against or motion.text_now, row.text),
                is_next=bool(waiting) and row.pk == waiting[0].pk,
            )
            for row in [*waiting, *done]
        ],
    )


def here_by_name(sitting: Sitting) -> list[Attendance]:
    """Everybody who is here, by name, to choose from."""
    return list(sitting.attendances.order_by("name", "pk")[:MOST_NAMES])
