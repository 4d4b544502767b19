from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "access.post_given": {"title": _("A post was given"), "facts": ("person", "role")},
    "access.post_ended": {"title": _("A post ended"), "facts": ("person", "role")},
    "access.account_opened": {"title": _("An account was opened"), "facts": ()},
    "access.signed_in": {"title": _("Somebody signed in"), "facts": ()},
    "access.signed_out_everywhere": {
        "title": _("Somebody signed out on every device"),
        "facts": (),
    },
    "access.number_changed": {
        "title": _("A person changed the number they sign in with"),
        "facts": (),
    },
    "access.token_created": {"title": _("A program was let in"), "facts": ("expires_at",)},
    "access.token_revoked": {"title": _("A program was shut out"), "facts": ()},
    "access.personal_data_read": {
        "title": _("Personal data was read"),
        "facts": ("subject", "what", "count"),
    },
    "access.name_corrected": {"title": _("A person corrected their name"), "facts": ()},
    "access.data_request_made": {
        "title": _("A person asked to have data corrected or deleted"),
        "facts": ("wish",),
    },
    "access.data_request_answered": {
        "title": _("A request about a person's data was answered"),
        "facts": ("wish",),
    },
}
