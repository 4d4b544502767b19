from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "calendars.holiday_changed": {
        "title": _("A holiday or make-up working day was set"),
        "facts": ("date", "kind", "moved_count"),
    },
    "calendars.holidays_seeded": {
        "title": _("The published holidays were entered"),
        "facts": ("changed_count", "moved_count"),
    },
    "calendars.clocks_recounted": {
        "title": _("All running clocks were counted anew"),
        "facts": ("moved_count",),
    },
    "calendars.holiday_removed": {
        "title": _("A day was set back to what its weekday says"),
        "facts": ("date", "moved_count"),
    },
}
