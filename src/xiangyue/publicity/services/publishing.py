"""Publishing a notice and taking it down."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.publicity import rules
from xiangyue.publicity.blueprint import NoticeKind
from xiangyue.publicity.kinds import PUBLISH, kind_row
from xiangyue.publicity.models import Attachment, Notice, StateChoices
from xiangyue.publicity.services.acting import (
    check_not_taken_down,
    lock,
    notice_digest,
    recorded,
    words_given,
)
from xiangyue.publicity.services.attaching import erase_attachments
from xiangyue.publicity.tables import TableFaulty, checked_facts

LONGEST_TITLE = 100
LONGEST_BODY = 20_000
LONGEST_REASON = 300
NUMBER_LENGTH = 5


class WindowTooShort(Refused):
    """A notice of this kind runs longer, or may not run that long."""

    code = "window_wrong"


class WrongBoard(Refused):
    """Notices of this kind hang on no board of such a place."""

    code = "wrong_board"


class TableUnreadable(Refused):
    """The rows under the words make no table."""

    code = "table_unreadable"


@transaction.atomic
def publish_notice(
    *,
    kind: str,
    place: Place,
    title: str,
    body: str,
    subject: models.Model | None = None,
    by: Person | None,
    at: datetime,
    days: int | None = None,
    facts: Mapping[str, object] | None = None,
    names_people: bool = False,
    attachments: Sequence[Attachment] = (),
) -> Notice:
    """Put a notice up on the place's board; from then on nothing of it changes.

    Whether `by` may is asked by who calls: drafts ask the posts (`publish_draft`), other modules
    their own rules; without `by` the system publishes. `days` None: as few as the kind allows.
    What the kind says names people always does; `names_people` says so of one notice more.
    `attachments` are a draft's, and the notice's from now on.
    Records `publicity.notice_published`.

    :raises NotFound: no such kind is declared.
    :raises WordsMissing: no title or words, or too many.
    :raises WindowTooShort: fewer days than the kind's, or too many.
    :raises WrongBoard: not at a place of this level.
    :raises TableUnreadable: `facts` are none.
    """
    notice = prepared(
        kind=kind, place=place, title=title, body=body, subject=subject, by=by, at=at, days=days,
        facts=facts, names_people=names_people, attachments=attachments,
    )  # fmt: skip
    notice.save(force_insert=True)
    if attachments:
        keys = [one.pk for one in attachments]
        Attachment.objects.filter(pk__in=keys).update(notice=notice, draft=None)
    recorded(
        "notice_published",
        notice,
        at=at,
        actor_id=by.pk if by is not None else None,
        begins_on=notice.begins_on,
        ends_on=notice.ends_on,
        digest=notice.digest,
    )
    return notice


def prepared(
    *,
    kind: str,
    place: Place,
    title: str,
    body: str,
    subject: models.Model | None = None,
    by: Person | None,
    at: datetime,
    days: int | None = None,
    facts: Mapping[str, object] | None = None,
    names_people: bool = False,
    attachments: Sequence[Attachment] = (),
) -> Notice:
    """The notice as it would be published now, not saved; raises as `publish_notice`."""
    row = kind_row(kind)
    declared = meaning(row, NoticeKind)
    if place.kind not in declared.levels:
        raise WrongBoard(_("A notice of this kind hangs on no board of such a place."))
    window = rules.window(
        published_at=at,
        days=_days(days, declared),
        objection_days=declared.objection_days,
        stays_days=declared.stays_days,
        last_day=declared.last_day,
        calendar=current_calendar(),
    )
    is_named = declared.names_people or names_people
    notice = Notice(
        number=_number(at),
        kind=kind,
        declaration=row,
        place=place,
        place_path=place.path,
        title=words_given(
            " ".join(title.split()), _("Please give it a title."), field="title", most=LONGEST_TITLE
        ),
        body=words_given(body, _("Please write what it says."), field="body", most=LONGEST_BODY),
        facts=_facts(facts),
        names_people=is_named,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        published_at=at,
        published_by=by,
        begins_on=window.begins_on,
        ends_on=window.ends_on,
        objections_until=window.objections_until if declared.takes_objections else None,
        stays_until=_stays_until(window, names_people=is_named),
    )
    notice.digest = notice_digest(notice, attachments)
    return notice


def _days(days: int | None, declared: NoticeKind) -> int:
    if days is None:
        return declared.least_days
    if days < declared.least_days:
        words = _("A notice of this kind runs at least %(count)d days.") % {
            "count": declared.least_days
        }
        raise WindowTooShort(words, source=declared.source, fields={"days": words})
    if days > declared.longest_days:
        words = _("A notice of this kind runs at most %(count)d days.") % {
            "count": declared.longest_days
        }
        source = "REQ-L06" if declared.names_people else ""
        raise WindowTooShort(words, source=source, fields={"days": words})
    return days


def _stays_until(window: rules.Window, *, names_people: bool) -> date:
    """What names people leaves in time, whatever its kind says (REQ-L06)."""
    if not names_people:
        return window.stays_until
    latest = window.begins_on + timedelta(days=rules.LONGEST_NAMED_DAYS + 1)
    return max(min(window.stays_until, latest), window.ends_on)


def _facts(facts: Mapping[str, object] | None) -> dict[str, object]:
    try:
        return checked_facts(facts)
    except TableFaulty as fault:
        words = _("The table cannot be read: each row needs no more cells than there are headings.")
        raise TableUnreadable(words, fields={"table": words}) from fault


def _number(at: datetime) -> str:
    return f"G{timezone.localtime(at):%y%m%d}-{speakable_code(NUMBER_LENGTH)}"


@transaction.atomic
def take_down(
    *, notice: Notice, by: Person | None, reason: str, at: datetime, is_erased: bool = False
) -> Notice:
    """Take a notice off every board, page, feed and paper; all that is left is when and why.

    `is_erased` deletes the words and what is attached for good, as when a consent is withdrawn
    (REQ-L05); the digests stay. Who takes it down publishes notices in its area; without `by`
    another module does, whose own rules decided. Objections that wait can still be answered. A
    second time it may only be erased. Records `publicity.notice_taken_down`.

    :raises NotAllowed: no post of theirs publishes there.
    :raises WordsMissing: no reason given.
    :raises TakenDown: it was taken down already, and nothing is left to erase.
    """
    locked = lock(notice)
    if by is not None and not standing_of(by, at=at).may(PUBLISH, place_path=locked.place_path):
        raise NotAllowed(_("Your posts do not include this board."))
    if locked.is_erased or not is_erased:
        check_not_taken_down(locked)
    if locked.state != StateChoices.TAKEN_DOWN:
        locked.take_down_reason = words_given(
            reason,
            _("Please say why; everybody can read it."),
            field="reason",
            most=LONGEST_REASON,
        )
        locked.state = StateChoices.TAKEN_DOWN
        locked.taken_down_at = at
        locked.taken_down_by = by
    if is_erased:
        locked.is_erased, locked.title, locked.body, locked.facts = True, "", "", {}
        erase_attachments(locked)
    locked.save()
    recorded(
        "notice_taken_down",
        locked,
        at=at,
        actor_id=by.pk if by is not None else None,
        is_erased=is_erased,
        digest=locked.digest,
    )
    return locked
