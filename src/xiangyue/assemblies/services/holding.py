"""Holding a meeting: it opens, people come in, an item is taken up, it closes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.assemblies import rules
from xiangyue.assemblies.models import (
    Attendance,
    Here,
    Item,
    Sitting,
    StateChoices,
    Turn,
    TurnState,
)
from xiangyue.assemblies.motion_models import Decision
from xiangyue.assemblies.queries import open_amendments, quorum_of
from xiangyue.assemblies.services.acting import (
    begin,
    check_state,
    item_of,
    line_given,
    lock,
    recorded,
    recorded_item,
    save,
)
from xiangyue.ballots.models import Ballot, BallotState, Basis, Mode, RollEntry
from xiangyue.ballots.queries import entry_of
from xiangyue.ballots.refusals import AlreadyTookPart, BallotNotOpen
from xiangyue.ballots.services import mark_many_present, mark_present
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

WRONG_CODES_PER_HOUR = 20
MOST_TYPED = 500
LONGEST_NAME = 60


class WrongTime(Refused):
    """A meeting cannot be opened at this time."""

    code = "wrong_time"


class WrongPerson(Refused):
    """These people cannot do this here."""

    code = "wrong_person"


class WrongCode(Refused):
    """The code does not stand on the screen."""

    code = "wrong_code"


class NotDone(Refused):
    """The meeting cannot be closed as it is."""

    code = "not_done"


@transaction.atomic
def open_sitting(
    *, sitting: Sitting, chair: Person, minute_taker: Person, by: Person | None, at: datetime
) -> Sitting:
    """Open it with who chairs and who writes, two different people, who count as here.

    Opening an open meeting changes nothing. Records `assemblies.sitting_opened`.

    :raises WrongTime: more than two hours before its time, or a week after.
    :raises WrongPerson: one and the same person chairs and writes.
    """
    found = lock(sitting)
    if found.state == StateChoices.OPEN:
        return found
    locked = begin(found, verb="open", by=by, at=at)
    if not rules.may_open_at(starts_at=locked.starts_at, at=at):
        raise WrongTime(
            _("A meeting can be opened from two hours before until seven days after its time.")
        )
    if chair.pk == minute_taker.pk:
        message = _("Who chairs does not write the minutes: choose two people.")
        raise WrongPerson(message, fields={"minute_taker": message}, source="SE01")
    save(
        locked, state=StateChoices.OPEN, opened_at=at, opened_by=by, chair=chair,
        minute_taker=minute_taker, item_now=locked.items.order_by("position").first(),
    )  # fmt: skip
    for person in (chair, minute_taker):
        _come_in(locked, person=person, name=person.name, how=Here.LIST, by=by, at=at)
    quorum = quorum_of(locked)
    recorded(
        "sitting_opened", locked, at=at, by=by, expected_count=quorum.expected_count,
        needed_count=quorum.needed_count,
    )  # fmt: skip
    return locked


# --- who is here ------------------------------------------------------------------------------


@transaction.atomic
def mark_attendance(
    *,
    sitting: Sitting,
    how: str,
    at: datetime,
    person: Person | None = None,
    entry: RollEntry | None = None,
    name: str = "",
    is_voice: bool = False,
    by: Person | None = None,
) -> Attendance:
    """Note that somebody is here; who is noted already stays as they were, counted once.

    At the door while the meeting is open, from the paper list until its minutes are signed.
    Whoever stands on the roll, or whose household does, counts there; without a roll `is_voice`
    says whether a name without a person belongs. Where an open vote by raised hands of the
    meeting runs on the same roll, they are here for it too. Records
    `assemblies.attendance_marked`.

    :raises WrongState: the meeting is not open, or its minutes are signed.
    :raises WrongPerson: of another roll, or struck from it.
    :raises WordsMissing: neither a person nor a name.
    """
    locked = begin(sitting, verb="list" if how == Here.DESK else "hold", by=by, at=at)
    return _come_in(
        locked, person=person, entry=entry, name=name, is_voice=is_voice, how=how, by=by, at=at
    )


@transaction.atomic
def come_by_code(*, sitting: Sitting, person: Person, code: str, at: datetime) -> Attendance:
    """Whoever is signed in and reads the code off the screen is here: themselves, nobody else.

    Twice is once. Records `assemblies.attendance_marked`.

    :raises WrongState: the meeting is not open (any more).
    :raises WrongCode: this code is not on the screen, or not any more.
    :raises TooSoon: too many wrong codes.
    """
    locked = lock(sitting)
    check_state(locked, "hold")
    if not rules.is_code_of_now(locked.screen_key.encode(), code, at=at):
        raise WrongCode(
            _("This code is not on the screen any more; scan or type the one that is."),
            fields={"code": _("The code changes every minute.")},
        )
    return _come_in(
        locked, person=person, name=person.name, how=Here.QR, by=None, at=at, actor=person
    )


def count_wrong_code(person: Person, *, at: datetime) -> None:
    """Note a wrong code, outside the transaction that refused it.

    :raises TooSoon: too many in an hour.
    """
    spend(f"sitting-code:{person.pk}", most=WRONG_CODES_PER_HOUR, hours=1, at=at)


def _come_in(
    sitting: Sitting,
    *,
    how: str,
    at: datetime,
    by: Person | None,
    person: Person | None = None,
    entry: RollEntry | None = None,
    name: str = "",
    is_voice: bool = False,
    actor: Person | None = None,
) -> Attendance:
    if sitting.roll is not None and entry is None and person is not None:
        found = entry_of(sitting.roll, person)
        entry = found if found is not None and not found.is_struck else None
    if entry is not None and (entry.roll_id != sitting.roll_id or entry.is_struck):
        raise WrongPerson(_("This is nobody of this meeting's roll."), source="EL02")
    if entry is not None and person is None and entry.person_id is not None:
        person = entry.person
    if sitting.roll is None and person is not None and not is_voice:
        is_voice = sitting.invitations.filter(person=person).exists()
    name = name or (entry.name if entry is not None else "")
    name = name or (person.name if person is not None else "")
    name = line_given(name, _("Say who is here."), field="name", most=LONGEST_NAME, least=1)
    is_household = sitting.roll is not None and sitting.roll.basis == Basis.HOUSEHOLDS
    there = _there(sitting, person=person, entry=entry, name=name)
    if there is not None and not (is_household and person is not None and there.person != person):
        return there
    if there is not None:
        # Somebody of a household that is counted already comes along: here, without a voice.
        entry, is_voice = None, False
    made = Attendance(
        sitting=sitting, person=person, entry=entry, name=name,
        is_voice=entry is not None if sitting.roll is not None else is_voice,
        how=how, at=at, entered_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        again = _there(sitting, person=person, entry=entry, name=name)
        if again is None:
            raise
        return again
    _be_present(sitting, made, by=by, at=at)
    recorded("attendance_marked", sitting, at=at, by=by or actor, how=how, count=1)
    return made


def _there(
    sitting: Sitting, *, person: Person | None, entry: RollEntry | None, name: str
) -> Attendance | None:
    rows = sitting.attendances.all()
    if person is not None and (found := rows.filter(person=person).first()) is not None:
        return found
    if entry is not None:
        return rows.filter(entry=entry).first()
    if person is None:
        return rows.filter(name=name, person=None, entry=None).first()
    return None


@transaction.atomic
def type_in_list(
    *, sitting: Sitting, names: Sequence[str], is_voice: bool, by: Person, at: datetime
) -> tuple[int, list[str]]:
    """Enter the names of a paper list; returns how many are new, and the names that need a look.

    On a roll a name counts if exactly one entry bears it; who is not found, or bears a name that
    several have, is returned and nobody guesses. Without a roll they belong if `is_voice`.

    :raises WrongState: the minutes are signed.
    """
    locked = begin(sitting, verb="list", by=by, at=at)
    wanted = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    if len(wanted) > MOST_TYPED:
        message = _("At most %(most)d names at once.") % {"most": MOST_TYPED}
        raise Refused(message, fields={"names": message})
    before = locked.attendances.count()
    unclear = []
    for name in wanted:
        entry = None
        if locked.roll is not None and is_voice:
            number = int(name) if name.isdecimal() and len(name) < 9 else None
            rows = locked.roll.entries.filter(is_struck=False)
            found = list(rows.filter(number=number) if number else rows.filter(name=name))[:2]
            if len(found) != 1:
                unclear.append(name)
                continue
            entry = found[0]
        _come_in(locked, entry=entry, name=entry.name if entry else name, is_voice=is_voice,
                 how=Here.DESK, by=by, at=at)  # fmt: skip
    return locked.attendances.count() - before, unclear


@transaction.atomic
def take_back_attendance(*, attendance: Attendance, by: Person, at: datetime) -> None:
    """Take back a mark made in error, as long as nothing hangs on it.

    :raises WrongPerson: they chair or write, have asked to speak, moved or seconded something.
    """
    locked = begin(attendance.sitting, verb="list", by=by, at=at)
    row = locked.attendances.filter(pk=attendance.pk).first()
    if row is None:
        return
    has_acted = (
        row.turns.exists()
        or locked.motions.filter(mover=row).exists()
        or locked.motions.filter(seconder=row).exists()
        or locked.amendments.filter(mover=row).exists()
    )
    if has_acted or (row.person_id in {locked.chair_id, locked.minute_taker_id} and row.person_id):
        raise WrongPerson(
            _("%(name)s has taken part in this meeting; the mark stays.") % {"name": row.name}
        )
    how = row.how
    row.delete()
    recorded("attendance_withdrawn", locked, at=at, by=by, how=how)


# --- votes of the meeting ---------------------------------------------------------------------


def _by_hands_alone(ballot: Ballot) -> bool:
    """Whether being in the room is being in the vote: no paper is handed out to anybody."""
    return (
        ballot.state == BallotState.OPEN
        and not ballot.is_secret
        and Mode.HANDS in ballot.modes
        and Mode.PAPER not in ballot.modes
    )


def _be_present(
    sitting: Sitting, attendance: Attendance, *, by: Person | None, at: datetime
) -> None:
    if attendance.entry is None:
        return
    for item in sitting.items.filter(ballot__state=BallotState.OPEN).select_related("ballot"):
        assert item.ballot is not None
        if not _by_hands_alone(item.ballot) or item.ballot.roll_id != sitting.roll_id:
            continue
        try:
            mark_present(ballot=item.ballot, entry=attendance.entry, mode=Mode.HANDS, at=at, by=by)
        except (AlreadyTookPart, BallotNotOpen):
            continue  # by phone already, or closed a moment ago


def bring_room(ballot: Ballot, *, at: datetime) -> int:
    """When a vote by hands of an open meeting opens, who is in the room is here for it."""
    if not _by_hands_alone(ballot):
        return 0
    entries = Attendance.objects.filter(
        sitting__state=StateChoices.OPEN,
        sitting__items__ballot=ballot,
        entry__roll=ballot.roll_id,
    ).values_list("entry", flat=True)
    keys = [key for key in entries if key is not None]
    return mark_many_present(ballot=ballot, mode=Mode.HANDS, entries=keys, at=at) if keys else 0


# --- the course of it -------------------------------------------------------------------------


@transaction.atomic
def take_up_item(*, item: Item, by: Person, at: datetime) -> Sitting:
    """Put the item before the room: on the screen, and in the queue of those who speak."""
    locked = begin(item.sitting, verb="hold", by=by, at=at)
    found = item_of(locked, item)
    if locked.item_now_id == found.pk:
        return locked
    Turn.objects.filter(sitting=locked, state=TurnState.SPEAKING).update(
        state=TurnState.SPOKE, ended_at=at
    )
    save(locked, item_now=found)
    recorded_item("item_taken_up", locked, found, at=at, by=by)
    return locked


@transaction.atomic
def close_sitting(
    *, sitting: Sitting, by: Person, at: datetime, seen_version: int | None = None
) -> Sitting:
    """Close it; what was not decided stays undecided. Closing again changes nothing.

    Who said that they would come or could not is forgotten, so that nothing tells who stayed
    away. Records `assemblies.sitting_closed`.

    :raises NotDone: an amendment is still open.
    """
    found = lock(sitting)
    if found.state in {StateChoices.CLOSED, StateChoices.SIGNED}:
        return found
    locked = begin(found, verb="hold", by=by, at=at, seen_version=seen_version)
    for item in locked.items.all():
        if open_amendments(item).exists() and not Decision.objects.filter(item=item).exists():
            raise NotDone(
                _("An amendment to item %(number)d is still open: decide it, or put the item off.")
                % {"number": item.position}
            )
    Turn.objects.filter(sitting=locked, state=TurnState.SPEAKING).update(
        state=TurnState.SPOKE, ended_at=at
    )
    Turn.objects.filter(sitting=locked, state=TurnState.WAITING).update(
        state=TurnState.STEPPED_BACK, ended_at=at
    )
    save(locked, state=StateChoices.CLOSED, closed_at=at, closed_by=by)
    locked.comings.all().delete()
    quorum = quorum_of(locked)
    recorded(
        "sitting_closed", locked, at=at, by=by, item_count=locked.items.count(),
        decided_count=Decision.objects.filter(item__sitting=locked).count(),
        present_count=quorum.present_count,
    )  # fmt: skip
    return locked
