"""Verbs on counting: what two tellers counted in public, and the result on the same day.

Counts that differ count for nothing and both count again. The result and the step to “counted” are
one transaction; counting again returns what stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.activity.canonical import instant
from xiangyue.ballots.elections.models import (
    Elected,
    Election,
    OfficeCount,
    Round,
    RoundResult,
    RoundState,
)
from xiangyue.ballots.elections.queries import (
    agreement_on,
    candidate_people,
    handed_out,
    latest_turn,
    office_name,
    office_of,
)
from xiangyue.ballots.elections.reading import named_roll_id, rule_for, terms_of
from xiangyue.ballots.elections.reckoning import reckoned
from xiangyue.ballots.elections.refusals import (
    ElectionCountRefused,
    ElectionStands,
    NotACandidate,
)
from xiangyue.ballots.elections.rules import CountFault, Fate, count_fault
from xiangyue.ballots.elections.sentences import result_lines
from xiangyue.ballots.elections.services.acting import locked, locked_round, record_about
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.publishing import put_up
from xiangyue.ballots.refusals import CountsMissing, RollChanged
from xiangyue.ballots.rules import Agreement, Threshold
from xiangyue.ballots.services.counting import digest_of_facts
from xiangyue.ballots.services.rolls import digest_of
from xiangyue.places.models import Person

FORMAT = 1
LARGEST = 10_000_000


@transaction.atomic
def record_office_count(
    *,
    polling: Round,
    office: str,
    teller: Person,
    returned: int,
    spoiled: int,
    votes: Mapping[int, int],
    at: datetime,
    is_recount: bool = False,
) -> Agreement:
    """Write down what one teller counted of one office: slips returned, spoiled ones among them,
    votes by number on the voters' list (names written in too); say how the counts stand.

    :raises ElectionStands: before the boxes are closed, or after the result.
    :raises NotACandidate: the teller stands.
    :raises ElectionCountRefused: more slips than were handed out, more votes than they allow,
        somebody who is not on the list, or the same teller twice.
    """
    found = locked_round(polling)
    election = found.election
    _check_moment(found)
    if not found.tellers.filter(person=teller).exists():
        raise ElectionCountRefused(_("You were not chosen to count this round."))
    if teller.pk in candidate_people(election):
        raise NotACandidate(_("Whoever stands does not count."))
    counts = _checked(found, office, returned, spoiled, votes)
    turn, rows = latest_turn(found, office)
    standing = agreement_on(found, office)
    mine = next((row for row in rows if row.teller_id == teller.pk), None)
    is_same = mine is not None and mine.counts == counts
    if standing is Agreement.AGREED:
        if is_same and not is_recount:
            return standing
        if not is_recount:
            raise ElectionCountRefused(
                _("This office has been counted. Ask for a recount if it must be done again.")
            )
        turn, mine = turn + 1, None
    elif standing is Agreement.DIFFERENT:
        if is_same and mine is not None and rows[-1].pk == mine.pk:
            return standing
        turn, mine = turn + 1, None
    if mine is not None:
        if is_same:
            return standing
        raise ElectionCountRefused(
            _("You have counted this office already; another teller counts it now.")
        )
    OfficeCount.objects.create(
        round=found, office=office, turn=turn, teller=teller, counts=counts, counted_at=at
    )
    standing = agreement_on(found, office)
    record_about(
        "office_counted", election, at=at, by=teller, round=found.number, office=office, turn=turn,
        agreement=standing.value,
    )  # fmt: skip
    return standing


def _check_moment(found: Round) -> None:
    if found.state in {RoundState.COUNTED, RoundState.VOID}:
        raise ElectionStands(_("This round has its result; nothing is counted any more."))
    if found.state != RoundState.CLOSED:
        raise ElectionStands(
            _("Slips are counted in public when the boxes are closed."), source="VCOL art. 15; EL01"
        )


def _checked(
    found: Round, office: str, returned: int, spoiled: int, votes: Mapping[int, int]
) -> dict[str, Any]:
    stated = next((each for each in found.offices if each["key"] == office), None)
    if stated is None:
        raise ElectionCountRefused(_("This office is not voted on in this round."))
    for field, count in (("returned", returned), ("spoiled", spoiled)):
        if type(count) is not int or not 0 <= count <= LARGEST:
            raise _wrong(_("Enter a number, 0 when there is none."), field)
    if any(type(count) is not int or not 0 <= count <= LARGEST for count in votes.values()):
        raise _wrong(_("Enter a number, 0 when there is none."), "written_in")
    kept = {str(number): votes.get(number, 0) for number in stated["candidates"]}
    kept |= {str(number): count for number, count in sorted(votes.items()) if count}
    known = RollEntry.objects.filter(
        roll=named_roll_id(found.election),
        is_struck=False,
        number__in=[int(number) for number in kept],
    )
    if known.count() < len(kept):
        raise _wrong(
            _("Somebody written in is not on the voters' list; count that slip as spoiled."),
            "written_in",
        )
    out = handed_out(found)["count"]
    fault = count_fault(
        handed_out=out, returned=returned, spoiled=spoiled, votes=kept, seats=stated["seats"]
    )
    if fault is not None:
        raise _fault(fault, handed_out=out, returned=returned, seats=stated["seats"])
    return {"returned": returned, "spoiled": spoiled, "votes": kept}


def _wrong(message: str, field: str) -> ElectionCountRefused:
    return ElectionCountRefused(message, fields={field: message})


def _fault(fault: CountFault, *, handed_out: int, returned: int, seats: int) -> Exception:
    text, field = {
        CountFault.MORE_THAN_HANDED_OUT: (
            _("%(returned)d slips are more than the %(handed_out)d that were handed out. Count"
              " again; if it stays so, the round is void and held again."),
            "returned",
        ),
        CountFault.MORE_SPOILED: (
            _("More slips are spoiled than the %(returned)d that came back."), "spoiled",
        ),
        CountFault.TOO_MANY_FOR_ONE: (
            _("Somebody has more votes than there are good slips."), "returned",
        ),
        CountFault.TOO_MANY_VOTES: (
            _("A good slip has at most %(seats)d votes; together these are too many."), "returned",
        ),
    }[fault]  # fmt: skip
    return _wrong(text % {"returned": returned, "handed_out": handed_out, "seats": seats}, field)


@transaction.atomic
def count_round(*, polling: Round, by: Person | None, at: datetime) -> RoundResult:
    """Write the result and hang it on the board at once: it is known on the spot (art. 15).

    Counting again returns the result that stands.

    :raises ElectionStands: the boxes are not closed, or the round is void.
    :raises CountsMissing: an office is not counted, or its tellers differ.
    :raises RollChanged: the voters' list is not the one that was fixed.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    if found.state == RoundState.COUNTED:
        return RoundResult.objects.get(pk=found.pk)
    if found.state != RoundState.CLOSED:
        raise ElectionStands(_("Close the polling place first."))
    roll = election.roll
    assert roll is not None
    if digest_of(roll) != roll.digest:
        raise RollChanged(
            _("The roll is not the one that was fixed. Nothing is counted; have it looked into."),
            source="EL02",
        )
    facts = _facts(found, at=at)
    result = RoundResult.objects.create(
        round=found, facts=facts, digest=digest_of_facts(facts), made_at=at
    )
    found.state, found.counted_at = RoundState.COUNTED, at
    found.save(update_fields=["state", "counted_at"])
    _seat(found, facts)
    record_about(
        "round_counted", election, at=at, by=by, round=found.number, digest=result.digest,
        elected=found.elected.count(),
    )  # fmt: skip
    title = _("Result: %(title)s") % {"title": election.title}
    lines = [
        *result_lines(facts),
        _("Digest of the result: %(digest)s") % {"digest": result.digest},
    ]
    put_up("vote_result", election.place, title, "\n".join(lines), election, by=by, at=at)
    return result


