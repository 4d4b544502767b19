"""Forming a council, publishing its roster, beginning to sit, dissolving it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import meaning
from xiangyue.councils.blueprint import CouncilKind
from xiangyue.councils.models import Council, CouncilState, Matter, SeatStateChoices
from xiangyue.councils.queries import missing, seats_on
from xiangyue.councils.reading import kind_of, kind_row, may_stand_at, seat_name
from xiangyue.councils.services.acting import (
    KEEP,
    Decided,
    NotWhole,
    check_keeps,
    lives_at,
    lock,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import short_name
from xiangyue.publicity.kinds import all_kinds as notice_kinds
from xiangyue.publicity.kinds import may_publish
from xiangyue.publicity.models import Notice
from xiangyue.publicity.models import StateChoices as NoticeState
from xiangyue.publicity.queries import unsettled
from xiangyue.publicity.services import publish_notice


class WrongPlace(Refused):
    """Such a place has no such council."""

    code = "wrong_place"


class ThereAlready(Conflict):
    """The place has such a council; a second one is not formed beside it."""

    code = "there_already"


@transaction.atomic
def form(*, kind: str, place: Place, by: Person, at: datetime, came_about: str = "") -> Council:
    """Begin a council; its seats are filled next, then its roster is published, then it sits.

    Who keeps councils at the place forms it; what residents form, whoever lives there begins as
    well. Records `councils.council_begun`.

    :raises NotFound: no such council is declared.
    :raises WrongPlace: not at a place of this kind.
    :raises NotAllowed: neither keeps councils there nor may begin one as a resident.
    :raises ThereAlready: the place has one.
    """
    row = kind_row(kind)
    declared = meaning(row, CouncilKind)
    if not may_stand_at(declared, place):
        raise WrongPlace(_("There is no such council at such a place."), source=declared.source)
    is_keeper = standing_of(by, at=at).may(KEEP, place_path=place.path)
    if not is_keeper and not (declared.formed_by == "residents" and lives_at(by, place)):
        raise NotAllowed(_("Your posts do not include the councils here."))
    said = words_if_any(came_about, field="came_about", most=500)
    refusal = _("%(place)s has this council already.") % {"place": short_name(place.name)}
    if Council.objects.filter(place=place, kind=kind).exclude(state="dissolved").exists():
        raise ThereAlready(refusal)
    try:
        with transaction.atomic():
            made = Council.objects.create(
                kind=kind,
                declaration=row,
                place=place,
                place_path=place.path,
                name=f"{short_name(place.name)}{declared.name.zh}"[:120],
                came_about=said,
                begun_at=at,
                begun_by=by,
            )
    except IntegrityError as clash:  # somebody else was quicker
        raise ThereAlready(refusal) from clash
    recorded("council_begun", made, at=at, actor_id=by.pk)
    return made


@transaction.atomic
def publish_roster(
    *, council: Council, by: Person, at: datetime, days: int | None = None
) -> Notice:
    """Put the roster on the place's board, so that anybody can object.

    Of private people it says whom they stand for; their names residents read on the council's
    page. Records `councils.roster_published`.

    :raises NotAllowed: they do not keep councils there, or publish no notice of the kind.
    :raises NotWhole: seats are missing.
    """
    locked = lock(council)
    check_keeps(by, locked, at=at)
    kind = kind_of(locked)
    notice_kind = notice_kinds().get(kind.notice_kind)
    if notice_kind is None or not may_publish(standing_of(by, at=at), notice_kind, locked.place):
        raise NotAllowed(_("Your posts do not publish such a notice here; ask who does."))
    if lacks := missing(locked, at=at):
        raise NotWhole(lacks, source=kind.source)
    language = get_language()
    rows = []
    for seat in seats_on(locked, on=timezone.localdate(at)).order_by("active_from", "pk"):
        declared = kind.seat(seat.seat_key)
        is_named = seat.is_named or (declared is not None and declared.in_office)
        rows.append(
            [
                seat_name(locked, seat.seat_key),
                seat.name if is_named else (seat.stands_for or _("one person")),
                f"{seat.get_way_display()}：{seat.chosen_how}"[:200],
            ]
        )
    order = [one.name.in_language(language) for one in kind.seats]
    rows.sort(key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    facts = {
        "tables": [
            {
                "title": "",
                "columns": [_("Seat"), _("Who sits"), _("How chosen")],
                "rows": rows,
            }
        ]
    }
    notice = publish_notice(
        kind=kind.notice_kind,
        place=locked.place,
        title=_("Members of %(council)s") % {"council": locked.name},
        body=_(
            "This is who will sit, and how they were chosen. Where a seat shows no name, whoever"
            " lives here reads it after signing in, or asks at the committee. Anybody can object."
        ),
        subject=locked,
        by=by,
        at=at,
        days=days,
        facts=facts,
    )
    locked.notice = notice
    locked.save(update_fields=["notice"])
    recorded("roster_published", locked, at=at, actor_id=by.pk, number=notice.number)
    return notice


def not_ready_to_sit(council: Council, *, at: datetime) -> list[str]:
    """What keeps a forming council from sitting; none: it may."""
    kind = kind_of(council)
    said = missing(council, at=at)
    notice = council.notice
    if notice is None:
        return [*said, _("The roster is not published yet.")]
    if notice.state == NoticeState.TAKEN_DOWN:
        return [*said, _("The roster was taken down; publish it again.")]
    said += unsettled(notice, at=at)
    if notice.objections.filter(is_upheld=True, is_removal=False).exists():
        said.append(
            _("An objection was found right; change the seat and publish the roster again.")
        )
    changed = council.seats.filter(answered_at__gt=notice.published_at, accepted_at__isnull=False)
    ended = council.seats.filter(ended_at__gt=notice.published_at)
    if changed.exists() or ended.exists():
        said.append(_("Seats changed since the roster was published; publish it again."))
    if kind.formed_by == "residents":
        count = seats_on(council, on=timezone.localdate(at)).count()
        if count < kind.founders_least:
            said.append(
                _("Only %(count)d have joined; at least %(least)d begin it.")
                % {"count": count, "least": kind.founders_least}
            )
    return said


@transaction.atomic
def begin_sitting(*, council: Council, by: Person | None, at: datetime) -> Council:
    """Let the council sit: it is whole, its roster hung its days, every objection is answered.

    Without `by` that came true by itself. Records `councils.council_formed`.

    :raises NotAllowed: they do not keep councils there.
    :raises Decided: it sits already.
    :raises NotWhole: as `not_ready_to_sit` says.
    """
    locked = lock(council)
    if by is not None:
        check_keeps(by, locked, at=at)
    if locked.state == CouncilState.SITTING:
        raise Decided(_("This council sits already."))
    if lacks := not_ready_to_sit(locked, at=at):
        raise NotWhole(lacks, source=kind_of(locked).source)
    today = timezone.localdate(at)
    months = kind_of(locked).term_months
    locked.state = CouncilState.SITTING
    locked.formed_on = today
    locked.until = months_later(today, months) if months is not None else None
    locked.save(update_fields=["state", "formed_on", "until"])
    recorded("council_formed", locked, at=at, actor_id=by.pk if by is not None else None)
    return locked


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


@transaction.atomic
def dissolve(*, council: Council, by: Person | None, reason: str, at: datetime) -> Council:
    """End the council and every seat of it; who sat when stays to be read.

    Without `by` its term is over. Records `councils.council_dissolved`.

    :raises NotAllowed: they do not keep councils there.
    :raises WordsMissing: without a reason.
    """
    locked = lock(council)
    if by is not None:
        check_keeps(by, locked, at=at)
    why = words_given(reason, _("Please say why; everybody can read it."), field="reason")
    today = timezone.localdate(at)
    for seat in locked.seats.filter(state=SeatStateChoices.ACCEPTED):
        seat.state, seat.ended_at, seat.ended_why = SeatStateChoices.ENDED, at, why
        seat.active_to = max(today, seat.active_from or today)
        seat.save(update_fields=["state", "ended_at", "ended_why", "active_to"])
    locked.seats.filter(state=SeatStateChoices.INVITED).update(
        state=SeatStateChoices.WITHDRAWN, answered_at=at
    )
    Matter.objects.filter(council=locked, closed_at=None).update(closed_at=at)
    locked.state = CouncilState.DISSOLVED
    locked.dissolved_at, locked.dissolved_by, locked.dissolved_why = at, by, why
    locked.until = today if locked.until is None or locked.until > today else locked.until
    locked.save()
    recorded("council_dissolved", locked, at=at, actor_id=by.pk if by is not None else None)
    return locked


def end_terms(*, at: datetime) -> int:
    """Dissolve what has sat its term; how many."""
    today = timezone.localdate(at)
    rows = Council.objects.filter(state=CouncilState.SITTING, until__lte=today)
    count = 0
    for found in rows.order_by("pk"):
        try:
            dissolve(council=found, by=None, reason=_("The term is over."), at=at)
        except Conflict:
            continue  # somebody else was quicker
        count += 1
    return count
