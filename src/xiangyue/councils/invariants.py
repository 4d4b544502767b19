"""What must hold over all councils at any time; each check returns what is wrong."""

from collections import Counter, defaultdict
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.councils.blueprint import CouncilKind
from xiangyue.councils.models import (
    Concerned,
    CouncilState,
    GroupMatter,
    GroupMatterState,
    Seat,
    SeatStateChoices,
)
from xiangyue.councils.reading import kind_of
from xiangyue.councils.rules import carried_both


def nobody_fills_two_seats() -> list[str]:
    """One person has one seat in a council, unless it is declared that two are shared."""
    held: dict[tuple[object, object], list[Seat]] = defaultdict(list)
    rows = Seat.objects.filter(state=SeatStateChoices.ACCEPTED, person__isnull=False)
    for seat in rows.select_related("council__declaration").iterator(chunk_size=500):
        held[seat.council_id, seat.person_id].append(seat)
    return [
        _("Somebody fills two seats of council %(council)s.") % {"council": council}
        for (council, _who), seats in held.items()
        if len(seats) > 1
        and not all(
            kind_of(seats[0].council).may_share(seats[0].seat_key, other.seat_key)
            for other in seats[1:]
        )
    ]


def nobody_executes_and_supervises() -> list[str]:
    """Nobody carries two duties that are apart at one place by seats (SY-21)."""
    duties: dict[tuple[object, object], set[str]] = defaultdict(set)
    pairs: dict[object, set[tuple[str, str]]] = defaultdict(set)
    rows = Seat.objects.filter(state=SeatStateChoices.ACCEPTED, person__isnull=False).exclude(
        council__state=CouncilState.DISSOLVED
    )
    for seat in rows.select_related("council__declaration").iterator(chunk_size=500):
        kind = kind_of(seat.council)
        declared = kind.seat(seat.seat_key)
        place = seat.council.place_id
        if declared is not None and declared.duty:
            duties[place, seat.person_id].add(declared.duty)
        pairs[place] |= {(pair.one, pair.other) for pair in kind.apart}
    return [
        _("Somebody at place %(place)s executes and supervises.") % {"place": place}
        for (place, _who), carried in duties.items()
        if carried_both(carried, pairs[place]) is not None
    ]


def no_seat_has_more_than_may_sit() -> list[str]:
    """As many sit in a seat as may, and no more."""
    counts: Counter[tuple[UUID, str]] = Counter()
    kinds: dict[UUID, CouncilKind] = {}
    rows = Seat.objects.filter(state=SeatStateChoices.ACCEPTED)
    for seat in rows.select_related("council__declaration").iterator(chunk_size=500):
        counts[seat.council_id, seat.seat_key] += 1
        kinds[seat.council_id] = kind_of(seat.council)
    wrong = []
    for (council, key), count in counts.items():
        declared = kinds[council].seat(key)
        if declared is not None and declared.most is not None and count > declared.most:
            wrong.append(
                _("Too many sit in seat %(seat)s of council %(council)s.")
                % {"seat": key, "council": council}
            )
    return wrong


def nobody_is_judged_without_their_word() -> list[str]:
    """Every judgement was consented to, heard and agreed by all whom it is about (REQ-L)."""
    done = GroupMatter.objects.filter(
        work="judging", state=GroupMatterState.CONCLUDED, is_forgotten=False
    )
    lacking = Concerned.objects.filter(matter__in=done).exclude(
        Q(consents=True) & Q(heard_at__isnull=False) & Q(agrees=True)
    )
    wrong = set(lacking.values_list("matter_id", flat=True))
    wrong |= set(done.filter(concerned=None).values_list("pk", flat=True))
    return [
        _("Matter %(matter)s was judged without the word of all it is about.") % {"matter": key}
        for key in sorted(wrong, key=str)
    ]


INVARIANTS = {
    "nobody_fills_two_seats": nobody_fills_two_seats,
    "nobody_executes_and_supervises": nobody_executes_and_supervises,
    "no_seat_has_more_than_may_sit": no_seat_has_more_than_may_sit,
    "nobody_is_judged_without_their_word": nobody_is_judged_without_their_word,
}
