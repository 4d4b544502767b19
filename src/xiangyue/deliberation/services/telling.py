"""Everyone who proposed, supported or voted is told at each turn (N9).

Who has an account finds a message; the record names nobody. Who has no phone stands on the list
of the grid worker, who reads the turn out and marks that it was told.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.access.services import log_read
from xiangyue.activity.models import Entry
from xiangyue.activity.services import record
from xiangyue.ballots.models import Participation
from xiangyue.deliberation.models import Issue, Support
from xiangyue.deliberation.services.acting import ENTER, KEEP, family
from xiangyue.deliberation.services.voices import FORGOTTEN
from xiangyue.deliberation.turns import Turn
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person


def announce(issue: Issue, turn: Turn, *, at: datetime) -> None:
    """Tell a turn to everyone concerned; the record says how many they are, not who."""
    record(
        name=f"deliberation.{turn}_announced",
        subject=issue,
        at=at,
        place_path=issue.place_path,
        facts={"number": issue.number, "concerned_count": len(concerned(issue))},
    )


def voices_of(entry: Entry) -> set[UUID]:
    """Whom an announcement is for; asked in the transaction that makes it."""
    issue = entry.subject
    return concerned(issue) if isinstance(issue, Issue) else set()


def concerned(issue: Issue) -> set[UUID]:
    """The people who proposed or supported the issue, or took part in a vote about it."""
    keys = family(issue.pk)
    found = set(
        Support.objects.filter(issue__in=keys, person__isnull=False).values_list(
            "person_id", flat=True
        )
    )
    about = Q(
        ballot__subject_type="deliberation.issue", ballot__subject_id__in=[str(key) for key in keys]
    )
    if issue.run_id is not None:
        about |= Q(ballot__subject_type="procedures.run", ballot__subject_id=str(issue.run_id))
    voted = Participation.objects.filter(about, entry__person__isnull=False)
    found |= set(voted.values_list("entry__person_id", flat=True))
    return {key for key in found if key is not None}


def to_tell_aloud(issue: Issue) -> QuerySet[Support]:
    """The voices of people who have no phone, whom somebody tells in person."""
    return (
        Support.objects.filter(issue__in=family(issue.pk))
        .filter(Q(person=None) | Q(person__phone=None))
        .exclude(voice__startswith=FORGOTTEN)
        .select_related("person__household")
        .order_by("given_at", "pk")
    )


@transaction.atomic
def read_telling_list(*, issue: Issue, by: Person, at: datetime) -> list[Support]:
    """The voices of people who have no phone, read to tell them in person; each look at somebody
    of the lists is noted, and they can see it (GD05).

    :raises NotAllowed: no post of theirs writes down issues there.
    """
    _check_may_tell(issue, by, at=at)
    rows = list(to_tell_aloud(issue)[:500])
    for row in rows:
        if row.person is not None:
            log_read(
                reader=by,
                subject=row.person,
                what="name,address",
                purpose=_("To tell them what became of issue %(number)s")
                % {"number": issue.number},
                at=at,
            )
    return rows


def _check_may_tell(issue: Issue, by: Person, *, at: datetime) -> None:
    mine = standing_of(by, at=at)
    if not any(mine.may(verb, place_path=issue.place_path) for verb in (ENTER, KEEP)):
        raise NotAllowed(_("Your posts do not include writing down issues here."))


@transaction.atomic
def mark_told(*, issue: Issue, by: Person, at: datetime) -> int:
    """Note that those without a phone have been told how the issue stands; how many.

    Records `deliberation.told_aloud` with the count.

    :raises NotAllowed: no post of theirs writes down issues there.
    """
    _check_may_tell(issue, by, at=at)
    keys = [one.pk for one in to_tell_aloud(issue)]
    count = Support.objects.filter(pk__in=keys).update(told_at=at)
    if count:
        record(
            name="deliberation.told_aloud", subject=issue, at=at, actor_id=by.pk,
            place_path=issue.place_path, facts={"number": issue.number, "count": count},
        )  # fmt: skip
    return count
