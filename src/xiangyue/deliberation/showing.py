"""An issue as a person reads it: its history in plain words, how far it is, until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.wording import due_in_words
from xiangyue.deliberation.models import Issue, IssueStep, Outcome, StateChoices
from xiangyue.procedures.reading import steps_of

TONES = {
    StateChoices.COLLECTED: "wait",
    StateChoices.ACCEPTED: "busy",
    StateChoices.DECLINED: "quiet",
    StateChoices.RESOLVED: "busy",
    StateChoices.REJECTED: "quiet",
    StateChoices.SETTLED: "good",
    StateChoices.ANSWERED: "good",
    StateChoices.MERGED: "quiet",
    StateChoices.WITHDRAWN: "quiet",
}
# What a visitor is not told of: it says nothing about the issue itself.
_UNTOLD = frozenset({"issue_supported", "support_taken_back", "issue_shown", "issue_hidden"}) | {
    "photo_added",
    "photo_removed",
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    at: datetime
    title: str
    note: str
    url: str
    by: str
    tone: str


def timeline(issue: Issue, *, is_desk: bool = False) -> list[ShownStep]:
    """What happened, the latest last; at the desk with who did it, for everybody without."""
    rows = issue.steps.select_related("by")
    names = _step_names(issue)
    found = []
    for row in rows:
        if row.name in _UNTOLD and (not is_desk or row.by is None):
            continue
        title = _title(row, names)
        if title:
            found.append(
                ShownStep(
                    at=row.at,
                    title=title,
                    note=row.note if row.name != "issue_hidden" or is_desk else "",
                    url=_url(row),
                    by=row.by.name if is_desk and row.by is not None else "",
                    tone="good",
                )
            )
    return found


def _step_names(issue: Issue) -> dict[str, str]:
    if issue.run is None:
        return {}
    language = get_language()
    return {step.key: step.name.in_language(language) for step in steps_of(issue.run)}


def _title(row: IssueStep, names: dict[str, str]) -> str:
    facts = row.facts
    said: dict[str, Callable[[], str]] = {
        "issue_raised": lambda: _("Raised"),
        "issue_withdrawn": lambda: _("Taken back by who raised it"),
        "issue_shown": lambda: _("Shown to everybody"),
        "photo_added": lambda: _("A photo was added"),
        "photo_removed": lambda: _("A photo was taken away"),
        "issue_hidden": lambda: _("Kept back"),
        "issue_supported": lambda: _voices(facts),
        "support_taken_back": lambda: _voices(facts),
        "petition_reached": lambda: _("Enough people support it: it is owed an answer"),
        "petition_answered": lambda: (
            _("Answered: it is done so")
            if facts.get("is_granted")
            else _("Answered: it is not done so")
        ),
        "issue_merged": lambda: (
            _("Joined to %(number)s, which says the same") % {"number": facts.get("into", "")}
        ),
        "issue_joined": lambda: (
            _("%(number)s says the same and was joined to it") % {"number": facts.get("part", "")}
        ),
        "issue_unmerged": lambda: _("Stands on its own again"),
        "issue_parted": lambda: (
            _("%(number)s stands on its own again") % {"number": facts.get("part", "")}
        ),
        "issue_split": lambda: (
            _("A part of it became %(number)s") % {"number": facts.get("part", "")}
        ),
        "issue_split_off": lambda: (
            _("Made of a part of %(number)s") % {"number": facts.get("whole", "")}
        ),
        "issue_accepted": lambda: _("The Party organisation takes it up"),
        "issue_declined": lambda: _("The Party organisation does not take it up"),
        "issue_asked_again": lambda: _("Asked for again, as more people support it"),
        "run_ended": lambda: _("The deliberation was ended early; it waits for a yes or no again"),
        "research_added": lambda: _("What was found was written down"),
        "lawyers_note_added": lambda: _("A lawyer wrote what the law says"),
        "issue_resolved": lambda: {
            Outcome.ACCEPTED: _("Decided: it is to be done"),
            Outcome.REJECTED: _("Decided: it is not to be done"),
            Outcome.PUT_OFF: _("Put off; it comes up again"),
        }.get(Outcome(str(facts.get("outcome"))), ""),
        "task_planned": lambda: (
            _("To be done by %(who)s until %(day)s")
            % {"who": facts.get("who", ""), "day": facts.get("due_on", "")}
        ),
        "task_reported": lambda: (
            _("It became report %(number)s") % {"number": facts.get("incident", "")}
        ),
        "task_noticed": lambda: (
            _("It became notice %(number)s") % {"number": facts.get("notice", "")}
        ),
        "task_done": lambda: _("Done: %(task)s") % {"task": facts.get("task", "")},
        "task_checked": lambda: (
            _("Checked by the supervision committee: %(task)s") % {"task": facts.get("task", "")}
        ),
        "task_returned": lambda: _("To be done again: %(task)s") % {"task": facts.get("task", "")},
        "task_dropped": lambda: _("Dropped: %(task)s") % {"task": facts.get("task", "")},
        "issue_settled": lambda: _("All is done and checked"),
        "report_closed": lambda: (
            _("Report %(number)s was closed") % {"number": facts.get("incident", "")}
        ),
        "step_completed": lambda: (
            _("Step done: %(step)s")
            % {"step": names.get(str(facts.get("step")), str(facts.get("step")))}
        ),
    }
    title = said.get(row.name)
    return title() if title is not None else ""


def _voices(facts: dict[str, Any]) -> str:
    count = int(facts.get("support_count", 0))
    return ngettext("%(count)d person supports it", "%(count)d people support it", count) % {
        "count": count
    }


def _url(row: IssueStep) -> str:
    facts = row.facts
    for key in ("into", "part", "whole"):
        if number := facts.get(key):
            return reverse("issue", args=[number])
    if number := facts.get("notice"):
        return reverse("notice", args=[number])
    return ""


def stages(issue: Issue) -> list[dict[str, Any]]:
    """The way of an issue as a row of stages: said, taken up, decided, done."""
    names = [
        pgettext("issue stage", "Raised"),
        pgettext("issue stage", "Taken up"),
        pgettext("issue stage", "Decided"),
        pgettext("issue stage", "Done and checked"),
    ]
    reached = {
        StateChoices.COLLECTED: 0,
        StateChoices.ACCEPTED: 1,
        StateChoices.RESOLVED: 2,
        StateChoices.SETTLED: 3,
    }.get(StateChoices(issue.state))
    if reached is None or issue.is_petition:
        return []
    return [
        {"title": name, "is_done": place <= reached, "is_current": place == reached + 1}
        for place, name in enumerate(names)
    ]


def due_words(issue: Issue) -> str:
    """Until when a yes, a no or an answer is owed; "" where none is."""
    if issue.state != StateChoices.COLLECTED or issue.clock is None or not issue.clock.due_at:
        return ""
    due = due_in_words(issue.clock.due_at, current_calendar())
    if issue.is_petition:
        return _("An answer is owed by %(due)s.") % {"due": due}
    return _("A yes or no is owed by %(due)s.") % {"due": due}


def is_late(issue: Issue, *, at: datetime) -> bool:
    return (
        issue.state == StateChoices.COLLECTED
        and issue.clock is not None
        and issue.clock.due_at is not None
        and issue.clock.due_at < at
    )
