"""A version and the procedure beside it go together: what one does the other never contradicts.

Acts here are drawn as evidence of the procedure's steps and complete them; its end puts the text in
force; a text that does not come about ends it. Whoever locks both locks the run first.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.compacts import rules
from xiangyue.compacts.gates import gate_of_force, step_before
from xiangyue.compacts.models import CorrectionOrder, StateChoices, Version
from xiangyue.compacts.services.acting import NotNow, NotReady, lock, moved, recorded
from xiangyue.compacts.wording import version_name
from xiangyue.places.models import Person
from xiangyue.procedures.access import may_do
from xiangyue.procedures.chart import role_names, who_in_words
from xiangyue.procedures.models import Run, RunState, StepRun
from xiangyue.procedures.reading import missing_for, step_of, steps_of
from xiangyue.procedures.services import draw, end_with_subject
from xiangyue.procedures.words import sentences


def carry_on(version: Version, *, by: Person, at: datetime, stage: str = "") -> None:
    """Let the procedure beside the locked version draw what stands now, as far as `by` does it.

    With `stage` the procedure must then have come as far as that; both go on, or neither. When it
    is through, the text is in force.

    :raises NotReady: it has not come as far; says which step lacks what, and who does it.
    """
    if version.run is None:
        return
    run = draw(run=version.run, actor=standing_of(by, at=at), at=at)
    version.refresh_from_db()
    if stage and (row := step_before(version, stage)) is not None:
        raise NotReady(_why(run, row, by=by, at=at), source="LP-12")
    if run.state == RunState.DONE and version.state == StateChoices.VOTED:
        come_into_force(version, by=by, at=at)


def _why(run: Run, row: StepRun, *, by: Person, at: datetime) -> list[str]:
    row.run = run
    step, steps = step_of(row), steps_of(run)
    found, elsewhere = missing_for(run, row, by=by.pk, at=at)
    said = [
        _("In the procedure “%(title)s” the step “%(step)s” comes first.")
        % {"title": run.title, "step": step.name.in_language(get_language())},
        *sentences(found, step, steps),
        *elsewhere,
    ]
    if not may_do(standing_of(by, at=at), run, step):
        said.append(_("It is completed by: %(who)s.") % {"who": who_in_words(step, role_names())})
    return said


def follow_to_the_end(run: Run, *, by: Person, at: datetime) -> None:
    """The procedure is through: the text that it accompanied is in force from today.

    :raises NotReady: something that the law asks is missing; the procedure then is not through.
    :raises NotNow: the text has not come as far, or did not come about.
    """
    for version in _beside(run):
        if version.state == StateChoices.WITHDRAWN:
            raise NotNow(_("This version did not come about; end the procedure early."))
        if version.state in rules.HELD:
            continue
        if version.state != StateChoices.VOTED:
            raise NotNow(
                _("The text has not come as far: %(state)s. What is done with it leads here.")
                % {"state": version.get_state_display()},
                source="LP-12",
            )
        come_into_force(version, by=by, at=at)


def follow_its_ending(run: Run, *, by: Person, at: datetime) -> None:
    """The procedure was ended early: the text that it accompanied does not come about.

    :raises NotNow: the assembly has adopted it; nobody at a desk undoes that.
    """
    for version in _beside(run):
        if version.state == StateChoices.VOTED:
            raise NotNow(
                _("The assembly has adopted this text: complete the last step instead."),
                source="VCOL art. 27; CP02",
            )
        if version.state in rules.UNDER_WAY:
            did_not_come_about(version, reason=run.end_reason, by=by, at=at)


def did_not_come_about(version: Version, *, reason: str, by: Person | None, at: datetime) -> None:
    """Withdraw the locked version, and end the procedure beside it. Records
    `compacts.version_withdrawn`.

    :raises NotNow: it is in force or over.
    """
    moved(version, rules.Act.WITHDRAW)
    version.withdrawn_at, version.withdrawn_reason = at, reason
    version.save()
    recorded("version_withdrawn", version, at=at, actor_id=by.pk if by is not None else None)
    if version.run is not None:
        end_with_subject(run=version.run, by=by or version.begun_by, at=at, reason=reason)


def come_into_force(version: Version, *, by: Person, at: datetime) -> None:
    """Let the locked, adopted version hold from today; what held before is superseded.

    Orders of correction on clauses that now read otherwise, or are gone, are lifted with it.
    Records `compacts.version_in_force`.

    :raises NotReady: something is missing; every sentence says what to do.
    :raises NotNow: it is not adopted, or in force already.
    """
    moved(version, rules.Act.PUT_IN_FORCE)
    if missing := gate_of_force(version, at=at):
        raise NotReady(missing, source="VCOL art. 27; CP02; CP05")
    today = timezone.localdate(at)
    earlier = version.compact.versions.select_for_update().filter(state=StateChoices.IN_FORCE)
    for before in earlier:
        moved(before, rules.Act.SUPERSEDE)
        before.in_force_to = today
        before.save()
        _lift_what_changed(before, version, by=by, at=at)
    version.in_force_from = today
    version.save()
    recorded(
        "version_in_force", version, at=at, actor_id=by.pk, digest=version.digest,
        clause_count=version.clauses.filter(is_left_out=False).count(), in_force_from=today,
        is_taken_over=False,
    )  # fmt: skip


def _lift_what_changed(before: Version, now: Version, *, by: Person, at: datetime) -> None:
    said = {one.lineage: one.text for one in now.clauses.filter(is_left_out=False)}
    orders = CorrectionOrder.objects.filter(clause__version=before, lifted_at=None)
    for order in orders.select_related("clause"):
        if said.get(order.clause.lineage) != order.clause.text:
            order.lifted_at, order.lifted_by = at, by
            order.how = _("Corrected by %(version)s.") % {"version": version_name(now)}
            order.save()


def _beside(run: Run) -> list[Version]:
    return [lock(version) for version in Version.objects.filter(run=run)]
