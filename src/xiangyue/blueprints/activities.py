from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "blueprints.declaration_loaded": {
        "title": _("A declaration was loaded"),
        "facts": ("kind", "key", "version", "digest"),
    },
}
