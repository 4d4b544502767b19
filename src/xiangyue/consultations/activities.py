from django.utils.translation import gettext_lazy as _

# Nothing here says who answered or what: the record names those alone who keep a consultation.
ACTIVITIES = {
    "consultations.consultation_begun": {
        "title": _("A consultation began"),
        "facts": ("statement_count",),
    },
    "consultations.consultation_closed": {
        "title": _("A consultation closed"),
        "facts": ("participant_count", "statement_count"),
    },
    "consultations.statement_proposed": {
        "title": _("A statement was proposed"),
        "facts": ("position",),
    },
    "consultations.statement_opened": {
        "title": _("A statement was put to all"),
        "facts": ("position",),
    },
    "consultations.statement_hidden": {
        "title": _("A statement was hidden, with a reason"),
        "facts": ("position", "hidden_for"),
    },
    "consultations.appeal_made": {
        "title": _("Somebody appealed against hiding their statement"),
        "facts": ("position",),
    },
    "consultations.appeal_decided": {
        "title": _("An appeal about a statement was decided"),
        "facts": ("position", "is_upheld"),
    },
    "consultations.hands_entered": {
        "title": _("A show of hands was entered"),
        "facts": ("position", "place_code", "present_count", "agree_count", "disagree_count",
                  "pass_count"),
    },
    "consultations.reason_hidden": {
        "title": _("A reason was hidden"),
        "facts": ("position", "hidden_for"),
    },
}  # fmt: skip
