"""What must hold over all runs at any time; each check returns what is wrong."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from xiangyue.procedures import freezing
from xiangyue.procedures.models import Run, StepRun


def settled_steps_are_frozen() -> list[str]:
    """The triggers that keep settled steps as they are stand in the database."""
    return [_("The trigger %(name)s is missing.") % {"name": name} for name in freezing.missing()]


def runs_have_one_open_step() -> list[str]:
    """Exactly one step of a run that is under way is open, and none of one that is finished."""
    is_open = Exists(StepRun.objects.filter(run=OuterRef("pk"), state="open"))
    wrong = Run.objects.filter(Q(state="running") & ~is_open | Q(state="done") & is_open)
    return [
        _("The procedure %(run)s has no open step, or one too many.") % {"run": key}
        for key in wrong.values_list("pk", flat=True)
    ]


def no_step_is_settled_before_those_before_it() -> list[str]:
    """No step is open or settled while one before it waits; none is left out that is mandatory."""
    waiting_before = StepRun.objects.filter(
        run=OuterRef("run"), position__lt=OuterRef("position"), state__in=["waiting", "open"]
    )
    wrong = StepRun.objects.filter(
        Q(state__in=["open", "done", "left_out"]) & Exists(waiting_before)
        | Q(state="left_out", is_optional=False)
        | Q(done_at__lt=F("opened_at"))
    )
    return [
        _("The step %(step)s was reached past another.") % {"step": key}
        for key in wrong.values_list("pk", flat=True)
    ]


INVARIANTS = {
    "settled_steps_are_frozen": settled_steps_are_frozen,
    "runs_have_one_open_step": runs_have_one_open_step,
    "no_step_is_settled_before_those_before_it": no_step_is_settled_before_those_before_it,
}
