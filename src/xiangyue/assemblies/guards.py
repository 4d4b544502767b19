"""What procedures may ask of meetings: that one was held and its minutes are signed."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.assemblies.models import Item, Sitting, StateChoices
from xiangyue.assemblies.motion_models import OutcomeChoices
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun
from xiangyue.procedures.references import RUN_TYPE, Kind, found_for, link, offer


@guard("sitting_signed")
def sitting_signed(
    step_run: StepRun, at: datetime, *, evidence: str, decided: bool = False
) -> list[str]:
    """The meeting was held and its minutes are signed; with `decided`, it accepted what the run is
    about, or something where no item says what it is about."""
    found: list[str] = []
    for sitting in found_for(step_run, evidence):
        facts = {"title": sitting.title}
        if sitting.state == StateChoices.CALLED_OFF:
            found.append(_("The meeting “%(title)s” was called off.") % facts)
        elif sitting.state != StateChoices.SIGNED:
            found.append(
                _("The minutes of the meeting “%(title)s” are not signed by all yet.") % facts
            )
        elif decided and not _accepted(sitting, step_run):
            found.append(_("The meeting “%(title)s” has not accepted it.") % facts)
    return found


def _about(step_run: StepRun) -> Q:
    run = step_run.run
    about = Q(subject_type=RUN_TYPE, subject_id=str(run.pk))
    if run.subject_type:
        about |= Q(subject_type=run.subject_type, subject_id=run.subject_id)
    return about


def _accepted(sitting: Sitting, step_run: StepRun) -> bool:
    items = Item.objects.filter(sitting=sitting)
    own = items.filter(_about(step_run))
    rows = own if own.exists() else items.filter(subject_type="")
    return rows.filter(decision__outcome=OutcomeChoices.ACCEPTED).exists()


def _candidates(step_run: StepRun) -> QuerySet[Any]:
    """Meetings at the place since the run began, not called off, about it or saying nothing."""
    other = Item.objects.exclude(subject_type="").exclude(_about(step_run))
    own = Item.objects.filter(_about(step_run) | Q(subject_type=""))
    rows = Sitting.objects.filter(
        place_path=step_run.run.place_path, announced_at__gte=step_run.run.began_at
    ).exclude(state=StateChoices.CALLED_OFF)
    rows = rows.filter(Q(pk__in=own.values("sitting")) | ~Q(pk__in=other.values("sitting")))
    return rows.order_by("-starts_at")


offer(
    "assemblies.sitting",
    Kind(
        name=gettext_lazy("Meeting"),
        candidates=_candidates,
        title=lambda sitting: str(sitting.title),
        url=lambda sitting: link("sitting", sitting.pk),
    ),
)
