"""Verbs on an election as a whole: announced, its committee filled, annulled."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.ballots.elections.electorate_models import Electorate, Electors
from xiangyue.ballots.elections.models import (
    Candidate,
    CandidateState,
    Elected,
    Election,
    ElectionMember,
    ElectionState,
)
from xiangyue.ballots.elections.reading import declared_kind, electorate_of, kinds_for
from xiangyue.ballots.elections.refusals import ElectionStands, NotACandidate
from xiangyue.ballots.elections.services.acting import (
    locked,
    record_about,
    refuse,
    words,
)
from xiangyue.ballots.elections.services.electing import checked_electors, who_votes
from xiangyue.ballots.publishing import put_up
from xiangyue.places.models import Body, Person, Place

LONGEST_COMMITTEE = 15


@transaction.atomic
def announce_election(
    *,
    kind: str,
    place: Place,
    opens_at: datetime,
    closes_at: datetime,
    committee: Sequence[Person],
    chosen_by: str,
    by: Person,
    at: datetime,
    seats: Mapping[str, int] | None = None,
    meets_at: str = "",
    boxes: str = "",
    is_multi_ethnic: bool = False,
    fills: Election | None = None,
    electors: str = Electors.RESIDENTS,
    wanted_by: str = "",
    groups: Sequence[str] = (),
) -> Election:
    """Announce an election day, the offices and who runs it; a notice hangs on the board.

    `seats` are how many each office has, as declared when None; `committee` whom `chosen_by`
    elected to run it, the first its chair; `boxes` says which mobile boxes go to whom, "" none;
    `fills` the election whose open seats are filled now. `electors` says who votes: all, or where
    the law knows it the households or the groups, then with their names in `groups` and in
    `wanted_by` how the residents said that they want it (RCOL art. 8). There is no other way of
    voting: nothing of an election is voted online.

    :raises ElectionRefused: a day too near, too few or too many seats or committee members.
    :raises ElectionStands: an election of this kind is being held here already.
    """
    row, declared = declared_kind(kind)
    if kind not in {each.key for each in kinds_for(place)}:
        raise refuse("kind", _("This is not elected at a place like %(place)s.")
                     % {"place": place.name}, source=declared.source)  # fmt: skip
    offices = _offices(declared, seats, fills)
    _check_days(declared, opens_at, closes_at, at=at)
    _check_committee(declared, committee, chosen_by)
    named = checked_electors(declared, place, electors, groups=groups, wanted_by=wanted_by)
    if declared.body_kind and not Body.objects.filter(kind=declared.body_kind, place=place):
        raise refuse("kind", _("The committee that is elected is not set up at this place."))
    name = declared.name.in_language("zh-hans")
    year = timezone.localdate(opens_at).year
    title = f"{place.name}{year}年{name}" if fills is None else f"{place.name}{year}年补选"
    try:
        with transaction.atomic():
            election = Election.objects.create(
                place=place, place_path=place.path, kind=row, kind_key=kind, title=title[:120],
                offices=offices, opens_at=opens_at, closes_at=closes_at,
                meets_at=meets_at.strip()[:120], boxes=boxes.strip()[:300],
                chosen_by=chosen_by.strip()[:200], is_multi_ethnic=is_multi_ethnic, fills=fills,
                announced_by=by, announced_at=at,
            )  # fmt: skip
    except IntegrityError:
        message = _("An election of this kind is being held here already.")
        raise ElectionStands(message, fields={"kind": message}) from None
    ElectionMember.objects.bulk_create(
        ElectionMember(election=election, person=person, is_chair=number == 0, joined_at=at)
        for number, person in enumerate(dict.fromkeys(committee))
    )
    if electors != Electors.RESIDENTS:
        Electorate.objects.create(
            election=election, electors=electors, groups=named, wanted_by=wanted_by.strip()[:200]
        )
    record_about(
        "election_announced", election, at=at, by=by, kind=kind, electors=str(electors),
        seats={each["key"]: each["seats"] for each in offices},
        day=timezone.localdate(opens_at).isoformat(),
    )  # fmt: skip
    put_up("general", place, title, _announcement(election), election, by=by, at=at)
    return election


def _offices(
    declared: ElectionKind, seats: Mapping[str, int] | None, fills: Election | None
) -> list[dict[str, object]]:
    wanted = {office.key: office.seats for office in declared.offices}
    if seats is not None:
        wanted = {key: seats.get(key, 0) for key in wanted}
    if fills is not None:
        still_open = open_seats(fills)
        if any(count > still_open.get(key, 0) for key, count in wanted.items()):
            raise refuse("seats", _("A by-election fills the seats that were left open, no more."))
    if any(not 0 <= count <= 9 for count in wanted.values()):
        raise refuse("seats", _("An office has from 0 to 9 seats."))
    total = sum(wanted.values())
    least = 1 if fills is not None else declared.least_members
    if not least <= total <= declared.most_members:
        raise refuse(
            "seats",
            _("It has from %(least)d to %(most)d members together, not %(total)d.")
            % {"least": least, "most": declared.most_members, "total": total},
            source=declared.source,
        )
    return [
        {
            "key": office.key,
            "zh": office.name.zh,
            "en": office.name.en,
            "seat": office.seat,
            "seats": wanted[office.key],
            "only_women": office.only_women,
        }
        for office in declared.offices
        if wanted[office.key]
    ]


def open_seats(election: Election) -> dict[str, int]:
    """The seats of each office that nobody was elected to."""
    taken: dict[str, int] = {}
    for office in Elected.objects.filter(election=election).values_list("office", flat=True):
        taken[office] = taken.get(office, 0) + 1
    return {
        each["key"]: count
        for each in election.offices
        if (count := each["seats"] - taken.get(each["key"], 0))
    }


def _check_days(
    declared: ElectionKind, opens_at: datetime, closes_at: datetime, *, at: datetime
) -> None:
    if closes_at <= opens_at or timezone.localdate(opens_at) != timezone.localdate(closes_at):
        raise refuse("closes_at", _("The polling place opens and closes on one and the same day."))
    earliest = timezone.localdate(at) + timedelta(days=declared.list_days)
    if timezone.localdate(opens_at) < earliest:
        raise refuse(
            "opens_at",
            _("The voters' list hangs %(days)d days before election day: %(day)s at the earliest.")
            % {"days": declared.list_days, "day": f"{earliest:%Y-%m-%d}"},
            source=declared.source,
        )


def _check_committee(declared: ElectionKind, committee: Sequence[Person], chosen_by: str) -> None:
    count = len(set(committee))
    if not declared.committee_least <= count <= LONGEST_COMMITTEE:
        raise refuse(
            "committee",
            _("The election committee has from %(least)d to %(most)d members.")
            % {"least": declared.committee_least, "most": LONGEST_COMMITTEE},
            source="VCOL art. 12",
        )
    if declared.committee_least and not chosen_by.strip():
        raise refuse(
            "chosen_by",
            _("Say which meeting chose the election committee; nobody appoints it."),
            source="VCOL art. 12",
        )


def _announcement(election: Election) -> str:
    opens, closes = timezone.localtime(election.opens_at), timezone.localtime(election.closes_at)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    offices = "、".join(
        _("%(office)s (%(count)d)") % {"office": each[language], "count": each["seats"]}
        for each in election.offices
    )
    lines = [
        _("Election day: %(day)s, from %(opens)s to %(closes)s.")
        % {"day": f"{opens:%Y-%m-%d}", "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"},
        _("To be elected: %(offices)s.") % {"offices": offices},
    ]
    if election.meets_at:
        lines.append(_("Polling place: %(where)s.") % {"where": election.meets_at})
    if election.boxes:
        lines.append(_("Mobile boxes: %(boxes)s") % {"boxes": election.boxes})
    lines.append(who_votes(electorate_of(election)))
    return "\n".join(lines)


@transaction.atomic
def join_committee(
    *, election: Election, person: Person, by: Person, at: datetime
) -> ElectionMember:
    """Put somebody on the election committee, such as in the place of one who stands.

    :raises NotACandidate: who stands does not run the election.
    :raises ElectionRefused: they sit on it already, or it is full.
    """
    election = locked(election)
    require_running(election)
    if _stands(election, person):
        message = _("%(name)s stands in this election and cannot run it.") % {"name": person.name}
        raise NotACandidate(message, fields={"name": message}, source="VCOL art. 12")
    sitting = election.members.filter(left_at=None)
    if sitting.filter(person=person).exists():
        raise refuse("name", _("%(name)s sits on it already.") % {"name": person.name})
    if sitting.count() >= LONGEST_COMMITTEE:
        raise refuse("name", _("The election committee is full."))
    member = ElectionMember.objects.create(
        election=election, person=person, joined_at=at,
        is_chair=not sitting.filter(is_chair=True).exists(),
    )  # fmt: skip
    record_about("election_committee_changed", election, at=at, by=by, act="joined")
    return member


@transaction.atomic
def leave_committee(
    *, election: Election, person: Person, reason: str, by: Person | None, at: datetime
) -> ElectionMember:
    """Take somebody off the election committee; another is chosen in their place.

    :raises ElectionRefused: they do not sit on it, or no reason is given.
    """
    election = locked(election)
    require_running(election)
    kept = words(reason, "reason", most=200, missing=_("Give the reason."))
    member = election.members.filter(person=person, left_at=None).first()
    if member is None:
        raise refuse("name", _("%(name)s does not sit on it.") % {"name": person.name})
    member.left_at, member.left_reason, member.is_chair = at, kept, False
    member.save(update_fields=["left_at", "left_reason", "is_chair"])
    record_about("election_committee_changed", election, at=at, by=by, act="left")
    return member


def _stands(election: Election, person: Person) -> bool:
    states = [CandidateState.NOMINATED, CandidateState.ACCEPTED]
    return Candidate.objects.filter(election=election, person=person, state__in=states).exists()


def require_running(election: Election) -> None:
    """:raises ElectionStands: it is decided, handed over or annulled."""
    if election.state not in {ElectionState.PREPARING, ElectionState.POLLING}:
        raise ElectionStands(_("This election is over."))


@transaction.atomic
def annul_election(*, election: Election, reason: str, by: Person, at: datetime) -> Election:
    """Say that the election does not hold, with the reason; what there is stays in the record.

    What was decided and begun is not annulled here: a court does that (VCOL art. 17).

    :raises ElectionStands: the elected have begun, or it is annulled already.
    """
    election = locked(election)
    require_running(election)
    election.annulled_reason = words(
        reason, "reason", most=300, missing=_("Give the reason; everybody who could vote reads it.")
    )
    election.state, election.annulled_at = ElectionState.ANNULLED, at
    election.save(update_fields=["state", "annulled_at", "annulled_reason"])
    record_about("election_annulled", election, at=at, by=by)
    return election
