"""北滩村 and its town: who runs procedures there, and a document to lay on the table."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from tests import people, worlds
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.places.models import Person
from xiangyue.procedures import services
from xiangyue.procedures.blueprint import EvidenceKind
from xiangyue.procedures.models import Evidence, Run, StepRun, StepState
from xiangyue.procedures.reading import step_of, with_steps

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
TEMPLATE = "six_step_deliberation"


def picture(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class Village:
    """Who runs procedures in 北滩村; `at` moves on as they act."""

    clerk: Person
    secretary: Person
    supervisor: Person
    stranger: Person
    at: datetime = field(default=people.MONDAY)

    def standing(self, person: Person) -> Standing:
        return standing_of(person, at=self.at)

    def begin(self, template: str = TEMPLATE, **facts) -> Run:
        return services.begin_here(
            **{
                "template": template,
                "place": people.place(),
                "title": "村口停车难",
                "actor": self.standing(self.clerk),
                "at": self.at,
            }
            | facts
        )

    def open(self, run: Run) -> StepRun:
        fresh = with_steps(Run.objects.filter(pk=run.pk)).get()
        row = next(row for row in fresh.steps.all() if row.state == StepState.OPEN)
        row.run = fresh
        return row

    def lay(self, run: Run, by: Person | None = None) -> list[Evidence]:
        """As much of every text and file as the open step asks for."""
        row = self.open(run)
        laid = []
        for asked in step_of(row).evidence:
            for number in range(asked.least if asked.kind is not EvidenceKind.REFERENCE else 0):
                what = (
                    {"upload": PDF + str(number).encode() + b"%%EOF"}
                    if asked.kind is EvidenceKind.FILE
                    else {"text": f"写下来的第{number + 1}条"}
                )
                laid.append(
                    services.add_evidence(
                        step_run=row, key=asked.key, actor=self.standing(by or self.clerk),
                        at=self.at, **what,
                    )
                )  # fmt: skip
        return laid

    def complete(self, run: Run, by: Person) -> StepRun:
        return services.complete_step(step_run=self.open(run), actor=self.standing(by), at=self.at)

    def do(self, run: Run, by: Person) -> StepRun:
        self.lay(run)
        return self.complete(run, by)

    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    def up_to_meeting(self) -> Run:
        """A six-step deliberation whose meeting is open, with a day between."""
        run = self.begin()
        self.do(run, self.clerk)
        self.do(run, self.secretary)
        self.do(run, self.clerk)
        self.wait(1)
        return run


def make_village() -> Village:
    place = people.place()
    return Village(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="王书记"),
        supervisor=people.posted("supervision_member", at_place=place, name="老赵"),
        stranger=people.clerk(people.OTHER_VILLAGE),
    )


@worlds.standing
def village() -> Village:
    return make_village()


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    """Files of a test go into a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
