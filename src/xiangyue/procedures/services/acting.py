"""How every act on a run begins: lock the run, look at right and state."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.procedures.access import may_do, may_run
from xiangyue.procedures.models import Run, RunState, StepRun, StepState
from xiangyue.procedures.reading import step_of, with_steps


class NotReady(Refused):
    """The step lacks something; each sentence says what and what to do about it."""

    code = "step_not_ready"

    def __init__(self, sentences: Sequence[str], *, codes: Sequence[str], source: str = "") -> None:
        super().__init__(" ".join(sentences), source=source)
        self.sentences = list(sentences)
        self.codes = list(codes)


class StepSettled(Conflict):
    """The step is settled already, not open yet, or the run has ended."""

    code = "step_settled"


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class PersonalData(Refused):
    """What everybody can read holds a telephone or identity number."""

    code = "personal_data"


def person_of(actor: Standing) -> UUID:
    """:raises NotAllowed: a visitor."""
    if actor.person_id is None:
        raise NotAllowed(_("Please sign in first."))
    return actor.person_id


def lock(run: Run) -> Run:
    """The run with its steps as they stand now, locked until the transaction ends."""
    Run.objects.select_for_update().get(pk=run.pk)
    found = with_steps(Run.objects.filter(pk=run.pk)).get()
    for row in found.steps.all():
        row.run = found
    return found


def open_step(*, step_run: StepRun, actor: Standing) -> tuple[Run, StepRun]:
    """The run, locked, and its open step, on which this person may work.

    :raises NotAllowed: neither keeps the run nor does the step.
    :raises StepSettled: the step is not the open one.
    """
    run = lock(step_run.run)
    row = row_of(run, step_run.key)
    person_of(actor)
    if not (may_run(actor, run) or may_do(actor, run, step_of(row))):
        raise NotAllowed(_("Your posts do not include this step."))
    check_open(run, row)
    return run, row


def row_of(run: Run, key: str) -> StepRun:
    return next(row for row in run.steps.all() if row.key == key)


def open_row(run: Run) -> StepRun | None:
    """The open step of a run; of one that has ended the step at which it ended early."""
    return next((row for row in run.steps.all() if row.state == StepState.OPEN), None)


def check_open(run: Run, row: StepRun) -> None:
    """:raises StepSettled: somebody settled the step or ended the run, or it is not its turn."""
    if run.state != RunState.RUNNING:
        raise StepSettled(_("This procedure has ended; nothing of it changes any more."))
    if row.state in {StepState.DONE, StepState.LEFT_OUT}:
        raise StepSettled(
            _("This step has been completed meanwhile; what it rests on stays as it is.")
        )
    if row.state != StepState.OPEN:
        raise StepSettled(_("This step is not open: the step before it comes first."))


def recorded(
    name: str, run: Run, *, at: datetime, actor_id: UUID | None = None, **facts: Any
) -> None:
    record(
        name=f"procedures.{name}",
        subject=run,
        at=at,
        actor_id=actor_id,
        place_path=run.place_path,
        facts={"procedure": run.template_key, "version": run.template.version, **facts},
    )


def words_given(text: str, what: str, *, field: str, most: int, least: int = 2) -> str:
    """The words, trimmed.

    :raises WordsMissing: none, or too many.
    """
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(words) < least:
        raise WordsMissing(what, fields={field: what})
    if len(words) > most:
        too_many = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(too_many, fields={field: too_many})
    return words


_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|\d{15})(?!\d)")


def check_public(text: str, *, field: str) -> None:
    """:raises PersonalData: it holds a telephone or identity number (PIPL 25)."""
    if _NUMBERS.search(text):
        message = _("Everybody can read this; please leave out telephone and identity numbers.")
        raise PersonalData(message, source="个人信息保护法 art. 25", fields={field: message})
