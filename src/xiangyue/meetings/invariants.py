"""What must hold over all sessions at any time; each check returns what is wrong."""

from django.db.models import F, Q
from django.utils.translation import gettext as _

from xiangyue.meetings import freezing
from xiangyue.meetings.models import AgendaItem, Meeting, StateChoices


def closed_sessions_are_frozen() -> list[str]:
    """The triggers that keep closed sessions as they are stand in the database."""
    return [_("The trigger %(name)s is missing.") % {"name": name} for name in freezing.missing()]


def decisions_are_the_steps_they_name() -> list[str]:
    """A decision's step belongs to the item's incident and is the verb that was decided."""
    wrong = AgendaItem.objects.filter(step__isnull=False).exclude(
        Q(step__incident=F("incident")) & Q(step__verb=F("decision"))
    )
    return [
        _("The item %(item)s names a step that is not its decision.") % {"item": key}
        for key in wrong.values_list("pk", flat=True)
    ]


def no_confidential_matter_is_up() -> list[str]:
    """No agenda that is planned or open holds a confidential matter (PE02)."""
    wrong = Meeting.objects.filter(
        state__in=[StateChoices.PLANNED, StateChoices.OPEN],
        items__incident__audience="confidential",
    )
    return [
        _("The session %(meeting)s has a confidential matter on its agenda.") % {"meeting": key}
        for key in wrong.values_list("pk", flat=True).distinct()
    ]


INVARIANTS = {
    "closed_sessions_are_frozen": closed_sessions_are_frozen,
    "decisions_are_the_steps_they_name": decisions_are_the_steps_they_name,
    "no_confidential_matter_is_up": no_confidential_matter_is_up,
}
