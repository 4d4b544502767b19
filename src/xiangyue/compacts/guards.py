"""What procedures may ask of compacts: `opinions_answered`, and a version as evidence."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiangyue.compacts.gates import TYPE, opinions_missing
from xiangyue.compacts.models import Version
from xiangyue.compacts.wording import version_name
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun
from xiangyue.procedures.references import Kind, link, offer


@guard("opinions_answered")
def opinions_answered(step_run: StepRun, at: datetime) -> list[str]:
    """Every opinion on the version that the run is about has an answer (CP04).

    A run that is about no version kept here has its register on paper; nothing is missing then.
    """
    found: list[str] = []
    for version in Version.objects.filter(run=step_run.run):
        found += opinions_missing(version)
    return found


def _versions(step_run: StepRun) -> QuerySet[Any]:
    return Version.objects.filter(run=step_run.run).select_related("compact")


offer(
    TYPE,
    Kind(
        name=_("Version of a compact"),
        candidates=_versions,
        title=lambda version: f"{version.compact.title} {version_name(version)}",
        url=lambda version: link("compact-version", version.pk) if version.is_public else "",
    ),
)
