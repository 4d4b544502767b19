"""Words that more than one page of procedures says."""

from django.utils.translation import gettext as _


def leave_out_label() -> str:
    return _("Why it is left out")
