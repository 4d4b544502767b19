"""Reads of councils: who sits on a day and for a matter, what is missing, in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.activity.models import Entry
from xiangyue.councils import rules
from xiangyue.councils.models import (
    Concerned,
    Council,
    CouncilState,
    Matter,
    Recusal,
    Seat,
    SeatStateChoices,
    Stakeholder,
    StakeStateChoices,
)
from xiangyue.councils.reading import kind_of, seat_name
from xiangyue.places.models import Organisation, Person, Place

PAGE_SIZE = 20
OPEN = (SeatStateChoices.INVITED, SeatStateChoices.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sits: in a lasting seat, or for one matter as X.

    `seat` is None for X, `stakeholder` None for the others. `why` says how they came to sit.
    """

    seat_key: str
    name: str
    stands_for: str
    why: str
    person: Person | None
    organisation: Organisation | None
    seat: Seat | None = None
    stakeholder: Stakeholder | None = None


def standing_councils(place: Place) -> QuerySet[Council]:
    """The councils of the place that are forming or sitting."""
    rows = Council.objects.filter(place=place).exclude(state=CouncilState.DISSOLVED)
    return rows.select_related("place", "declaration", "notice").order_by("kind")


def seats_on(council: Council, *, on: date) -> QuerySet[Seat]:
    """Who sat on the day: accepted, [active_from, active_to)."""
    return council.seats.filter(
        Q(active_to=None) | Q(active_to__gt=on),
        state__in=[SeatStateChoices.ACCEPTED, SeatStateChoices.ENDED],
        active_from__lte=on,
    ).select_related("person", "organisation", "post")


def matter_of(council: Council, subject: Model | None) -> Matter | None:
    """What the council has before it about the subject, which may be the matter itself."""
    if subject is None:
        return None
    if isinstance(subject, Matter):
        return subject if subject.council_id == council.pk else None
    return council.matters.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).first()


def recused_seats(matter: Matter | None) -> set[UUID]:
    if matter is None:
        return set()
    return set(Recusal.objects.filter(matter=matter).values_list("seat_id", flat=True))


def members(council: Council, *, subject: Model | None = None, at: datetime) -> list[Member]:
    """Who sits now, in the order of the seats; for a subject without those who stepped back and
    with those whom it concerns (X)."""
    kind = kind_of(council)
    matter = matter_of(council, subject)
    away = recused_seats(matter)
    order = {seat.key: place for place, seat in enumerate(kind.seats)}
    rows = sorted(
        (seat for seat in seats_on(council, on=timezone.localdate(at)) if seat.pk not in away),
        key=lambda seat: order.get(seat.seat_key, len(order)),
    )
    found = [
        Member(
            seat_key=seat.seat_key, name=seat.name, stands_for=seat.stands_for,
            why=seat.chosen_how, person=seat.person, organisation=seat.organisation, seat=seat,
        )
        for seat in rows
    ]  # fmt: skip
    if matter is None:
        return found
    per_issue = next((seat.key for seat in kind.seats if seat.per_issue), "")
    coming = matter.stakeholders.filter(state=StakeStateChoices.ACCEPTS)
    found += [
        Member(
            seat_key=per_issue, name=one.name, stands_for=one.stands_for, why=one.stake,
            person=one.person, organisation=one.organisation, stakeholder=one,
        )
        for one in coming.select_related("person", "organisation")
    ]  # fmt: skip
    return found


def lacking(council: Council, *, subject: Model | None = None, at: datetime) -> list[rules.Lack]:
    """The seats with too few or too many in, for the subject or without one."""
    kind = kind_of(council)
    filled = Counter(one.seat_key for one in members(council, subject=subject, at=at))
    return rules.missing_of(
        kind.shapes, filled, for_issue=subject is not None,
        size=(kind.size_least, kind.size_most),
    )  # fmt: skip


