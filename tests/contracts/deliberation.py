"""Real issues in the clerk's village, for the routes to be asked for."""

from datetime import datetime, timedelta

from tests import people
from tests.incidents.drawings import photo
from xiangyue.access.queries import standing_of
from xiangyue.deliberation import services
from xiangyue.places.models import Person
from xiangyue.procedures.models import Run
from xiangyue.procedures.reading import with_steps
from xiangyue.procedures.services import add_evidence, complete_step


def issues(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """The resident's issue, decided on, with a task that is done and a document of the desk's."""
    place = people.place()
    secretary = people.posted("village_party_secretary", at_place=place, name="郑书记")
    issue = services.raise_issue(
        place=place, title="村口停车", text="两边停满了车。", by=resident, at=now
    )
    services.show_issue(issue=issue, by=clerk, at=now)
    picture = services.add_photo(issue=issue, upload=photo(), by=clerk, at=now)
    issue = services.accept_issue(
        issue=issue, form="consultation", reason="大家有意见", by=secretary, at=now
    )
    note = services.add_research(
        issue=issue, text="数了三天", by=clerk, at=now, file_name="表.pdf",
        upload=b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF",
    )  # fmt: skip
    run = with_steps(Run.objects.filter(pk=issue.run_id)).get()
    row = next(one for one in run.steps.all() if one.key == "research")
    row.run = run
    actor = standing_of(clerk, at=now)
    add_evidence(step_run=row, key="report", actor=actor, at=now, text="数了三天")
    complete_step(step_run=row, actor=actor, at=now)
    services.resolve_issue(
        issue=issue, text="划线", outcome="accepted", settled_in="议事会", by=clerk, at=now
    )
    task = services.plan_task(
        issue=issue, text="划线", who="村委会", due_on=(now + timedelta(days=9)).date(), by=clerk,
        at=now,
    )  # fmt: skip
    return {
        "issue": issue.number, "issue_act": "hide", "issue_task": task.pk, "task_act": "done",
        "research_id": note.pk, "issue_photo": picture.pk,
    }  # fmt: skip
