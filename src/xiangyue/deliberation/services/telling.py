"""Everyone who proposed, supported or voted is told at each turn (N9).

Who has an account finds a message; the activity names the person alone and is about the place, so
that the record never says who supported what. Who has no phone stands on the list of the grid
worker, who reads the turn out and marks that it was told.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.ballots.models import Participation
from xiangyue.deliberation.models import Issue, Support, Telling, Turn
from xiangyue.deliberation.services.acting import ENTER, KEEP, family
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

AT_ONCE = 40
IN_A_MINUTE = 400


def announce(issue: Issue, turn: Turn, *, at: datetime) -> Telling:
    """Tell a turn: the first few at once, the others within the next minutes."""
    telling = Telling.objects.create(issue=issue, turn=turn, at=at)
    _go_on(telling, at=at, most=AT_ONCE)
    return telling


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


def _go_on(telling: Telling, *, at: datetime, most: int) -> int:
    after = telling.last.int if telling.last is not None else -1
    people = sorted(key for key in concerned(telling.issue) if key.int > after)
    for key in people[:most]:
        record(
            name=f"deliberation.{telling.turn}_announced",
            subject=telling.issue.place,
            at=at,
            place_path=telling.issue.place_path,
            facts={"person": str(key)},
        )
    if people:
        telling.last = people[:most][-1]
        telling.told_count += len(people[:most])
    if len(people) <= most:
        telling.finished_at = at
    telling.save(update_fields=["last", "told_count", "finished_at"])
    return len(people[:most])


def tell_waiting(*, at: datetime) -> int:
    """Go on with what is being told; returns how many people were told."""
    told = 0
    keys = list(Telling.objects.filter(finished_at=None).values_list("pk", flat=True)[:50])
    for key in keys:
        if told >= IN_A_MINUTE:
            break
        with transaction.atomic():
            telling = (
                Telling.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("issue__place")
                .filter(pk=key, finished_at=None)
                .first()
            )
            if telling is not None:
                told += _go_on(telling, at=at, most=IN_A_MINUTE - told)
    return told


def to_tell_aloud(issue: Issue) -> QuerySet[Support]:
    """The voices of people who have no phone, whom somebody tells in person."""
    return (
        Support.objects.filter(issue__in=family(issue.pk))
        .filter(Q(person=None) | Q(person__phone=None))
        .select_related("person__household")
        .order_by("given_at", "pk")
    )


@transaction.atomic
def mark_told(*, issue: Issue, by: Person, at: datetime) -> int:
    """Note that those without a phone have been told how the issue stands; how many.

    Records `deliberation.told_aloud` with the count.

    :raises NotAllowed: no post of theirs writes down issues there.
    """
    mine = standing_of(by, at=at)
    if not any(mine.may(verb, place_path=issue.place_path) for verb in (ENTER, KEEP)):
        raise NotAllowed(_("Your posts do not include writing down issues here."))
    keys = [one.pk for one in to_tell_aloud(issue)]
    count = Support.objects.filter(pk__in=keys).update(told_at=at)
    if count:
        record(
            name="deliberation.told_aloud", subject=issue, at=at, actor_id=by.pk,
            place_path=issue.place_path, facts={"number": issue.number, "count": count},
        )  # fmt: skip
    return count