def _part(threshold: Threshold) -> dict[str, Any]:
    share = threshold.share
    return {
        "share": f"{share.numerator}/{share.denominator}", "is_strict": threshold.is_strict
    }  # fmt: skip


def _facts(found: Round, *, at: datetime) -> dict[str, Any]:
    """Everything that the result rests on. Of those written in only who was elected or is voted
    on again is named."""
    election, missing = found.election, []
    needed = rule_for(election).tellers("paper")
    counted: dict[str, dict[str, Any]] = {}
    for each in found.offices:
        standing = agreement_on(found, each["key"])
        name = {"office": office_name(election, each["key"])}
        if standing is Agreement.DIFFERENT:
            missing.append(_("%(office)s: the tellers differ; both count again.") % name)
        elif standing is Agreement.WAITING:
            missing.append(_("%(office)s is not counted yet.") % name)
        else:
            counted[each["key"]] = latest_turn(found, each["key"])[1][0].counts
    if missing:
        raise CountsMissing(" ".join(missing))
    roll, terms = election.roll, terms_of(election)
    assert roll is not None
    facts: dict[str, Any] = {
        "format": FORMAT,
        "election": str(election.pk),
        "round": found.number,
        "kind": found.kind,
        "title": election.title,
        "place": election.place.code,
        "polled_on": timezone.localdate(found.opens_at).isoformat(),
        "counted_at": instant(at),
        "tellers": needed,
        "terms": {
            "turnout": _part(terms.turnout),
            "first_round": _part(terms.first_round),
            "run_off": _part(terms.run_off),
            "base": terms.base.value,
        },
        "electors": roll.basis,
        "source": rule_for(election).source,
        "roll": {"count": roll.entry_count, "digest": roll.digest},
        "handed_out": handed_out(found),
        "offices": [],
    }
    seated = set(Elected.objects.filter(election=election).values_list("entry__number", flat=True))
    for each in _in_order(election, found):
        facts["offices"].append(_office(election, each, counted[each["key"]], facts, seated))
    return facts


