"""What procedures may ask of councils, and what serves them as evidence."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.councils.models import Council, CouncilState, Matter
from xiangyue.councils.queries import missing
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun
from xiangyue.procedures.references import Kind, link, offer


@guard("council_complete")
def council_complete(
    step_run: StepRun, at: datetime, *, council: str, for_issue: bool = True
) -> list[str]:
    """The run's place has this council, and it is whole; with `for_issue` also those whom the
    run's matter concerns are in it (JC-14)."""
    run = step_run.run
    found = (
        Council.objects.filter(place_id=run.place_id, kind=council, state=CouncilState.SITTING)
        .select_related("place", "declaration")
        .first()
    )
    if found is None:
        return [_("The council does not sit yet; form it first.")]
    if not for_issue:
        return missing(found, at=at)
    about = Q(subject_type="procedures.run", subject_id=str(run.pk))
    if run.subject_type:
        about |= Q(subject_type=run.subject_type, subject_id=run.subject_id)
    matter = found.matters.filter(about).first()
    if matter is None:
        return [
            _("%(council)s does not have this matter before it; lay it there first.")
            % {"council": found.name}
        ]
    return missing(found, subject=matter, at=at)


def _matters(step_run: StepRun) -> QuerySet[Any]:
    run = step_run.run
    about = Q(subject_type="procedures.run", subject_id=str(run.pk)) | Q(subject_type="")
    if run.subject_type:
        about |= Q(subject_type=run.subject_type, subject_id=run.subject_id)
    rows = Matter.objects.filter(about, council__place_path=run.place_path)
    return rows.filter(opened_at__gte=run.began_at).order_by("-opened_at")


offer(
    "councils.matter",
    Kind(
        name=gettext_lazy("Who sat on it"),
        candidates=_matters,
        title=lambda matter: str(matter.title),
        url=lambda matter: link("council-matter", matter.pk),
    ),
)
