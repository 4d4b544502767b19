"""Verbs on taking part: by a raised hand, on paper, by phone; every voice of the roll once.

What is recorded of each says in which way, never who and never what.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Basis,
    Mode,
    Participation,
    Question,
    RollEntry,
)
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import (
    AlreadyTookPart,
    BallotNotOpen,
    NotOnRoll,
    VoteIncomplete,
)
from xiangyue.ballots.rules import is_of_age
from xiangyue.ballots.services.planning import record_about
from xiangyue.ballots.services.proxies import check_proxy
from xiangyue.ballots.slips import is_taken_elsewhere
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

BY_TELLERS = frozenset({Mode.HANDS, Mode.PAPER})


@transaction.atomic
def mark_present(
    *,
    ballot: Ballot,
    entry: RollEntry,
    mode: str,
    at: datetime,
    by: Person | None = None,
    proxy: RollEntry | None = None,
    relation: str = "",
    is_written: bool = False,
    delegate: Person | None = None,
) -> Participation:
    """Note at the door that a voice of the roll is here and votes by hand, or has its paper.

    With `proxy`, that entry stands for it; `delegate` is who came for a household.

    :raises BallotNotOpen: before the opening or after the close.
    :raises NotOnRoll: the entry is struck, or of another roll.
    :raises AlreadyTookPart: it has taken part, in whatever way.
    :raises ProxyRefused: the law does not let this one stand for that one (EL04).
    """
    state, held = _held(ballot, entry.pk)
    _check_open(ballot, state)
    _check_mode(ballot, mode, among=BY_TELLERS)
    if held is None:
        raise NotOnRoll(_("This is nobody who may vote here: not on the roll, or struck from it."))
    if proxy is not None:
        check_proxy(ballot, entry, proxy, relation=relation, is_written=is_written)
    if delegate is not None and (
        entry.household_id is None or delegate.household_id != entry.household_id
    ):
        message = _("%(name)s does not belong to this household.") % {"name": delegate.name}
        raise NotOnRoll(message, fields={"delegate": message})
    key = _take(
        ballot, entry.pk, mode, by=by, proxy=proxy, relation=relation if proxy else "",
        delegate=delegate,
    )  # fmt: skip
    if key is None:
        raise AlreadyTookPart(_took_part(entry.name))
    facts = {"mode": mode, "count": 1, "proxy": proxy is not None}
    record_about("ballots.presence_marked", ballot, at=at, by=by, **facts)
    return Participation.objects.get(pk=key)


@transaction.atomic
def mark_many_present(
    *,
    ballot: Ballot,
    mode: str,
    at: datetime,
    by: Person | None = None,
    entries: Collection[int] | None = None,
) -> int:
    """Note many at once, such as a whole room; returns how many are new.

    `entries` are keys of the roll's entries, all of the roll's when None. Who has taken part
    already, in whatever way, stays as they were: nobody is counted twice.

    :raises NotOnRoll: one of them is not on the roll, or struck from it; nobody is marked then.
    """
    state, _entry = _held(ballot, None)
    _check_open(ballot, state)
    _check_mode(ballot, mode, among=BY_TELLERS)
    facts: list[Any] = [_key(ballot.pk), mode, _key(by.pk) if by else None, _key(ballot.roll_id)]
    among = ""
    if entries is not None:
        wanted = sorted(set(entries))
        if connection.vendor == "postgresql":
            among = " AND e.id = ANY(%s)"
            facts.append(wanted)
        else:
            among = " AND e.id IN (SELECT value FROM json_each(%s))"
            facts.append(json.dumps(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ballots_participation"  # noqa: S608 - constants of this file only
            " (ballot_id, entry_id, mode, proxy_relation, recorded_by_id)"
            " SELECT %s, e.id, %s, '', %s FROM ballots_rollentry e"
            f" WHERE e.roll_id = %s AND NOT e.is_struck{among}"
            " ON CONFLICT (ballot_id, entry_id) DO NOTHING",
            facts,
        )
        count = int(cursor.rowcount)
    if entries is not None and count < len(wanted):
        _check_all_on_roll(ballot, wanted)
    if count:
        record_about("ballots.presence_marked", ballot, at=at, by=by, mode=mode, count=count)
    return count


@transaction.atomic
def withdraw_presence(
    *, ballot: Ballot, entry: RollEntry, at: datetime, by: Person | None = None
) -> None:
    """Take back a mark made in error, while the vote is open; a vote by phone is not taken back.

    :raises NotOnRoll: the entry was not marked at the door.
    """
    state, _entry = _held(ballot, entry.pk)
    _check_open(ballot, state)
    rows = Participation.objects.filter(ballot=ballot, entry=entry, mode__in=BY_TELLERS)
    row = rows.first()
    if row is None:
        raise NotOnRoll(_("%(name)s was not marked at the door.") % {"name": entry.name})
    row.delete()
    record_about("ballots.presence_withdrawn", ballot, at=at, by=by, mode=row.mode)


@transaction.atomic
def cast(
    *,
    ballot: Ballot,
    voter: Person,
    choices: Mapping[int, str],
    at: datetime,
) -> int:
    """Vote by phone, openly: one choice for each question, by its position. Returns the key of
    the participation. Sending the same again changes nothing.

    Two readings and three writings, made by hand: everybody votes in the last hour.

    :raises BallotNotOpen: before the opening or after the bell.
    :raises NotOnRoll: neither the voter nor, where households vote, theirs stands on the roll.
    :raises VoteIncomplete: a question without an answer, or an answer that is no choice.
    :raises AlreadyTookPart: they have voted, or were marked at the door.
    """
    if is_taken_elsewhere(ballot.subject_type):
        raise Refused(_("In this vote nobody votes in this way."))
    is_household = ballot.roll.basis == Basis.HOUSEHOLDS
    entry_id = _may_cast(ballot, voter, at=at)
    voices = _voices(ballot, choices)
    key = _take(ballot, entry_id, Mode.ONLINE, delegate=voter if is_household else None, by=None)
    if key is None:
        return _again(ballot, entry_id, voices)
    with connection.cursor() as cursor:
        marks = ", ".join(["(%s, %s, %s)"] * len(voices))
        cursor.execute(
            "INSERT INTO ballots_voice (participation_id, question_id, choice)"  # noqa: S608
            f" VALUES {marks}",
            [value for question, choice in voices for value in (key, question, choice)],
        )
    record(
        name="ballots.vote_cast", subject=ballot, at=at, place_path=ballot.place_path,
        facts={"mode": "online"},
    )  # fmt: skip
    return key


@transaction.atomic
def take_part(
    *,
    ballot: Ballot,
    at: datetime,
    voter: Person | None = None,
    entry: RollEntry | None = None,
    by: Person | None = None,
) -> None:
    """Note that a voice has put its slip into another module's box (`slips.py`): the voter by
    their phone, or an entry of the roll at the teller `by`. Nothing is recorded of it.

    :raises BallotNotOpen: before the opening or after the bell.
    :raises NotOnRoll: neither the voter nor, where households vote, theirs stands on the roll.
    :raises AlreadyTookPart: they have taken part, in whatever way.
    """
    if not is_taken_elsewhere(ballot.subject_type):
        raise Refused(_("In this vote nobody votes in this way."))
    if voter is not None:
        entry_id: int | None = _may_cast(ballot, voter, at=at)
        words = _("You have taken part in this vote already; every voice counts once.")
    else:
        assert entry is not None
        state, entry_id = _held(ballot, entry.pk)
        _check_cast_now(ballot, state, at=at)
        if entry_id is None:
            raise NotOnRoll(
                _("This is nobody who may vote here: not on the roll, or struck from it.")
            )
        words = _took_part(entry.name)
    is_household = ballot.roll.basis == Basis.HOUSEHOLDS
    delegate = voter if is_household else None
    assert entry_id is not None
    if _take(ballot, entry_id, Mode.ONLINE, by=by, delegate=delegate) is None:
        raise AlreadyTookPart(words, source="EL01")


def _may_cast(ballot: Ballot, voter: Person, *, at: datetime) -> int:
    """The voter's entry, or their household's, if it may vote by phone now."""
    is_household = ballot.roll.basis == Basis.HOUSEHOLDS
    state, entry_id = _held_of(ballot, voter, is_household=is_household)
    _check_cast_now(ballot, state, at=at)
    if entry_id is None or (is_household and not _is_adult(ballot, voter, at)):
        raise NotOnRoll(
            _("You are not on the roll of this vote. If you should be, ask the clerk."),
            source="EL02",
        )
    return entry_id


def _check_cast_now(ballot: Ballot, state: str, *, at: datetime) -> None:
    if state != ballot.state:
        ballot.refresh_from_db()
    _check_open(ballot, state)
    if at >= ballot.closes_at or at < ballot.opens_at:
        raise BallotNotOpen(_("The time for voting by phone is over."))
    _check_mode(ballot, Mode.ONLINE, among={Mode.ONLINE})


def _again(ballot: Ballot, entry_id: int, voices: Sequence[tuple[int, str]]) -> int:
    """The key of a vote that was sent twice; whoever says something else is refused."""
    row = Participation.objects.get(ballot=ballot, entry=entry_id)
    if row.mode == Mode.ONLINE and set(row.voices.values_list("question", "choice")) == set(voices):
        return row.pk
    raise AlreadyTookPart(
        _("You have taken part in this vote already; every voice counts once."), source="EL01"
    )


# --- what the verbs share ------------------------------------------------------------------------


def _key(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _held(ballot: Ballot, entry_id: int | None) -> tuple[str, int | None]:
    """The vote's state, held until this is done, and the entry if it may vote."""
    return _asked("e.id = %s", ballot, entry_id)


