from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "xiangyue.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from xiangyue.access import delivery
        from xiangyue.notifications.services import send_direct

        delivery.register(send_direct)
