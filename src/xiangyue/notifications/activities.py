from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "notifications.delivery_failed": {
        "title": _("A text could not be sent"),
        "facts": ("channel", "attempts"),
    },
    "notifications.delivery_retried": {
        "title": _("A text was given to its channel again"),
        "facts": ("channel",),
    },
    "notifications.announcement_read": {
        "title": _("A text was read out over the loudspeaker"),
        "facts": ("channel",),
    },
}
