"""The verbs by which a team asks for helpers; whoever says nothing is never known (LP-25, VO)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.enforcement import rules
from xiangyue.enforcement.models import HelpCall, Helper, Member, Team
from xiangyue.enforcement.queries import village_of
from xiangyue.enforcement.services.acting import (
    KEEP,
    LEAD,
    DoneAlready,
    NotSoFar,
    WordsMissing,
    lock_team,
    may,
    recorded,
    words_given,
)
from xiangyue.enforcement.services.forming import WrongPlace
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person

MOST_HELPERS = 200
FARTHEST = timedelta(days=90)
FORGOTTEN_AFTER = timedelta(days=30)


class CallRefused(Refused):
    """Nobody may be asked for help like this."""

    code = "call_refused"


class CallOver(DoneAlready):
    """The call is full, past or called off."""

    code = "call_over"


def leads(person: Person, team: Team, *, at: datetime) -> bool:
    """Whether somebody asks for helpers in the team's name: its head, or who keeps the compact."""
    if may(person, KEEP, team.place_path, at=at):
        return True
    sits = team.members.filter(person=person, seat="head", state=Member.State.SITTING)
    return may(person, LEAD, team.place_path, at=at) and sits.exists()


def _check_leads(person: Person, team: Team, *, at: datetime) -> None:
    if not leads(person, team, at=at):
        raise NotAllowed(_("Your posts do not include this here."))


def _refuse(field: str, message: str, *, source: str = "") -> CallRefused:
    return CallRefused(message, fields={field: message}, source=source)


@transaction.atomic
def call_for_help(
    *,
    team: Team,
    title: str,
    meets_at: str,
    starts_at: datetime,
    wanted_count: int,
    by: Person,
    at: datetime,
    is_risky: bool = False,
    is_insured: bool = False,
) -> HelpCall:
    """Ask the village for helpers: what, where, when, how many. It asks, and no more.

    Records `enforcement.help_called`.

    :raises NotAllowed: neither the team's head nor who keeps the compact.
    :raises WordsMissing: what or where is not said.
    :raises CallRefused: words that press, a time that is past or too far off, nobody or too many
        wanted, or risky work without insurance.
    """
    locked = lock_team(team)
    _check_leads(by, locked, at=at)
    what = words_given(title, _("What is to be done?"), field="title", most=60)
    where = words_given(meets_at, _("Where do they meet?"), field="meets_at", most=80)
    if rules.presses(what) or rules.presses(where):
        raise _refuse(
            "title",
            _("Help is free: say what is to be done, without duty, penalty or anybody's"
              " allowance. Labour that is owed is decided by the assembly alone."),
            source="LP-25; VO01, VO02, VO04",
        )  # fmt: skip
    if not at < starts_at <= at + FARTHEST:
        raise _refuse("starts_at", _("It is in the next 90 days."))
    if not 1 <= wanted_count <= MOST_HELPERS:
        raise _refuse(
            "wanted_count", _("How many are wanted? From 1 to %(most)d.") % {"most": MOST_HELPERS}
        )
    if is_risky and not is_insured:
        raise _refuse(
            "is_insured", _("Before risky work the helpers are insured."), source="志愿服务条例 17"
        )
    made = HelpCall.objects.create(
        team=locked, place_path=locked.place_path, title=what, meets_at=where, starts_at=starts_at,
        wanted_count=wanted_count, is_risky=is_risky, is_insured=is_insured, called_by=by,
        called_at=at,
    )  # fmt: skip
    _note("help_called", made, at=at, by=by, wanted=wanted_count)
    return made


def _note(name: str, call: HelpCall, *, at: datetime, by: Person | None, **facts: int) -> None:
    actor_id = by.pk if by is not None else None
    recorded(name, call, place_path=call.place_path, at=at, actor_id=actor_id, **facts)


def _locked(call: HelpCall) -> HelpCall:
    rows = HelpCall.objects.select_for_update(of=("self",))
    return rows.select_related("team__committee__place", "team__declaration").get(pk=call.pk)


def standing_of_call(call: HelpCall, *, at: datetime) -> rules.CallStanding:
    """Whether helpers are still wanted now."""
    return rules.call_standing(
        state=call.state, starts_at=call.starts_at, now=at, wanted=call.wanted_count,
        answered=call.helpers.count(),
    )  # fmt: skip