def missing(council: Council, *, subject: Model | None = None, at: datetime) -> list[str]:
    """What keeps the council from being whole, in sentences a clerk can act on; none: it is.

    With a subject also whether those whom it concerns come (X), and who stepped back from it.
    """
    if council.state == CouncilState.DISSOLVED:
        return [_("%(council)s is dissolved.") % {"council": council.name}]
    said = []
    away = {
        one.seat.seat_key
        for one in Recusal.objects.filter(matter=matter_of(council, subject)).select_related("seat")
    }
    waiting = Counter(
        council.seats.filter(state=SeatStateChoices.INVITED).values_list("seat_key", flat=True)
    )
    for lack in lacking(council, subject=subject, at=at):
        said.append(_lack_in_words(council, lack, stepped_back=away, waiting=waiting))
    if subject is not None and council.state == CouncilState.FORMING:
        said.append(_("%(council)s is still being formed.") % {"council": council.name})
    return said


def _lack_in_words(
    council: Council, lack: rules.Lack, *, stepped_back: set[str], waiting: Counter[str]
) -> str:
    facts = {
        "seat": seat_name(council, lack.key), "has": lack.has, "least": lack.least,
        "most": lack.most,
    }  # fmt: skip
    if lack.key == "":
        said = (
            _("%(has)d sit; at most %(most)d may.")
            if lack.is_too_many
            else _("%(has)d sit; at least %(least)d must.")
        )
    elif lack.is_too_many:
        said = _("%(seat)s: %(has)d sit; at most %(most)d may.")
    elif lack.key in stepped_back:
        said = _("%(seat)s has stepped back from this matter; seat somebody else.")
    elif waiting[lack.key]:
        said = _("%(seat)s is missing: somebody is asked and has not answered yet.")
    elif lack.has == 0 and lack.least == 1:
        said = _("%(seat)s is missing.")
    else:
        said = _("%(seat)s: %(has)d of %(least)d.")
    return said % facts


def who_leads(council: Council, *, at: datetime) -> Seat | None:
    """Who calls and leads the council today."""
    head = kind_of(council).leads
    return seats_on(council, on=timezone.localdate(at)).filter(seat_key=head).first()


def duties_at(place: Place, person: Person, *, on: date, but: Seat | None = None) -> dict[str, str]:
    """The duties that the person carries by seats at the place, each with where (SY-21)."""
    rows = (
        Seat.objects.filter(council__place=place, person=person, state__in=OPEN)
        .exclude(council__state=CouncilState.DISSOLVED)
        .filter(Q(active_to=None) | Q(active_to__gt=on))
        .select_related("council__declaration")
    )
    found: dict[str, str] = {}
    for seat in rows:
        if but is not None and seat.pk == but.pk:
            continue
        declared = kind_of(seat.council).seat(seat.seat_key)
        if declared is not None and declared.duty:
            found.setdefault(
                declared.duty,
                f"{seat.council.name}：{declared.name.in_language(get_language())}",
            )
    return found


def history(council: Council) -> QuerySet[Seat]:
    """Everybody who ever sat, latest first."""
    rows = council.seats.filter(
        state__in=[SeatStateChoices.ACCEPTED, SeatStateChoices.ENDED]
    ).select_related("person", "organisation")
    return rows.order_by("-active_from", "pk")


def councils_about(subjects: Iterable[tuple[str, str]]) -> QuerySet[Matter]:
    """What councils have before them about these (type, id)."""
    wanted = Q(pk__in=[])
    for kind, key in subjects:
        wanted |= Q(subject_type=kind, subject_id=key)
    return Matter.objects.filter(wanted).select_related("council__place", "council__declaration")


def listed(rows: QuerySet[Council], which: str) -> QuerySet[Council]:
    """Sitting ones, unless `which` says forming, past or all."""
    match which:
        case "forming":
            rows = rows.filter(state=CouncilState.FORMING)
        case "past":
            rows = rows.filter(state=CouncilState.DISSOLVED)
        case "all":
            pass
        case _:
            rows = rows.exclude(state=CouncilState.DISSOLVED)
    return rows.order_by("place_path", "kind", "-begun_at")


def not_asked_yet(entry: Entry) -> list[UUID]:
    """Whom the judgement that an entry is about waits for; the record does not name them."""
    rows = Concerned.objects.filter(matter=UUID(entry.subject_id), consents=None)
    return list(rows.values_list("person", flat=True))
