"""What keeping the compact has for somebody's day: duty, vetting, appointing, objections, gaps."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.access.afoot import Afoot
from xiangyue.access.queries import granted
from xiangyue.access.requests import person, standing
from xiangyue.access.rules import Standing
from xiangyue.enforcement import access, queries
from xiangyue.enforcement.models import HelpCall, Invitation, Member, Reminder, ReminderObjection
from xiangyue.enforcement.services import duty_of
from xiangyue.enforcement.services.acting import ANSWER, DIRECT, KEEP, LEAD, NOTE, VET
from xiangyue.enforcement.wording import team_name
from xiangyue.places.models import Person
from xiangyue.publicity.queries import unsettled
from xiangyue.rosters.models import DutyTurn

AFOOT = (
    Afoot(
        lambda mine: DutyTurn.objects.filter(
            person=mine.person,
            begins_at__lte=mine.at,
            ends_at__gt=mine.at,
            cancelled_at=None,
            published_at__isnull=False,
            unit__compact_team__isnull=False,
        ),
        verbs=(NOTE,),
    ),
    Afoot(
        lambda mine: Reminder.objects.filter(
            state=Reminder.State.OPEN,
            team__members__person=mine.person,
            team__members__state=Member.State.SITTING,
        ),
        verbs=(NOTE,),
    ),
    Afoot(
        lambda mine: HelpCall.objects.filter(
            called_by=mine.person, state=HelpCall.State.OPEN, starts_at__lte=mine.at
        ),
        verbs=(KEEP, LEAD),
    ),
    Afoot(
        lambda mine: Member.objects.filter(mine.reach(), state=Member.State.PROPOSED),
        verbs=(VET, DIRECT),
    ),
    Afoot(
        lambda mine: ReminderObjection.objects.filter(
            mine.reach("reminder__place_path"), answered_at=None
        ),
        verbs=(ANSWER,),
    ),
    Afoot(
        lambda mine: Invitation.objects.filter(
            mine.reach("committee__place_path"), answer=Invitation.Answer.WAITING
        ),
        verbs=(KEEP,),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    url: str
    icon: str
    meta: str = ""


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """The lines that wait for this person; None when nothing does."""
    who, mine = person(request), standing(request)
    if who is None:
        return None
    lines = [
        *_of_team(who, mine, at=at), *_of_calls(who, mine, at=at), *_of_desk(who, mine, at=at),
    ]  # fmt: skip
    if not lines:
        return None
    return render_to_string("enforcement/_today.html", {"lines": lines}, request)


def _of_team(who: Person, mine: Standing, *, at: datetime) -> list[Line]:
    found = []
    if mine.may_somewhere(NOTE):
        team = duty_of(who, at=at)
        if team is not None:
            title = _("You are on duty: %(team)s") % {"team": team_name(team)}
            found.append(Line(title, reverse("note-breach"), "shield-check"))
        rows = access.reminders_in_sight(mine, at=at)
        count = rows.filter(pk__in=queries.open_of_team(who).values("pk")).count()
        if count:
            words = ngettext("%(count)d talk to be had", "%(count)d talks to be had", count)
            found.append(Line(words % {"count": count}, reverse("compact-reminders"), "message"))
    return found


def _of_calls(who: Person, mine: Standing, *, at: datetime) -> list[Line]:
    """Calls that have begun, for whoever called: who came is confirmed, and they are thanked."""
    if not (mine.may_somewhere(KEEP) or mine.may_somewhere(LEAD)):
        return []
    rows = HelpCall.objects.filter(called_by=who, state=HelpCall.State.OPEN, starts_at__lte=at)
    return [
        Line(call.title, reverse("help-call", args=[call.pk]), "users", _("Thank the helpers"))
        for call in rows[:5]
    ]


def _of_desk(who: Person, mine: Standing, *, at: datetime) -> list[Line]:
    found = []
    if mine.may_somewhere(VET):
        count = access.members_to_vet(mine).exclude(vettings__decided_by=who).count()
        if count:
            words = ngettext(
                "%(count)d person to be vetted", "%(count)d people to be vetted", count
            )
            found.append(Line(words % {"count": count}, reverse("vettings"), "user"))
    count = access.objections_to_answer(mine).count()
    if count:
        words = ngettext(
            "%(count)d objection to a reminder", "%(count)d objections to reminders", count
        )
        found.append(Line(words % {"count": count}, reverse("reminder-objections"), "message"))
    if mine.may_somewhere(KEEP):
        waiting = Invitation.objects.filter(
            granted(mine, KEEP, path_field="committee__place_path"),
            answer=Invitation.Answer.WAITING,
        ).count()
        if waiting:
            words = ngettext(
                "%(count)d invitation without an answer",
                "%(count)d invitations without an answer",
                waiting,
            )
            found.append(Line(words % {"count": waiting}, reverse("keeping-desk"), "message"))
    if mine.may_somewhere(DIRECT):
        named = Member.objects.filter(
            granted(mine, DIRECT), state=Member.State.PROPOSED, notice__isnull=False
        ).select_related("notice")
        ready = sum(
            1 for one in named[:50] if one.notice is not None and not unsettled(one.notice, at=at)
        )
        if ready:
            words = ngettext(
                "%(count)d person can be appointed", "%(count)d people can be appointed", ready
            )
            found.append(Line(words % {"count": ready}, reverse("keeping-desk"), "check"))
    return found
