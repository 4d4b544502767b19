from django.utils.translation import gettext_lazy as _

_ALWAYS = ("number", "state")

ACTIVITIES = {
    "incidents.incident_reported": {
        "title": _("A matter was reported"),
        "facts": (*_ALWAYS, "category", "category_version", "unit", "rule"),
    },
    "incidents.incident_supported": {"title": _("Somebody has the same matter"), "facts": _ALWAYS},
    "incidents.slip_reissued": {"title": _("A slip was issued again"), "facts": _ALWAYS},
    "incidents.incident_dispatched": {
        "title": _("A matter was dispatched"),
        "facts": (*_ALWAYS, "unit"),
    },
    "incidents.incident_handed_on": {
        "title": _("A matter was handed on"),
        "facts": (*_ALWAYS, "unit", "hops"),
    },
    "incidents.incident_returned": {
        "title": _("A matter came back to the dispatcher after too many hops"),
        "facts": (*_ALWAYS, "unit", "hops"),
    },
    "incidents.incident_refused": {
        "title": _("A unit said a matter is not theirs"),
        "facts": (*_ALWAYS, "unit", "hops"),
    },
    "incidents.incident_split": {
        "title": _("A matter was split among units"),
        "facts": (*_ALWAYS, "unit", "count"),
    },
    "incidents.incident_merged": {
        "title": _("A repeated report was merged"),
        "facts": (*_ALWAYS, "into"),
    },
    "incidents.incident_escalated": {
        "title": _("A matter was escalated"),
        "facts": (*_ALWAYS, "unit", "level"),
    },
    "incidents.incident_reclassified": {
        "title": _("A matter was reclassified"),
        "facts": (*_ALWAYS, "category", "category_version"),
    },
    "incidents.incident_taken_on": {"title": _("A unit took a matter on"), "facts": _ALWAYS},
    "incidents.incident_paused": {"title": _("A matter waits"), "facts": _ALWAYS},
    "incidents.incident_resumed": {"title": _("A matter goes on"), "facts": _ALWAYS},
    "incidents.extension_requested": {
        "title": _("More time was asked for"),
        "facts": (*_ALWAYS, "limit"),
    },
    "incidents.extension_granted": {
        "title": _("More time was granted"),
        "facts": (*_ALWAYS, "limit"),
    },
    "incidents.extension_refused": {
        "title": _("More time was refused"),
        "facts": (*_ALWAYS, "limit"),
    },
    "incidents.incident_handled": {
        "title": _("A matter was handled"),
        "facts": (*_ALWAYS, "outcome"),
    },
    "incidents.incident_sent_back": {"title": _("Handling was not verified"), "facts": _ALWAYS},
    "incidents.incident_answered": {
        "title": _("The reporter was answered"),
        "facts": (*_ALWAYS, "outcome"),
    },
    "incidents.incident_closed": {
        "title": _("A matter was closed"),
        "facts": (*_ALWAYS, "outcome"),
    },
    "incidents.incident_reopened": {
        "title": _("A matter was reopened"),
        "facts": (*_ALWAYS, "count"),
    },
    "incidents.incident_withdrawn": {
        "title": _("The reporter withdrew a matter"),
        "facts": _ALWAYS,
    },
    "incidents.incident_urged": {"title": _("The reporter urged"), "facts": _ALWAYS},
    "incidents.incident_supervised": {"title": _("A matter is supervised"), "facts": _ALWAYS},
    "incidents.incident_noted": {"title": _("A note was added"), "facts": _ALWAYS},
    "incidents.incident_overdue": {
        "title": _("A matter is overdue"),
        "facts": (*_ALWAYS, "level"),
    },
    "incidents.incident_forgotten": {
        "title": _("What was written of a matter was deleted, as its time was up"),
        "facts": (*_ALWAYS, "photos", "kept_days"),
    },
    "incidents.photo_shown": {
        "title": _("A photo was made public"),
        "facts": ("number", "photo", "marks"),
    },
    "incidents.photo_withdrawn": {
        "title": _("A photo was taken down"),
        "facts": ("number", "photo"),
    },
    "incidents.likeness_dismissed": {
        "title": _("A likeness of photos was looked at and put aside"),
        "facts": ("number", "likeness"),
    },
    "incidents.photo_added": {"title": _("A photo was added"), "facts": ("number", "digest")},
}
