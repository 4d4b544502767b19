"""What happens elsewhere and belongs to an issue's history: its procedure, its report."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.calendars.services import start_clock
from xiangyue.deliberation.models import Issue, IssueStep, StateChoices, Task
from xiangyue.deliberation.services.acting import policy


@hear("procedures.step_completed")
def a_step_was_completed(entry: Entry) -> None:
    """Everybody reads how far the procedure is."""
    issue = _of_run(entry)
    if issue is not None:
        IssueStep.objects.create(
            issue=issue,
            name="step_completed",
            at=entry.at,
            facts={"step": entry.facts.get("step", "")},
        )


@hear("procedures.run_ended")
def the_procedure_was_ended(entry: Entry) -> None:
    """An issue whose procedure ends early waits for a yes or no again; nothing is decided."""
    issue = _of_run(entry)
    if issue is None or issue.state != StateChoices.ACCEPTED:
        return
    issue.state, issue.run, issue.form = StateChoices.COLLECTED, None, None
    issue.clock = (
        None if issue.is_petition else start_clock(limit=policy().decide_within, at=entry.at)
    )
    issue.version += 1
    issue.save()
    IssueStep.objects.create(issue=issue, name="run_ended", at=entry.at)


def _of_run(entry: Entry) -> Issue | None:
    found: Issue | None = (
        Issue.objects.select_for_update(of=("self",)).filter(run_id=entry.subject_id).first()
    )
    return found


@hear("incidents.incident_closed")
def its_report_was_closed(entry: Entry) -> None:
    """The report from which an issue came keeps its own life; that it closed is history here."""
    about = {"reference_type": "incidents.incident", "reference_id": str(entry.subject_id)}
    origins = Issue.objects.filter(
        origin_type=about["reference_type"], origin_id=about["reference_id"]
    )
    tasks = Task.objects.filter(**about).select_related("issue")
    for issue in {*origins, *(task.issue for task in tasks)}:
        IssueStep.objects.create(
            issue=issue,
            name="report_closed",
            at=entry.at,
            facts={"incident": entry.facts.get("number", "")},
        )
