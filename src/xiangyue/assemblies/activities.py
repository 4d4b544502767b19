from django.utils.translation import gettext_lazy as _

_ALWAYS = ("kind",)
_ITEM = (*_ALWAYS, "item", "subject_type", "subject_id")
_TOLD = (*_ALWAYS, "person", "begins_at")

ACTIVITIES = {
    "assemblies.sitting_announced": {
        "title": _("A meeting was announced"),
        "facts": (*_ALWAYS, "starts_at", "notice", "council", "invited_count"),
    },
    "assemblies.sitting_moved": {
        "title": _("A meeting was moved"),
        "facts": (*_ALWAYS, "starts_at", "notice"),
    },
    "assemblies.sitting_called_off": {
        "title": _("A meeting was called off"),
        "facts": (*_ALWAYS, "notice"),
    },
    "assemblies.invitation_announced": {
        "title": _("Somebody was told of a meeting"),
        "facts": _TOLD,
    },
    "assemblies.change_announced": {
        "title": _("Somebody was told that a meeting has been moved"),
        "facts": _TOLD,
    },
    "assemblies.cancellation_announced": {
        "title": _("Somebody was told that a meeting is called off"),
        "facts": _TOLD,
    },
    "assemblies.item_added": {
        "title": _("An item came onto the agenda of a meeting"),
        "facts": (*_ITEM, "notice"),
    },
    "assemblies.item_changed": {
        "title": _("An item of a meeting was changed and announced anew"),
        "facts": (*_ITEM, "notice", "digest"),
    },
    "assemblies.item_asked_for": {
        "title": _("Somebody asked for an item of a meeting"),
        "facts": _ALWAYS,
    },
    "assemblies.wish_answered": {
        "title": _("An item that was asked for was answered"),
        "facts": (*_ALWAYS, "wish", "state", "concerned_count"),
    },
    "assemblies.roll_chosen": {
        "title": _("The roll of a meeting was chosen"),
        "facts": (*_ALWAYS, "roll", "expected_count"),
    },
    "assemblies.sitting_opened": {
        "title": _("A meeting was opened"),
        "facts": (*_ALWAYS, "expected_count", "needed_count"),
    },
    "assemblies.attendance_marked": {
        "title": _("Somebody's presence at a meeting was noted"),
        "facts": (*_ALWAYS, "how", "count"),
    },
    "assemblies.attendance_withdrawn": {
        "title": _("A presence noted in error was taken back"),
        "facts": (*_ALWAYS, "how"),
    },
    "assemblies.item_taken_up": {
        "title": _("An item came before the meeting"),
        "facts": _ITEM,
    },
    "assemblies.turn_asked": {"title": _("Somebody asked to speak"), "facts": _ITEM},
    "assemblies.turn_given": {"title": _("Somebody was asked to speak"), "facts": _ITEM},
    "assemblies.note_written": {
        "title": _("What was said was written down"),
        "facts": (*_ITEM, "digest"),
    },
    "assemblies.motion_moved": {
        "title": _("A motion was moved"),
        "facts": (*_ITEM, "motion", "digest"),
    },
    "assemblies.motion_seconded": {
        "title": _("A motion was seconded"),
        "facts": (*_ITEM, "motion"),
    },
    "assemblies.motion_withdrawn": {
        "title": _("A motion was withdrawn"),
        "facts": (*_ITEM, "motion"),
    },
    "assemblies.amendment_moved": {
        "title": _("An amendment was moved"),
        "facts": (*_ITEM, "motion", "amendment", "digest"),
    },
    "assemblies.amendments_ordered": {
        "title": _("The chair put amendments in order"),
        "facts": (*_ITEM, "motion"),
    },
    "assemblies.amendment_withdrawn": {
        "title": _("An amendment was withdrawn"),
        "facts": (*_ITEM, "motion", "amendment"),
    },
    "assemblies.amendment_decided": {
        "title": _("An amendment was decided"),
        "facts": (
            *(*_ITEM, "motion", "amendment", "state"),
            *("yes_count", "no_count", "present_count"),
        ),
    },
    "assemblies.ballot_bound": {
        "title": _("A vote was bound to an item of a meeting"),
        "facts": (*_ITEM, "ballot"),
    },
    "assemblies.item_decided": {
        "title": _("A meeting decided on an item"),
        "facts": (
            *(*_ITEM, "outcome", "how", "ballot", "motion", "digest"),
            *("present_count", "expected_count", "needed_count"),
        ),
    },
    "assemblies.sitting_closed": {
        "title": _("A meeting was closed"),
        "facts": (*_ALWAYS, "item_count", "decided_count", "present_count"),
    },
    "assemblies.minutes_written": {
        "title": _("Minutes of a meeting were written"),
        "facts": (*_ALWAYS, "digest"),
    },
    "assemblies.minutes_settled": {
        "title": _("Minutes of a meeting were laid out for signing"),
        "facts": (*_ALWAYS, "digest"),
    },
    "assemblies.minutes_taken_back": {
        "title": _("Minutes of a meeting were taken back before all had signed"),
        "facts": (*_ALWAYS, "digest"),
    },
    "assemblies.signature_given": {
        "title": _("Somebody signed the minutes of a meeting"),
        "facts": (*_ALWAYS, "seat", "is_on_paper", "digest"),
    },
    "assemblies.minutes_signed": {
        "title": _("Minutes of a meeting were signed by all"),
        "facts": (*_ALWAYS, "digest"),
    },
    "assemblies.minutes_corrected": {
        "title": _("A correction was added to signed minutes"),
        "facts": (*_ALWAYS, "digest"),
    },
}
