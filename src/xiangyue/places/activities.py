from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "places.household_registered": {"title": _("A household was registered"), "facts": ()},
    "places.person_registered": {"title": _("A person was registered"), "facts": ()},
    "places.place_formed": {
        "title": _("A street, stockade or joint household unit was entered"),
        "facts": ("kind", "household_count"),
    },
    "places.list_registered": {"title": _("A list was registered"), "facts": ("count",)},
}
