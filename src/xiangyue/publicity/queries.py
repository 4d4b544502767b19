"""Reads of notices: what keeps one from taking effect, boards, desks, receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from xiangyue.places.models import Place
from xiangyue.places.queries import within
from xiangyue.publicity import rules
from xiangyue.publicity.models import Notice, Objection, StateChoices
from xiangyue.publicity.wording import (
    still_running_in_words,
    taken_down_in_words,
    unanswered_in_words,
)

PAGE_SIZE = 20
SHOWN_WITH = ("declaration", "place")
# Matters of what holds a village hang on its board too: its town's and its county's.
BOARD_LEVELS = ("county", "town", "village", "group")


# --- may it take effect? ----------------------------------------------------------------------


def unsettled(notice: Notice, *, at: datetime) -> list[str]:
    """What keeps what was published from taking effect, in sentences; none: it may.

    The window runs still, objections of the window are unanswered, or it was taken down before
    both were over.
    """
    if notice.settled_at is not None and notice.settled_at <= at:
        return []
    if notice.state == StateChoices.TAKEN_DOWN:
        return [taken_down_in_words(notice)]
    found = []
    if not rules.is_over(ends_on=notice.ends_on, today=timezone.localdate(at)):
        found.append(still_running_in_words(notice, at=at))
    if count := unanswered(notice).count():
        found.append(unanswered_in_words(notice, count))
    return found


def of_window(notice: Notice) -> QuerySet[Objection]:
    """The objections that came while the window ran; a removal may be asked for later too."""
    ends_at = timezone.make_aware(datetime.combine(notice.ends_on, time.min))
    return notice.objections.filter(received_at__lt=ends_at)


def unanswered(notice: Notice) -> QuerySet[Objection]:
    """The objections of the window that nobody has answered."""
    return of_window(notice).filter(answered_at=None)


def notices_about(subject_type: str, subject_id: object) -> QuerySet[Notice]:
    """The notices about something, newest first."""
    rows = Notice.objects.filter(subject_type=subject_type, subject_id=str(subject_id))
    return rows.select_related(*SHOWN_WITH).order_by("-published_at", "pk")


# --- boards -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What a board is narrowed to; every field is a parameter of its address.

    `which` is running (the default), past or all.
    """

    which: str = ""
    kind: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "BoardFilter":
        return cls(**{field.name: query.get(field.name, "").strip()[:80] for field in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == BoardFilter()


def board(place: Place, narrowed: BoardFilter, *, at: datetime) -> QuerySet[Notice]:
    """The notices on a place's own board, newest first.

    Running ones are on the board with their window open; past ones are those whose window is
    over, on the board or in the archive; what was taken down stands among both, without words,
    until its time would have been over.
    """
    today = timezone.localdate(at)
    rows = Notice.objects.filter(place=place).select_related(*SHOWN_WITH)
    rows = rows.prefetch_related("attachments")
    is_running = Q(ends_on__gt=today)
    gone = Q(state=StateChoices.TAKEN_DOWN, stays_until__lte=today) | Q(
        state=StateChoices.ENDED, names_people=True
    )
    rows = rows.exclude(gone)
    if narrowed.which == "past":
        rows = rows.exclude(is_running)
    elif narrowed.which != "all":
        rows = rows.filter(is_running)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    return rows.order_by("-published_at", "pk")


def boards_above(place: Place) -> list[Place]:
    """The places that the place lies in and that have a board, the widest first."""
    steps = range(Place.steplen, len(place.path), Place.steplen)
    rows = Place.objects.filter(
        path__in=[place.path[:length] for length in steps], kind__in=BOARD_LEVELS
    )
    return list(rows.order_by("path"))


# --- desks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What a desk's list is narrowed to. `which`: running, answer (has objections to answer),
    past, gone (taken down), or all."""

    which: str = ""
    kind: str = ""
    place: str = ""
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "DeskFilter":
        return cls(**{field.name: query.get(field.name, "").strip()[:80] for field in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == DeskFilter()


def _is_unanswered() -> Exists:
    return Exists(Objection.objects.filter(notice=OuterRef("pk"), answered_at=None))


def kept(rows: QuerySet[Notice], narrowed: DeskFilter, *, at: datetime) -> QuerySet[Notice]:
    """The desk's notices, narrowed, with how many objections each has and how many are open."""
    today = timezone.localdate(at)
    match narrowed.which:
        case "answer":
            rows = rows.filter(_is_unanswered())
        case "past":
            rows = rows.filter(ends_on__lte=today).exclude(state=StateChoices.TAKEN_DOWN)
        case "gone":
            rows = rows.filter(state=StateChoices.TAKEN_DOWN)
        case "running" | "":
            rows = rows.filter(Q(state=StateChoices.UP, ends_on__gt=today) | _is_unanswered())
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.place:
        place = Place.objects.filter(code=narrowed.place).first()
        rows = within(rows, place) if place else rows.none()
    if narrowed.words:
        # The archive of what names people is found by no search (REQ-L06).
        archived = Q(state=StateChoices.ENDED, names_people=True)
        rows = rows.filter(
            Q(title__icontains=narrowed.words) & ~archived | Q(number=narrowed.words.upper())
        )
    return (
        rows.select_related(*SHOWN_WITH)
        .prefetch_related("attachments")
        .annotate(
            objection_count=Count("objections"),
            open_count=Count("objections", filter=Q(objections__answered_at=None)),
        )
        .order_by("-published_at", "pk")
    )


def to_answer(rows: QuerySet[Notice]) -> QuerySet[Objection]:
    """The unanswered objections to the notices, due soonest first."""
    found = Objection.objects.filter(notice__in=rows, answered_at=None)
    return found.select_related("notice__place", "notice__declaration", "clock").order_by(
        "clock__due_at", "pk"
    )