@transaction.atomic
def offer_help(*, call: HelpCall, by: Person, at: datetime) -> Helper:
    """Say that one will come oneself, with one tap; again changes nothing.

    Nobody enters another (VO01), and the record does not say who.

    :raises CallOver: it is full, past or called off.
    :raises WrongPlace: of another village.
    :raises CallRefused: not of age, or whoever called, who confirms who came.
    """
    locked = _locked(call)
    there = locked.helpers.filter(person=by).first()
    if there is not None:
        return there
    standing = standing_of_call(locked, at=at)
    if standing is not rules.CallStanding.WANTED:
        raise CallOver(
            _("There are enough helpers already; thank you.")
            if standing is rules.CallStanding.FULL
            else _("This call is over.")
        )
    if village_of(by) != locked.team.committee.place:
        raise WrongPlace(_("Those who live in the village are asked."))
    if by.pk == locked.called_by_id:
        raise CallRefused(_("You called, and are there anyway; you confirm who came."))
    day = timezone.localdate(locked.starts_at)
    if by.birth_date is None or not rules.is_of_age(by.birth_date, on=day):
        raise CallRefused(_("Those of age are asked; at the village office we gladly enter when"
                            " you were born."), source="VO05")  # fmt: skip
    made = Helper.objects.create(call=locked, person=by)
    _note("help_offered", locked, at=at, by=None)
    return made


@transaction.atomic
def take_back_offer(*, call: HelpCall, by: Person, at: datetime) -> None:
    """Not come after all; no reason, and nothing is kept. Another may take the place.

    :raises CallOver: it has begun, or is over.
    """
    locked = _locked(call)
    if locked.state != HelpCall.State.OPEN or at >= locked.starts_at:
        raise CallOver(_("This call is over."))
    count, _rows = locked.helpers.filter(person=by).delete()
    if count:
        _note("help_taken_back", locked, at=at, by=None)


@transaction.atomic
def call_off(*, call: HelpCall, by: Person, at: datetime) -> HelpCall:
    """Nobody is needed after all; who had said yes is told by the page, and forgotten.

    :raises NotAllowed: neither the team's head nor who keeps the compact.
    :raises CallOver: it was thanked for already; again changes nothing.
    """
    locked = _locked(call)
    _check_leads(by, locked.team, at=at)
    if locked.state == HelpCall.State.CANCELLED:
        return locked
    if locked.state == HelpCall.State.THANKED:
        raise CallOver(_("This call is over."))
    locked.helpers.all().delete()
    locked.state, locked.ended_at = HelpCall.State.CANCELLED, at
    locked.save(update_fields=["state", "ended_at"])
    _note("help_called_off", locked, at=at, by=by)
    return locked


@transaction.atomic
def thank(
    *, call: HelpCall, came: Collection[UUID], thanks: str, by: Person, at: datetime
) -> HelpCall:
    """Confirm who came and thank them; who did not come is forgotten, never named (VO06).

    `came` are the helpers by their ids. Records `enforcement.help_given` for each who came and
    `enforcement.help_thanked` once.

    :raises NotAllowed: neither the team's head nor who keeps the compact, or a helper themself.
    :raises NotSoFar: it has not begun.
    :raises WordsMissing: no word of thanks.
    :raises CallRefused: somebody who had not said yes.
    :raises CallOver: done already, or called off.
    """
    locked = _locked(call)
    _check_leads(by, locked.team, at=at)
    if locked.state != HelpCall.State.OPEN:
        raise CallOver(_("This call is over."))
    if at < locked.starts_at:
        raise NotSoFar(_("It has not begun yet; who came is confirmed afterwards."))
    said = words_given(thanks, _("A word of thanks, please."), field="thanks", most=200)
    helpers = {each.pk: each for each in locked.helpers.all()}
    if any(each.person_id == by.pk for each in helpers.values()):
        raise NotAllowed(_("You helped yourself; another confirms who came."))
    if not set(came) <= helpers.keys():
        raise _refuse("came", _("Somebody named here had not said that they would come."))
    locked.helpers.exclude(pk__in=came).delete()
    locked.helpers.update(has_come=True)
    locked.state, locked.ended_at = HelpCall.State.THANKED, at
    locked.thanks, locked.came_count = said, len(set(came))
    locked.save(update_fields=["state", "ended_at", "thanks", "came_count"])
    for key in sorted(set(came)):
        recorded("help_given", helpers[key], place_path=locked.place_path, at=at, actor_id=by.pk)
    _note("help_thanked", locked, at=at, by=by, count=len(set(came)))
    return locked


def forget_helpers(*, at: datetime) -> int:
    """Forget who had said yes to calls that nobody confirmed for thirty days; how many."""
    rows = Helper.objects.filter(
        call__state=HelpCall.State.OPEN, call__starts_at__lt=at - FORGOTTEN_AFTER
    )
    count, _rows = rows.delete()
    return count


__all__ = [
    "CallOver",
    "CallRefused",
    "WordsMissing",
    "call_for_help",
    "call_off",
    "forget_helpers",
    "leads",
    "offer_help",
    "standing_of_call",
    "take_back_offer",
    "thank",
]
