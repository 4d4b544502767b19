"""Issues that are one are joined, an issue that is two is parted; nothing is lost, nobody counts
twice, and whoever joined them can undo it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.calendars.services import hold_calendar, start_clock
from xiangyue.deliberation import rules
from xiangyue.deliberation.models import Issue, Source, StateChoices, Support
from xiangyue.deliberation.services.acting import (
    KEEP,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Moved,
    NotNow,
    check_may,
    check_possible,
    family,
    noted,
    policy,
    public_words,
    recount,
    stop_running,
)
from xiangyue.deliberation.services.supporting import reach
from xiangyue.deliberation.services.telling import announce
from xiangyue.deliberation.turns import Turn
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person


class WrongIssue(Refused):
    """The two are no one issue."""

    code = "wrong_issue"


def _locked(keys: Iterable[UUID]) -> dict[UUID, Issue]:
    """The issues, locked in one order, so that two who join the same ones wait for each other."""
    rows = Issue.objects.filter(pk__in=set(keys)).order_by("pk")
    rows = rows.select_for_update(of=("self",)).select_related("place")
    return {row.pk: row for row in rows}


def _chain(issue: Issue) -> list[UUID]:
    """The issue and, one after the other, what it and each next one were joined to."""
    found = [issue.pk]
    while issue.merged_into_id is not None:
        issue = Issue.objects.get(pk=issue.merged_into_id)
        found.append(issue.pk)
    return found


@transaction.atomic
def merge_issue(
    *, issue: Issue, into: Issue, by: Person, at: datetime, seen: int | None = None
) -> Issue:
    """Join an issue to another that says the same; its voices count there from now on.

    Each keeps its own words, history and voices, so that it can be undone; its old links lead on.
    Records `deliberation.issue_merged` of both and tells everybody whose voice moved. Returns what
    it was joined to.

    :raises NotAllowed: no post of theirs keeps issues at both places.
    :raises WrongIssue: itself, one that is part of another already, or a petition with none.
    :raises NotNow: one of them is decided already.
    :raises Moved: somebody has just changed it.
    """
    hold_calendar()
    rows = _locked([issue.pk, into.pk])
    part, whole = rows[issue.pk], rows[into.pk]
    for one in (part, whole):
        check_may(by, KEEP, one.place_path, at=at)
    if seen is not None and part.version != seen:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    if part.pk == whole.pk:
        raise _wrong(_("An issue is not joined to itself."))
    if whole.merged_into_id is not None:
        raise _wrong(
            _("%(number)s has been joined to another itself; choose that one.")
            % {"number": whole.number}
        )
    check_possible(part, rules.Act.MERGE)
    if rules.State(whole.state) not in rules.TAKES_OTHERS:
        raise NotNow(_("%(number)s is decided already.") % {"number": whole.number})
    if part.asks != whole.asks:
        raise _wrong(_("A petition and an issue are answered differently; they stay apart."))
    if not (part.is_shown and whole.is_shown):
        raise _wrong(_("Both must have been looked at and shown first."))
    if not (
        part.place_path.startswith(whole.place_path) or whole.place_path.startswith(part.place_path)
    ):
        raise _wrong(_("They concern different places."))
    announce(part, Turn.MERGED, at=at)
    part.state, part.merged_into, part.merged_by = StateChoices.MERGED, whole, by
    part.version += 1
    stop_running(part, at=at)
    part.save(update_fields=["state", "merged_into", "merged_by", "version"])
    recount(whole)
    whole.version += 1
    whole.save(update_fields=["support_count", "version"])
    noted(part, "issue_merged", at=at, by=by, into=whole.number)
    noted(whole, "issue_joined", at=at, by=by, part=part.number, support_count=whole.support_count)
    reach(whole, at=at)
    return whole


@transaction.atomic
def undo_merge(*, issue: Issue, by: Person, at: datetime, seen: int | None = None) -> Issue:
    """Let an issue stand on its own again, as long as what it was joined to is not decided.

    Its own voices count for it again; what was given to the joined one meanwhile stays there.
    Records `deliberation.issue_unmerged` and tells everybody whose voice moved.

    :raises NotAllowed: somebody else joined it.
    :raises NotNow: it stands on its own, or what it was joined to is decided.
    :raises Moved: somebody has just changed it.
    """
    hold_calendar()
    chain = _chain(Issue.objects.get(pk=issue.pk))
    rows = _locked(chain)
    part, whole = rows[issue.pk], rows[chain[-1]]
    if seen is not None and part.version != seen:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    check_possible(part, rules.Act.UNMERGE)
    check_may(by, KEEP, part.place_path, at=at)
    if part.merged_by_id != by.pk:
        raise NotAllowed(_("Whoever joined them undoes it."))
    if _chain(part) != chain:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    if rules.State(whole.state) not in rules.TAKES_OTHERS:
        raise NotNow(_("%(number)s is decided already.") % {"number": whole.number})
    into = part.merged_into
    assert into is not None
    part.state, part.merged_into, part.merged_by = StateChoices.COLLECTED, None, None
    part.version += 1
    if not part.is_petition or part.reached_at is not None:
        limit = policy().answer_within if part.is_petition else policy().decide_within
        part.clock = start_clock(limit=limit, at=at)
    part.save()
    recount(part)
    part.save(update_fields=["support_count"])
    for key in chain[1:]:
        recount(rows[key])
        rows[key].version += 1
        rows[key].save(update_fields=["support_count", "version"])
    noted(part, "issue_unmerged", at=at, by=by, apart_from=into.number)
    noted(whole, "issue_parted", at=at, by=by, part=part.number, support_count=whole.support_count)
    announce(part, Turn.UNMERGED, at=at)
    return part


@transaction.atomic
def split_issue(
    *, issue: Issue, title: str, text: str, by: Person, at: datetime, seen: int | None = None
) -> Issue:
    """Make a part of an issue an issue of its own; who supported the whole supports the part too.

    Records `deliberation.issue_split` of both. Returns the new one.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: it is decided already.
    :raises WordsMissing: the part has no title or text.
    """
    hold_calendar()
    whole = _locked([issue.pk])[issue.pk]
    check_may(by, KEEP, whole.place_path, at=at)
    if seen is not None and whole.version != seen:
        raise Moved(_("Somebody has just changed this issue; look at it again."))
    check_possible(whole, rules.Act.SPLIT)
    part = Issue(
        number=f"Y{timezone.localtime(at):%y%m%d}-{speakable_code(6)}",
        place=whole.place,
        place_path=whole.place_path,
        topic=whole.topic,
        title=public_words(
            " ".join(title.split()),
            _("Please say in a line what it is about."),
            field="title",
            most=LONGEST_TITLE,
        ),
        text=public_words(
            text, _("Please write a sentence or two."), field="text", most=LONGEST_TEXT
        ),
        source=Source.TOPIC_PETITION if whole.asks else Source.SPLIT,
        asks=whole.asks,
        raised_by=whole.raised_by,
        said_by=whole.said_by,
        entered_by=by,
        raised_at=at,
        is_shown=True,
        looked_at=at,
        split_from=whole,
        clock=None if whole.asks else start_clock(limit=policy().decide_within, at=at),
    )
    part.save(force_insert=True)
    voices: dict[str, Support] = {}
    rows = Support.objects.filter(issue__in=family(whole.pk)).order_by("-is_raiser", "given_at")
    for one in rows:
        voices.setdefault(one.voice, one)
    Support.objects.bulk_create(
        Support(
            issue=part,
            voice=one.voice,
            person_id=one.person_id,
            said_by=one.said_by,
            entered_by_id=one.entered_by_id,
            is_raiser=one.is_raiser and one.issue_id == whole.pk,
            given_at=one.given_at,
        )
        for one in voices.values()
    )
    recount(part)
    part.save(update_fields=["support_count"])
    whole.version += 1
    whole.save(update_fields=["version"])
    noted(whole, "issue_split", at=at, by=by, part=part.number)
    noted(part, "issue_split_off", at=at, by=by, whole=whole.number)
    reach(part, at=at)
    return part


def _wrong(said: str) -> WrongIssue:
    return WrongIssue(said, fields={"into": said})
