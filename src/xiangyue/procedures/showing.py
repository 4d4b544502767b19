"""A run as a person sees it: a timeline of steps with what is missing, by whom, until when, why."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.queries import current_calendar, explain_clock
from xiangyue.calendars.wording import due_in_words
from xiangyue.procedures import blueprint
from xiangyue.procedures.access import may_do, may_run
from xiangyue.procedures.blueprint import EvidenceKind, Step
from xiangyue.procedures.chart import guards_in_words, role_names, who_in_words
from xiangyue.procedures.models import Evidence, PanelSeat, Run, RunState, StepRun, StepState
from xiangyue.procedures.reading import close_people, drawings_of, missing_for, steps_of
from xiangyue.procedures.references import choices, kind_of, thing_of
from xiangyue.procedures.words import sentences

TONES = {
    StepState.WAITING: "quiet",
    StepState.OPEN: "now",
    StepState.DONE: "good",
    StepState.LEFT_OUT: "quiet",
}


@dataclass(slots=True)
class ShownPiece:
    """One piece of evidence: its words, its file, or what it refers to."""

    row: Evidence
    title: str
    url: str = ""


@dataclass(slots=True)
class ShownEvidence:
    """One kind of evidence of a step, with what is there; `choices` of a reference that may serve.

    `is_drawn`: it comes by itself. `form` is filled by the page.
    """

    asked: blueprint.Evidence
    name: str
    pieces: list[ShownPiece]
    choices: list[tuple[str, str]] = field(default_factory=list)
    is_drawn: bool = False
    form: Any = None

    @property
    def is_enough(self) -> bool:
        return len(self.pieces) >= self.asked.least


@dataclass(slots=True)
class ShownSeat:
    row: PanelSeat
    is_close: bool


@dataclass(slots=True)
class ShownStep:
    """One step for one person; `missing` only of the open one."""

    row: StepRun
    step: Step
    number: int
    name: str
    says: str
    who: str
    tone: str
    gates: list[str]
    evidence: list[ShownEvidence]
    seats: list[ShownSeat] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    due: str = ""
    why: str = ""
    is_late: bool = False
    may_do: bool = False
    may_work: bool = False

    @property
    def is_open(self) -> bool:
        return self.row.state == StepState.OPEN

    @property
    def has_panel(self) -> bool:
        return any(guard.name == "panel" for guard in self.step.guards)


def shown_steps(run: Run, standing: Standing, *, at: datetime) -> list[ShownStep]:
    """The run's timeline for somebody of its area."""
    language, roles = get_language(), role_names()
    steps = steps_of(run)
    names = {one.key: one.name.in_language(language) for one in steps}
    rows = {row.key: row for row in run.steps.all()}
    close = close_people(run)
    keeps = may_run(standing, run)
    found = []
    for number, step in enumerate(steps, start=1):
        row = rows[step.key]
        row.run = run
        is_open = row.state == StepState.OPEN and run.state == RunState.RUNNING
        drawn = drawings_of(row, at=at) if is_open else {}
        shown = ShownStep(
            row=row,
            step=step,
            number=number,
            name=names[step.key],
            says=step.says.in_language(language) if step.says else "",
            who=who_in_words(step, roles),
            tone=TONES[StepState(row.state)] if is_open or row.done_at else "quiet",
            gates=guards_in_words(step, names),
            evidence=[
                _shown(one, row, is_open=is_open, is_drawn=one.key in drawn)
                for one in step.evidence
            ],
            seats=[
                ShownSeat(
                    one,
                    one.recused_at is None and (one.closeness != "none" or one.person_id in close),
                )
                for one in row.panel.all()
            ],
        )
        if is_open:
            shown.may_do = may_do(standing, run, step)
            shown.may_work = shown.may_do or keeps
            by = standing.person_id if shown.may_do else None
            missing, elsewhere = missing_for(run, row, by=by, at=at)
            shown.missing = [*sentences(missing, step, steps), *elsewhere]
            if row.clock is not None and row.clock.due_at is not None:
                shown.due = due_in_words(row.clock.due_at, current_calendar())
                shown.why = explain_clock(row.clock)
                shown.is_late = row.clock.due_at < at
        found.append(shown)
    return found


def _shown(
    asked: blueprint.Evidence, row: StepRun, *, is_open: bool, is_drawn: bool
) -> ShownEvidence:
    shown = ShownEvidence(
        is_drawn=is_drawn,
        asked=asked,
        name=asked.name.in_language(get_language()),
        pieces=[_piece(one) for one in row.evidence.all() if one.key == asked.key],
    )
    kind = kind_of(asked.to) if asked.kind is EvidenceKind.REFERENCE else None
    if is_open and kind is not None and not is_drawn:
        there = {piece.row.reference_id for piece in shown.pieces}
        shown.choices = [
            (str(one.pk), kind.title(one))
            for one in choices(row, asked.to)
            if str(one.pk) not in there
        ]
    return shown


def _piece(row: Evidence) -> ShownPiece:
    if row.kind == EvidenceKind.REFERENCE:
        kind, thing = kind_of(row.reference_type), thing_of(row)
        if kind is None or thing is None:
            return ShownPiece(row, row.reference_id)
        return ShownPiece(row, kind.title(thing), kind.url(thing))
    return ShownPiece(row, row.file_name if row.kind == EvidenceKind.FILE else row.text)


@dataclass(frozen=True, slots=True)
class PublicStep:
    """What everybody sees of a step: no person, no file, only what was written for all."""

    number: int
    name: str
    says: str
    state: str
    tone: str
    done_on: datetime | None
    is_optional: bool
    words: list[tuple[str, list[str]]]
    links: list[tuple[str, str]]


def public_steps(run: Run) -> list[PublicStep]:
    """A run for everybody: the steps, when they were done, public texts, notices and votes."""
    language = get_language()
    rows = {row.key: row for row in run.steps.all()}
    found = []
    for number, step in enumerate(steps_of(run), start=1):
        row = rows[step.key]
        is_settled = row.done_at is not None
        words, links = [], []
        for asked in step.evidence if is_settled else ():
            pieces = [_piece(one) for one in row.evidence.all() if one.key == asked.key]
            if asked.is_public and asked.kind is EvidenceKind.TEXT and pieces:
                words.append(
                    (asked.name.in_language(language), [piece.row.text for piece in pieces])
                )
            links += [
                (piece.title, piece.url)
                for piece in pieces
                if piece.url and piece.row.kind == EvidenceKind.REFERENCE
            ]
        tone = TONES[StepState(row.state)]
        found.append(
            PublicStep(
                number=number,
                name=step.name.in_language(language),
                says=step.says.in_language(language) if step.says else "",
                state=str(row.get_state_display()),
                tone=tone if is_settled or run.state == RunState.RUNNING else "quiet",
                done_on=row.done_at,
                is_optional=row.is_optional,
                words=words,
                links=links,
            )
        )
    return found


def procedure_name(run: Run) -> str:
    return meaning(run.template, blueprint.Procedure).name.in_language(get_language())
