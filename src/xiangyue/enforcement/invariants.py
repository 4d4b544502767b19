"""What must hold at any time; each check returns what is wrong, naming nobody."""

from datetime import timedelta

from django.db.models import Count, F
from django.utils.translation import gettext as _

from xiangyue.activity.models import Entry
from xiangyue.enforcement.models import DutyArea, HelpCall, Helper, Member, Reminder, VettingAppeal
from xiangyue.enforcement.rules import LONGEST_KEPT_DAYS


def reminders_go_in_time() -> list[str]:
    """None is kept longer than the law allows (REQ-L06)."""
    longest = timedelta(days=LONGEST_KEPT_DAYS)
    rows = Reminder.objects.values_list("pk", "seen_on", "erase_on")
    return [
        _("Reminder %(key)s would be kept too long.") % {"key": key}
        for key, seen_on, erase_on in rows
        if erase_on > seen_on + longest
    ]


def decided_appeals_hold_no_words() -> list[str]:
    rows = VettingAppeal.objects.exclude(decided_at=None).exclude(text="")
    return [_("A decided appeal still holds words.")] if rows.exists() else []


def who_sits_has_a_running_post() -> list[str]:
    """Rights end with the seat (GD02): nobody who stepped down holds the seat's post."""
    rows = Member.objects.filter(state=Member.State.ENDED, post__active_to=None)
    return [
        _("Seat %(key)s ended, but its post runs on.") % {"key": key}
        for key in rows.exclude(post=None).values_list("pk", flat=True)
    ]


def nobody_sits_without_a_notice() -> list[str]:
    """Whoever sits was on the board, but for who leads by office (LP-17)."""
    rows = Member.objects.filter(state=Member.State.SITTING, notice=None).exclude(
        seat="director", committee__isnull=False
    )
    return [
        _("Seat %(key)s was given without a notice.") % {"key": key}
        for key in rows.values_list("pk", flat=True)
    ]


def areas_lie_in_their_village() -> list[str]:
    rows = DutyArea.objects.values_list("pk", "place_path", "village__path")
    return [
        _("Duty area %(key)s lies outside of its village.") % {"key": key}
        for key, path, village in rows
        if not path.startswith(village)
    ]


def calls_keep_nobody_who_did_not_come() -> list[str]:
    """No call has more helpers than it wanted, and once over it keeps those who came (VO06)."""
    over = Helper.objects.exclude(call__state=HelpCall.State.OPEN)
    found = set(over.filter(has_come=False).values_list("call", flat=True))
    full = HelpCall.objects.annotate(helper_count=Count("helpers"))
    found |= set(full.filter(helper_count__gt=F("wanted_count")).values_list("pk", flat=True))
    return [_("Call for helpers %(key)s keeps too many.") % {"key": key} for key in sorted(found)]


def the_record_names_nobody_who_is_reminded() -> list[str]:
    """What residents do here leaves no actor in the record, and no entry names a person."""
    silent = [
        "invitation_answered",
        "vetting_appealed",
        "reminder_heard",
        "reminder_objected",
        "help_offered",
        "help_taken_back",
    ]
    names = [f"enforcement.{name}" for name in silent]
    rows = Entry.objects.filter(name__in=names).exclude(actor_id=None)
    return [_("The record says who answered or objected.")] if rows.exists() else []


def nobody_vets_themself() -> list[str]:
    rows = Member.objects.filter(
        vettings__decided_by=F("person"),
    )
    return [_("Somebody vetted themself.")] if rows.exists() else []


INVARIANTS = {
    "reminders_go_in_time": reminders_go_in_time,
    "decided_appeals_hold_no_words": decided_appeals_hold_no_words,
    "who_sits_has_a_running_post": who_sits_has_a_running_post,
    "nobody_sits_without_a_notice": nobody_sits_without_a_notice,
    "areas_lie_in_their_village": areas_lie_in_their_village,
    "the_record_names_nobody_who_is_reminded": the_record_names_nobody_who_is_reminded,
    "calls_keep_nobody_who_did_not_come": calls_keep_nobody_who_did_not_come,
    "nobody_vets_themself": nobody_vets_themself,
}
