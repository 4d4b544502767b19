from django.utils.translation import gettext_lazy as _

# Who ordered, supported or voted stands in no entry. `concerned_count` says how many orders an
# entry answers; those who said or supported them are told (queries.concerned_by).
ACTIVITIES = {
    "orders.round_begun": {"title": _("A budget round began"), "facts": ("kind", "budget")},
    "orders.need_said": {
        "title": _("Something was ordered"),
        "facts": ("number", "is_for_others"),
    },
    "orders.need_set_aside": {
        "title": _("An order was set aside, with a reason"),
        "facts": ("number",),
    },
    "orders.needs_ended": {
        "title": _("The time for orders is over"),
        "facts": ("need_count",),
    },
    "orders.project_costed": {
        "title": _("A project was costed"),
        "facts": ("number", "cost"),
    },
    "orders.project_refused": {
        "title": _("A project was not put to the vote, with a reason"),
        "facts": ("number", "refused_for"),
    },
    "orders.photo_added": {
        "title": _("A photo of a project was added"),
        "facts": ("number", "stage", "digest"),
    },
    "orders.photo_removed": {
        "title": _("A photo of a project was taken away"),
        "facts": ("number", "digest"),
    },
    "orders.needs_answered": {
        "title": _("The projects to choose from hang on the board"),
        "facts": ("project_count", "concerned_count"),
    },
    "orders.costing_reopened": {
        "title": _("The list of projects was taken back"),
        "facts": (),
    },
    "orders.vote_announced": {
        "title": _("The vote on a budget was announced"),
        "facts": ("roll", "count"),
    },
    "orders.papers_typed": {"title": _("A teller typed in papers"), "facts": ("count",)},
    "orders.round_decided": {
        "title": _("A budget was decided"),
        "facts": ("digest", "paid", "spent", "concerned_count"),
    },
    "orders.progress_reported": {
        "title": _("There is news of a project"),
        "facts": ("number", "step", "concerned_count"),
    },
    "orders.round_done": {"title": _("All that was paid for is built and checked"), "facts": ()},
    "orders.round_stopped": {"title": _("A budget round was stopped"), "facts": ()},
}
