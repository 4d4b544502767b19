"""How every act on a sitting begins and ends: lock, right, state, version, record."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.assemblies import rules
from xiangyue.assemblies.kinds import KEEP
from xiangyue.assemblies.models import Item, Sitting, StateChoices
from xiangyue.assemblies.motion_models import Decision
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person


class WrongState(Conflict):
    """The act does not go with where the sitting is by now."""

    code = "wrong_state"


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class Overtaken(Conflict):
    """Somebody else changed the same thing meanwhile."""

    code = "overtaken"


def lock(sitting: Sitting) -> Sitting:
    """The sitting as it stands now, locked until the transaction ends."""
    return (
        Sitting.objects.select_for_update(of=("self",))
        .select_related("declaration", "place", "roll__rule")
        .get(pk=sitting.pk)
    )


def runs(sitting: Sitting, by: Person, *, at: datetime) -> bool:
    """Whether the person runs it: by their post, or as its chair or minute taker."""
    if by.pk in {sitting.chair_id, sitting.minute_taker_id}:
        return True
    return standing_of(by, at=at).may(KEEP, place_path=sitting.place_path)


def begin(
    sitting: Sitting,
    *,
    verb: str,
    by: Person | None,
    at: datetime,
    seen_version: int | None = None,
) -> Sitting:
    """Lock the sitting and check that this person may do this with it now.

    Without `by` another module acts, whose own rules decided.

    :raises NotAllowed: they do not run it.
    :raises WrongState: the sitting is past that, or not there yet.
    :raises Overtaken: it has changed since they looked.
    """
    locked = lock(sitting)
    if by is not None and not runs(locked, by, at=at):
        raise NotAllowed(_("Your posts do not include running this meeting."))
    check_state(locked, verb)
    if seen_version is not None and locked.version != seen_version:
        raise Overtaken(
            _("Somebody has just changed this meeting; look at it again, then enter it anew.")
        )
    return locked


def check_state(sitting: Sitting, verb: str) -> None:
    """:raises WrongState: as said."""
    if rules.State(sitting.state) not in rules.SOURCES[verb]:
        raise WrongState(
            _("This cannot be done now: the meeting is “%(state)s”.")
            % {"state": StateChoices(sitting.state).label}
        )


def save(sitting: Sitting, **changes: Any) -> Sitting:
    """Set and save what changes; the version grows."""
    for field, value in changes.items():
        setattr(sitting, field, value)
    sitting.version += 1
    sitting.save(update_fields=[*changes, "version"])
    return sitting


def item_of(sitting: Sitting, item: Item) -> Item:
    """The item as it is now, of this locked sitting."""
    return Item.objects.select_related("ballot").get(pk=item.pk, sitting=sitting)


def recorded(
    name: str, sitting: Sitting, *, at: datetime, by: Person | UUID | None, **facts: Any
) -> None:
    record(
        name=f"assemblies.{name}",
        subject=sitting,
        at=at,
        actor_id=by.pk if isinstance(by, Person) else by,
        place_path=sitting.place_path,
        facts={"kind": sitting.kind, **facts},
    )


def recorded_item(
    name: str, sitting: Sitting, item: Item, *, at: datetime, by: Person | None, **facts: Any
) -> None:
    recorded(
        name,
        sitting,
        at=at,
        by=by,
        item=item.pk,
        subject_type=item.subject_type,
        subject_id=item.subject_id,
        **facts,
    )


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def words_given(text: str, missing: str, *, field: str, most: int, least: int = 2) -> str:
    """The words, trimmed, in lines that end alike.

    :raises WordsMissing: there are none, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip()
    if "\x00" in words:
        missing = _("What was sent holds a character that no text has.")
    elif len(words) > most:
        missing = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
    elif len(words) >= least:
        return words
    raise WordsMissing(missing, fields={field: missing})


def line_given(text: str, missing: str, *, field: str, most: int, least: int = 2) -> str:
    """As `words_given`, in one line."""
    return words_given(" ".join(text.split()), missing, field=field, most=most, least=least)


def check_undecided(item: Item) -> None:
    """:raises Overtaken: somebody was quicker."""
    if Decision.objects.filter(item=item).exists():
        raise Overtaken(_("This item has been decided already; what was decided stays."))