def _in_order(election: Election, found: Round) -> list[dict[str, Any]]:
    order = [each["key"] for each in election.offices]
    return sorted(found.offices, key=lambda each: order.index(each["key"]))


def _office(
    election: Election,
    stated: dict[str, Any],
    counts: dict[str, Any],
    facts: dict[str, Any],
    seated: set[int],
) -> dict[str, Any]:
    """One office reckoned; whoever is elected in it is added to `seated`: nobody holds two."""
    declared = office_of(election, stated["key"])
    assert declared is not None
    votes = {int(number): count for number, count in counts["votes"].items()}
    names = dict(
        RollEntry.objects.filter(roll=named_roll_id(election), number__in=votes).values_list(
            "number", "name"
        )
    )
    rows = [
        {
            "number": number,
            "name": names[number],
            "count": count,
            "is_candidate": number in stated["candidates"],
            "seated": number in seated,
            "fate": Fate.NOT_ELECTED.value,
        }
        for number, count in sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    office = {
        "key": stated["key"],
        "zh": declared["zh"],
        "en": declared["en"],
        "seats": stated["seats"],
        "returned": counts["returned"],
        "spoiled": counts["spoiled"],
        "rows": rows,
    }
    ended = reckoned(facts, office)
    for position, row in enumerate(rows):
        fate = ended.fates.get(str(position), Fate.NOT_ELECTED)
        row["fate"] = fate.value
        if fate is Fate.ELECTED:
            seated.add(int(row["number"]))
        elif fate is Fate.NOT_ELECTED and not row["is_candidate"]:
            row["number"], row["name"] = None, ""
    return office | {
        "is_valid": ended.is_valid,
        "needed": ended.needed_count,
        "open_seats": ended.open_seats,
    }


def _seat(found: Round, facts: dict[str, Any]) -> None:
    election = found.election
    rows = []
    for office in facts["offices"]:
        for row in office["rows"]:
            if row["fate"] != Fate.ELECTED:
                continue
            entry = RollEntry.objects.get(roll=named_roll_id(election), number=row["number"])
            assert entry.person_id is not None
            rows.append(
                Elected(
                    election=election, round=found, office=office["key"], entry=entry,
                    person_id=entry.person_id, name=entry.name, vote_count=row["count"],
                )
            )  # fmt: skip
    Elected.objects.bulk_create(rows)
