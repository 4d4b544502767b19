"""The turns of an issue that those whose voice it has are told of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Turn(models.TextChoices):
    """What everyone who proposed, supported or voted is told of."""

    ACCEPTED = "accepted", _("It is taken up")
    DECLINED = "declined", _("It is not taken up; why is written there")
    MERGED = "merged", _("It was joined to another; every voice counts there")
    UNMERGED = "unmerged", _("It stands on its own again")
    ANSWERED = "answered", _("It is answered")
    RESOLVED = "resolved", _("It is decided")
    SETTLED = "settled", _("What was decided is done and checked")
