"""What a county may declare of its democratic procedures: steps in order, with scenarios."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.calendars.rules import Limit
from xiangyue.procedures.guards import fault_of, is_stricter

KEY = r"^[a-z][a-z0-9_]{0,39}$"
RULE = r"^[a-z0-9_.\-]{1,80}$"


class StepKind(StrEnum):
    """What a step is about; it decides its sign on the flow chart and nothing else."""

    COLLECT = "collect"
    INVITE = "invite"
    VET = "vet"
    DRAFT = "draft"
    CONSULT = "consult"
    RESEARCH = "research"
    MEET = "meet"
    VOTE = "vote"
    SIGN = "sign"
    PUBLISH = "publish"
    FILE = "file"
    DECIDE = "decide"
    FOLLOW_UP = "follow_up"


class EvidenceKind(StrEnum):
    """A text written here, a document or picture, or something that stands elsewhere in here."""

    TEXT = "text"
    FILE = "file"
    REFERENCE = "reference"


class Evidence(Piece):
    """What must lie on the table before a step is done: at least so many of one kind.

    What `is_public` everybody can read on the run's public page, so it names nobody. `drawn_from`
    names a source (`sources.py`) from which it comes by itself, where one stands behind the run.
    """

    key: str = Field(pattern=KEY)
    name: Said
    kind: EvidenceKind
    least: int = Field(1, ge=0, le=99)
    to: str = Field("", pattern=r"^[a-z0-9_.]{0,60}$", description="of a reference: to what kind")
    is_public: bool = False
    drawn_from: str = Field("", pattern=r"^([a-z]+\.[a-z0-9_]{1,40})?$")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.kind is EvidenceKind.REFERENCE) != bool(self.to):
            raise ValueError(_("a reference, and nothing else, says to what"))
        if self.is_public and self.kind is EvidenceKind.FILE:
            raise ValueError(
                _("files may show people; what everybody sees is published as a notice")
            )
        return self


class GuardUse(Piece):
    """A guard by name, with what it is to be strict about."""

    name: str = Field(pattern=KEY)
    told: dict[str, int | str | bool] = {}

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if fault := fault_of(self.name, self.told):
            raise ValueError(fault)
        return self


class Publicity(Piece):
    """Which notice the step puts up; the notice's kind says for how many days."""

    notice_kind: str = Field(pattern=r"^[a-z0-9_.\-]{1,80}$")


class Vote(Piece):
    """By which rule the step decides; `otherwise` where that rule's body cannot meet.

    So a village's assembly decides in a village and the residents' assembly in a community.
    """

    decision_rule: str = Field(pattern=RULE)
    otherwise: tuple[Annotated[str, Field(pattern=RULE)], ...] = Field((), max_length=5)

    @property
    def rules(self) -> tuple[str, ...]:
        return (self.decision_rule, *self.otherwise)


class Step(Piece):
    """One gate: who does it, what must lie on the table, how long it may take, what guards it.

    `who` are roles; whoever holds one at the run's place, or above it, may complete the step.
    `within` is a limit such as `10wd`, counted from when the step opens; `why` says where the
    limit comes from. An optional step is done or left out with a word; a mandatory one is done.
    With `is_done_by_act` the act from which its evidence is drawn completes it, as soon as nothing
    is missing and whoever acts is one who does the step.
    """

    key: str = Field(pattern=KEY)
    name: Said
    says: Said | None = None
    kind: StepKind
    who: tuple[str, ...] = Field(min_length=1)
    evidence: tuple[Evidence, ...] = ()
    within: str | None = None
    guards: tuple[GuardUse, ...] = ()
    is_optional: bool = False
    is_done_by_act: bool = False
    publicity: Publicity | None = None
    vote: Vote | None = None
    source: str = Field("", max_length=200)

    @field_validator("within")
    @classmethod
    def _is_a_limit(cls, value: str | None) -> str | None:
        if value is not None:
            Limit.parse(value)
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        keys = [one.key for one in self.evidence]
        if len(keys) != len(set(keys)):
            raise ValueError(_("two kinds of evidence of one step have the same key"))
        if self.is_done_by_act and not any(one.drawn_from for one in self.evidence):
            raise ValueError(_("a step that an act completes has evidence that comes by itself"))
        return self

    def evidence_named(self, key: str) -> Evidence | None:
        return next((one for one in self.evidence if one.key == key), None)


