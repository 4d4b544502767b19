"""What must hold over all patrols at any time; each check returns what is wrong."""

from django.db.models import F
from django.utils.translation import gettext as _

from xiangyue.patrols.models import Find, Patrol, Visit


def a_patrol_with_findings_is_not_nil() -> list[str]:
    rows = Patrol.objects.filter(is_nil=True, finds__isnull=False).distinct()
    return [
        _("Patrol %(patrol)s has findings, but says that it has none.") % {"patrol": key}
        for key in rows.values_list("pk", flat=True)
    ]


def visits_have_the_day_of_their_patrol() -> list[str]:
    rows = Visit.objects.exclude(date=F("patrol__date"))
    return [
        _("Visit %(visit)s has another day than its patrol.") % {"visit": key}
        for key in rows.values_list("pk", flat=True)
    ]


def no_finding_names_a_hidden_reporter() -> list[str]:
    """A link from a worker's patrol to such a matter would say who reported it (PE02)."""
    rows = Find.objects.exclude(incident__reporter_tag="")
    return [
        _("A patrol leads to a matter whose reporter is hidden: %(find)s.") % {"find": key}
        for key in rows.values_list("pk", flat=True)
    ]


INVARIANTS = {
    "a_patrol_with_findings_is_not_nil": a_patrol_with_findings_is_not_nil,
    "visits_have_the_day_of_their_patrol": visits_have_the_day_of_their_patrol,
    "no_finding_names_a_hidden_reporter": no_finding_names_a_hidden_reporter,
}
