from django.utils.translation import gettext_lazy as _

_ALWAYS = ("procedure", "version")
_DESIGN = ("procedure", "place")

ACTIVITIES = {
    "procedures.run_began": {
        "title": _("A procedure began"),
        "facts": (*_ALWAYS, "step_count"),
    },
    "procedures.step_opened": {"title": _("A step came up"), "facts": (*_ALWAYS, "step")},
    "procedures.evidence_added": {
        "title": _("Evidence was added to a step"),
        "facts": (*_ALWAYS, "step", "evidence", "kind", "digest"),
    },
    "procedures.evidence_removed": {
        "title": _("Evidence was taken off an open step"),
        "facts": (*_ALWAYS, "step", "evidence", "digest"),
    },
    "procedures.seat_added": {
        "title": _("Somebody was named to a panel"),
        "facts": (*_ALWAYS, "step", "seat"),
    },
    "procedures.member_recused": {
        "title": _("Somebody on a panel stepped back"),
        "facts": (*_ALWAYS, "step", "seat"),
    },
    "procedures.step_completed": {
        "title": _("A step was completed"),
        "facts": (*_ALWAYS, "step"),
    },
    "procedures.step_left_out": {
        "title": _("An optional step was left out"),
        "facts": (*_ALWAYS, "step"),
    },
    "procedures.run_completed": {"title": _("A procedure was finished"), "facts": _ALWAYS},
    "procedures.run_ended": {
        "title": _("A procedure was ended early"),
        "facts": (*_ALWAYS, "step"),
    },
    "procedures.deadline_announced": {
        "title": _("Somebody was reminded of a step"),
        "facts": (*_ALWAYS, "step", "person", "begins_at"),
    },
    "procedures.design_began": {
        "title": _("A new version of a procedure was begun"),
        "facts": _DESIGN,
    },
    "procedures.design_submitted": {
        "title": _("A new version of a procedure was submitted"),
        "facts": (*_DESIGN, "digest"),
    },
    "procedures.design_returned": {
        "title": _("A new version of a procedure was sent back"),
        "facts": _DESIGN,
    },
    "procedures.design_dropped": {
        "title": _("A new version of a procedure was dropped"),
        "facts": _DESIGN,
    },
    "procedures.design_approved": {
        "title": _("A new version of a procedure came into force"),
        "facts": (*_DESIGN, "version", "digest"),
    },
}
