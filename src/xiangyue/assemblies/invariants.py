"""What must hold over all meetings at any time; each check returns what is wrong."""

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from xiangyue.assemblies import freezing
from xiangyue.assemblies.minutes_models import Minutes
from xiangyue.assemblies.models import Attendance, Coming, StateChoices
from xiangyue.assemblies.motion_models import Decision
from xiangyue.assemblies.services.minuting import minutes_digest


def what_was_signed_is_frozen() -> list[str]:
    """The triggers that keep decisions and signed minutes as they are stand in the database."""
    return [_("The trigger %(name)s is missing.") % {"name": name} for name in freezing.missing()]


def minutes_are_what_was_signed() -> list[str]:
    """The words of all minutes fit their digest, and signed ones have signatures for it."""
    faults = []
    for minutes in Minutes.objects.select_related("sitting").iterator(chunk_size=200):
        fits = minutes.digest == minutes_digest(
            minutes.sitting, text=minutes.text, public_text=minutes.public_text
        )
        is_signed = minutes.signatures.filter(digest=minutes.digest).exists()
        if not fits or (minutes.signed_at is not None and not is_signed):
            faults.append(
                _("The minutes of %(key)s are not what was signed.") % {"key": minutes.pk}
            )
    return faults


def a_signed_sitting_has_signed_minutes() -> list[str]:
    """A meeting is signed exactly when its minutes are."""
    rows = Minutes.objects.exclude(signed_at=F("sitting__signed_at"))
    wrong = rows.exclude(signed_at=None, sitting__signed_at=None).values_list("pk", flat=True)
    return [_("The minutes of %(key)s are not what was signed.") % {"key": key} for key in wrong]


def nobody_decides_without_a_quorum() -> list[str]:
    """Each decision rests on enough people, and was made where such meetings decide."""
    wrong = Decision.objects.exclude(outcome="put_off").filter(present_count__lt=F("needed_count"))
    return [
        _("Item %(key)s was decided without a quorum.") % {"key": key}
        for key in wrong.values_list("pk", flat=True)
    ]


def who_stayed_away_stands_nowhere() -> list[str]:
    """Of a meeting that is over nobody's word is kept that they could not come."""
    over = [StateChoices.CLOSED, StateChoices.SIGNED]
    keys = Coming.objects.filter(sitting__state__in=over).values_list("sitting", flat=True)
    return [
        _("It is still kept who could not come to %(key)s.") % {"key": key}
        for key in keys.distinct()
    ]


def voices_stand_on_the_roll() -> list[str]:
    """Where a meeting meets on a roll, who counts has an entry of it."""
    other = Attendance.objects.filter(pk=OuterRef("pk")).exclude(entry__roll=F("sitting__roll"))
    rows = Attendance.objects.filter(is_voice=True, sitting__roll__isnull=False)
    return [
        _("Somebody counts at %(key)s who is not on its roll.") % {"key": key}
        for key in rows.filter(Exists(other)).values_list("sitting", flat=True).distinct()
    ]


INVARIANTS = {
    "what_was_signed_is_frozen": what_was_signed_is_frozen,
    "minutes_are_what_was_signed": minutes_are_what_was_signed,
    "a_signed_sitting_has_signed_minutes": a_signed_sitting_has_signed_minutes,
    "nobody_decides_without_a_quorum": nobody_decides_without_a_quorum,
    "who_stayed_away_stands_nowhere": who_stayed_away_stands_nowhere,
    "voices_stand_on_the_roll": voices_stand_on_the_roll,
}
