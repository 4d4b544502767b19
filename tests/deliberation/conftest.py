"""Issues in 北滩村: who raises and supports them, who keeps, leads, does and checks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests import people, worlds
from xiangyue.access.queries import standing_of
from xiangyue.deliberation import services
from xiangyue.deliberation.models import Issue, Resolution, Task
from xiangyue.places.models import Person, Place
from xiangyue.procedures.models import Run, StepState
from xiangyue.procedures.reading import with_steps
from xiangyue.procedures.services import add_evidence, complete_step

AT = people.MONDAY
TITLE, TEXT = "村口乱停车", "村口两边停满了车，校车进不来。建议划线，留出一条道。"


@dataclass
class House:
    clerk: Person
    secretary: Person
    checker: Person
    worker: Person
    residents: list[Person]
    elsewhere: Person
    place: Place = field(default_factory=people.place)
    at: datetime = AT

    def raised(self, who: int = 0, *, is_shown: bool = True, **facts) -> Issue:
        issue = services.raise_issue(
            **{
                "place": self.place,
                "title": TITLE,
                "text": TEXT,
                "by": self.residents[who],
                "at": self.at,
            }
            | facts
        )
        if is_shown and not issue.is_shown:
            services.show_issue(issue=issue, by=self.clerk, at=self.at)
        return fresh(issue)

    def support(self, issue: Issue, who: int) -> Issue:
        return services.support_issue(issue=issue, by=self.residents[who], at=self.at)

    def merge(self, issue: Issue, into: Issue, **facts) -> Issue:
        return services.merge_issue(
            **{"issue": issue, "into": into, "by": self.clerk, "at": self.at} | facts
        )

    def accepted(self, issue: Issue | None = None, form: str = "consultation") -> Issue:
        return services.accept_issue(
            issue=issue or self.raised(),
            form=form,
            reason="村口停车大家都有意见，先议这件。",
            by=self.secretary,
            at=self.at,
        )

    def step(self, issue: Issue, key: str, by: Person, evidence: str = "report") -> None:
        """Lay down a text and complete an open step of the issue's procedure."""
        run = with_steps(Run.objects.filter(pk=issue.run_id)).get()
        row = next(one for one in run.steps.all() if one.key == key)
        row.run = run
        actor = standing_of(by, at=self.at)
        if not row.evidence.filter(key=evidence).exists():
            add_evidence(
                step_run=row, key=evidence, actor=actor, at=self.at, text="到现场看了，问了八户。"
            )
        complete_step(step_run=row, actor=actor, at=self.at)

    def open_step(self, issue: Issue) -> str:
        run = with_steps(Run.objects.filter(pk=issue.run_id)).get()
        return next(one.key for one in run.steps.all() if one.state == StepState.OPEN)

    def resolved(self, issue: Issue | None = None, outcome: str = "accepted") -> Resolution:
        issue = issue or self.accepted()
        self.step(issue, "research", self.clerk)
        return services.resolve_issue(
            issue=issue,
            text="村口东侧划十二个车位，西侧不停车。",
            outcome=outcome,
            settled_in="六月十日议事会",
            by=self.clerk,
            at=self.at,
        )

    def task(self, issue: Issue | None = None, **facts) -> Task:
        if issue is None:
            issue = self.resolved().issue
        return services.plan_task(
            **{
                "issue": issue,
                "text": "划线十二个车位",
                "who": "村委会",
                "due_on": (self.at + timedelta(days=14)).date(),
                "by": self.clerk,
                "at": self.at,
            }
            | facts
        )

    def done(self, task: Task, by: Person | None = None) -> Task:
        return services.finish_task(
            task=task, note="线划好了，十二个。", by=by or self.clerk, at=self.at
        )

    def checked(self, task: Task, by: Person | None = None) -> Task:
        return services.check_task(
            task=task, note="去看了，十二个车位都在。", by=by or self.checker, at=self.at
        )


def fresh(issue: Issue) -> Issue:
    return Issue.objects.select_related("place", "form", "run").get(pk=issue.pk)


def make_house() -> House:
    place = people.place()
    return House(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="赵书记"),
        checker=people.posted("supervision_member", at_place=place, name="孙监督"),
        worker=people.posted("grid_worker", at_place=place, name="钱网格"),
        residents=[people.somebody(f"居民{number}") for number in range(4)],
        elsewhere=people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)),
    )


@worlds.standing
def house() -> House:
    return make_house()
