"""What a step's evidence may refer to: a notice, a ballot, and what other modules offer.

A module of an upper floor offers its own in its `guards.py`, which is found like the guards:

    offer("meetings.meeting", Kind(name=_("Session"), candidates=…, title=…, url=…))

`candidates` gives what may serve a step, newest first; what is not among it is refused. So nobody
proves a step with another matter's notice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiangyue.procedures import guards
from xiangyue.procedures.models import Evidence, EvidenceKindChoices, StepRun
from xiangyue.procedures.reading import step_of

RUN_TYPE = "procedures.run"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that serves as evidence."""

    name: str | Promise
    candidates: Callable[[StepRun], QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]


_kinds: dict[str, Kind] = {}


def offer(to: str, kind: Kind) -> None:
    """Let evidence refer to a kind of thing, by its label such as `publicity.notice`."""
    _kinds[to] = kind


def kind_of(to: str) -> Kind | None:
    guards.looks()  # finds what the modules offer
    return _kinds.get(to)


def known() -> frozenset[str]:
    guards.looks()
    return frozenset(_kinds)


def found_for(step_run: StepRun, key: str) -> list[Any]:
    """The things to which a step's evidence of this key refers."""
    rows = [
        row
        for row in step_run.evidence.all()
        if row.key == key and row.kind == EvidenceKindChoices.REFERENCE
    ]
    found = []
    for row in rows:
        thing = thing_of(row)
        if thing is not None:
            found.append(thing)
    return found


def thing_of(row: Evidence) -> Model | None:
    """What a reference refers to, if it is still there."""
    from django.apps import apps

    try:
        model = apps.get_model(row.reference_type)
    except (LookupError, ValueError):
        return None
    thing: Model | None = model._default_manager.filter(pk=row.reference_id).first()
    return thing


def link(name: str, *args: object) -> str:
    """The address of a page."""
    return reverse(name, args=args)


def choices(step_run: StepRun, to: str) -> list[Any]:
    """What may serve the step: newest first, fifty at most, nothing that serves another step."""
    kind = kind_of(to)
    if kind is None:
        return []
    rows = list(kind.candidates(step_run)[:50])
    used = Evidence.objects.filter(
        reference_type=to, reference_id__in=[str(row.pk) for row in rows]
    ).exclude(step_run=step_run)
    taken = set(used.values_list("reference_id", flat=True))
    return [row for row in rows if str(row.pk) not in taken]


def _of_this_run(rows: QuerySet[Any], step_run: StepRun) -> QuerySet[Any]:
    """At the run's place and about it, or about what it is about; what says nothing is let in.

    Somebody who wrote a notice at the board's own desk chooses it here by its title, which
    everybody then sees beside the step.
    """
    run = step_run.run
    about = Q(subject_type=RUN_TYPE, subject_id=str(run.pk)) | Q(subject_type="")
    if run.subject_type:
        about |= Q(subject_type=run.subject_type, subject_id=run.subject_id)
    return rows.filter(about, place_path=run.place_path)


def _notices(step_run: StepRun) -> QuerySet[Any]:
    from xiangyue.publicity.models import Notice

    rows = _of_this_run(Notice.objects.exclude(state="taken_down"), step_run)
    rows = rows.filter(published_at__gte=step_run.run.began_at)
    step = step_of(step_run)
    if step.publicity is not None:
        rows = rows.filter(kind=step.publicity.notice_kind)
    return rows.order_by("-published_at")


def _ballots(step_run: StepRun) -> QuerySet[Any]:
    from xiangyue.ballots.models import Ballot

    rows = _of_this_run(Ballot.objects.exclude(state="annulled"), step_run)
    rows = rows.filter(planned_at__gte=step_run.run.began_at)
    step = step_of(step_run)
    if step.vote is not None:
        rows = rows.filter(rule__key__in=step.vote.rules)
    return rows.order_by("-planned_at")


offer(
    "publicity.notice",
    Kind(
        name=_("Notice"),
        candidates=_notices,
        title=lambda notice: f"{notice.number} {notice.title}",
        url=lambda notice: link("notice", notice.number),
    ),
)
offer(
    "ballots.ballot",
    Kind(
        name=_("Vote"),
        candidates=_ballots,
        title=lambda ballot: str(ballot.title),
        url=lambda ballot: link("vote", ballot.pk),
    ),
)
