"""How every act on a compact begins and ends: who, lock, words, record."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.calendars.services import hold_calendar
from xiangyue.compacts import rules
from xiangyue.compacts.gates import is_reviewed
from xiangyue.compacts.models import Clause, Compact, Edition, Version
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.procedures.models import Run

DRAFT = "compacts.draft"
ANSWER = "compacts.answer"
REVIEW = "compacts.review"
# Whoever reports for others enters opinions for them too (SE05).
ENTER = "incidents.enter_for_others"


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class NotNow(Conflict):
    """The version is not where this can be done; somebody else may have been quicker."""

    code = "not_now"


class EditedMeanwhile(Conflict):
    """Somebody else changed it since it was read; both texts are shown, nothing is lost."""

    code = "edited_meanwhile"


class NotReady(Refused):
    """Something is missing before this can be done; every sentence says what to do."""

    code = "not_ready"

    def __init__(self, missing: Sequence[str], *, source: str = "") -> None:
        super().__init__(" ".join(missing), source=source)
        self.missing = list(missing)


def words_given(text: str, missing: str | Promise, *, field: str, most: int) -> str:
    """The words, trimmed, in lines that end alike.

    :raises WordsMissing: none, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip()
    if len(words) < 2:
        raise WordsMissing(missing, fields={field: missing})
    return checked(words, field=field, most=most)


def checked(words: str, *, field: str, most: int) -> str:
    """:raises WordsMissing: too many words, or a character among them that no text has."""
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


def line_given(text: str, missing: str | Promise, *, field: str, most: int) -> str:
    return words_given(" ".join(text.split()), missing, field=field, most=most)


def short(text: str, *, field: str, most: int) -> str:
    """A line that may be empty."""
    return checked(" ".join(text.split()), field=field, most=most)


def lock(version: Version) -> Version:
    """The version as it stands now, locked until the transaction ends; before it its procedure.

    Whoever completes a step holds the calendar and the run, and then comes to the version; so does
    whoever acts here.

    :raises NotNow: a procedure began to accompany it in this very moment.
    """
    run_id = Version.objects.values_list("run_id", flat=True).get(pk=version.pk)
    if run_id is not None:
        hold_calendar()
        Run.objects.select_for_update().only("pk").get(pk=run_id)
    rows = Version.objects.select_for_update(of=("self",))
    locked = rows.select_related("compact__declaration", "compact__place", "run").get(pk=version.pk)
    if locked.run_id != run_id:
        raise NotNow(_("A procedure has just begun to accompany this; look at it again."))
    return locked


def moved(version: Version, act: rules.Act) -> None:
    """Move the locked version on; the caller saves.

    :raises NotNow: it is not where this can be done.
    """
    after = rules.state_after(rules.State(version.state), act)
    if after is None:
        raise NotNow(
            _("This cannot be done now: %(state)s.") % {"state": version.get_state_display()}
        )
    version.state = after


def paths_of(compact: Compact) -> list[str]:
    """The paths of the places that it binds."""
    return [member.place_path for member in compact.members.all()]


def may(standing: Standing, verb: str, compact: Compact) -> bool:
    """Whether a post of theirs grants the verb at one of the places."""
    return any(standing.may(verb, place_path=path) for path in paths_of(compact))


def check_may(by: Person, verb: str, compact: Compact, *, at: datetime) -> Standing:
    """The standing of somebody whose posts grant the verb there.

    :raises NotAllowed: none does.
    """
    mine = standing_of(by, at=at)
    if not may(mine, verb, compact):
        raise NotAllowed(_("Your posts do not include this for this compact."))
    return mine


def check_writable(version: Version) -> None:
    """:raises NotNow: its words stand."""
    if is_reviewed(version):
        raise NotNow(
            _("The town has looked at these words: they are put up as they are, or withdrawn."),
            source="LP-12; CP01",
        )
    if not version.is_writable:
        raise NotNow(
            _("The words stand as they are now: %(state)s.")
            % {"state": version.get_state_display()},
            source="CP01",
        )


def rows_of(clauses: Iterable[Clause]) -> list[dict[str, str]]:
    """Clauses as editions hold them."""
    return [
        {
            "lineage": str(one.lineage),
            "topic": one.topic,
            "heading": one.heading,
            "text": one.text,
        }
        for one in clauses
    ]


def digest_of_rows(rows: Sequence[dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def keep_edition(
    version: Version, stage: rules.Stage, clauses: Iterable[Clause], *, at: datetime
) -> Edition:
    """Keep the text word for word as it is now."""
    rows = rows_of(clauses)
    return Edition.objects.create(
        version=version, stage=stage, clauses=rows, digest=digest_of_rows(rows), frozen_at=at
    )


def recorded(
    name: str, version: Version, *, at: datetime, actor_id: UUID | None = None, **facts: Any
) -> None:
    record(
        name=f"compacts.{name}",
        subject=version,
        at=at,
        actor_id=actor_id,
        place_path=version.compact.place_path,
        facts={"compact": str(version.compact_id), "number": version.number, **facts},
    )
