from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "rosters.turns_planned": {
        "title": _("Duty was planned"),
        "facts": ("kind", "from", "to", "count"),
    },
    "rosters.turn_added": {
        "title": _("A turn of duty was added"),
        "facts": ("kind", "begins", "person"),
    },
    "rosters.turn_cancelled": {
        "title": _("A turn of duty was cancelled"),
        "facts": ("kind", "begins", "person"),
    },
    "rosters.turns_published": {
        "title": _("A duty roster was published"),
        "facts": ("from", "to", "count"),
    },
    "rosters.exchange_proposed": {
        "title": _("An exchange of duty was proposed"),
        "facts": ("turn", "giver", "taker"),
    },
    "rosters.exchange_agreed": {
        "title": _("Somebody agreed to an exchange of duty"),
        "facts": ("turn", "giver", "taker"),
    },
    "rosters.exchange_declined": {
        "title": _("An exchange of duty was declined"),
        "facts": ("turn", "giver", "taker"),
    },
    "rosters.turn_exchanged": {
        "title": _("A turn of duty changed hands"),
        "facts": ("turn", "giver", "taker"),
    },
}
