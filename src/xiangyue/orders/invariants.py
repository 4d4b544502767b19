"""What must hold over all rounds at any time; each check returns what is wrong."""

from django.db import connection
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from xiangyue.ballots.models import BallotState, Mode
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.orders import freezing
from xiangyue.orders.models import Need, Outcome, Project, Round, RoundState
from xiangyue.orders.reckoning import faults_of


def every_result_recomputes() -> list[str]:
    """What each result says follows from its own slips, within its budget."""
    rows = Outcome.objects.select_related("round__ballot__roll", "round__declaration")
    return [fault for outcome in rows.iterator() for fault in faults_of(outcome)]


def slips_are_as_many_as_voters() -> list[str]:
    """While a vote runs there is a slip for everybody who voted by phone, and none else."""
    rows = Round.objects.filter(
        state=RoundState.VOTE, ballot__state__in=[BallotState.OPEN, BallotState.CLOSED]
    ).select_related("ballot")
    found = []
    for round_ in rows:
        assert round_.ballot is not None
        taken = taken_by_mode(round_.ballot).get(Mode.ONLINE, 0)
        if round_.slips.count() != taken:
            found.append(
                _("Round %(round)s has another number of slips than of voters.")
                % {"round": round_.pk}
            )
    return found


def projects_cost_what_their_lines_cost() -> list[str]:
    rows = Project.objects.annotate(total=Sum("lines__amount")).exclude(total=F("cost"))
    return [
        _("Project %(project)s costs something else than its lines.") % {"project": one.pk}
        for one in rows
    ]


def support_is_counted() -> list[str]:
    rows = Need.objects.annotate(counted=Count("supports")).exclude(counted=F("support_count"))
    return [_("Order %(need)s counts its support wrongly.") % {"need": one.pk} for one in rows]


def the_database_keeps_rounds() -> list[str]:
    return [
        _("The database has lost the safeguard %(name)s.") % {"name": name}
        for name in freezing.missing(connection)
    ]


INVARIANTS = {
    "every_result_recomputes": every_result_recomputes,
    "slips_are_as_many_as_voters": slips_are_as_many_as_voters,
    "projects_cost_what_their_lines_cost": projects_cost_what_their_lines_cost,
    "support_is_counted": support_is_counted,
    "the_database_keeps_rounds": the_database_keeps_rounds,
}
