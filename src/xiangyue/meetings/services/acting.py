"""How every act on a session begins: lock, right, state, version. Nothing of incidents."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.meetings.access import may_run
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.rules import SOURCES, State


class WrongState(Conflict):
    """The act does not go with the state that the session is in by now."""

    code = "wrong_state"


class WordsMissing(Refused):
    """An act that needs words came without them."""

    code = "words_missing"


class WrongTime(Refused):
    """A session cannot be at that time."""

    code = "wrong_time"


def person_of(actor: Standing) -> UUID:
    """Who acts.

    :raises NotAllowed: a visitor.
    """
    if actor.person_id is None:
        raise NotAllowed(_("Please sign in first."))
    return actor.person_id


def lock(meeting: Meeting) -> Meeting:
    """The session as it stands now, locked until the transaction ends."""
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("series", "place")
        .get(pk=meeting.pk)
    )


def begin(
    *, meeting: Meeting, actor: Standing, verb: str, seen_version: int | None = None
) -> Meeting:
    """Lock the session and check that this person may do this with it now.

    :raises NotAllowed: they do not run it.
    :raises Conflict: somebody acted since, or the state does not allow it.
    """
    locked = lock(meeting)
    if not may_run(actor, locked):
        raise NotAllowed(_("Your posts do not include running this session."))
    check_state(locked, SOURCES[verb])
    if seen_version is not None and locked.version != seen_version:
        raise Conflict(
            _("Somebody has just changed this session; look at it again, then enter it anew.")
        )
    return locked


def check_state(meeting: Meeting, states: frozenset[State]) -> None:
    if State(meeting.state) not in states:
        raise WrongState(
            _("This cannot be done now: the session is “%(state)s”.")
            % {"state": StateChoices(meeting.state).label}
        )


def save(meeting: Meeting, *, at: datetime, **changes: Any) -> None:
    """Set and save what changes; the version grows."""
    for field, value in changes.items():
        setattr(meeting, field, value)
    meeting.version += 1
    meeting.changed_at = at
    meeting.save(update_fields=[*changes, "version", "changed_at"])


def recorded(
    name: str, meeting: Meeting, *, at: datetime, actor_id: UUID | None = None, **facts: Any
) -> None:
    record(
        name=f"meetings.{name}",
        subject=meeting,
        at=at,
        actor_id=actor_id,
        place_path=meeting.place_path,
        facts={"series": meeting.series_key, "date": meeting.date, **facts},
    )


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def words_given(text: str, what: str, *, field: str) -> str:
    """The words, trimmed.

    :raises WordsMissing: there are none, or too few to be any.
    """
    words = text.replace("\r\n", "\n").strip()
    if len(words) < 2:
        raise WordsMissing(what, fields={field: what})
    return words