class SeatPlayed(Piece):
    """Somebody on a scenario's panel."""

    who: str
    is_woman: bool = False
    is_close: bool = False
    is_recused: bool = False


class Act(Piece):
    """One act of a scenario: on which day, by whom, with what, on which step.

    `settled` names what stands elsewhere and is settled by then: guards of other modules.
    """

    step: str
    evidence: dict[str, int] = {}
    panel: tuple[SeatPlayed, ...] = ()
    by: str = "a"
    on_day: int | None = Field(None, ge=0, le=3650)
    settled: tuple[str, ...] = ()
    is_left_out: bool = False


class Scenario(Piece):
    """Acts in order, and how it then stands. All but the last must succeed.

    `then` is `done` or `open: <step>`; `refused` is what the last act lacks, by the guard's name
    (`evidence`, `step_done`, `days_since`, …) or `not_open`.
    """

    says: Said
    acts: tuple[Act, ...] = Field(min_length=1)
    then: str = Field(pattern=r"^(done|open: [a-z][a-z0-9_]{0,39})$")
    refused: str | None = None


class Procedure(Declared):
    """A template: an ordered list of steps. No step can be skipped, and a guard says what lacks.

    `is_public`: everybody may follow its runs, without personal data.
    """

    name: Said
    purpose: Said
    levels: tuple[Literal["county", "town", "village", "group"], ...] = ("village",)
    is_public: bool = True
    steps: tuple[Step, ...] = Field(min_length=1, max_length=40)
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @field_validator("key")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not re.fullmatch(KEY, value):
            raise ValueError("a procedure's key is of small letters, digits and _")
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        check_steps(self.steps)
        if all(step.is_optional for step in self.steps):
            raise ValueError(_("a procedure has at least one step that cannot be left out"))
        known = {step.key for step in self.steps}
        for scenario in self.scenarios:
            named = {act.step for act in scenario.acts}
            if scenario.then != "done":
                named.add(scenario.then.removeprefix("open: "))
            if unknown := sorted(named - known):
                raise ValueError(
                    _("a scenario names a step that is not there: %(step)s") % {"step": unknown[0]}
                )
        return self

    def step(self, key: str) -> Step:
        return next(step for step in self.steps if step.key == key)

    def weakens(self, base: Self) -> str | None:
        """A mandatory step of the common template stays, in its order and as strict (LP-28)."""
        if base.is_public and not self.is_public:
            return _("%(key)s is followed by everybody in the common declarations") % {
                "key": self.key
            }
        order = [step.key for step in self.steps]
        last = -1
        for step in base.steps:
            if step.is_optional:
                continue
            if step.key not in order:
                return _("%(key)s drops the mandatory step %(step)s (LP-28)") % {
                    "key": self.key,
                    "step": step.key,
                }
            if order.index(step.key) < last:
                return _("%(key)s does the mandatory step %(step)s out of its order (LP-28)") % {
                    "key": self.key,
                    "step": step.key,
                }
            last = order.index(step.key)
            if fault := _loosened(self.step(step.key), step):
                return _("%(key)s: the mandatory step %(step)s %(fault)s (LP-28)") % {
                    "key": self.key,
                    "step": step.key,
                    "fault": fault,
                }
        return None


