"""A hundred thousand votes on one roll: cast by phone and tallied, and raised hands in bulk.

Both sides write the same rows to the same tables, whose triggers hold for both; the bare side
sends the very INSERTs through the raw driver, asks nothing and checks nothing.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from bench.measuring import Result, costs
from bench.sizes import ROUNDS, size

VOTES = size(100_000, 200)
CHUNK = size(2_000, 50)
CAST_BUDGET, HANDS_BUDGET = 3.0, 1.5
QUESTIONS = ("修村道吗？", "每户出工三天吗？")
CHOICES = ("yes", "no", "abstain")


def measure(database: str) -> Iterator[Result]:
    from bench.county import tidy
    from xiangyue.kernel.counties import bind

    with bind("small"):
        roll, voters = _crowd()
        tidy()
        service, bare = _cast_and_tally(roll, voters)
        yield Result(
            what=f"cast {VOTES:,} votes by phone and tally them, over the bare SQL",
            database=database,
            measured=service * 1000,
            baseline=bare * 1000,
            budget=CAST_BUDGET,
            note=f"{service / VOTES * 1_000_000:.0f} µs a vote of {len(QUESTIONS)} questions,"
            " each in its own transaction",
        )
        found = _hands(roll)
        yield Result(
            what=f"enter {VOTES:,} raised hands in bulk, over a bare bulk load",
            database=database,
            measured=found["service"],
            baseline=found["bare"],
            budget=HANDS_BUDGET,
            note="one transaction, with the counts of each question",
        )


def _crowd() -> tuple[Any, list[Any]]:
    """A village with that many people of age, and the fixed roll of all of them."""
    from bench.county import LONG_AGO
    from xiangyue.ballots import services
    from xiangyue.kernel.bulk import load_rows
    from xiangyue.places.models import Person, Place

    place = Place.objects.filter(kind="village", code__regex=r"^.{9}2").order_by("path")[0]
    keys = [uuid4() for _number in range(VOTES)]
    with transaction.atomic():
        load_rows(
            Person,
            ("id", "name", "phone", "household_id", "place_id", "birth_date"),
            ((key, "村民", None, None, place.pk, date(1970, 1, 1)) for key in keys),
        )
    roll = services.draw_roll(place=place, rule="villagers_assembly", at=LONG_AGO)
    services.publish_roll(roll=roll, at=LONG_AGO)
    by = Person.objects.get(pk=keys[0])
    services.confirm_entries(roll=roll, entries=None, by=by, at=LONG_AGO)
    roll = services.fix_roll(roll=roll, at=LONG_AGO + timedelta(days=3))
    return roll, _people(keys)


def _people(keys: Sequence[Any]) -> list[Any]:
    from xiangyue.places.models import Person

    found: list[Any] = []
    for begin in range(0, len(keys), 500):
        found += Person.objects.filter(pk__in=keys[begin : begin + 500])
    return found


def _open(roll: Any, modes: Sequence[str]) -> Any:
    from bench.county import LONG_AGO
    from xiangyue.ballots import services
    from xiangyue.places.models import Person

    opens_at = LONG_AGO + timedelta(days=20)
    tellers = list(Person.objects.order_by("pk")[:2])
    ballot = services.plan_ballot(
        roll=roll, title="修村道", questions=QUESTIONS, modes=modes, opens_at=opens_at,
        closes_at=opens_at + timedelta(days=1), tellers=tellers, at=LONG_AGO,
    )  # fmt: skip
    return services.open_ballot(ballot=ballot, at=opens_at)


def _cast_and_tally(roll: Any, voters: Sequence[Any]) -> tuple[float, float]:
    """Seconds of the service and of its bare twin; the two take turns, chunk by chunk."""
    from xiangyue.ballots import services

    mine, theirs = _open(roll, ["online"]), _open(roll, ["online"])
    during = mine.opens_at + timedelta(hours=1)
    bare_cast = _bare_cast(theirs, during)
    entries = dict(roll.entries.values_list("person", "pk"))
    service = bare = 0.0
    for begin in range(0, len(voters), CHUNK):
        chunk = voters[begin : begin + CHUNK]
        numbered = [(voter, CHOICES[number % 3]) for number, voter in enumerate(chunk)]
        began = time.perf_counter()
        for voter, choice in numbered:
            services.cast(ballot=mine, voter=voter, choices={1: choice, 2: "yes"}, at=during)
        between = time.perf_counter()
        for voter, choice in numbered:
            bare_cast(entries[voter.pk], choice)
        service += between - began
        bare += time.perf_counter() - between
    began = time.perf_counter()
    services.close_ballot(ballot=mine, at=mine.closes_at)
    services.count_ballot(ballot=mine, at=mine.closes_at)
    between = time.perf_counter()
    _bare_tally(theirs)
    return service + between - began, bare + time.perf_counter() - between


def _bare_cast(ballot: Any, at: Any) -> Callable[[int, str], None]:
    """What writes one vote through the raw driver, in a transaction of its own."""
    from bench.replay import Recording
    from xiangyue.activity.services import record

    questions = list(ballot.questions.values_list("pk", flat=True))
    recording = Recording()
    with transaction.atomic(), connection.execute_wrapper(recording):
        record(
            name="ballots.vote_cast", subject=ballot, at=at, place_path=ballot.place_path,
            facts={"mode": "online"},
        )  # fmt: skip
        transaction.set_rollback(True)
    (entry,) = recording.inserts
    is_sqlite = connection.vendor == "sqlite"
    mark = "?" if is_sqlite else "%s"
    key = ballot.pk.hex if is_sqlite else ballot.pk
    participation = (
        "INSERT INTO ballots_participation (ballot_id, entry_id, mode, proxy_relation)"
        f" VALUES ({mark}, {mark}, 'online', '') RETURNING id"
    )
    voices = (
        "INSERT INTO ballots_voice (participation_id, question_id, choice)"
        f" VALUES ({mark}, {mark}, {mark}), ({mark}, {mark}, {mark})"
    )
    happened = entry.sql.replace("%s", "?") if is_sqlite else entry.sql
    cursor = connection.connection.cursor()
    begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"

    def write(entry_id: int, choice: str) -> None:
        cursor.execute(begin)
        cursor.execute(participation, (key, entry_id))
        taken = cursor.fetchone()[0]
        cursor.execute(voices, (taken, questions[0], choice, taken, questions[1], "yes"))
        cursor.execute(happened, entry.params)
        cursor.execute("COMMIT")

    return write


def _bare_tally(ballot: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.question_id, v.choice, count(*) FROM ballots_voice v"
            " JOIN ballots_participation p ON p.id = v.participation_id"
            " WHERE p.ballot_id = %s GROUP BY v.question_id, v.choice",
            [ballot.pk if connection.vendor == "postgresql" else ballot.pk.hex],
        )
        assert sum(count for *_what, count in cursor.fetchall()) == VOTES * len(QUESTIONS)


def _hands(roll: Any) -> dict[str, float]:
    """Milliseconds of the service and of a bare bulk load, each undone."""
    from xiangyue.ballots import services
    from xiangyue.ballots.models import Participation, TellerCount
    from xiangyue.kernel.bulk import load_rows

    ballot = _open(roll, ["hands"])
    teller = ballot.tellers.select_related("person")[0].person
    at = ballot.opens_at + timedelta(hours=1)
    entries = list(roll.entries.values_list("pk", flat=True))
    questions = list(ballot.questions.all())
    counts = {"yes": VOTES, "no": 0, "abstain": 0}

    def service() -> Callable[[], object]:
        def run() -> None:
            services.mark_many_present(
                ballot=ballot, mode="hands", entries=entries, by=teller, at=at
            )
            for question in questions:
                services.record_count(
                    ballot=ballot, question=question, mode="hands", teller=teller, counts=counts,
                    at=at,
                )  # fmt: skip

        return _undone(run)

    def bare() -> Callable[[], object]:
        def run() -> None:
            load_rows(
                Participation,
                ("ballot_id", "entry_id", "mode", "proxy_relation", "recorded_by_id"),
                ((ballot.pk, entry, "hands", "", teller.pk) for entry in entries),
            )
            TellerCount.objects.bulk_create(
                TellerCount(
                    ballot=ballot, question=question, mode="hands", teller=teller, counts=counts,
                    counted_at=at,
                )
                for question in questions
            )  # fmt: skip

        return _undone(run)

    return costs({"service": service, "bare": bare}, rounds=min(ROUNDS, 5), each=1)


class _Undone(Exception):  # noqa: N818 - not an error, a way back
    """Undoes what was measured."""


def _undone(run: Callable[[], None]) -> Callable[[], None]:
    def whole() -> None:
        try:
            with transaction.atomic():
                run()
                raise _Undone
        except _Undone:
            pass

    return whole
