"""Who had a voice in an issue is forgotten a year after it ended (GD09)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from xiangyue.deliberation.models import Issue, StateChoices, Support
from xiangyue.deliberation.services.acting import family, head_of
from xiangyue.deliberation.services.voices import FORGOTTEN

KEPT_AFTER = timedelta(days=365)
# What was declined can be asked again with more voices than before, so whose they are still counts.
ENDED = (
    StateChoices.REJECTED,
    StateChoices.SETTLED,
    StateChoices.ANSWERED,
    StateChoices.WITHDRAWN,
)


def forget_voices(*, at: datetime) -> int:
    """A year after the last that happened to an ended issue nobody knows any more who raised it,
    supported it or was entered for it, nor of what was joined to it. How many they were stays, and
    each counts once as before.

    The issues, each with those joined to it, of which voices were forgotten.
    """
    named = Issue.objects.filter(state__in=[*ENDED, StateChoices.MERGED]).filter(
        Q(raised_by__isnull=False)
        | ~Q(said_by="")
        | Q(pk__in=Support.objects.exclude(voice__startswith=FORGOTTEN).values("issue"))
    )
    heads = {head.pk: head for head in map(head_of, named)}
    over = [head for head in heads.values() if _is_over(head, at=at)]
    for head in over:
        _forget(head, at=at)
    return len(over)


def _is_over(head: Issue, *, at: datetime) -> bool:
    last = head.steps.last()
    return head.state in ENDED and last is not None and last.at < at - KEPT_AFTER


@transaction.atomic
def _forget(head: Issue, *, at: datetime) -> None:
    """One voice keeps one number in all that was joined, so that it goes on counting once."""
    keys = family(head.pk)
    Issue.objects.filter(pk__in=keys).update(raised_by=None, said_by="")
    rows = list(Support.objects.filter(issue__in=keys).order_by("given_at", "pk"))
    numbers: dict[str, int] = {}
    for row in rows:
        row.voice = f"{FORGOTTEN}{numbers.setdefault(row.voice, len(numbers) + 1)}"
        row.person, row.entered_by, row.said_by = None, None, "—"
        row.told_at = row.told_at or at
    Support.objects.bulk_update(
        rows, ["voice", "person", "entered_by", "said_by", "told_at"], batch_size=200
    )
