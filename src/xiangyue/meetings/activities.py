from django.utils.translation import gettext_lazy as _

_ALWAYS = ("series", "date")

ACTIVITIES = {
    "meetings.meeting_called": {"title": _("An extra session was called"), "facts": _ALWAYS},
    "meetings.call_announced": {
        "title": _("Somebody was told that an extra session was called"),
        "facts": (*_ALWAYS, "person", "begins_at"),
    },
    "meetings.meeting_moved": {
        "title": _("A session was moved"),
        "facts": (*_ALWAYS, "to", "begins_at"),
    },
    "meetings.meeting_cancelled": {"title": _("A session was cancelled"), "facts": _ALWAYS},
    "meetings.meeting_announced": {
        "title": _("A convener was reminded of a session"),
        "facts": (*_ALWAYS, "person", "begins_at"),
    },
    "meetings.move_announced": {
        "title": _("Somebody was told that a session was moved"),
        "facts": (*_ALWAYS, "person", "begins_at"),
    },
    "meetings.cancellation_announced": {
        "title": _("Somebody was told that a session was cancelled"),
        "facts": (*_ALWAYS, "person", "begins_at"),
    },
    "meetings.meeting_missed": {"title": _("A session was not held"), "facts": _ALWAYS},
    "meetings.meeting_opened": {
        "title": _("A session was opened"),
        "facts": (*_ALWAYS, "item_count", "left_out_count"),
    },
    "meetings.item_added": {
        "title": _("Something was put on an agenda"),
        "facts": (*_ALWAYS, "item", "number"),
    },
    "meetings.item_decided": {
        "title": _("A session decided on an item"),
        "facts": (*_ALWAYS, "item", "number", "decision"),
    },
    "meetings.attendance_noted": {
        "title": _("Who was there was noted"),
        "facts": (*_ALWAYS, "person_count", "guest_count"),
    },
    "meetings.minutes_written": {"title": _("Minutes were written"), "facts": (*_ALWAYS, "digest")},
    "meetings.meeting_closed": {
        "title": _("A session was closed"),
        "facts": (*_ALWAYS, "item_count", "decided_count", "digest"),
    },
    "meetings.minutes_corrected": {
        "title": _("A correction was added to minutes"),
        "facts": (*_ALWAYS, "digest"),
    },
}
