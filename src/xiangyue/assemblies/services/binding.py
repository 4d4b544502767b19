"""What a meeting counts and decides by: its roll, how many belong, the vote on an item."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.assemblies import rules
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.inviting import invite
from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.models import Item, Sitting
from xiangyue.assemblies.motion_models import Decision
from xiangyue.assemblies.services.acting import (
    begin,
    check_undecided,
    item_of,
    recorded,
    recorded_item,
    save,
)
from xiangyue.ballots.models import Ballot, BallotState, Roll, RollState
from xiangyue.ballots.queries import entry_of
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

BEGUN = frozenset({BallotState.OPEN, BallotState.CLOSED, BallotState.COUNTED})


class WrongRoll(Refused):
    """The roll does not go with the meeting."""

    code = "wrong_roll"


class WrongBallot(Refused):
    """The vote does not go with the item."""

    code = "wrong_ballot"


@transaction.atomic
def choose_roll(*, sitting: Sitting, roll: Roll, by: Person | None, at: datetime) -> Sitting:
    """Say on which roll the meeting meets; its entries are who counts for the quorum.

    Who is here already is looked up on it. Records `assemblies.roll_chosen`.

    :raises WrongRoll: another place's, another body's, or something has been decided already.
    """
    locked = begin(sitting, verb="agenda", by=by, at=at)
    check_roll(locked, kind_of(locked), roll)
    if locked.roll_id == roll.pk:
        return locked
    if Decision.objects.filter(item__sitting=locked).exists():
        raise WrongRoll(_("Something has been decided already; the roll stays."))
    save(locked, roll=roll, expected_count=roll.entry_count)
    _look_up(locked, roll)
    invite(locked, council=None, at=at)
    recorded("roll_chosen", locked, at=at, by=by, roll=roll.pk, expected_count=roll.entry_count)
    return locked


def _look_up(sitting: Sitting, roll: Roll) -> None:
    """Find those who are here already on the roll; each entry counts once."""
    taken: set[int] = set()
    sitting.attendances.update(entry=None, is_voice=False)
    for row in sitting.attendances.filter(person__isnull=False).select_related("person"):
        assert row.person is not None
        entry = entry_of(roll, row.person)
        if entry is not None and not entry.is_struck and entry.pk not in taken:
            taken.add(entry.pk)
            row.entry, row.is_voice = entry, True
            row.save(update_fields=["entry", "is_voice"])


@transaction.atomic
def expect(*, sitting: Sitting, count: int, by: Person | None, at: datetime) -> Sitting:
    """Say how many belong, where no roll says it; nothing has been decided yet.

    :raises WrongRoll: a roll says it, or something has been decided.
    """
    locked = begin(sitting, verb="agenda", by=by, at=at)
    if locked.roll_id is not None:
        raise WrongRoll(_("The roll says how many belong."))
    if not 1 <= count <= 100_000:
        message = _("Say how many belong, from 1 to 100000.")
        raise WrongRoll(message, fields={"count": message})
    if Decision.objects.filter(item__sitting=locked).exists():
        raise WrongRoll(_("Something has been decided already; the number stays."))
    save(locked, expected_count=count)
    recorded("roll_chosen", locked, at=at, by=by, expected_count=count)
    return locked


def check_roll(sitting: Sitting, kind: SittingKind, roll: Roll) -> None:
    """:raises WrongRoll: as said."""
    if not kind.decision_rules:
        message = _("Such a meeting meets on no roll.")
    elif roll.place_id != sitting.place_id or roll.rule.key not in kind.decision_rules:
        message = _("This roll is another place's or another body's.")
    elif roll.state != RollState.FIXED:
        message = _("Fix the roll first: a vote runs on one roll, and it stands.")
    else:
        return
    raise WrongRoll(message, fields={"roll": message}, source="EL02")


@transaction.atomic
def bind_ballot(*, item: Item, ballot: Ballot, by: Person | None, at: datetime) -> Item:
    """Say that the item is decided by this vote; binding it again changes nothing.

    Another vote takes the place of one that has not begun, or was annulled, and of none else.

    The meeting meets on the vote's roll from then on. Records `assemblies.ballot_bound`.

    :raises WrongBallot: another place's, annulled, about another thing or matter, on another roll,
        or the vote on the item has begun.
    """
    locked = begin(item.sitting, verb="agenda", by=by, at=at)
    found = item_of(locked, item)
    check_undecided(found)
    if found.ballot_id == ballot.pk:
        return found
    kind = kind_of(locked)
    message = ""
    if rules.How.BALLOT not in kind.ways:
        message = _("Such a meeting decides nothing by a vote.")
    elif ballot.place_id != locked.place_id or ballot.rule.key not in kind.decision_rules:
        message = _("This vote is another place's or another body's.")
    elif ballot.state == BallotState.ANNULLED:
        message = _("This vote is annulled.")
    elif found.ballot is not None and found.ballot.state in BEGUN:
        message = _("The vote on this item has begun; what it comes to decides.")
    elif _is_about_another(found, ballot):
        message = _("This vote is about something else than the item.")
    elif found.matter != ballot.matter:
        message = _("The item and the vote do not name the same reserved matter.")
    elif locked.roll_id not in {None, ballot.roll_id}:
        message = _("The meeting meets on another roll than this vote.")
    if message:
        raise WrongBallot(message, fields={"ballot": message}, source="EL02; EL05")
    if locked.roll_id is None:
        choose_roll(sitting=locked, roll=ballot.roll, by=by, at=at)
    found.ballot = ballot
    found.save(update_fields=["ballot"])
    recorded_item("ballot_bound", locked, found, at=at, by=by, ballot=ballot.pk)
    return found


def _is_about_another(item: Item, ballot: Ballot) -> bool:
    """Whether both say what they are about, and these are two things of one kind."""
    is_same_kind = bool(item.subject_type) and item.subject_type == ballot.subject_type
    return is_same_kind and item.subject_id != ballot.subject_id
