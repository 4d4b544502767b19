"""The guard that procedures about an issue may name, found by `procedures/guards.py`."""

from datetime import datetime

from xiangyue.deliberation.models import Issue
from xiangyue.deliberation.services.preparing import lacks_lawyer
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun


@guard("lawyers_note")
def lawyers_note(step_run: StepRun, at: datetime) -> list[str]:
    """A lawyer has written what the law says to the issue, and it allows it (SY-29)."""
    run = step_run.run
    if run.subject_type != "deliberation.issue":
        return []
    issue = Issue.objects.filter(pk=run.subject_id).first()
    return lacks_lawyer(issue) if issue is not None else []
