"""Who is asked to come, and how they are told: once for each time and place that is set."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from xiangyue.activity.services import record
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.models import Invitation, Item, Sitting, StateChoices
from xiangyue.ballots.drawing import members, residents_of
from xiangyue.ballots.models import Basis, Roll
from xiangyue.ballots.reading import declared_rule, fits
from xiangyue.councils.models import Council
from xiangyue.councils.queries import members as council_members
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person

BATCH = 200
ADULT = 18


def invite(sitting: Sitting, *, council: Council | None, at: datetime) -> int:
    """Note everybody who is asked to come; who is noted already stays. Returns how many are new.

    Of a council its members set how many belong.
    """
    kind = kind_of(sitting)
    if kind.invites == "council" and council is not None:
        people, count = council_people(sitting, council, at=at)
        sitting.expected_count = sitting.expected_count or count or None
    else:
        people = set(_people(sitting, kind, at=at))
    there = set(sitting.invitations.values_list("person", flat=True))
    new = sorted(people - there)
    Invitation.objects.bulk_create(
        (Invitation(sitting=sitting, person_id=key) for key in new), batch_size=500
    )
    return len(new)


def council_people(sitting: Sitting, council: Council, *, at: datetime) -> tuple[set[UUID], int]:
    """The people who sit for what is on the agenda, and how many seats that makes.

    Whom an item concerns sits for it (the X of 1+7+X); an organisation's seat without a person
    counts, and is told on paper.
    """
    people, others = set(), set()
    subjects = [_subject(item) for item in sitting.items.all()] or [None]
    for subject in subjects:
        for member in council_members(council, subject=subject, at=at):
            if member.person is not None:
                people.add(member.person.pk)
            else:
                others.add(member.name)
    return people, len(people) + len(others)


def _subject(item: Item) -> models.Model | None:
    if not item.subject_type:
        return None
    model = apps.get_model(item.subject_type)
    found: models.Model | None = model._default_manager.filter(pk=item.subject_id).first()
    return found


def _people(sitting: Sitting, kind: SittingKind, *, at: datetime) -> Iterable[UUID]:
    if sitting.roll is not None:
        return _on_roll(sitting.roll, at=at)
    today = timezone.localdate(at)
    if kind.invites == "residents":
        return _of_age(residents_of(sitting.place), at=at).values_list("pk", flat=True)
    for key in kind.decision_rules:
        try:
            _row, rule = declared_rule(key)
        except NotFound:
            continue
        if not fits(rule, sitting.place):
            continue
        people = (
            _of_age(residents_of(sitting.place), at=at)
            if rule.roll == "residents"
            else members(rule, sitting.place, on=today, at=at)
        )
        return people.values_list("pk", flat=True)
    return ()


def _on_roll(roll: Roll, *, at: datetime) -> Iterable[UUID]:
    rows = roll.entries.filter(is_struck=False)
    if roll.basis == Basis.HOUSEHOLDS:
        people = Person.objects.filter(household__in=rows.values("household"))
        return _of_age(people, at=at).values_list("pk", flat=True)
    return (key for key in rows.values_list("person", flat=True) if key is not None)


def _of_age(people: "models.QuerySet[Person]", *, at: datetime) -> "models.QuerySet[Person]":
    today = timezone.localdate(at)
    day = min(today.day, 28) if today.month == 2 else today.day
    born = today.replace(year=today.year - ADULT, day=day)
    return people.filter(Q(birth_date=None) | Q(birth_date__lte=born))


# --- telling ----------------------------------------------------------------------------------


def tell_invited(*, at: datetime) -> int:
    """Tell those who have not been told of what stands now, some hundreds at a time.

    Each is told once of each time and place, and once that it is called off; of what lies behind
    nobody is told. Records `assemblies.invitation_announced`, `change_announced` or
    `cancellation_announced`, which name the person. Returns how many were told.
    """
    waiting = (
        Invitation.objects.filter(
            sitting__state__in=[StateChoices.ANNOUNCED, StateChoices.CALLED_OFF],
            sitting__starts_at__gt=at,
        )
        .filter(Q(told_revision=None) | Q(told_revision__lt=F("sitting__revision")))
        .exclude(told_revision=None, sitting__state=StateChoices.CALLED_OFF)
    )
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(_tell(key, at=at) for key in keys)


@transaction.atomic
def _tell(key: int, *, at: datetime) -> bool:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("sitting").get(pk=key)
    sitting = row.sitting
    if row.told_revision is not None and row.told_revision >= sitting.revision:
        return False
    if sitting.state == StateChoices.CALLED_OFF:
        name = "cancellation_announced"
    elif row.told_revision is None:
        name = "invitation_announced"
    else:
        name = "change_announced"
    row.told_revision = sitting.revision
    row.save(update_fields=["told_revision"])
    record(
        name=f"assemblies.{name}", subject=sitting, at=at, place_path=sitting.place_path,
        facts={
            "kind": sitting.kind, "person": row.person_id,
            "begins_at": timezone.localtime(sitting.starts_at),
        },
    )  # fmt: skip
    return True
