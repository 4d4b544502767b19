"""A session from its opening to its minutes: who is there, what is written, and the close.

What an agenda is made of stands in `agenda.py`; nothing here knows of incidents.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.meetings.access import may_decide
from xiangyue.meetings.models import AgendaItem, Attendance, Correction, Meeting, StateChoices
from xiangyue.meetings.rules import Reason, State, may_open_at
from xiangyue.meetings.series import all_series, people_asked
from xiangyue.meetings.services.acting import (
    WordsMissing,
    WrongTime,
    begin,
    check_state,
    digest_of,
    lock,
    person_of,
    recorded,
    save,
    words_given,
)

MINUTES_LONGEST = 20_000
GUESTS_MOST = 50
ITEMS_MOST = 300

Draw = Callable[[Meeting, datetime], int]


class WrongPerson(Refused):
    """Somebody who was not asked to come cannot be noted as present by their post."""

    code = "wrong_person"


class NotDone(Refused):
    """The session cannot be closed as it is."""

    code = "not_done"


@transaction.atomic
def open_session(*, meeting: Meeting, actor: Standing, at: datetime, draw: Draw) -> Meeting:
    """Open it: the agenda is drawn, whoever opens it chairs and writes until somebody else does.

    Of two who open it at once one does, and the other is shown the open session: opening an open
    session changes nothing.

    :raises NotAllowed: the person does not run it.
    :raises WrongTime: more than two hours too early or seven days too late.
    """
    found = lock(meeting)
    if found.state == StateChoices.OPEN and may_decide(actor, found):
        return found
    locked = begin(meeting=found, actor=actor, verb="open")
    if not may_open_at(begins_at=locked.begins_at, at=at):
        raise WrongTime(
            _(
                "A session can be opened from two hours before until seven days after its time; "
                "move it, or call an extra one."
            )
        )
    declared = all_series().get(locked.series_key)
    who = person_of(actor)
    save(
        locked,
        at=at,
        state=StateChoices.OPEN,
        opened_at=at,
        opened_by_id=who,
        chair_id=who,
        minute_taker_id=who,
        series=declared[0] if declared else locked.series,
    )
    post = people_asked(locked, at=at).get(who)
    Attendance.objects.create(meeting=locked, person_id=who, role=post.role if post else "")
    item_count = draw(locked, at)
    recorded(
        "meeting_opened",
        locked,
        at=at,
        actor_id=who,
        item_count=item_count,
        left_out_count=locked.left_out_count,
    )
    return locked


@transaction.atomic
def note_attendance(
    *,
    meeting: Meeting,
    people: Collection[UUID],
    guests: Sequence[str],
    chair: UUID,
    minute_taker: UUID,
    actor: Standing,
    at: datetime,
    seen_version: int | None = None,
) -> Meeting:
    """Say who is there; replaces what was said before.

    People come by their posts; guests are names. Who does not come is not noted anywhere.

    :raises WrongPerson: somebody is not asked to come, or chairs or writes without being there.
    """
    locked = begin(meeting=meeting, actor=actor, verb="close", seen_version=seen_version)
    asked = people_asked(locked, at=at)
    who = person_of(actor)
    there = dict.fromkeys(people)
    if strangers := [one for one in there if one not in asked and one != who]:
        raise WrongPerson(
            _("%(count)d of those named are not asked to this session; note them as guests.")
            % {"count": len(strangers)},
            fields={"people": _("Only those whose posts bring them here can be ticked.")},
        )
    for field, one in (("chair", chair), ("minute_taker", minute_taker)):
        if one not in there:
            raise WrongPerson(
                _("Who chairs and who writes the minutes must be there."),
                fields={field: _("Who chairs and who writes the minutes must be there.")},
            )
    names = list(dict.fromkeys(name.strip()[:60] for name in guests if name.strip()))
    if len(names) > GUESTS_MOST:
        raise Refused(
            _("At most %(count)d guests can be named.") % {"count": GUESTS_MOST},
            fields={"guests": _("At most %(count)d guests can be named.") % {"count": GUESTS_MOST}},
        )
    locked.attendances.all().delete()
    Attendance.objects.bulk_create(
        [
            *(
                Attendance(
                    meeting=locked, person_id=one, role=asked[one].role if one in asked else ""
                )
                for one in there
            ),
            *(Attendance(meeting=locked, guest=name) for name in names),
        ]
    )
    save(locked, at=at, chair_id=chair, minute_taker_id=minute_taker)
    recorded(
        "attendance_noted",
        locked,
        at=at,
        actor_id=who,
        person_count=len(there),
        guest_count=len(names),
    )
    return locked


@transaction.atomic
def write_minutes(
    *,
    meeting: Meeting,
    text: str,
    actor: Standing,
    at: datetime,
    seen_version: int | None = None,
) -> Meeting:
    """Write what was said besides the decisions; may be written again until the session closes."""
    locked = begin(meeting=meeting, actor=actor, verb="close", seen_version=seen_version)
    text = _minutes(text)
    save(locked, at=at, minutes=text)
    recorded("minutes_written", locked, at=at, actor_id=person_of(actor), digest=digest_of(text))
    return locked


def _minutes(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MINUTES_LONGEST:
        sentence = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": MINUTES_LONGEST,
            "count": len(text),
        }
        raise WordsMissing(sentence, fields={"text": sentence})
    return text


@transaction.atomic
def add_text(*, meeting: Meeting, text: str, actor: Standing, at: datetime) -> AgendaItem:
    """Put something on the agenda that is no incident, of a planned or an open session."""
    locked = lock_for_agenda(meeting, actor)
    text = words_given(text, _("Please write what it is about."), field="text")[:500]
    item = AgendaItem.objects.create(
        meeting=locked, position=next_position(locked), text=text, reasons=[Reason.ADDED]
    )
    recorded("item_added", locked, at=at, actor_id=person_of(actor), item=item.pk)
    return item


def lock_for_agenda(meeting: Meeting, actor: Standing) -> Meeting:
    """The session, locked, for putting something on its agenda; everybody asked to come may."""
    locked = lock(meeting)
    if not may_decide(actor, locked):
        raise NotAllowed(_("Your posts do not bring you to this session."))
    check_state(locked, frozenset({State.PLANNED, State.OPEN}))
    return locked


def next_position(meeting: Meeting) -> int:
    """:raises Conflict: the agenda is full."""
    last = meeting.items.order_by("-position").values_list("position", flat=True).first() or 0
    if last >= ITEMS_MOST:
        raise Conflict(_("This agenda is full; keep the rest for the next session."))
    return last + 1


@transaction.atomic
def close_session(
    *,
    meeting: Meeting,
    actor: Standing,
    at: datetime,
    text: str | None = None,
    seen_version: int | None = None,
) -> Meeting:
    """Close it, with the minutes when they come along: from now on the database keeps it as it is.

    What was not reached stays undecided and comes up again. Nobody counts who was absent.

    :raises NotDone: who chairs is not among those present.
    """
    locked = begin(meeting=meeting, actor=actor, verb="close", seen_version=seen_version)
    present = set(
        locked.attendances.filter(person__isnull=False).values_list("person_id", flat=True)
    )
    if locked.chair_id not in present:
        raise NotDone(_("Please note first who is there and who chairs."))
    minutes = locked.minutes if text is None else _minutes(text)
    items = list(locked.items.order_by("position").values_list("pk", "decision", "decision_text"))
    who = person_of(actor)
    content = "\n".join([minutes, *(f"{key} {kind} {words}" for key, kind, words in items)])
    save(
        locked,
        at=at,
        minutes=minutes,
        state=StateChoices.CLOSED,
        closed_at=at,
        closed_by_id=who,
    )
    recorded(
        "meeting_closed",
        locked,
        at=at,
        actor_id=who,
        item_count=len(items),
        decided_count=sum(1 for _key, kind, _words in items if kind),
        digest=digest_of(content),
    )
    return locked


@transaction.atomic
def hold_nil_session(*, meeting: Meeting, actor: Standing, at: datetime, draw: Draw) -> Meeting:
    """Open and close in one tap where nothing is unsolved, with a line of minutes that says so.

    :raises NotDone: something has come up after all.
    """
    opened = open_session(meeting=meeting, actor=actor, at=at, draw=draw)
    if opened.items.exists():
        raise NotDone(_("Something has come up meanwhile; open the session and look at it."))
    return close_session(
        meeting=opened, actor=actor, at=at, text=_("Nothing was unsolved; nothing to decide.")
    )


@transaction.atomic
def correct_minutes(*, meeting: Meeting, text: str, actor: Standing, at: datetime) -> Correction:
    """Add a note to closed minutes; what they say stays, and the note says when and by whom."""
    locked = begin(meeting=meeting, actor=actor, verb="correct")
    text = _minutes(words_given(text, _("Please write what is to be corrected."), field="text"))
    found = Correction.objects.create(
        meeting=locked, text=text, written_by_id=person_of(actor), written_at=at
    )
    recorded("minutes_corrected", locked, at=at, actor_id=person_of(actor), digest=digest_of(text))
    return found
