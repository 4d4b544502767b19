"""Who speaks next, what was said, and what residents ask for: items, and whether they come."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.assemblies.models import (
    Attendance,
    Coming,
    Item,
    Note,
    Sitting,
    Turn,
    TurnState,
    Wish,
    WishState,
)
from xiangyue.assemblies.queries import speakers
from xiangyue.assemblies.services.acting import (
    Overtaken,
    begin,
    check_state,
    digest_of,
    item_of,
    line_given,
    lock,
    recorded,
    recorded_item,
    runs,
    words_given,
)
from xiangyue.assemblies.services.calling import add_item
from xiangyue.assemblies.services.holding import WrongPerson
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

LONGEST_NOTE = 4_000
LONGEST_WISH = 500
WISHES_PER_DAY = 5


# --- speaking ---------------------------------------------------------------------------------


@transaction.atomic
def ask_to_speak(*, item: Item, attendance: Attendance, by: Person, at: datetime) -> Turn:
    """Put somebody who is here into the queue of an item: themselves, or by who runs the meeting.

    Asking again while waiting changes nothing. Records `assemblies.turn_asked`.

    :raises NotAllowed: for somebody else, without running the meeting.
    :raises WrongPerson: they are not here.
    """
    locked = lock(item.sitting)
    if by.pk != attendance.person_id and not runs(locked, by, at=at):
        raise NotAllowed(_("Everybody asks to speak for themselves."))
    check_state(locked, "hold")
    found = item_of(locked, item)
    if attendance.sitting_id != locked.pk:
        raise WrongPerson(_("Only who is here can ask to speak."))
    there = found.turns.filter(
        attendance=attendance, state__in=[TurnState.WAITING, TurnState.SPEAKING]
    ).first()
    if there is not None:
        return there
    turn = Turn.objects.create(sitting=locked, item=found, attendance=attendance, asked_at=at)
    recorded_item("turn_asked", locked, found, at=at, by=by)
    return turn


@transaction.atomic
def call_next(*, item: Item, by: Person, at: datetime) -> Turn | None:
    """Whoever speaks has spoken; the next is asked to: first who has not spoken to the item yet.

    None when nobody waits. Records `assemblies.turn_given`.
    """
    locked = begin(item.sitting, verb="hold", by=by, at=at)
    found = item_of(locked, item)
    Turn.objects.filter(sitting=locked, state=TurnState.SPEAKING).update(
        state=TurnState.SPOKE, ended_at=at
    )
    _now, waiting = speakers(found)
    if not waiting:
        return None
    turn = waiting[0]
    turn.state, turn.began_at = TurnState.SPEAKING, at
    turn.save(update_fields=["state", "began_at"])
    recorded_item("turn_given", locked, found, at=at, by=by)
    return turn


@transaction.atomic
def step_back(*, turn: Turn, by: Person, at: datetime) -> Turn:
    """Leave the queue: oneself, or through who runs the meeting.

    :raises NotAllowed: somebody else's turn.
    """
    locked = lock(turn.sitting)
    found = locked.turns.select_related("attendance").get(pk=turn.pk)
    if by.pk != found.attendance.person_id and not runs(locked, by, at=at):
        raise NotAllowed(_("Everybody asks to speak for themselves."))
    check_state(locked, "hold")
    if found.state == TurnState.WAITING:
        found.state, found.ended_at = TurnState.STEPPED_BACK, at
        found.save(update_fields=["state", "ended_at"])
    return found


@transaction.atomic
def write_note(*, item: Item, text: str, by: Person, at: datetime) -> Note:
    """Write down what was said to an item; two who write at once add one note each.

    The same words by the same hand straight after one another are one note. Records
    `assemblies.note_written`, with a digest of the words.
    """
    locked = begin(item.sitting, verb="list", by=by, at=at)
    found = item_of(locked, item)
    words = words_given(text, _("Please write what was said."), field="text", most=LONGEST_NOTE)
    last = found.notes.order_by("-pk").first()
    if last is not None and last.text == words and last.written_by_id == by.pk:
        return last
    note = Note.objects.create(sitting=locked, item=found, text=words, written_by=by, written_at=at)
    recorded_item("note_written", locked, found, at=at, by=by, digest=digest_of(words))
    return note


# --- before it begins -------------------------------------------------------------------------


@transaction.atomic
def say_coming(*, sitting: Sitting, person: Person, is_coming: bool, at: datetime) -> Coming:
    """Say that one comes, or cannot; may be said anew. Only how many is ever shown.

    :raises WrongState: the meeting has begun or is called off.
    """
    locked = lock(sitting)
    check_state(locked, "arrange")
    row, _is_new = Coming.objects.update_or_create(
        sitting=locked, person=person, defaults={"is_coming": is_coming, "said_at": at}
    )
    return row


@transaction.atomic
def ask_for_item(
    *,
    sitting: Sitting,
    text: str,
    at: datetime,
    by: Person | None = None,
    said_by: str = "",
    entered_by: Person | None = None,
) -> Wish:
    """Ask that something be talked about; a grid worker or clerk may enter it for somebody.

    The same words of the same person are one wish. Records `assemblies.item_asked_for`.

    :raises WrongState: the meeting has begun, or is called off.
    :raises WordsMissing: no words, or too many.
    :raises TooSoon: more than five a day.
    """
    locked = lock(sitting)
    check_state(locked, "arrange")
    words = line_given(
        text, _("Please write what should be talked about."), field="text", most=LONGEST_WISH
    )
    same = locked.wishes.filter(
        text=words, person=by, said_by=said_by.strip(), entered_by=entered_by
    ).first()
    if same is not None:
        return same
    who = entered_by or by
    if who is not None:
        most = WISHES_PER_DAY if entered_by is None else WISHES_PER_DAY * 20
        spend(f"sitting-wish:{who.pk}", most=most, hours=24, at=at)
    wish = Wish.objects.create(
        sitting=locked, person=by, said_by=" ".join(said_by.split())[:60], entered_by=entered_by,
        text=words, asked_at=at,
    )  # fmt: skip
    # Who asked for themselves stands in no record.
    recorded("item_asked_for", locked, at=at, by=entered_by)
    return wish


@transaction.atomic
def answer_wish(
    *, wish: Wish, is_taken: bool, answer: str, by: Person, at: datetime, title: str = ""
) -> Wish:
    """Put it on the agenda, announced like any new item, or say why not; whoever asked is told.

    Records `assemblies.wish_answered`.

    :raises Overtaken: it has been answered.
    :raises WordsMissing: declined without a reason.
    """
    locked = begin(wish.sitting, verb="agenda", by=by, at=at)
    found = locked.wishes.select_for_update(of=("self",)).get(pk=wish.pk)
    if found.state != WishState.ASKED:
        raise Overtaken(_("This has been answered already."))
    least = 0 if is_taken else 2
    found.answer = line_given(
        answer, _("Please say why not; whoever asked reads it."), field="answer", most=LONGEST_WISH,
        least=least,
    )  # fmt: skip
    if is_taken:
        found.item = add_item(
            sitting=locked, title=(title or found.text)[:200], by=by, at=at, text=found.text
        )
    found.state = WishState.TAKEN if is_taken else WishState.DECLINED
    found.answered_by, found.answered_at = by, at
    found.save()
    recorded(
        "wish_answered", locked, at=at, by=by, wish=found.pk, state=found.state,
        concerned_count=1 if found.person_id is not None else 0,
    )  # fmt: skip
    return found
