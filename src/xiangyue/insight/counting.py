"""Keeps the findings and the counts of months in step with the incidents.

Writers never wait for it: they record what they do, and the counting follows the record. Counts
are changed by the difference between what a finding added and what it adds now, so that a change
that comes late corrects the month it belongs to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from xiangyue.activity.models import Leaf
from xiangyue.activity.queries import unsealed
from xiangyue.activity.sealing import settled_id
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import UNSETTLED
from xiangyue.insight.findings import findings_of
from xiangyue.insight.indicators import HOURS_DAY, HOURS_OUT_OF, adds, holds
from xiangyue.insight.models import Finding, MonthCount, Progress
from xiangyue.insight.rules import month_of
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place

BATCH = 500
WALKED = 1_000  # at a time on the first walk, which is long
LEAVES = 2_000
ABOUT = "incidents.incident"
_FIELDS = [field.name for field in Finding._meta.concrete_fields if not field.primary_key]

Cell = tuple[str, date, bool]


@dataclass(slots=True)
class Counted:
    """What is counted in one cell: [numerator, denominator] by key, matters by worked hours."""

    ratios: dict[str, list[int]]
    hours: Counter[str]

    @classmethod
    def empty(cls) -> "Counted":
        return cls(defaultdict(lambda: [0, 0]), Counter())


def count_on(*, at: datetime, most: int | None = None) -> bool:
    """Count what has changed since, up to `most` incidents; whether everything is counted now.

    Each batch commits by itself. Counting again changes nothing.
    """
    done = 0
    for step in (_walk, _follow, _look_again):
        while (count := step(at=at)) is not None:
            done += count
            if most is not None and done >= most:
                return False
    _catch_unsealed(at=at)
    Progress.objects.filter(pk=1).update(counted_at=at)
    return True


@transaction.atomic
def forget_counts() -> None:
    """Throw all findings and counts away; the next counting begins at the first incident."""
    Progress.objects.select_for_update().filter(pk=1).first()
    Finding.objects.all().delete()
    MonthCount.objects.all().delete()
    Progress.objects.update(walked_to=0, leaf_index=0, counted_at=None)


@transaction.atomic
def _walk(*, at: datetime) -> int | None:
    """Once: go through all incidents by their keys. None when that is done."""
    progress = _progress()
    if progress.walked_to is None:
        return None
    if progress.walked_to == 0:
        # What is recorded from here on is followed after the walk.
        last = Leaf.objects.aggregate(last=Max("index"))["last"]
        progress.leaf_index = 0 if last is None else last + 1
    keys = list(
        Incident.objects.filter(pk__gt=progress.walked_to)
        .order_by("pk")
        .values_list("pk", flat=True)[:WALKED]
    )
    count_again(keys, at=at)
    progress.walked_to = keys[-1] if keys else None
    progress.save()
    return len(keys)


@transaction.atomic
def _follow(*, at: datetime) -> int | None:
    """Look at the incidents that the next sealed entries are about. None at the end of the seal.

    Leaves come in the order of sealing and leave no gap, whatever committed late.
    """
    progress = _progress()
    rows = list(
        Leaf.objects.filter(index__gte=progress.leaf_index)
        .order_by("index")
        .values_list("index", *_ENTRY)[:LEAVES]
    )
    if not rows:
        return None
    count = _count_those(_entry_rows(row[1:] for row in rows), at=at)
    progress.leaf_index = rows[-1][0] + 1
    progress.save()
    return count


_ENTRY = ("entry__subject_type", "entry__subject_id", "entry__name", "entry__facts")


def _entry_rows(rows: Iterable[Sequence[object]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    for subject_type, subject_id, name, facts in rows:
        yield str(subject_type), str(subject_id), str(name), facts  # type: ignore[misc]


@transaction.atomic
def _catch_unsealed(*, at: datetime) -> None:
    """Look also at what happened in the last minute; once sealed it is looked at again."""
    _progress()
    rows = unsealed(after_id=settled_id(at)).values_list(
        "subject_type", "subject_id", "name", "facts"
    )
    _count_those(_entry_rows(rows[:LEAVES]), at=at)


@transaction.atomic
def _look_again(*, at: datetime) -> int | None:
    """Look at those whose deadline has passed since. None when there are none left."""
    _progress()
    keys = list(
        Finding.objects.filter(recheck_at__lt=at)
        .order_by("recheck_at")
        .values_list("incident_id", flat=True)[:BATCH]
    )
    count_again(keys, at=at)
    return len(keys) or None


def _progress() -> Progress:
    """The one row, locked: who counts, counts alone."""
    progress = Progress.objects.select_for_update().filter(pk=1).first()
    if progress is None:
        Progress.objects.bulk_create([Progress(pk=1)], ignore_conflicts=True)
        progress = Progress.objects.select_for_update().get(pk=1)
    return progress


def _count_those(entries: Iterable[tuple[str, str, str, dict[str, int]]], *, at: datetime) -> int:
    keys: set[int] = set()
    for subject_type, subject_id, name, facts in entries:
        if subject_type == ABOUT:
            keys.add(int(subject_id))
        elif name.startswith("calendars.") and facts.get("moved_count"):
            # Deadlines moved without an act on their incidents.
            keys.update(Incident.objects.filter(state__in=UNSETTLED).values_list("pk", flat=True))
    ordered = sorted(keys)
    for begin in range(0, len(ordered), BATCH):
        count_again(ordered[begin : begin + BATCH], at=at)
    return len(ordered)


def count_again(keys: Sequence[int], *, at: datetime) -> int:
    """Bring these incidents' findings and all counts they are in up to date; how many changed."""
    if not keys:
        return 0
    before = Finding.objects.select_for_update().in_bulk(keys)
    now = findings_of(keys, at=at)
    changed = []
    differences: dict[Cell, Counted] = defaultdict(Counted.empty)
    top = county_place().path
    for key, finding in now.items():
        earlier = before.get(key)
        if earlier is not None:
            if earlier.answered_at == finding.answered_at:
                finding.worked_hours = earlier.worked_hours
            if _same(earlier, finding):
                continue
            _add(differences, earlier, -1, top=top)
        _add(differences, finding, 1, top=top)
        changed.append(finding)
    Finding.objects.bulk_create(
        changed,
        batch_size=100,
        update_conflicts=True,
        unique_fields=["incident"],
        update_fields=_FIELDS,
    )
    _apply(differences)
    return len(changed)


