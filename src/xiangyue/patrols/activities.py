from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "patrols.patrol_finished": {
        "title": _("A grid was patrolled"),
        "facts": ("round", "date", "is_nil", "found", "visited"),
    },
    "patrols.patrol_supplemented": {
        "title": _("A patrol was supplemented"),
        "facts": ("round", "date", "is_nil", "found", "visited"),
    },
    "patrols.patrol_awaited": {
        "title": _("A worker was reminded of a patrol"),
        "facts": ("round", "date", "person"),
    },
    "patrols.positions_erased": {
        "title": _("Positions of patrols were erased"),
        "facts": ("count",),
    },
}
