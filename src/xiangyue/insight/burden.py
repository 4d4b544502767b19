"""What software asks of villages (N12, KPI-30): forms and fields a month, never who filled them.

A month is counted once, when it has ended, from the record of who did what. What is kept are the
sums of a village and into which band of entries how many people fell: enough to see formalism at
work, nothing to assess anybody by.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from xiangyue.activity.catalogue import all_activities
from xiangyue.activity.models import Entry
from xiangyue.incidents.acts import ACTS
from xiangyue.incidents.reportform import EnterForOthersForm
from xiangyue.incidents.rules import Verb
from xiangyue.insight import rules
from xiangyue.insight.models import BurdenMonth, Progress
from xiangyue.insight.suppression import FEWEST
from xiangyue.places.models import Place, PlaceKind, Post
from xiangyue.places.queries import within

# The highest number of entries of each band but the last, which has no end.
BANDS = (0, 10, 30, 60, 100)
# Modules whose acts are forms that somebody fills in.
ASKING = ("incidents", "meetings", "patrols", "registry", "rosters")
UNKNOWN_FIELDS = 1

_VERB_OF = {
    "incident_dispatched": Verb.DISPATCH,
    "incident_taken_on": Verb.TAKE_ON,
    "incident_handled": Verb.HANDLE,
    "incident_answered": Verb.PASS,
    "incident_sent_back": Verb.SEND_BACK,
    "incident_resumed": Verb.RESUME,
    "incident_handed_on": Verb.HAND_ON,
    "incident_returned": Verb.HAND_ON,
    "incident_refused": Verb.REFUSE,
    "incident_paused": Verb.WAIT,
    "extension_requested": Verb.REQUEST_EXTENSION,
    "extension_granted": Verb.DECIDE_EXTENSION,
    "extension_refused": Verb.DECIDE_EXTENSION,
    "incident_escalated": Verb.ESCALATE,
    "incident_split": Verb.SPLIT,
    "incident_supervised": Verb.SUPERVISE,
    "incident_reclassified": Verb.RECLASSIFY,
    "incident_noted": Verb.NOTE,
    "incident_merged": Verb.MERGE,
}


def band_of(count: int) -> str:
    """The band of so many entries: `0`, `1-10`, …, `101-`."""
    low = 0
    for high in BANDS:
        if count <= high:
            return f"{low}-{high}" if high else "0"
        low = high + 1
    return f"{low}-"


def bands() -> list[str]:
    return [band_of(high) for high in BANDS] + [band_of(BANDS[-1] + 1)]


def fields_asked() -> dict[str, int]:
    """How many fields the form behind each activity has, those that a person sees."""
    found = {
        activity.name: UNKNOWN_FIELDS
        for activity in all_activities()
        if activity.name.partition(".")[0] in ASKING
    }
    for name, verb in _VERB_OF.items():
        found[f"incidents.{name}"] = _visible(ACTS[verb].form.base_fields.values())
    found["incidents.incident_reported"] = _visible(EnterForOthersForm.base_fields.values())
    return found


def _visible(fields: Iterable[object]) -> int:
    return sum(not getattr(getattr(one, "widget", None), "is_hidden", False) for one in fields)


def count_burden(*, at: datetime) -> int:
    """Count the months that have ended and are not counted yet; how many those were."""
    this_month = rules.month_of(timezone.localtime(at).date())
    count = 0
    while (month := _next_month()) is not None and month < this_month:
        _count_month(month)
        count += 1
    return count


def _next_month() -> date | None:
    """The month after the last one counted; at first the one in which the record begins."""
    progress = Progress.objects.filter(pk=1).first()
    if progress is None:
        return None
    if progress.burden_month is not None:
        return rules.months_on(progress.burden_month, 1)
    first = Entry.objects.aggregate(first=Min("at"))["first"]
    return None if first is None else rules.month_of(timezone.localtime(first).date())


@transaction.atomic
def _count_month(month: date) -> None:
    progress = Progress.objects.select_for_update().get(pk=1)
    if progress.burden_month is not None and progress.burden_month >= month:
        return  # somebody else was quicker
    begins, ends = _start(month), _start(rules.months_on(month, 1))
    village_of = _villages_of_staff(begins, ends)
    asked = fields_asked()
    entries = (
        Entry.objects.filter(name__in=asked, at__gte=begins, at__lt=ends)
        .exclude(actor_id=None)
        .order_by()
        .values_list("actor_id", "name")
        .annotate(count=Count("pk"))
    )
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    by_person: Counter[UUID] = Counter()
    for person, name, count in entries:
        if person in village_of:
            forms[village_of[person]][name] += count
            by_person[person] += count
    people: dict[str, list[int]] = defaultdict(list)
    for person, path in village_of.items():
        people[path].append(by_person[person])
    BurdenMonth.objects.bulk_create(
        BurdenMonth(
            place_path=path,
            month=month,
            form_count=forms[path].total(),
            field_count=sum(count * asked[name] for name, count in forms[path].items()),
            worker_count=len(counts),
            forms=dict(sorted(forms[path].items())),
            spread=dict(Counter(band_of(count) for count in counts)),
        )
        for path, counts in people.items()
    )
    progress.burden_month = month
    progress.save(update_fields=["burden_month"])


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _villages_of_staff(begins: datetime, ends: datetime) -> dict[UUID, str]:
    """Everybody who held a post in a village or below during the time, and one village each.

    Who serves several is one person and counted where their first post is.
    """
    villages = list(
        Place.objects.filter(kind=PlaceKind.VILLAGE).order_by("path").values_list("path", flat=True)
    )
    length = len(villages[0]) if villages else 0
    known = set(villages)
    posts = (
        Post.objects.filter(active_from__lt=ends)
        .filter(Q(active_to__isnull=True) | Q(active_to__gt=begins))
        .order_by("-active_from", "-place_path")
    )
    return {
        person: path[:length]
        for person, path in posts.values_list("person_id", "place_path")
        if path[:length] in known
    }


@dataclass(slots=True)
class Burden:
    """What was asked of a place and below in a month; `spread` None: too few people to tell."""

    place: Place
    form_count: int = 0
    field_count: int = 0
    worker_count: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] | None = field(default_factory=Counter)

    def add(self, row: BurdenMonth) -> None:
        self.form_count += row.form_count
        self.field_count += row.field_count
        self.worker_count += row.worker_count
        self.forms.update(row.forms)
        if self.spread is not None:
            self.spread.update(row.spread)


def burden_of(place: Place, below: Sequence[Place], month: date) -> tuple[Burden, list[Burden]]:
    """The month of a place and of the areas directly below it: one query.

    How entries spread over people is told of a county and of its towns alone, and only where at
    least five serve, so that nobody is picked out.
    """
    whole = Burden(place)
    areas = [Burden(area) for area in below]
    for row in within(BurdenMonth.objects.filter(month=month), place):
        whole.add(row)
        for area in areas:
            if row.place_path.startswith(area.place.path):
                area.add(row)
    if place.kind not in {PlaceKind.PREFECTURE, PlaceKind.COUNTY, PlaceKind.TOWN}:
        whole.spread = None
    if whole.worker_count < FEWEST:
        whole.spread = None
    return whole, areas


def counted_months() -> list[date]:
    """The months that are counted, newest first."""
    rows = BurdenMonth.objects.order_by("-month").values_list("month", flat=True).distinct()
    return list(rows[:24])


def spread_in_order(spread: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(band, spread.get(band, 0)) for band in bands()]
