"""What every act on an issue begins and ends with: right, lock, state, words, step, record."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.calendars.services import stop_clock
from xiangyue.deliberation import rules
from xiangyue.deliberation.blueprint import IssuePolicy
from xiangyue.deliberation.models import Issue, IssueStep, Support
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.procedures.models import Run

SEE = "deliberation.see"
ENTER = "deliberation.enter"
KEEP = "deliberation.keep"
LEAD = "deliberation.lead"
CHECK = "deliberation.check"

LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 60, 1_000, 500


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class PersonalData(Refused):
    """What everybody can read holds a telephone or identity number."""

    code = "personal_data"


class NotNow(Conflict):
    """The issue has come further, or not so far."""

    code = "not_now"


class Moved(Conflict):
    """Somebody else has just acted on it."""

    code = "moved"


def policy() -> IssuePolicy:
    return meaning(current("issue_policy", "issues"), IssuePolicy)


def lives_at(person: Person, place_path: str) -> bool:
    """Whether the person's household or place lies at the place or below it."""
    paths = [person.household.place_path] if person.household_id and person.household else []
    if person.place_id and person.place:
        paths.append(person.place.path)
    return any(path.startswith(place_path) for path in paths)


def check_may(person: Person, verb: str, place_path: str, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs grants the verb there."""
    if not standing_of(person, at=at).may(verb, place_path=place_path):
        raise NotAllowed(_("Your posts do not include this for issues here."))


def lock(issue: Issue, *, act: rules.Act | None = None, seen: int | None = None) -> Issue:
    """The issue as it stands now, locked until the transaction ends; before it its procedure.

    Whoever completes a step or ends a procedure holds the run and then comes to the issue; whoever
    acts on an issue comes to the run later (`preparing.lay`), so it is locked first.

    :raises Moved: it has changed since `seen`.
    :raises NotNow: the act is not possible in its state.
    """
    run_id = Issue.objects.values_list("run_id", flat=True).get(pk=issue.pk)
    if run_id is not None:
        Run.objects.select_for_update().only("pk").get(pk=run_id)
    locked = Issue.objects.select_for_update(of=("self",)).select_related("place").get(pk=issue.pk)
    if locked.run_id is not None and locked.run_id != run_id:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    if seen is not None and locked.version != seen:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    if act is not None:
        check_possible(locked, act)
    return locked


def check_possible(issue: Issue, act: rules.Act) -> None:
    """:raises NotNow: the act is not possible in the issue's state."""
    if not rules.is_possible(act, rules.State(issue.state)):
        raise NotNow(
            _("This is not possible now: the issue is at “%(state)s”.")
            % {"state": issue.get_state_display()}
        )


def words_given(text: str, missing: str, *, field: str, most: int, least: int = 2) -> str:
    """The words, trimmed, as many as may be.

    :raises WordsMissing: too few, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip()
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) < least:
        raise WordsMissing(missing, fields={field: missing})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|\d{15})(?!\d)")


def public_words(text: str, missing: str, *, field: str, most: int, least: int = 2) -> str:
    """Words that everybody will read.

    :raises PersonalData: they hold a telephone or identity number (PIPL 25).
    """
    words = words_given(text, missing, field=field, most=most, least=least)
    if _NUMBERS.search(words):
        said = _("Everybody can read this; please leave out telephone and identity numbers.")
        raise PersonalData(said, source="个人信息保护法 art. 25", fields={field: said})
    return words


def topic_given(key: str) -> str:
    """:raises WordsMissing: no such topic is declared."""
    if key and key not in {row.key for row in all_current("issue_topic")}:
        said = _("There is no such topic.")
        raise WordsMissing(said, fields={"topic": said})
    return key


def family(issue_id: UUID) -> list[UUID]:
    """The issue and all that was merged into it, over however many turns."""
    found, edge = [issue_id], [issue_id]
    while edge:
        edge = list(Issue.objects.filter(merged_into__in=edge).values_list("pk", flat=True))
        found += edge
    return found


def head_of(issue: Issue) -> Issue:
    """What the issue is part of now: itself, or what it was merged into."""
    while issue.merged_into_id is not None:
        issue = Issue.objects.select_related("place").get(pk=issue.merged_into_id)
    return issue


def recount(issue: Issue) -> int:
    """Count the different voices anew; the issue is not saved."""
    rows = Support.objects.filter(issue__in=family(issue.pk))
    issue.support_count = rows.values("voice").distinct().count()
    return issue.support_count


def stop_running(issue: Issue, *, at: datetime) -> None:
    """Stop the clock for a yes or no, or for an answer, if one runs."""
    if issue.clock is not None and issue.clock.stopped_at is None:
        issue.clock = stop_clock(clock=issue.clock, at=at)


def noted(
    issue: Issue,
    name: str,
    *,
    at: datetime,
    by: Person | None = None,
    note: str = "",
    told: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Write what happened into the history and the record; of residents nobody is named.

    `note` and what is `told` besides stand in the history alone: the record holds no words.
    """
    IssueStep.objects.create(
        issue=issue, name=name, at=at, by=by, note=note, facts={**facts, **(told or {})}
    )
    record(
        name=f"deliberation.{name}",
        subject=issue,
        at=at,
        actor_id=by.pk if by is not None else None,
        place_path=issue.place_path,
        facts={"number": issue.number, "state": str(issue.state), **facts},
    )
