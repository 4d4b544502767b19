"""Verbs on what follows a round: a further one, or the same again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.models import Election, ElectionState, Round, RoundKind, RoundState
from xiangyue.ballots.elections.queries import current_round, latest_round, next_round_of
from xiangyue.ballots.elections.reading import kind_of
from xiangyue.ballots.elections.refusals import ElectionStands
from xiangyue.ballots.elections.services.acting import (
    locked,
    locked_round,
    record_about,
    refuse,
    words,
)
from xiangyue.ballots.publishing import put_up
from xiangyue.places.models import Person


@transaction.atomic
def plan_next_round(
    *, election: Election, opens_at: datetime, closes_at: datetime, by: Person, at: datetime
) -> Round:
    """Announce the next round that the last one calls for: held again, between the even, run-off.

    Who stands follows from the result. It is held within the declared days.

    :raises ElectionStands: no round has to follow, or one is announced already.
    :raises ElectionRefused: in the past, over two days, or too late.
    """
    election = locked(election)
    if election.state != ElectionState.POLLING or current_round(election) is not None:
        raise ElectionStands(_("No further round is to be announced now."))
    last, following = latest_round(election), next_round_of(election)
    if last is None or not following.kind:
        raise ElectionStands(_("No further round is to be announced now."))
    if closes_at <= opens_at or timezone.localdate(opens_at) != timezone.localdate(closes_at):
        raise refuse("closes_at", _("The polling place opens and closes on one and the same day."))
    if opens_at <= at:
        raise refuse("opens_at", _("This vote would lie in the past."))
    declared = kind_of(election)
    latest = timezone.localdate(last.opens_at) + timedelta(days=declared.run_off_days)
    if timezone.localdate(opens_at) > latest:
        raise refuse(
            "opens_at",
            _("It is held within %(days)d days of the round before: by %(day)s.")
            % {"days": declared.run_off_days, "day": f"{latest:%Y-%m-%d}"},
            source=declared.source,
        )
    found = Round.objects.create(
        election=election, number=last.number + 1, kind=following.kind, offices=following.offices,
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    record_about("round_announced", election, at=at, by=by, round=found.number, kind=found.kind)
    title = f"{election.title}：{RoundKind(found.kind).label}"
    body = _("Election day: %(day)s, from %(opens)s to %(closes)s.") % {
        "day": f"{timezone.localtime(opens_at):%Y-%m-%d}",
        "opens": f"{timezone.localtime(opens_at):%H:%M}",
        "closes": f"{timezone.localtime(closes_at):%H:%M}",
    }
    put_up("general", election.place, title, body, election, by=by, at=at)
    return found


@transaction.atomic
def void_round(*, polling: Round, reason: str, by: Person, at: datetime) -> Round:
    """Say that a round is void, such as when more slips come back than were handed out; it is held
    again. Nothing of it is deleted.

    :raises ElectionStands: it has its result, or was void before.
    """
    election = locked(polling.election)
    found = locked_round(polling)
    if found.state in {RoundState.COUNTED, RoundState.VOID}:
        raise ElectionStands(_("This round has ended already."))
    found.void_reason = words(
        reason, "reason", most=300, missing=_("Give the reason; everybody who could vote reads it.")
    )
    found.state = RoundState.VOID
    found.save(update_fields=["state", "void_reason"])
    if election.state == ElectionState.PREPARING:
        election.state = ElectionState.POLLING
        election.save(update_fields=["state"])
    record_about("round_voided", election, at=at, by=by, round=found.number)
    return found
