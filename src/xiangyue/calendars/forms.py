"""What staff enter about a day; services decide whether it will do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.calendars.models import Holiday


class DayForm(forms.Form):
    date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(kind.value, kind.label) for kind in (Holiday.Kind.HOLIDAY, Holiday.Kind.WORKDAY)],
    )
    name = forms.CharField(
        label=_("Name of the day"),
        max_length=40,
        help_text=_("People read it where a due time is explained, such as National Day."),
    )