def _held_of(ballot: Ballot, voter: Person, *, is_household: bool) -> tuple[str, int | None]:
    if is_household:
        key = _key(voter.household_id) if voter.household_id else None
        return _asked("e.household_id = %s", ballot, key)
    return _asked("e.person_id = %s", ballot, _key(voter.pk))


def _asked(condition: str, ballot: Ballot, value: Any) -> tuple[str, int | None]:
    share = " FOR SHARE OF b" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.state, e.id FROM ballots_ballot b"  # noqa: S608 - constants of this file
            " LEFT JOIN ballots_rollentry e ON e.roll_id = b.roll_id AND NOT e.is_struck"
            f" AND {condition} WHERE b.id = %s{share}",
            [value, _key(ballot.pk)],
        )
        row = cursor.fetchone()
    assert row is not None
    return str(row[0]), row[1]


def _take(
    ballot: Ballot,
    entry_id: int,
    mode: str,
    *,
    by: Person | None,
    proxy: RollEntry | None = None,
    relation: str = "",
    delegate: Person | None = None,
) -> int | None:
    """Write the participation; None when the voice has been counted already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ballots_participation (ballot_id, entry_id, mode, proxy_id,"
            " proxy_relation, delegate_id, recorded_by_id) VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (ballot_id, entry_id) DO NOTHING RETURNING id",
            [
                _key(ballot.pk),
                entry_id,
                str(mode),
                proxy.pk if proxy else None,
                relation,
                _key(delegate.pk) if delegate else None,
                _key(by.pk) if by else None,
            ],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _check_open(ballot: Ballot, state: str) -> None:
    if state == BallotState.OPEN:
        return
    if state == BallotState.PLANNED:
        opens_at = timezone.localtime(ballot.opens_at)
        raise BallotNotOpen(
            _("This vote opens on %(time)s.") % {"time": f"{opens_at:%Y-%m-%d %H:%M}"}
        )
    raise BallotNotOpen(_("This vote is closed; nothing is added any more."))


def _check_mode(ballot: Ballot, mode: str, *, among: Collection[str]) -> None:
    if mode not in among or mode not in ballot.modes:
        message = _("In this vote nobody votes in this way.")
        raise Refused(message, fields={"mode": message})


def _check_all_on_roll(ballot: Ballot, wanted: Sequence[int]) -> None:
    may = RollEntry.objects.filter(roll=ballot.roll_id, is_struck=False, pk__in=wanted).count()
    if may < len(wanted):
        raise NotOnRoll(
            _("Somebody in this list is not on the roll, or struck from it; nobody was marked.")
        )


def _took_part(name: str) -> str:
    return _("%(name)s has taken part in this vote already; every voice counts once.") % {
        "name": name
    }


def _is_adult(ballot: Ballot, voter: Person, at: datetime) -> bool:
    years = rule_of(ballot).least_age
    return voter.birth_date is None or is_of_age(
        voter.birth_date, on=timezone.localdate(at), years=years
    )


@lru_cache(maxsize=256)
def _questions(alias: str, ballot_id: UUID) -> dict[int, tuple[int, frozenset[str]]]:
    """What is asked, by position; once a vote is open the database lets none of it change."""
    return {
        row.position: (row.pk, frozenset(choice["key"] for choice in row.choices))
        for row in Question.objects.filter(ballot=ballot_id)
    }


def _voices(ballot: Ballot, choices: Mapping[int, str]) -> list[tuple[int, str]]:
    asked = _questions(current_county().alias, ballot.pk)
    faults = {
        f"question-{position}": _("Choose one of the answers.")
        for position, (_question, keys) in asked.items()
        if choices.get(position) not in keys
    }
    if faults or set(choices) - set(asked):
        raise VoteIncomplete(_("Please answer every question."), fields=dict(faults))
    return [(question, choices[position]) for position, (question, _keys) in asked.items()]
