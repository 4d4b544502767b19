from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivityConfig(AppConfig):
    name = "xiangyue.activity"
    label = "activity"
    verbose_name = _("Activity record")

    def ready(self) -> None:
        from xiangyue.activity.catalogue import discover

        discover()
