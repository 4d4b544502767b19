"""What must hold over all issues at any time; each check returns what is wrong."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from xiangyue.deliberation import rules
from xiangyue.deliberation.models import Issue, StateChoices, Support, Task
from xiangyue.deliberation.services.acting import family


def every_voice_counts_once() -> list[str]:
    """What each issue counts are the different voices of it and of what was joined to it."""
    found = []
    for issue in Issue.objects.only("pk", "number", "support_count").iterator(chunk_size=500):
        rows = Support.objects.filter(issue__in=family(issue.pk))
        if issue.support_count != rows.values("voice").distinct().count():
            found.append(
                _("The voices of issue %(number)s are counted wrongly.") % {"number": issue.number}
            )
    return found


def joined_issues_lead_to_one() -> list[str]:
    """From every joined issue a way leads to one that stands on its own; none goes in a circle."""
    into = dict(Issue.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    found = []
    for key, first in into.items():
        seen, here = {key}, first
        while here in into and here not in seen:
            seen.add(here)
            here = into[here]
        if here in seen:
            found.append(_("Issue %(key)s was joined to itself in a circle.") % {"key": key})
    return found


def settled_issues_are_checked() -> list[str]:
    """Of every settled issue all that was to be done was done and checked by another (JC-15)."""
    found = []
    for issue in Issue.objects.filter(state=StateChoices.SETTLED).prefetch_related("tasks"):
        states = [rules.TaskState(task.state) for task in issue.tasks.all()]
        if not rules.is_settled(states):
            found.append(
                _("Issue %(number)s is settled with tasks open.") % {"number": issue.number}
            )
    unsettled = Issue.objects.filter(state=StateChoices.RESOLVED).filter(
        Exists(Task.objects.filter(issue=OuterRef("pk"), state="checked")),
        ~Exists(Task.objects.filter(issue=OuterRef("pk"), state__in=["open", "done"])),
    )
    found += [
        _("All tasks of issue %(number)s are checked, but it is not settled.")
        % {"number": issue.number}
        for issue in unsettled
    ]
    return found


INVARIANTS = {
    "every_voice_counts_once": every_voice_counts_once,
    "joined_issues_lead_to_one": joined_issues_lead_to_one,
    "settled_issues_are_checked": settled_issues_are_checked,
}
