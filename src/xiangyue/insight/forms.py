"""Which period: a calendar one by its name, or any days."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.insight.rules import EARLIEST, LATEST, Period


class PeriodForm(forms.Form):
    """From which day to which; both are part of it."""

    since = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_since(self) -> date:
        return self._in_reach("since")

    def clean_until(self) -> date:
        return self._in_reach("until")

    def _in_reach(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if not EARLIEST <= day.year < LATEST:
            raise forms.ValidationError(_("Please choose a day between 2000 and 2099."))
        return day

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        since, until = entered.get("since"), entered.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        return entered

    def period(self) -> Period:
        return Period(
            self.cleaned_data["since"],
            date.fromordinal(self.cleaned_data["until"].toordinal() + 1),
        )
