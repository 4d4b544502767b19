"""What must hold over all notices at any time; each check returns what is wrong."""

import hashlib

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from xiangyue.activity.models import Entry
from xiangyue.documents.serving import read
from xiangyue.kernel.refusals import NotFound
from xiangyue.publicity import freezing
from xiangyue.publicity.models import Attachment, Notice, Objection
from xiangyue.publicity.queries import SHOWN_WITH
from xiangyue.publicity.services.acting import notice_digest


def what_was_published_is_frozen() -> list[str]:
    """The triggers that keep notices and objections as they are stand in the database."""
    return [_("The trigger %(name)s is missing.") % {"name": name} for name in freezing.missing()]


def notices_are_what_was_published() -> list[str]:
    """Words, tables, days and attachments of every notice that is not erased fit its digest."""
    rows = Notice.objects.filter(is_erased=False).select_related(*SHOWN_WITH)
    rows = rows.prefetch_related("attachments")
    return [
        _("Notice %(number)s is not what was published.") % {"number": notice.number}
        for notice in rows.iterator(chunk_size=500)
        if notice.digest != notice_digest(notice, notice.attachments.all())
    ]


def attachments_are_what_was_published() -> list[str]:
    """The file of everything attached to a notice that is not erased is there and unchanged."""
    rows = Attachment.objects.filter(notice__is_erased=False).select_related("notice")
    return [
        _("A photo or document of notice %(number)s is missing or changed.")
        % {"number": one.notice.number}
        for one in rows.iterator(chunk_size=500)
        if one.notice is not None and not _is_as_published(one)
    ]


def _is_as_published(one: Attachment) -> bool:
    try:
        return hashlib.sha256(read(one.file)).hexdigest() == one.digest
    except NotFound:
        return False


def windows_end_once() -> list[str]:
    """The record has exactly one end for each window that has ended, and none for others."""
    label = Notice._meta.label_lower
    said = (
        Entry.objects.filter(name="publicity.window_ended", subject_type=label)
        .values("subject_id")
        .annotate(count=Count("pk"))
    )
    counts = {row["subject_id"]: row["count"] for row in said}
    ended = Notice.objects.exclude(window_ended_at=None).values_list("pk", flat=True)
    right = {str(key): 1 for key in ended}
    wrong = {key for key in counts.keys() | right.keys() if counts.get(key, 0) != right.get(key, 0)}
    return [
        _("The end of the window of notice %(notice)s is not recorded exactly once.")
        % {"notice": key}
        for key in sorted(wrong)
    ]


def nothing_is_settled_with_objections_open() -> list[str]:
    """No settled notice has an objection of its window unanswered at that moment."""
    wrong = Objection.objects.filter(notice__settled_at__isnull=False, is_removal=False).filter(
        Q(answered_at=None) | Q(answered_at__gt=F("notice__settled_at"))
    )
    return [
        _("Notice %(number)s was settled with an objection unanswered.") % {"number": number}
        for number in wrong.values_list("notice__number", flat=True).distinct()
    ]


def objections_are_counted_without_gaps() -> list[str]:
    """The objections of each notice are numbered from one on."""
    count = Objection.objects.filter(notice=OuterRef("notice")).values("notice")
    rows = (
        Objection.objects.alias(
            last=Coalesce(Subquery(count.annotate(n=Count("pk")).values("n")), 0)
        )
        .filter(position__gt=F("last"))
        .values_list("notice__number", flat=True)
    )
    return [
        _("An objection to notice %(number)s is missing.") % {"number": number}
        for number in rows.distinct()
    ]


def answered_objections_have_stopped_clocks() -> list[str]:
    """The clock of an objection runs exactly until its answer."""
    wrong = Objection.objects.exclude(
        Q(answered_at=None, clock__stopped_at=None)
        | Q(answered_at__isnull=False, clock__stopped_at=F("answered_at"))
    )
    return [
        _("The clock of objection %(objection)s is wrong.") % {"objection": key}
        for key in wrong.values_list("pk", flat=True)
    ]


INVARIANTS = {
    "what_was_published_is_frozen": what_was_published_is_frozen,
    "notices_are_what_was_published": notices_are_what_was_published,
    "windows_end_once": windows_end_once,
    "nothing_is_settled_with_objections_open": nothing_is_settled_with_objections_open,
    "objections_are_counted_without_gaps": objections_are_counted_without_gaps,
    "answered_objections_have_stopped_clocks": answered_objections_have_stopped_clocks,
}
