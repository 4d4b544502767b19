"""Verbs after the vote: what was paid for is built, and checked by others (SE01)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.orders.acting import (
    CHECK,
    check_keeps,
    check_state,
    locked,
    recorded,
    words_given,
)
from xiangyue.orders.models import (
    Building,
    Progress,
    ProgressKind,
    Project,
    Round,
    RoundState,
)
from xiangyue.orders.refusals import MoneyWrong, NotYours, RoundStands
from xiangyue.places.models import Person

LONGEST_TEXT = 300
# What may be said at which step, and which step follows.
_STEPS = {
    (Building.WAITING, ProgressKind.BEGUN): Building.BEGUN,
    (Building.WAITING, ProgressKind.NOTE): Building.WAITING,
    (Building.BEGUN, ProgressKind.NOTE): Building.BEGUN,
    (Building.BEGUN, ProgressKind.BUILT): Building.BUILT,
    (Building.BUILT, ProgressKind.NOTE): Building.BUILT,
    (Building.BUILT, ProgressKind.FAULT): Building.BEGUN,
    (Building.BUILT, ProgressKind.CHECKED): Building.CHECKED,
}
OF_BUILDERS = frozenset({ProgressKind.BEGUN, ProgressKind.NOTE, ProgressKind.BUILT})


@transaction.atomic
def report_progress(
    *,
    project: Project,
    kind: str,
    text: str,
    by: Person,
    at: datetime,
    cost: int | None = None,
) -> Progress:
    """Tell how far a project is; “built” says what it cost in fact, in fen.

    Everybody who ordered or supported it is told. Records `orders.progress_reported`.

    :raises RoundStands: it is not paid for, or this step is past or has not come.
    :raises MoneyWrong: it is built, and nobody says for how much.
    """
    round_ = locked(project.round)
    check_keeps(by, round_, at=at)
    if kind not in OF_BUILDERS:
        raise NotAllowed(_("Whoever builds does not check it."), source="SE01")
    if kind == ProgressKind.BUILT and cost is None:
        said = _("Please say what it cost in fact.")
        raise MoneyWrong(said, fields={"cost": said})
    return _step(round_, project, ProgressKind(kind), text, by=by, at=at, cost=cost)


@transaction.atomic
def check_project(
    *, project: Project, is_right: bool, text: str, by: Person, at: datetime
) -> Progress:
    """Look at what was built, for everybody: right, or what is not.

    Once all that was paid for is right the round is done. Records `orders.progress_reported`.

    :raises NotAllowed: they do not check there.
    :raises NotYours: they costed it or reported on it themselves (SE01).
    """
    round_ = locked(project.round)
    if not standing_of(by, at=at).may(CHECK, place_path=round_.place_path):
        raise NotAllowed(_("Your posts do not include checking what is built here."))
    reported = project.progress.filter(kind__in=OF_BUILDERS, by=by)
    if by.pk in {project.entered_by_id, round_.begun_by_id} or reported.exists():
        raise NotYours(_("Somebody else checks this: you have costed or built it."), source="SE01")
    kind = ProgressKind.CHECKED if is_right else ProgressKind.FAULT
    done = _step(round_, project, kind, text, by=by, at=at, cost=None)
    if not round_.projects.exclude(building__in=[Building.NONE, Building.CHECKED]).exists():
        round_.state = RoundState.DONE
        round_.save(update_fields=["state"])
        recorded("round_done", round_, at=at, actor_id=by.pk)
    return done


def _step(
    round_: Round,
    project: Project,
    kind: ProgressKind,
    text: str,
    *,
    by: Person,
    at: datetime,
    cost: int | None,
) -> Progress:
    check_state(round_, RoundState.DECIDED)
    project = Project.objects.select_for_update().get(pk=project.pk)
    following = _STEPS.get((Building(project.building), kind))
    if following is None:
        raise RoundStands(
            _("This project stands elsewhere now: %(state)s.")
            % {"state": Building(project.building).label}
        )
    words = words_given(text, _("Please say it in a sentence."), field="text", most=LONGEST_TEXT)
    made = Progress.objects.create(project=project, kind=kind, text=words, cost=cost, by=by, at=at)
    project.building = following
    if kind == ProgressKind.BUILT:
        project.final_cost = cost
    project.save(update_fields=["building", "final_cost"])
    recorded(
        "progress_reported", round_, at=at, actor_id=by.pk, number=project.number,
        step=kind.value, concerned_count=project.needs.count(),
    )  # fmt: skip
    return made
