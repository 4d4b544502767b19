from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.open311.services import DAILY_MOST, DAYS_MOST


class KeyForm(forms.Form):
    """A key for another system."""

    name = forms.CharField(
        label=_("Which system"),
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("Such as: the 12345 hotline")}),
    )
    contact = forms.CharField(label=_("Who answers for it, and how to reach them"), max_length=100)
    daily_limit = forms.IntegerField(
        label=_("Requests it may send in 24 hours"),
        min_value=1,
        max_value=DAILY_MOST,
        initial=200,
    )
    days = forms.IntegerField(
        label=_("Days it may work"), min_value=1, max_value=DAYS_MOST, initial=365
    )
    vouches_for_reporters = forms.BooleanField(
        label=_("It has checked the telephone numbers that it sends"),
        required=False,
        help_text=_("Only then is a reporter's number kept and answered; else it is anonymous."),
    )
