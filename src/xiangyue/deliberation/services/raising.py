"""An issue comes in: from a resident, written down for others, as a petition of topic."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import standing_of
from xiangyue.calendars.services import hold_calendar, start_clock
from xiangyue.deliberation import rules
from xiangyue.deliberation.models import Asks, Issue, Source, StateChoices, Support
from xiangyue.deliberation.services.acting import (
    ENTER,
    KEEP,
    LONGEST_TEXT,
    LONGEST_TITLE,
    NotNow,
    WordsMissing,
    lives_at,
    lock,
    noted,
    policy,
    public_words,
    recount,
    stop_running,
    topic_given,
)
from xiangyue.deliberation.services.voices import voice_of, voices_in
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place, PlaceKind

LEVELS = (PlaceKind.VILLAGE, PlaceKind.GROUP)
NUMBER_LENGTH = 4
NUMBERS_TRIED = 5


class WrongPlace(Refused):
    """No issues are raised for such a place."""

    code = "wrong_place"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an issue comes from, if it was not simply said: its source and the thing itself."""

    source: str
    thing: models.Model


def raise_issue(
    *,
    place: Place,
    title: str,
    text: str,
    by: Person,
    at: datetime,
    asks: str = "",
    topic: str = "",
    said_by: str = "",
    is_for_others: bool = False,
    is_courtyard: bool = False,
    origin: Origin | None = None,
    client_key: UUID | None = None,
) -> Issue:
    """Raise an issue that concerns everyone at a village, community or group.

    A resident raises it where they live and is its first voice; everybody reads it once who keeps
    issues there has looked at it. With `is_for_others` somebody with a post writes down what
    `said_by` (or nobody in particular) brought up; what a keeper writes is shown at once. With
    `asks` it is a petition of topic (SY-26). Sent again under its `client_key` it is raised once.
    Records `deliberation.issue_raised`; a clock runs for the Party organisation's yes or no.

    :raises NotAllowed: they do not live there, or no post of theirs writes down issues there.
    :raises WordsMissing: no title or text, or too many words.
    :raises PersonalData: it holds a telephone or identity number.
    :raises WrongPlace: the place is neither a village nor a group.
    :raises TooMany: the day's limit is used up.
    """
    for attempt in range(NUMBERS_TRIED):
        try:
            with transaction.atomic():
                return _raise_once(
                    place=place, title=title, text=text, by=by, at=at, asks=asks, topic=topic,
                    said_by=said_by, is_for_others=is_for_others, is_courtyard=is_courtyard,
                    origin=origin, client_key=client_key,
                )  # fmt: skip
        except IntegrityError:
            # The same one at the same moment, or a number that was taken by chance.
            if attempt + 1 == NUMBERS_TRIED:
                raise
    raise AssertionError("unreachable")


def _raise_once(
    *,
    place: Place,
    title: str,
    text: str,
    by: Person,
    at: datetime,
    asks: str,
    topic: str,
    said_by: str,
    is_for_others: bool,
    is_courtyard: bool,
    origin: Origin | None,
    client_key: UUID | None,
) -> Issue:
    if client_key is not None:
        there = Issue.objects.filter(client_key=client_key).first()
        if there is not None:
            if by.pk not in {there.raised_by_id, there.entered_by_id}:
                raise NotAllowed(_("This key belongs to another person."))
            return there
    if place.kind not in LEVELS or not place.is_active:
        said = _("Issues are raised for a village, a community or a group.")
        raise WrongPlace(said, fields={"place": said})
    is_kept = _check_may_raise(place, by, is_for_others=is_for_others, at=at)
    if asks and asks not in Asks.values:
        said = _("Please say what you ask for: to have it disclosed or to have it heard.")
        raise WordsMissing(said, fields={"asks": said})
    words = public_words(
        " ".join(title.split()), _("Please say in a line what it is about."),
        field="title", most=LONGEST_TITLE,
    )  # fmt: skip
    more = public_words(text, _("Please write a sentence or two."), field="text", most=LONGEST_TEXT)
    spend(f"deliberation:raise:{by.pk}", most=_most(is_for_others=is_for_others), hours=24, at=at)
    hold_calendar()
    found = voices_in(said_by, place=place)[0] if is_for_others and said_by.strip() else None
    issue = Issue(
        number=f"Y{timezone.localtime(at):%y%m%d}-{speakable_code(NUMBER_LENGTH)}",
        place=place,
        place_path=place.path,
        topic=topic_given(topic),
        title=words,
        text=more,
        source=_source(asks, origin, is_for_others=is_for_others, is_courtyard=is_courtyard),
        asks=asks,
        origin_type=origin.thing._meta.label_lower if origin is not None else "",
        origin_id=str(origin.thing.pk) if origin is not None else "",
        raised_by=found.person if found is not None else None if is_for_others else by,
        said_by=found.said_by if found is not None else "",
        entered_by=by if is_for_others else None,
        raised_at=at,
        is_shown=is_kept,
        looked_at=at if is_kept else None,
        client_key=client_key,
        clock=None if asks else start_clock(limit=policy().decide_within, at=at),
    )
    issue.save(force_insert=True)
    if found is not None or not is_for_others:
        Support.objects.create(
            issue=issue,
            voice=found.voice if found is not None else voice_of(by),
            person=found.person if found is not None else by,
            said_by=found.said_by if found is not None else "",
            entered_by=by if is_for_others else None,
            is_raiser=True,
            given_at=at,
        )
        recount(issue)
        issue.save(update_fields=["support_count"])
    # Who raised it is not in the record: a resident's name stays with the village.
    noted(
        issue, "issue_raised", at=at, by=by if is_for_others else None, source=issue.source,
        asks=asks,
    )  # fmt: skip
    return issue


def _most(*, is_for_others: bool) -> int:
    return 100 if is_for_others else policy().issues_per_day


def _check_may_raise(place: Place, by: Person, *, is_for_others: bool, at: datetime) -> bool:
    """Whether it is shown at once.

    :raises NotAllowed: as `raise_issue` says.
    """
    mine = standing_of(by, at=at)
    is_kept = mine.may(KEEP, place_path=place.path)
    if is_for_others:
        if not (is_kept or mine.may(ENTER, place_path=place.path)):
            raise NotAllowed(_("Your posts do not include writing down issues here."))
        return is_kept
    if not lives_at(by, place.path):
        raise NotAllowed(
            _(
                "Issues are raised by those who live there. If you do, let your grid worker or the"
                " village clerk note where you live."
            )
        )
    return False


def _source(asks: str, origin: Origin | None, *, is_for_others: bool, is_courtyard: bool) -> str:
    if asks:
        return Source.TOPIC_PETITION
    if origin is not None:
        return Source(origin.source)
    if is_courtyard:
        return Source.COURTYARD
    return Source.GRID if is_for_others else Source.RESIDENT


@transaction.atomic
def withdraw(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Take back what one raised, as long as nobody else supports it.

    Records `deliberation.issue_withdrawn`.

    :raises NotAllowed: it is somebody else's.
    :raises NotNow: it is decided already, or others support it.
    """
    hold_calendar()
    locked = lock(issue, act=rules.Act.WITHDRAW)
    if locked.raised_by_id != by.pk:
        raise NotAllowed(_("This issue is somebody else's."))
    if locked.support_count > 1:
        raise NotNow(_("Others support it by now; it is no longer yours alone to take back."))
    locked.state = StateChoices.WITHDRAWN
    locked.version += 1
    stop_running(locked, at=at)
    locked.save(update_fields=["state", "version"])
    noted(locked, "issue_withdrawn", at=at)
    return locked
