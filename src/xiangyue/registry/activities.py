from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "registry.element_entered": {
        "title": _("A record of the register was entered"),
        "facts": ("kind", "fields"),
    },
    "registry.elements_entered": {
        "title": _("A list of records was entered in the register"),
        "facts": ("kind", "count"),
    },
    "registry.element_supplemented": {
        "title": _("A record of the register was supplemented"),
        "facts": ("kind", "fields"),
    },
    "registry.element_corrected": {
        "title": _("A record of the register was corrected"),
        "facts": ("kind", "fields"),
    },
    "registry.element_confirmed": {
        "title": _("A record of the register was confirmed"),
        "facts": ("kind", "fields"),
    },
    "registry.element_read": {
        "title": _("A record of the register was read in clear"),
        "facts": ("kind", "fields"),
    },
    "registry.consent_withdrawn": {
        "title": _("A consent was withdrawn and its datum deleted"),
        "facts": ("kind", "field"),
    },
    "registry.data_deleted": {
        "title": _("The register deleted data"),
        "facts": ("cause", "count", "digest"),
    },
    "registry.bulk_read_asked": {
        "title": _("A reading of many records was asked for"),
        "facts": ("kind", "count"),
    },
    "registry.bulk_read_decided": {
        "title": _("A reading of many records was decided on"),
        "facts": ("is_approved",),
    },
    "registry.records_taken": {
        "title": _("Many records were read in clear"),
        "facts": ("kind", "count"),
    },
    "registry.list_uploaded": {
        "title": _("A list of residents was uploaded"),
        "facts": ("digest",),
    },
    "registry.list_refused": {
        "title": _("An uploaded list was refused"),
        "facts": ("reason",),
    },
    "registry.list_confirmed": {
        "title": _("A list of residents was confirmed"),
        "facts": ("plan",),
    },
    "registry.list_imported": {
        "title": _("A list of residents was loaded"),
        "facts": ("digest", "new", "changed", "households"),
    },
    "registry.import_cancelled": {
        "title": _("An import was cancelled"),
        "facts": (),
    },
}
