"""The only way that web code fetches a run or a design for a person."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.procedures.blueprint import Step
from xiangyue.procedures.models import Design, Evidence, PanelSeat, Run, StepRun
from xiangyue.procedures.reading import with_steps

SEE = "procedures.see"
RUN = "procedures.run"
DESIGN = "procedures.design"
APPROVE = "procedures.approve_design"


def runs_of(standing: Standing) -> QuerySet[Run]:
    """The runs of the person's area."""
    if standing.person_id is None:
        return Run.objects.none()
    return Run.objects.filter(granted(standing, SEE) | granted(standing, RUN))


def run_for(standing: Standing, run_id: UUID) -> Run:
    """One run with its steps, for somebody of its area.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    found = with_steps(runs_of(standing)).filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no such procedure that you may see."))
    return found


def public_run(run_id: UUID) -> Run:
    """A run that everybody may follow.

    :raises NotFound: there is none.
    """
    found = with_steps(public_runs()).filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no such procedure."))
    return found


def public_runs() -> QuerySet[Run]:
    return Run.objects.filter(is_public=True)


def may_run(standing: Standing, run: Run) -> bool:
    """Whether the person keeps this run: evidence, leaving out, ending."""
    return standing.may(RUN, place_path=run.place_path)


def may_do(standing: Standing, run: Run, step: Step) -> bool:
    """Whether the person's posts make them one who does this step: at the place or above it."""
    return any(
        holding.role in step.who and run.place_path.startswith(holding.place_path)
        for holding in standing.holdings
    )


def may_see(standing: Standing, run: Run) -> bool:
    return standing.may(SEE, place_path=run.place_path) or may_run(standing, run)


def step_for(run: Run, key: str) -> StepRun:
    """:raises NotFound: the run has no such step."""
    for row in run.steps.all():
        if row.key == key:
            row.run = run
            return row
    raise NotFound(_("There is no such step."))


def evidence_for(run: Run, evidence_id: UUID) -> Evidence:
    """:raises NotFound: the run has no such evidence."""
    found = Evidence.objects.filter(pk=evidence_id, step_run__run=run).first()
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def seat_for(run: Run, seat_id: UUID) -> PanelSeat:
    """:raises NotFound: nobody sits there on this run's panels."""
    found = PanelSeat.objects.filter(pk=seat_id, step_run__run=run).first()
    if found is None:
        raise NotFound(_("There is no such member of a panel."))
    found.step_run = step_for(run, found.step_run.key)
    return found


def designs_of(standing: Standing) -> QuerySet[Design]:
    """The designs of the person's area; those of templates are at the county."""
    if standing.person_id is None:
        return Design.objects.none()
    return Design.objects.filter(granted(standing, DESIGN) | granted(standing, APPROVE))


def design_for(standing: Standing, design_id: UUID) -> Design:
    """:raises NotFound: there is none, or none for this person."""
    found = (
        designs_of(standing)
        .filter(pk=design_id)
        .select_related("made_from", "place", "written_by", "submitted_by", "decided_by")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such draft that you may see."))
    return found


def has_procedures(standing: Standing) -> bool:
    """Whether any post has to do with procedures; for showing a menu entry."""
    return any(standing.may_somewhere(verb) for verb in (SEE, RUN, DESIGN, APPROVE))
