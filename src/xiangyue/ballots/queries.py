"""Reads about rolls and votes; nothing here tells who voted what, nor a result before its time."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Mode,
    Participation,
    Result,
    Roll,
    RollEntry,
    RollState,
)
from xiangyue.ballots.sentences import attendance_sentence, question_sentence
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """What one question came to, with the sentence that says why."""

    position: int
    text: str
    is_accepted: bool
    choice: str | None
    sentence: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A counted vote, in the interface language."""

    is_quorate: bool
    sentence: str
    questions: list[QuestionOutcome]
    facts: dict[str, Any]
    digest: str

    @property
    def all_accepted(self) -> bool:
        return all(question.is_accepted for question in self.questions)


def outcome(ballot: Ballot) -> Outcome:
    """Per question accepted or rejected, and why.

    :raises NotFound: the vote has no result (yet).
    """
    result = Result.objects.filter(pk=ballot.pk).first()
    if result is None:
        raise NotFound(_no_result())
    return outcome_of(result)


def outcome_of(result: Result) -> Outcome:
    facts = result.facts
    questions = [
        QuestionOutcome(
            position=each["position"],
            text=each["text"],
            is_accepted=each["ground"] == "carried",
            choice=each["choice"],
            sentence=question_sentence(facts, each),
            facts=each,
        )
        for each in facts["questions"]
    ]
    return Outcome(
        is_quorate=all(each["ground"] != "no_quorum" for each in facts["questions"]),
        sentence=attendance_sentence(facts),
        questions=questions,
        facts=facts,
        digest=result.digest,
    )


def _no_result() -> str:
    from django.utils.translation import gettext as _

    return _("This vote has no result yet.")


def taken_by_mode(ballot: Ballot) -> dict[str, int]:
    """How many have taken part, in each way of voting that the vote has."""
    rows = Participation.objects.filter(ballot=ballot).values_list("mode").annotate(Count("pk"))
    counts = dict.fromkeys(ballot.modes, 0)
    counts.update(dict(rows.order_by()))
    return counts


def taken_count(ballot: Ballot) -> int:
    return Participation.objects.filter(ballot=ballot).count()


def proxies_of(ballot: Ballot) -> QuerySet[Participation]:
    """Who stands for whom: the law has these names published (EL04)."""
    rows = Participation.objects.filter(ballot=ballot, proxy__isnull=False)
    return rows.select_related("entry", "proxy").order_by("entry__number")


def entry_of(roll: Roll, person: Person) -> RollEntry | None:
    """The person's entry, or their household's where households vote; struck or not."""
    mine = Q(person=person)
    if person.household_id is not None:
        mine |= Q(household=person.household_id)
    return RollEntry.objects.filter(mine, roll=roll).order_by("is_struck").first()


def rolls_of(person: Person) -> QuerySet[Roll]:
    """The rolls on which the person stands, or their household."""
    mine = Q(person=person)
    if person.household_id is not None:
        mine |= Q(household=person.household_id)
    entries = RollEntry.objects.filter(mine, is_struck=False)
    return Roll.objects.filter(pk__in=entries.values("roll"))


def ballots_of(person: Person) -> QuerySet[Ballot]:
    """The votes in which the person has a voice, the next to close first."""
    rows = Ballot.objects.filter(roll__in=rolls_of(person), roll__state=RollState.FIXED)
    return rows.select_related("place", "rule", "roll").order_by("-opens_at", "pk")


def has_taken_part(ballot: Ballot, entry_id: int) -> str | None:
    """In which way the entry has taken part; None when it has not."""
    row = Participation.objects.filter(ballot=ballot, entry=entry_id).first()
    return row.mode if row is not None else None


def public_ballots() -> QuerySet[Ballot]:
    """The votes that everybody may know of."""
    return Ballot.objects.select_related("place", "rule", "roll").order_by("-opens_at", "pk")


def waiting_for(person_id: UUID) -> QuerySet[Ballot]:
    """Open votes by phone in which the person has not voted yet."""
    person = Person.objects.get(pk=person_id)
    mine = Q(entry__person=person)
    if person.household_id is not None:
        mine |= Q(entry__household=person.household_id)
    done = Participation.objects.filter(mine).values("ballot")
    rows = ballots_of(person).filter(state=BallotState.OPEN).exclude(pk__in=done)
    online = {str(Mode.ONLINE), str(Mode.SECRET_ONLINE)}
    keys = [ballot.pk for ballot in rows if online & set(ballot.modes)]
    return rows.filter(pk__in=keys).order_by("closes_at", "pk")
