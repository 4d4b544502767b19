"""Who reviews: named before the step is done, and stepping back when close to it (REQ-L04)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Person
from xiangyue.procedures.models import Closeness, PanelSeat, StepRun
from xiangyue.procedures.reading import step_of
from xiangyue.procedures.services.acting import open_step, person_of, recorded, words_given

SEATS_MOST = 30


class NoPanel(Refused):
    """The step has no panel, or a full one."""

    code = "no_panel"


@transaction.atomic
def add_seat(
    *,
    step_run: StepRun,
    name: str,
    is_woman: bool,
    closeness: str,
    actor: Standing,
    at: datetime,
    person: Person | None = None,
    recused_why: str = "",
) -> PanelSeat:
    """Name somebody to the panel of the open step, saying how they stand to whom it is about.

    Who is close to it steps back at once, with why; that stays. Records `procedures.seat_added`
    and, of who steps back, `procedures.member_recused`.

    :raises NoPanel: the step has none, or thirty members.
    :raises Conflict: they sit on it already.
    :raises WordsMissing: without a name.
    """
    run, row = open_step(step_run=step_run, actor=actor)
    if not any(guard.name == "panel" for guard in step_of(row).guards):
        raise NoPanel(_("This step has no panel."))
    words = words_given(
        name or (person.name if person is not None else ""),
        _("Please say who it is."),
        field="name",
        most=60,
    ).replace("\n", " ")
    sitting = list(row.panel.all())
    if len(sitting) >= SEATS_MOST:
        raise NoPanel(_("A panel has at most thirty members."))
    if any(
        (person is not None and one.person_id == person.pk)
        or (person is None and one.person_id is None and one.name == words)
        for one in sitting
    ):
        raise Conflict(_("They sit on this panel already."))
    if closeness not in Closeness.values:
        raise NoPanel(_("Please say how they stand to whom it is about."))
    seat = PanelSeat.objects.create(
        step_run=row, person=person, name=words, is_woman=is_woman, closeness=closeness,
        added_by_id=person_of(actor), added_at=at,
    )  # fmt: skip
    recorded("seat_added", run, at=at, actor_id=person_of(actor), step=row.key, seat=str(seat.pk))
    if closeness != Closeness.NONE:
        return recuse(
            seat=seat, why=recused_why or str(Closeness(closeness).label), actor=actor, at=at
        )
    return seat


@transaction.atomic
def recuse(*, seat: PanelSeat, why: str, actor: Standing, at: datetime) -> PanelSeat:
    """Note that somebody on the panel steps back, and why; nobody comes back.

    :raises StepSettled: the step is settled.
    :raises WordsMissing: without a reason.
    """
    run, row = open_step(step_run=seat.step_run, actor=actor)
    locked = PanelSeat.objects.get(pk=seat.pk, step_run=row)
    if locked.recused_at is not None:
        return locked
    locked.recused_why = words_given(
        why, _("Please say why they step back."), field="why", most=200
    )
    locked.recused_at = at
    locked.save(update_fields=["recused_at", "recused_why"])
    recorded(
        "member_recused", run, at=at, actor_id=person_of(actor), step=row.key, seat=str(seat.pk)
    )
    return locked
