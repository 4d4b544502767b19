"""This is mine too: one voice a person, on whichever of several joined issues it was given."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import standing_of
from xiangyue.calendars.services import hold_calendar, start_clock
from xiangyue.deliberation import rules
from xiangyue.deliberation.models import Issue, Support
from xiangyue.deliberation.services.acting import (
    ENTER,
    KEEP,
    Moved,
    check_possible,
    family,
    head_of,
    lives_at,
    lock,
    noted,
    policy,
    recount,
)
from xiangyue.deliberation.services.voices import Voice, voice_of, voices_in
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person

VOICES_PER_HOUR = 60
TRIED = 3


def support_issue(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Say that an issue is one's own too; a second time changes nothing.

    It counts where the issue has been joined to, once, whichever of the joined ones was
    supported. A petition that comes to have enough supporters is owed an answer from then on.
    Records `deliberation.issue_supported` with the count, never with a name.

    :raises NotAllowed: they do not live there.
    :raises NotNow: it is settled, answered or taken back.
    :raises NotFound: it is not shown to everybody.
    """
    return _given(issue, [Voice(voice_of(by), by)], entered_by=None, by=by, at=at)[0]


def enter_voices(*, issue: Issue, names: str, by: Person, at: datetime) -> tuple[Issue, int]:
    """Enter who supports an issue but has no phone, one name a line; how many are new.

    Who supports it already, on a phone or on another list, is not counted twice.

    :raises NotAllowed: no post of theirs writes down issues there.
    :raises WordsMissing: nobody is named, or a name does not say who.
    """
    mine = standing_of(by, at=at)
    if not any(mine.may(verb, place_path=issue.place_path) for verb in (ENTER, KEEP)):
        raise NotAllowed(_("Your posts do not include writing down issues here."))
    found = voices_in(names, place=issue.place)
    return _given(issue, found, entered_by=by, by=by, at=at)


def _given(
    issue: Issue,
    voices: Sequence[Voice],
    *,
    entered_by: Person | None,
    by: Person,
    at: datetime,
) -> tuple[Issue, int]:
    for _attempt in range(TRIED):
        done = _give_once(
            head_of(Issue.objects.get(pk=issue.pk)), voices, entered_by=entered_by, by=by, at=at
        )
        if done is not None:
            return done
    raise Moved(_("The issue is just being joined to another; please try again."))


@transaction.atomic
def _give_once(
    head: Issue,
    voices: Sequence[Voice],
    *,
    entered_by: Person | None,
    by: Person,
    at: datetime,
) -> tuple[Issue, int] | None:
    """None when the issue was joined to another at that very moment."""
    hold_calendar()
    locked = lock(head)
    if locked.merged_into_id is not None:
        return None
    check_possible(locked, rules.Act.SUPPORT)
    if not locked.is_shown and entered_by is None and locked.raised_by_id != by.pk:
        raise NotFound(_("There is no such issue."))
    if entered_by is None:
        if not lives_at(by, locked.place_path):
            raise NotAllowed(
                _(
                    "Those who live there support it. If you do, let your grid worker or the"
                    " village clerk note where you live."
                )
            )
        spend(f"deliberation:support:{by.pk}", most=VOICES_PER_HOUR, hours=1, at=at)
    there = set(
        Support.objects.filter(
            issue__in=family(locked.pk), voice__in=[one.voice for one in voices]
        ).values_list("voice", flat=True)
    )
    new = [one for one in voices if one.voice not in there]
    if new:
        Support.objects.bulk_create(
            Support(
                issue=locked,
                voice=one.voice,
                person=one.person,
                said_by=one.said_by,
                entered_by=entered_by,
                given_at=at,
            )
            for one in new
        )
        recount(locked)
        locked.save(update_fields=["support_count"])
        noted(
            locked,
            "issue_supported",
            at=at,
            by=entered_by,
            support_count=locked.support_count,
            new_count=len(new),
        )
        reach(locked, at=at)
    return locked, len(new)


def reach(issue: Issue, *, at: datetime) -> None:
    """Begin the clock for an answer when a petition has come to have enough supporters."""
    declared = policy()
    if (
        not issue.is_petition
        or issue.reached_at is not None
        or issue.state != rules.State.COLLECTED
        or not rules.is_reached(support_count=issue.support_count, least=declared.petition_least)
    ):
        return
    issue.reached_at = at
    issue.clock = start_clock(limit=declared.answer_within, at=at)
    issue.save(update_fields=["reached_at", "clock"])
    noted(issue, "petition_reached", at=at, support_count=issue.support_count)


@transaction.atomic
def take_back_support(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Take one's voice back; whoever raised it takes the issue itself back instead.

    :raises NotAllowed: they raised it, or the voice was entered by somebody else.
    :raises NotNow: the issue is settled, or has just been joined to another.
    """
    head = head_of(Issue.objects.get(pk=issue.pk))
    locked = lock(head, act=None)
    if locked.merged_into_id is not None:
        raise Moved(_("The issue is just being joined to another; please try again."))
    check_possible(locked, rules.Act.SUPPORT)
    mine = Support.objects.filter(issue__in=family(locked.pk), voice=voice_of(by))
    if mine.filter(is_raiser=True).exists():
        raise NotAllowed(_("You raised this issue; its first voice is yours."))
    if mine.delete()[0]:
        recount(locked)
        locked.save(update_fields=["support_count"])
        noted(locked, "support_taken_back", at=at, support_count=locked.support_count)
    return locked


def has_supported(issue: Issue, person: Person) -> bool:
    """Whether the person's voice counts for the issue, wherever it was given."""
    return Support.objects.filter(
        issue__in=family(head_of(issue).pk), voice=voice_of(person)
    ).exists()