def _loosened(  # noqa: PLR0911, PLR0912 - one a safeguard
    mine: Step, base: Step
) -> str | None:
    if mine.is_optional:
        return _("becomes optional")
    if mine.kind != base.kind:
        return _("becomes another kind of step")
    if extra := sorted(set(mine.who) - set(base.who)):
        return _("may be done by %(role)s, who may not do it in the common declarations") % {
            "role": extra[0]
        }
    for one in base.evidence:
        there = mine.evidence_named(one.key)
        if there is None or there.kind != one.kind or there.to != one.to:
            return _("lacks the evidence %(evidence)s") % {"evidence": one.key}
        if there.least < one.least:
            return _("asks for less evidence: %(evidence)s") % {"evidence": one.key}
        if one.is_public and not there.is_public:
            return _("hides what everybody may read: %(evidence)s") % {"evidence": one.key}
        if one.drawn_from and there.drawn_from != one.drawn_from:
            return _("lets people choose what comes by itself: %(evidence)s") % {
                "evidence": one.key
            }
    for guard in base.guards:
        if not any(
            other.name == guard.name and is_stricter(guard.name, other.told, than=guard.told)
            for other in mine.guards
        ):
            return _("loses the guard %(guard)s") % {"guard": guard.name}
    if base.vote is not None and not _votes_alike(mine.vote, base.vote):
        return _("is voted by another rule")
    if mine.publicity != base.publicity and base.publicity is not None:
        return _("puts up another notice")
    if base.within is not None and (mine.within is None or not _no_later(mine.within, base.within)):
        return _("may take longer")
    return None


def _votes_alike(mine: Vote | None, base: Vote) -> bool:
    """By the same rule, and by no other elsewhere that the common declarations do not name."""
    return (
        mine is not None
        and mine.decision_rule == base.decision_rule
        and set(mine.otherwise) <= set(base.otherwise)
    )


def _no_later(mine: str, base: str) -> bool:
    one, other = Limit.parse(mine), Limit.parse(base)
    return one.unit == other.unit and one.amount <= other.amount


def check_steps(steps: tuple[Step, ...]) -> None:
    """:raises ValueError: two steps of one key, or a guard looks at what does not come before."""
    seen: dict[str, Step] = {}
    for step in steps:
        if step.key in seen:
            raise ValueError(_("two steps are called %(step)s") % {"step": step.key})
        for guard in step.guards:
            for name, value in guard.told.items():
                if name == "step" and (value not in seen):
                    raise ValueError(
                        _("%(step)s: %(guard)s looks at %(what)s, which is no step before it")
                        % {"step": step.key, "guard": guard.name, "what": value}
                    )
                if name == "evidence" and step.evidence_named(str(value)) is None:
                    raise ValueError(
                        _("%(step)s: %(guard)s looks at %(what)s, which is no evidence of it")
                        % {"step": step.key, "guard": guard.name, "what": value}
                    )
                if name == "step" and seen[str(value)].is_optional and not step.is_optional:
                    raise ValueError(
                        _("%(step)s: %(guard)s looks at %(what)s, which may be left out")
                        % {"step": step.key, "guard": guard.name, "what": value}
                    )
        seen[step.key] = step


class Added(Piece):
    """An optional step of a place's own, and after which step it comes."""

    after: str = Field(pattern=KEY)
    step: Step

    @model_validator(mode="after")
    def _is_optional(self) -> Self:
        if not self.step.is_optional:
            raise ValueError(_("what a village adds is optional; mandatory steps are the county's"))
        if not self.step.key.startswith("own_"):
            raise ValueError(_("the key of a place's own step begins with own_"))
        return self


class ProcedureAddition(Declared):
    """The optional steps that one place adds to a procedure (自选动作, LP-28)."""

    procedure: str = Field(pattern=KEY)
    place: str = Field(pattern=r"^[0-9A-Za-z\-]{1,24}$", description="the place's code")
    steps: tuple[Added, ...] = Field(min_length=1, max_length=20)


def addition_key(procedure: str, place_code: str) -> str:
    return f"{procedure}.{place_code.lower()}"


def with_additions(procedure: Procedure, addition: ProcedureAddition | None) -> tuple[Step, ...]:
    """The steps in order, a place's own among them.

    One whose neighbour is no longer there comes last: nothing that a village wants is lost.
    """
    if addition is None:
        return procedure.steps
    waiting = {one.step.key: one for one in addition.steps}

    def following(key: str) -> Iterator[Step]:
        for one in [one for one in waiting.values() if one.after == key]:
            if waiting.pop(one.step.key, None) is not None:
                yield one.step
                yield from following(one.step.key)

    found: list[Step] = []
    for step in procedure.steps:
        found += [step, *following(step.key)]
    return (*found, *(one.step for one in waiting.values()))


def body_of(declared: Declared) -> dict[str, Any]:
    return declared.model_dump(mode="json")


DECLARES = {"procedure": Procedure, "procedure_addition": ProcedureAddition}
