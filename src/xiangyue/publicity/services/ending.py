"""What the passing of time does to notices: windows end, what is settled is told, boards clear."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xiangyue.publicity import rules
from xiangyue.publicity.models import Notice, StateChoices
from xiangyue.publicity.queries import of_window, unanswered
from xiangyue.publicity.services.acting import lock, recorded


def end_windows(*, at: datetime) -> int:
    """End every window that has run to its end, each exactly once; returns how many.

    Each in a transaction of its own, so that a stop in between loses nothing and repeats
    nothing. What was taken down before has no end. Records `publicity.window_ended`, and
    `publicity.notice_settled` where every objection is answered.
    """
    today = timezone.localdate(at)
    due = Notice.objects.filter(window_ended_at=None, ends_on__lte=today).exclude(
        state=StateChoices.TAKEN_DOWN
    )
    return sum(_end(notice, at=at) for notice in due.order_by("ends_on", "pk"))


@transaction.atomic
def _end(notice: Notice, *, at: datetime) -> bool:
    locked = lock(notice)
    if locked.window_ended_at is not None or locked.state == StateChoices.TAKEN_DOWN:
        return False
    locked.window_ended_at = at
    locked.save(update_fields=["window_ended_at"])
    recorded("window_ended", locked, at=at, unanswered_count=unanswered(locked).count())
    settle(locked, at=at)
    return True


def settle(notice: Notice, *, at: datetime) -> bool:
    """Say once that the locked notice may take effect, when it may.

    Records `publicity.notice_settled`.
    """
    if (
        notice.settled_at is not None
        or notice.window_ended_at is None
        or notice.state == StateChoices.TAKEN_DOWN
        or unanswered(notice).exists()
    ):
        return False
    notice.settled_at = at
    notice.save(update_fields=["settled_at"])
    said = of_window(notice)
    recorded(
        "notice_settled",
        notice,
        at=at,
        objection_count=said.count(),
        upheld_count=said.filter(is_upheld=True).count(),
    )
    return True


def clear_boards(*, at: datetime) -> int:
    """Take off the boards what has hung long enough; returns how many.

    With objections unanswered a notice stays, unless it names people (REQ-L06). Records
    `publicity.notice_ended`.
    """
    today = timezone.localdate(at)
    due = Notice.objects.filter(
        state=StateChoices.UP, stays_until__lte=today, window_ended_at__isnull=False
    )
    return sum(_clear(notice, at=at) for notice in due.order_by("stays_until", "pk"))


@transaction.atomic
def _clear(notice: Notice, *, at: datetime) -> bool:
    locked = lock(notice)
    if locked.state != StateChoices.UP or not rules.may_leave(
        stays_until=locked.stays_until,
        today=timezone.localdate(at),
        names_people=locked.names_people,
        is_settled=locked.settled_at is not None,
    ):
        return False
    locked.state, locked.ended_at = StateChoices.ENDED, at
    locked.save(update_fields=["state", "ended_at"])
    recorded("notice_ended", locked, at=at)
    return True
