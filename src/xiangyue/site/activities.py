from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "site.feed_opened": {"title": _("A calendar address was made"), "facts": ()},
    "site.feed_ended": {"title": _("A calendar address was ended"), "facts": ()},
}
