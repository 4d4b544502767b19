"""An agenda as one person may see it: each item's words only for whom the incident is."""

from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.acts import Act
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import UNSETTLED, State
from xiangyue.meetings.access import is_open_matter, readable
from xiangyue.meetings.agenda import Drawn, with_incidents
from xiangyue.meetings.deciding import acts_at, decision_name
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.rules import Reason

REASON_NAMES = {
    Reason.OVERDUE: gettext_lazy("Overdue"),
    Reason.ESCALATED: gettext_lazy("Came up from below"),
    Reason.SUPERVISED: gettext_lazy("Supervised"),
    Reason.TO_DISPATCH: gettext_lazy("To be dispatched"),
    Reason.UNSOLVED: gettext_lazy("Unsolved here"),
    Reason.CARRIED: gettext_lazy("Carried over"),
    Reason.ADDED: gettext_lazy("Put on the agenda"),
}
REASON_TONES = {Reason.OVERDUE: "bad", Reason.ESCALATED: "warn", Reason.SUPERVISED: "warn"}


@dataclass(slots=True)
class ShownItem:
    """One item for one person.

    `is_known`: they may know what kind of matter it is and where; `is_readable`: and its words.
    """

    item: AgendaItem
    is_known: bool
    is_readable: bool
    title: str
    reasons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def incident(self) -> Incident | None:
        return self.item.incident if self.is_known else None

    @property
    def is_settled_meanwhile(self) -> bool:
        incident = self.incident
        return (
            incident is not None
            and not self.item.decision
            and State(incident.state) not in UNSETTLED
        )

    @property
    def decision(self) -> str:
        return str(decision_name(self.item.decision)) if self.item.decision else ""

    @property
    def decision_text(self) -> str:
        return said(self.item) if self.is_readable or self.item.incident is None else ""


def said(item: AgendaItem) -> str:
    """The words of a decision: those of the step it led to, else its own."""
    return item.step.note if item.step is not None else item.decision_text


def shown_agenda(
    meeting: Meeting, standing: Standing, *, drawn: Drawn | None = None
) -> list[ShownItem]:
    """The agenda, written down or only drawn, for this person: two queries."""
    if drawn is None:
        items = list(with_incidents(meeting.items.order_by("position")))
    else:
        items = drawn.items
        ids = [item.incident_id for item in items if item.incident_id is not None]
        found = Incident.objects.filter(pk__in=ids).select_related(
            "category", "place", "unit", "hub", "handler", "clock"
        )
        by_id = found.in_bulk()
        for item in items:
            if item.incident_id is not None:
                item.incident = by_id[item.incident_id]
    read = readable(standing, items)
    return [_shown(item, is_readable=item.incident_id in read) for item in items]


def _shown(item: AgendaItem, *, is_readable: bool) -> ShownItem:
    incident = item.incident
    if incident is None:
        title, is_known, is_readable = item.text, True, True
    else:
        is_known = is_readable or is_open_matter(incident)
        category = meaning(item.category or incident.category, IncidentCategory)
        title = (
            category.name.in_language(get_language())
            if is_known
            else _("A matter that you may not see")
        )
    reasons = [Reason(reason) for reason in item.reasons]
    return ShownItem(
        item,
        is_known,
        is_readable,
        title,
        [(str(REASON_NAMES[one]), REASON_TONES.get(one, "quiet")) for one in reasons],
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The item that is being talked about, what this person can decide, and its neighbours."""

    row: ShownItem
    acts: list[tuple[str, Act]]
    before: ShownItem | None
    after: ShownItem | None
    may_watch: bool
    may_agree: bool


KEYS = "123456789"


def chosen(rows: list[ShownItem], asked: str, standing: Standing) -> Chosen | None:
    """The item asked for, else the first that is undecided, else the first."""
    if not rows:
        return None
    position = next((n for n, row in enumerate(rows) if str(row.item.pk) == asked), None)
    if position is None:
        position = next((n for n, row in enumerate(rows) if not row.item.decision), 0)
    row = rows[position]
    is_decided = row.item.decision not in {"", "watch"}
    incident = row.incident if row.is_readable else None
    acts = acts_at(incident, standing) if incident is not None and not is_decided else []
    return Chosen(
        row=row,
        acts=list(zip([*KEYS, *[""] * len(acts)], acts, strict=False)),
        before=rows[position - 1] if position else None,
        after=rows[position + 1] if position + 1 < len(rows) else None,
        may_watch=not row.item.decision,
        may_agree=not is_decided and row.item.incident_id is None,
    )
