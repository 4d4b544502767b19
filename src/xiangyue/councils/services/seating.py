"""Filling seats: who is named and how, their own answer, stepping down, being succeeded."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.councils import rules
from xiangyue.councils.blueprint import CouncilKind, SeatKind
from xiangyue.councils.models import Council, Seat, SeatStateChoices, WayChoices
from xiangyue.councils.reading import kind_of
from xiangyue.councils.services.acting import (
    Decided,
    check_keeps,
    keeps,
    leads,
    lives_at,
    lock,
    may_invite,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.councils.services.sitting import (
    TwoSeats,
    check_apart_but,
    check_may_sit,
)
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Organisation, Person, Post
from xiangyue.places.queries import active_posts


class SeatUnknown(Refused):
    """The council has no such seat, or nobody comes to it in this way."""

    code = "seat_unknown"


class NoSuchPost(Refused):
    """Who sits by post holds none of the roles there."""

    code = "no_such_post"


@transaction.atomic
def seat(
    *,
    council: Council,
    seat_key: str,
    way: str,
    chosen_how: str,
    by: Person,
    at: datetime,
    person: Person | None = None,
    organisation: Organisation | None = None,
    name: str = "",
    stands_for: str = "",
    succeeds: Seat | None = None,
) -> Seat:
    """Name somebody for a seat, saying how they were chosen; they are asked, and answer themselves.

    Who sits by post sits at once and as long as the post is held. Somebody without an account, or
    whom a unit will send, is named in words. Records `councils.seat_offered`, and
    `councils.seat_taken` of who sits by post.

    :raises NotAllowed: who names keeps no council there, nor belongs to what residents form.
    :raises SeatUnknown: the council has no such seat, or one comes to it otherwise.
    :raises SeatsFull: as many are asked or sit as may.
    :raises TwoSeats: they have a seat in this council.
    :raises KeptApart: they would carry duties that are apart (SY-21).
    :raises NoSuchPost: by post, and they hold none.
    :raises TooYoung: known to be under eighteen.
    :raises WordsMissing: no name, or not how they were chosen.
    """
    locked = lock(council)
    kind = kind_of(locked)
    if not may_invite(by, locked, kind, at=at):
        raise NotAllowed(_("Your posts do not include the councils here."))
    declared = _seat_kind(kind, seat_key, way)
    how = words_given(
        chosen_how, _("Please write how they were chosen; everybody can read it."),
        field="chosen_how",
    )  # fmt: skip
    called = words_given(
        name or (person.name if person is not None else ""), _("Please say who it is."),
        field="name", most=60,
    )  # fmt: skip
    post = _post(locked, declared, person, at=at) if way == WayChoices.POST else None
    is_shared = check_may_sit(locked, kind, declared, person, called, at=at)
    made = Seat(
        council=locked, seat_key=seat_key, person=person, organisation=organisation, name=called,
        stands_for=words_if_any(stands_for, field="stands_for", most=100)
        or (organisation.name if organisation is not None else ""),
        post=post, way=way, chosen_how=how, is_shared=is_shared, invited_at=at, invited_by=by,
        succeeds=succeeds,
    )  # fmt: skip
    if post is not None:
        made.state, made.answered_at, made.accepted_at = SeatStateChoices.ACCEPTED, at, at
        made.active_from = timezone.localdate(at)
    _save_new(made)
    recorded(
        "seat_offered", locked, at=at, actor_id=by.pk, subject=made, seat=seat_key, way=way,
        person=str(person.pk) if person is not None else "",
    )  # fmt: skip
    if post is not None:
        recorded("seat_taken", locked, at=at, actor_id=by.pk, subject=made, seat=seat_key)
    return made


def _save_new(made: Seat) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        raise TwoSeats(_("They have a seat in this council, or are asked already.")) from clash


def _seat_kind(kind: CouncilKind, seat_key: str, way: str) -> SeatKind:
    declared = kind.seat(seat_key)
    if declared is None:
        said = _("This council has no such seat.")
        raise SeatUnknown(said, fields={"seat_key": said})
    if declared.per_issue:
        said = _("Those concerned are asked for each matter, not for good.")
        raise SeatUnknown(said, source=kind.source, fields={"seat_key": said})
    if way not in declared.ways:
        said = _("Nobody comes to this seat in this way.")
        raise SeatUnknown(said, source=kind.source, fields={"way": said})
    return declared


def _post(council: Council, declared: SeatKind, person: Person | None, *, at: datetime) -> Post:
    found = None
    if person is not None:
        held = active_posts(at=at).filter(
            person=person, role__in=declared.roles, place=council.place
        )
        found = held.order_by("active_from").first()
    if found is None:
        said = _("They hold none of the posts that come with this seat here.")
        raise NoSuchPost(said, fields={"way": said})
    return found


@transaction.atomic
def join(*, council: Council, by: Person, at: datetime) -> Seat:
    """Join what residents form, of one's own accord (VO01); one sits at once.

    Records `councils.seat_taken`.

    :raises NotAllowed: it is formed otherwise, or they live elsewhere.
    :raises TwoSeats: they sit already, or are asked and answer there.
    """
    locked = lock(council)
    kind = kind_of(locked)
    open_seat = next(
        (one for one in kind.seats if "invitation" in one.ways and not one.per_issue), None
    )
    if kind.formed_by != "residents" or open_seat is None:
        raise NotAllowed(_("Nobody joins this council unasked; its seats are filled otherwise."))
    if not lives_at(by, locked.place):
        raise NotAllowed(_("Those who live here form it."))
    is_shared = check_may_sit(locked, kind, open_seat, by, by.name, at=at)
    made = Seat(
        council=locked, seat_key=open_seat.key, person=by, name=by.name, way=WayChoices.INVITATION,
        chosen_how=_("Joined of their own accord"), is_shared=is_shared, invited_at=at,
        invited_by=by, state=SeatStateChoices.ACCEPTED, answered_at=at, accepted_at=at,
        active_from=timezone.localdate(at),
    )  # fmt: skip
    _save_new(made)
    recorded("seat_taken", locked, at=at, actor_id=by.pk, subject=made, seat=open_seat.key)
    return made


@transaction.atomic
def answer_seat(
    *,
    seat: Seat,
    accepts: bool,
    at: datetime,
    by: Person | None = None,
    entered_by: Person | None = None,
    is_named: bool = False,
) -> Seat:
    """Say yes or no to a seat: oneself, or on paper through who keeps the council.

    A no needs no reason. With `is_named` the name may stand on the public page. Records
    `councils.seat_taken` or `councils.seat_declined`.

    :raises NotAllowed: another than who was asked, and none who keeps the council.
    :raises Decided: it was answered, or is no longer offered.
    :raises KeptApart: they have come to another seat since.
    """
    locked = lock(seat.council)
    found = Seat.objects.select_related("person").get(pk=seat.pk)
    if by is not None:
        if found.person_id != by.pk:
            raise NotAllowed(_("Who was asked answers; on paper, whoever keeps the council."))
    elif entered_by is not None:
        check_keeps(entered_by, locked, at=at)
    else:
        raise NotAllowed(_("Please sign in first."))
    wanted = rules.SeatState.ACCEPTED if accepts else rules.SeatState.DECLINED
    if wanted not in rules.SEAT_MOVES[rules.SeatState(found.state)]:
        raise Decided(
            _("This was answered already: %(state)s.") % {"state": found.get_state_display()}
        )
    found.state, found.answered_at, found.entered_by = wanted, at, entered_by
    if accepts:
        kind = kind_of(locked)
        declared = kind.seat(found.seat_key)
        if declared is not None and found.person is not None:
            check_apart_but(locked, kind, declared, found, at=at)
        found.accepted_at, found.is_named = at, is_named
        found.active_from = timezone.localdate(at)
    else:
        found.declined_at = at
    found.save()
    who = by or entered_by
    recorded(
        "seat_taken" if accepts else "seat_declined", locked, at=at,
        actor_id=who.pk if who is not None else None, subject=found, seat=found.seat_key,
    )  # fmt: skip
    return found


@transaction.atomic
def withdraw_offer(*, seat: Seat, by: Person, at: datetime) -> Seat:
    """Ask somebody no longer, before they answered. Records `councils.seat_withdrawn`.

    :raises NotAllowed: they did not offer it and do not keep the council.
    :raises Decided: it was answered.
    """
    locked = lock(seat.council)
    found = Seat.objects.get(pk=seat.pk)
    if found.invited_by_id != by.pk:
        check_keeps(by, locked, at=at)
    if found.state != SeatStateChoices.INVITED:
        raise Decided(
            _("This was answered already: %(state)s.") % {"state": found.get_state_display()}
        )
    found.state, found.answered_at = SeatStateChoices.WITHDRAWN, at
    found.save(update_fields=["state", "answered_at"])
    recorded("seat_withdrawn", locked, at=at, actor_id=by.pk, subject=found, seat=found.seat_key)
    return found


@transaction.atomic
def end_seat(*, seat: Seat, by: Person, why: str, at: datetime) -> Seat:
    """Let a seat end today: whoever holds it steps down, or who keeps or leads the council ends it
    with a reason. Who sat until when stays. Records `councils.seat_left`.

    :raises NotAllowed: neither theirs nor theirs to keep or lead.
    :raises WordsMissing: another's seat, and no reason.
    :raises Decided: it has ended.
    """
    locked = lock(seat.council)
    found = Seat.objects.get(pk=seat.pk)
    is_own = found.person_id == by.pk
    if not is_own and not (keeps(by, locked, at=at) or leads(by, locked, at=at)):
        raise NotAllowed(_("Your posts do not include the councils here."))
    said = words_if_any(why, field="why")
    if not said:
        if not is_own:
            words_given("", _("Please say why; it stays with the seat."), field="why")
        said = _("Stepped down")
    if found.state != SeatStateChoices.ACCEPTED:
        raise Decided(
            _("This was answered already: %(state)s.") % {"state": found.get_state_display()}
        )
    _end(found, said, at=at)
    recorded("seat_left", locked, at=at, actor_id=by.pk, subject=found, seat=found.seat_key)
    return found


def _end(found: Seat, why: str, *, at: datetime) -> None:
    found.state, found.ended_at, found.ended_why = SeatStateChoices.ENDED, at, why
    found.active_to = max(timezone.localdate(at), found.active_from or timezone.localdate(at))
    found.save(update_fields=["state", "ended_at", "ended_why", "active_to"])


@transaction.atomic
def replace(
    *,
    old: Seat,
    why: str,
    way: str,
    chosen_how: str,
    by: Person,
    at: datetime,
    person: Person | None = None,
    organisation: Organisation | None = None,
    name: str = "",
    stands_for: str = "",
) -> Seat:
    """End a seat and name somebody for it in one act; the new one knows whom they succeed.

    :raises Refused: as `end_seat` and `seat` do; nothing is done then.
    """
    ended = end_seat(seat=old, by=by, why=why, at=at)
    return seat(
        council=ended.council, seat_key=ended.seat_key, way=way, chosen_how=chosen_how, by=by,
        at=at, person=person, organisation=organisation, name=name, stands_for=stands_for,
        succeeds=ended,
    )  # fmt: skip


@transaction.atomic
def end_seats_of_post(*, post_id: UUID, at: datetime) -> int:
    """Who sat by a post that has ended sits no longer (GD02); how many seats."""
    rows = Seat.objects.filter(post_id=post_id, state=SeatStateChoices.ACCEPTED)
    count = 0
    for found in rows.select_related("council"):
        _end(found, _("The post has ended"), at=at)
        recorded("seat_left", found.council, at=at, subject=found, seat=found.seat_key)
        count += 1
    return count
