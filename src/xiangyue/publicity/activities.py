from django.utils.translation import gettext_lazy as _

_ALWAYS = ("number", "kind", "subject_type", "subject_id")

ACTIVITIES = {
    "publicity.notice_published": {
        "title": _("A notice was published"),
        "facts": (*_ALWAYS, "begins_on", "ends_on", "digest"),
    },
    "publicity.objection_received": {
        "title": _("An objection to a notice came in"),
        "facts": (*_ALWAYS, "position", "is_removal", "digest"),
    },
    "publicity.objection_answered": {
        "title": _("An objection to a notice was answered"),
        "facts": (*_ALWAYS, "position", "is_upheld", "digest"),
    },
    "publicity.answer_announced": {
        "title": _("Somebody was told that their objection is answered"),
        "facts": ("number", "person"),
    },
    "publicity.window_ended": {
        "title": _("The window of a notice ended"),
        "facts": (*_ALWAYS, "unanswered_count"),
    },
    "publicity.notice_settled": {
        "title": _("A notice has ended and every objection is answered"),
        "facts": (*_ALWAYS, "objection_count", "upheld_count"),
    },
    "publicity.notice_ended": {"title": _("A notice left the board"), "facts": _ALWAYS},
    "publicity.notice_taken_down": {
        "title": _("A notice was taken down"),
        "facts": (*_ALWAYS, "is_erased", "digest"),
    },
}