def _same(one: Finding, other: Finding) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _FIELDS)


def counted_of(findings: Iterable[Finding]) -> Mapping[Cell, Counted]:
    """What these findings add up to, cell by cell."""
    cells: dict[Cell, Counted] = defaultdict(Counted.empty)
    top = county_place().path
    for finding in findings:
        _add(cells, finding, 1, top=top)
    return cells


def _add(cells: dict[Cell, Counted], finding: Finding, sign: int, *, top: str) -> None:
    """Add (1) or take away (-1) what a finding counts, at its place and all above it.

    Confidential matters are counted for the whole county alone.
    """
    lengths = range(len(top), len(finding.place_path) + 1, Place.steplen)
    paths = [finding.place_path[:length] for length in lengths]
    if finding.is_confidential:
        paths = [top]
    for day, key, numerator in adds(finding):
        month = month_of(getattr(finding, day))
        for path in paths:
            ratio = cells[path, month, finding.is_confidential].ratios[key]
            ratio[0] += sign * numerator
            ratio[1] += sign
    if finding.worked_hours is not None and holds(HOURS_OUT_OF, finding):
        month = month_of(getattr(finding, HOURS_DAY))
        for path in paths:
            hours = cells[path, month, finding.is_confidential].hours
            hours[str(finding.worked_hours)] += sign


def _apply(differences: Mapping[Cell, Counted]) -> None:
    if not differences:
        return
    kept = {
        (path, month, is_confidential): (ratios, hours)
        for path, month, is_confidential, ratios, hours in MonthCount.objects.select_for_update()
        .filter(
            place_path__in={path for path, _month, _kind in differences},
            month__in={month for _path, month, _kind in differences},
        )
        .values_list("place_path", "month", "is_confidential", "ratios", "hours")
    }
    rows = []
    for cell, difference in differences.items():
        ratios, hours = kept.get(cell, ({}, {}))
        for key, (numerator, denominator) in difference.ratios.items():
            old = ratios.get(key, [0, 0])
            ratios[key] = [old[0] + numerator, old[1] + denominator]
        for worked, count in difference.hours.items():
            hours[worked] = hours.get(worked, 0) + count
        rows.append(
            MonthCount(
                place_path=cell[0],
                month=cell[1],
                is_confidential=cell[2],
                ratios={key: ratio for key, ratio in sorted(ratios.items()) if any(ratio)},
                hours={worked: count for worked, count in sorted(hours.items()) if count},
            )
        )
    # Written whole, whether there or not: cheaper by far than an UPDATE with a CASE for each.
    MonthCount.objects.bulk_create(
        rows,
        batch_size=150,
        update_conflicts=True,
        unique_fields=["place_path", "month", "is_confidential"],
        update_fields=["ratios", "hours"],
    )


WAITING_MOST = 10_000


def waiting_count() -> int:
    """How many incidents the counting has not reached yet, at most `WAITING_MOST`."""
    progress = Progress.objects.filter(pk=1).first()
    if progress is not None and progress.walked_to is None:
        return 0
    after = (progress.walked_to if progress else 0) or 0
    return Incident.objects.filter(pk__gt=after).order_by("pk")[:WAITING_MOST].count()


__all__ = ["count_again", "count_on", "counted_of", "forget_counts", "waiting_count"]
