"""Calling a meeting: announce it with its agenda, change that, move it, call it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.assemblies import rules
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.inviting import invite
from xiangyue.assemblies.kinds import is_held_at, kind_of, kind_row, may_call
from xiangyue.assemblies.models import Item, Sitting, StateChoices
from xiangyue.assemblies.noticing import publish
from xiangyue.assemblies.services.acting import (
    WordsMissing,
    begin,
    check_undecided,
    digest_of,
    item_of,
    line_given,
    lock,
    recorded,
    recorded_item,
    save,
    words_given,
)
from xiangyue.assemblies.services.binding import check_roll
from xiangyue.ballots.models import Roll
from xiangyue.ballots.reading import reserved_matters
from xiangyue.blueprints.queries import meaning
from xiangyue.councils.models import Council
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place

LONGEST_TITLE, LONGEST_WHERE = 100, 120
LONGEST_ITEM, LONGEST_PAPER, LONGEST_REASON = 200, 20_000, 300
MOST_ITEMS = 60
FURTHEST = timedelta(days=366)


class TooEarly(Refused):
    """The notice period would not lie between announcing and holding."""

    code = "too_early"


class WrongPlace(Refused):
    """Such a meeting is not held at such a place."""

    code = "wrong_place"


@dataclass(frozen=True, slots=True)
class Agendum:
    """An item as it is announced: its title, what people should read, what it is about."""

    title: str
    text: str = ""
    matter: str = ""
    subject: models.Model | None = None


@transaction.atomic
def announce(
    *,
    kind: str,
    place: Place,
    title: str,
    where: str,
    starts_at: datetime,
    by: Person | None,
    at: datetime,
    council: Council | None = None,
    items: Sequence[Agendum | str] = (),
    roll: Roll | None = None,
    expected_count: int | None = None,
    client_key: UUID | None = None,
) -> Sitting:
    """Announce a meeting: its notice goes up with the agenda, and who is invited will be told.

    What was sent already under the same `client_key` is the sitting that came of it. Without `by`
    another module calls it. Records `assemblies.sitting_announced`.

    :raises NotFound: no such kind is declared.
    :raises NotAllowed: no post of theirs calls such meetings here.
    :raises WrongPlace: not at a place of this level.
    :raises TooEarly: the notice period is too short, or the day lies behind.
    :raises WordsMissing: no title, place or agenda, or too many words.
    :raises WrongRoll: the roll is another place's or body's.
    """
    if client_key is not None:
        found = Sitting.objects.filter(client_key=client_key, announced_by=by).first()
        if found is not None:
            return found
    row = kind_row(kind)
    declared = meaning(row, SittingKind)
    if not is_held_at(declared, place):
        message = _("Such a meeting is not held at a place like this.")
        raise WrongPlace(message, fields={"place": message})
    if by is not None and not may_call(standing_of(by, at=at), declared, place):
        raise NotAllowed(_("Your posts do not call such a meeting here."))
    if declared.invites == "council" and council is None:
        message = _("Say which council meets.")
        raise WrongPlace(message, fields={"council": message})
    check_notice(declared, starts_at=starts_at, at=at, announced_at=at)
    agenda = [one if isinstance(one, Agendum) else Agendum(one) for one in items]
    if not agenda:
        message = _("Write at least one item of the agenda.")
        raise WordsMissing(message, fields={"agenda": message})
    if len(agenda) > MOST_ITEMS:
        message = _("At most %(most)d items in one meeting.") % {"most": MOST_ITEMS}
        raise WordsMissing(message, fields={"agenda": message})
    today = timezone.localdate(at)
    sitting = Sitting(
        client_key=client_key, kind=kind, declaration=row, place=place, place_path=place.path,
        council_id=council.pk if council is not None else None,
        title=line_given(title, _("Say what the meeting is about."), field="title",
                         most=LONGEST_TITLE),
        where=line_given(where, _("Say where people meet."), field="where", most=LONGEST_WHERE),
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=declared.duration_minutes),
        announced_on=today, announced_at=at, announced_by=by, expected_count=expected_count,
    )  # fmt: skip
    if roll is not None:
        check_roll(sitting, declared, roll)
        sitting.roll = roll
    sitting.save(force_insert=True)
    for position, one in enumerate(agenda, start=1):
        _new_item(sitting, one, position=position, by=by, at=at)
    invited_count = invite(sitting, council=council, at=at)
    if roll is not None:
        sitting.expected_count = roll.entry_count
    sitting.notice = publish(sitting, by=by, at=at)
    sitting.save(update_fields=["notice", "expected_count"])
    recorded(
        "sitting_announced", sitting, at=at, by=by, starts_at=starts_at,
        notice=sitting.notice.number if sitting.notice else "", council=sitting.council_id,
        invited_count=invited_count,
    )  # fmt: skip
    return sitting


def check_notice(
    kind: SittingKind, *, starts_at: datetime, at: datetime, announced_at: datetime
) -> None:
    """:raises TooEarly: the notice period would be too short, or the time is over or too far."""
    earliest = rules.earliest_day(
        announced_on=timezone.localdate(announced_at), notice_days=kind.notice_days
    )
    if starts_at <= at:
        message = _("This time is over already.")
    elif starts_at > at + FURTHEST:
        message = _("Choose a day within a year.")
    elif timezone.localdate(starts_at) < earliest:
        message = _(
            "Too early: such a meeting is announced %(days)d days before, so it is held on"
            " %(day)s at the earliest."
        ) % {"days": kind.notice_days, "day": f"{earliest:%Y-%m-%d}"}
        raise TooEarly(message, fields={"starts_at": message}, source=kind.source)
    else:
        return
    raise TooEarly(message, fields={"starts_at": message})


def _new_item(
    sitting: Sitting, said: Agendum, *, position: int, by: Person | None, at: datetime
) -> Item:
    if said.matter and all(one.key != said.matter for one in reserved_matters()):
        message = _("Choose one of the reserved matters, or none.")
        raise Refused(message, fields={"matter": message})
    subject = said.subject
    return Item.objects.create(
        sitting=sitting, position=position,
        title=line_given(said.title, _("Say what the item is about."), field="title",
                         most=LONGEST_ITEM),
        text=words_given(said.text, "", field="text", most=LONGEST_PAPER, least=0),
        matter=said.matter,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        noticed_on=timezone.localdate(at), added_by=by,
    )  # fmt: skip


@transaction.atomic
def add_item(
    *,
    sitting: Sitting,
    title: str,
    by: Person | None,
    at: datetime,
    subject: models.Model | None = None,
    text: str = "",
    matter: str = "",
) -> Item:
    """Put an item on the agenda of a meeting that is announced or open; it is announced by itself.

    Its own notice period begins today: where that is too short it can be talked about and put
    off, not decided. Records `assemblies.item_added`.

    :raises WrongState: the meeting is over.
    """
    locked = begin(sitting, verb="agenda", by=by, at=at)
    last = locked.items.order_by("-position").values_list("position", flat=True).first() or 0
    if last >= MOST_ITEMS:
        raise Refused(_("This agenda is full; keep the rest for the next meeting."))
    item = _new_item(locked, Agendum(title, text, matter, subject), position=last + 1, by=by, at=at)
    notice = publish(locked, by=by, at=at, added=item)
    save(locked)
    recorded_item("item_added", locked, item, at=at, by=by, notice=notice.number if notice else "")
    return item


@transaction.atomic
def change_item(*, item: Item, title: str, text: str, by: Person | None, at: datetime) -> Item:
    """Change what an item is about; its notice period begins anew, as nobody knew of it before.

    What changes nothing changes nothing. Records `assemblies.item_changed`.

    :raises WrongState: the meeting is over.
    :raises Overtaken: it has been decided.
    """
    locked = begin(item.sitting, verb="agenda", by=by, at=at)
    found = item_of(locked, item)
    check_undecided(found)
    title = line_given(title, _("Say what the item is about."), field="title", most=LONGEST_ITEM)
    text = words_given(text, "", field="text", most=LONGEST_PAPER, least=0)
    if (title, text) == (found.title, found.text):
        return found
    found.title, found.text, found.noticed_on = title, text, timezone.localdate(at)
    found.save(update_fields=["title", "text", "noticed_on"])
    notice = publish(locked, by=by, at=at, changed=found)
    save(locked)
    recorded_item(
        "item_changed", locked, found, at=at, by=by, digest=digest_of(f"{title}\n{text}"),
        notice=notice.number if notice else "",
    )  # fmt: skip
    return found


@transaction.atomic
def move_sitting(
    *,
    sitting: Sitting,
    starts_at: datetime,
    where: str,
    reason: str,
    by: Person | None,
    at: datetime,
    seen_version: int | None = None,
) -> Sitting:
    """Hold it at another time or place, for a reason that everybody reads; all are told anew.

    An earlier day must keep the notice period counted from today, a later one from the first
    announcement. Records `assemblies.sitting_moved`.

    :raises TooEarly: the notice period would be too short.
    """
    locked = begin(sitting, verb="arrange", by=by, at=at, seen_version=seen_version)
    kind = kind_of(locked)
    is_later = starts_at >= locked.starts_at
    check_notice(
        kind, starts_at=starts_at, at=at, announced_at=locked.announced_at if is_later else at
    )
    reason = line_given(
        reason, _("Please say why; everybody can read it."), field="reason", most=LONGEST_REASON
    )
    where = line_given(where, _("Say where people meet."), field="where", most=LONGEST_WHERE)
    lasts = locked.ends_at - locked.starts_at
    save(
        locked, starts_at=starts_at, ends_at=starts_at + lasts, where=where, change_reason=reason,
        revision=locked.revision + 1,
    )  # fmt: skip
    notice = publish(locked, by=by, at=at, is_moved=True)
    if notice is not None:
        save(locked, notice=notice)
    recorded(
        "sitting_moved", locked, at=at, by=by, starts_at=starts_at,
        notice=notice.number if notice else "",
    )  # fmt: skip
    return locked


@transaction.atomic
def call_off(
    *,
    sitting: Sitting,
    reason: str,
    by: Person | None,
    at: datetime,
    seen_version: int | None = None,
) -> Sitting:
    """Say that it is not held, and why; all who were invited are told.

    Calling off again changes nothing. Records `assemblies.sitting_called_off`.
    """
    found = lock(sitting)
    if found.state == StateChoices.CALLED_OFF:
        return found
    locked = begin(found, verb="arrange", by=by, at=at, seen_version=seen_version)
    reason = line_given(
        reason, _("Please say why; everybody can read it."), field="reason", most=LONGEST_REASON
    )
    save(locked, state=StateChoices.CALLED_OFF, change_reason=reason, revision=locked.revision + 1)
    notice = publish(locked, by=by, at=at, is_called_off=True)
    recorded("sitting_called_off", locked, at=at, by=by, notice=notice.number if notice else "")
    return locked
