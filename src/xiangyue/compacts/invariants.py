"""What must hold over all compacts at any time; each check returns what is wrong."""

from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.compacts import freezing, rules
from xiangyue.compacts.gates import OPINIONS
from xiangyue.compacts.models import Clause, Filing, Opinion, Version
from xiangyue.compacts.services.acting import digest_of_rows, rows_of
from xiangyue.procedures.reading import row_drawing


def what_was_said_is_frozen() -> list[str]:
    """The triggers that keep texts, opinions and answers stand in the database."""
    return [_("The trigger %(name)s is missing.") % {"name": name} for name in freezing.missing()]


def adopted_texts_are_what_was_adopted() -> list[str]:
    """The clauses of every adopted version fit its digest."""
    found = []
    for version in Version.objects.exclude(digest="").iterator(chunk_size=200):
        clauses = version.clauses.filter(is_left_out=False).order_by("position")
        if digest_of_rows(rows_of(clauses)) != version.digest:
            found.append(_("Version %(version)s is not what was adopted.") % {"version": version})
    return found


def clauses_of_adopted_texts_are_decided() -> list[str]:
    """Of each clause of an adopted version it is said whether it stands."""
    states = [str(state) for state in (rules.State.VOTED, *rules.HELD)]
    rows = Clause.objects.filter(version__state__in=states, is_left_out=None)
    return [
        _("Clause %(clause)s of an adopted version is undecided.") % {"clause": key}
        for key in rows.values_list("pk", flat=True)[:100]
    ]


def answered_opinions_have_stopped_clocks() -> list[str]:
    """The clock of an opinion runs exactly until its answer."""
    wrong = Opinion.objects.filter(
        Q(answered_at=None, clock__stopped_at__isnull=False)
        | Q(answered_at__isnull=False, clock__stopped_at=None)
    )
    return [
        _("The clock of opinion %(opinion)s is wrong.") % {"opinion": key}
        for key in wrong.values_list("pk", flat=True)
    ]


def nothing_is_filed_that_was_not_adopted() -> list[str]:
    wrong = Filing.objects.filter(version__digest="")
    return [
        _("Version %(version)s was filed without being adopted.") % {"version": key}
        for key in wrong.values_list("pk", flat=True)
    ]


def texts_and_procedures_agree() -> list[str]:
    """No text holds while its procedure is under way or was ended, none is left behind by one
    that is through, and none that did not come about has one under way (LP-12).

    Asked of procedures that draw their evidence from the text; those before went beside it.
    """
    ahead = Q(state__in=["in_force", "superseded"]) & ~Q(run__state="done")
    behind = Q(run__state="done") & ~Q(state__in=["in_force", "superseded"])
    over = Q(state="withdrawn") & ~Q(run__state="ended_early")
    ended = Q(run__state="ended_early") & ~Q(state="withdrawn")
    wrong = Version.objects.filter(ahead | behind | over | ended, run__isnull=False)
    return [
        _("Version %(version)s and its procedure contradict each other.") % {"version": version.pk}
        for version in wrong.select_related("run__template", "run__addition")
        if version.run is not None and row_drawing(version.run, OPINIONS) is not None
    ]


INVARIANTS = {
    "what_was_said_is_frozen": what_was_said_is_frozen,
    "adopted_texts_are_what_was_adopted": adopted_texts_are_what_was_adopted,
    "clauses_of_adopted_texts_are_decided": clauses_of_adopted_texts_are_decided,
    "answered_opinions_have_stopped_clocks": answered_opinions_have_stopped_clocks,
    "nothing_is_filed_that_was_not_adopted": nothing_is_filed_that_was_not_adopted,
    "texts_and_procedures_agree": texts_and_procedures_agree,
}
