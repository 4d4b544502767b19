from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "webhooks.endpoint_registered": {
        "title": _("Other software is told of what happens"),
        "facts": ("names",),
    },
    "webhooks.endpoint_changed": {
        "title": _("What other software is told of was changed"),
        "facts": ("names",),
    },
    "webhooks.secret_rotated": {"title": _("A webhook got a new secret"), "facts": ()},
    "webhooks.endpoint_paused": {"title": _("A webhook was paused"), "facts": ("pause",)},
    "webhooks.endpoint_resumed": {"title": _("A webhook goes on"), "facts": ("from_now",)},
    "webhooks.endpoint_ended": {"title": _("A webhook was ended"), "facts": ()},
    "webhooks.event_resent": {
        "title": _("An event was sent again by hand"),
        "facts": ("entry",),
    },
    "webhooks.event_left_out": {
        "title": _("An event was left out by hand"),
        "facts": ("entry",),
    },
}
