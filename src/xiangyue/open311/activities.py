from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "open311.key_issued": {
        "title": _("A system was given a key"),
        "facts": ("expires_at", "daily_limit", "vouches_for_reporters"),
    },
    "open311.key_revoked": {"title": _("A system's key was revoked"), "facts": ()},
}
