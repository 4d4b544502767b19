from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "xiangyue.site"
    label = "site"
    verbose_name = _("Site")

    def ready(self) -> None:
        from xiangyue.notifications import demonstration
        from xiangyue.site.demonstration import is_demonstration

        demonstration.register(is_demonstration)
