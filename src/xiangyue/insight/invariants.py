"""What must hold over all figures at any time; each check returns what is wrong."""

from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from xiangyue.insight.counting import Cell, counted_of
from xiangyue.insight.findings import findings_of
from xiangyue.insight.models import Finding, MonthCount, Progress

PAGE = 500
# Fixed at the answer, and so no longer what today's calendar would count.
_FIXED = {"incident", "worked_hours"}
_COMPARED = [field.name for field in Finding._meta.concrete_fields if field.name not in _FIXED]


def findings_are_those_of_their_incidents() -> list[str]:
    """Every finding of the version that stands says what its incident's rows say.

    What has changed since it was counted is counted within a minute and not looked at here.
    """
    progress = Progress.objects.filter(pk=1).first()
    if progress is None or progress.counted_at is None:
        return []
    wrong = []
    standing = Finding.objects.filter(version=F("incident__version"))
    for page in _pages(standing):
        fresh = findings_of([row.pk for row in page], at=progress.counted_at)
        wrong += [
            _("Figures and rows of incident %(incident)s disagree.") % {"incident": row.pk}
            for row in page
            if any(getattr(row, name) != getattr(fresh[row.pk], name) for name in _COMPARED)
        ]
    return wrong


def month_counts_add_up() -> list[str]:
    """The counts of every place's months are those of the findings, each counted anew."""
    recounted: dict[Cell, tuple[dict[str, list[int]], dict[str, int]]] = {}
    for page in _pages(Finding.objects.all()):
        for cell, counted in counted_of(page).items():
            ratios, hours = recounted.setdefault(cell, ({}, {}))
            for key, (numerator, denominator) in counted.ratios.items():
                old = ratios.get(key, [0, 0])
                ratios[key] = [old[0] + numerator, old[1] + denominator]
            for worked, count in counted.hours.items():
                hours[worked] = hours.get(worked, 0) + count
    kept = {
        (row.place_path, row.month, row.is_confidential): (row.ratios, row.hours)
        for row in MonthCount.objects.iterator()
        if row.ratios or row.hours
    }
    return [
        _("The counts of %(month)s at %(place)s do not add up.")
        % {"month": f"{cell[1]:%Y-%m}", "place": cell[0]}
        for cell in sorted(recounted.keys() | kept.keys(), key=str)
        if recounted.get(cell) != kept.get(cell)
    ]


def _pages(rows: QuerySet[Finding]) -> Iterator[list[Finding]]:
    page = list(rows.order_by("pk")[:PAGE])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk).order_by("pk")[:PAGE])


INVARIANTS = {
    "findings_are_those_of_their_incidents": findings_are_those_of_their_incidents,
    "month_counts_add_up": month_counts_add_up,
}
