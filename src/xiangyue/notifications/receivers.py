"""Whatever happens to an incident, whoever the county says is told of it; so is who is named."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.assemblies.telling import concerned_by as who_asked
from xiangyue.compacts.queries import who_said
from xiangyue.councils.queries import not_asked_yet
from xiangyue.deliberation.services.telling import voices_of
from xiangyue.incidents.activities import ACTIVITIES
from xiangyue.notifications.naming import tell_named, tell_people
from xiangyue.notifications.services import tell
from xiangyue.orders.queries import concerned_by


@hear(*ACTIVITIES)
def tell_those_concerned(entry: Entry) -> None:
    tell(entry=entry)


@hear(
    "patrols.patrol_awaited",
    "meetings.meeting_announced",
    "meetings.call_announced",
    "meetings.move_announced",
    "meetings.cancellation_announced",
    "publicity.answer_announced",
    "assemblies.invitation_announced",
    "assemblies.change_announced",
    "assemblies.cancellation_announced",
    "procedures.deadline_announced",
)
def tell_whom_it_names(entry: Entry) -> None:
    tell_named(entry=entry)


@hear("orders.needs_answered", "orders.round_decided", "orders.progress_reported")
def tell_who_ordered(entry: Entry) -> None:
    """The record names nobody who ordered; who did stands with the orders."""
    tell_people(entry=entry, people=concerned_by(entry))


@hear(
    "deliberation.accepted_announced",
    "deliberation.declined_announced",
    "deliberation.merged_announced",
    "deliberation.unmerged_announced",
    "deliberation.answered_announced",
    "deliberation.resolved_announced",
    "deliberation.settled_announced",
)
def tell_whose_voice_counts(entry: Entry) -> None:
    """Nor whose issue it is, who supports it, or who voted about it."""
    tell_people(entry=entry, people=voices_of(entry))


@hear("compacts.opinion_answered")
def tell_who_said_it(entry: Entry) -> None:
    """Nor who gave an opinion on a compact."""
    tell_people(entry=entry, people=who_said(entry))


@hear("assemblies.wish_answered")
def tell_who_asked(entry: Entry) -> None:
    """Nor who asked for an item of a meeting."""
    tell_people(entry=entry, people=who_asked(entry))


@hear("councils.seat_offered", "councils.stakeholder_invited", "councils.hearing_answered")
def tell_who_is_asked_in(entry: Entry) -> None:
    """Unless they are but a name on paper."""
    if entry.facts.get("person"):
        tell_named(entry=entry)


@hear("councils.judged_asked")
def tell_whose_word_comes_first(entry: Entry) -> None:
    """The record does not say whom a judgement would be about."""
    tell_people(entry=entry, people=not_asked_yet(entry))
