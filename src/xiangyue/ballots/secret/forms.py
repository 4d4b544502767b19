"""The one form of secret votes: who keeps the keys."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.places.models import Person


class TrusteesForm(forms.Form):
    phones = forms.CharField(
        label=gettext_lazy("Phone numbers of the trustees, one on each line"),
        help_text=gettext_lazy(
            "Two at least, of different sides. Each of them is needed to open the box: if one loses"
            " the key, the votes by phone are lost."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "inputmode": "tel"}),
        max_length=400,
    )

    def clean_phones(self) -> list[Person]:
        numbers = [line.strip() for line in self.cleaned_data["phones"].splitlines()]
        numbers = [number for number in numbers if number]
        found = {each.phone: each for each in Person.objects.filter(phone__in=numbers)}
        if unknown := [number for number in numbers if number not in found]:
            raise forms.ValidationError(
                _("Nobody here has this number: %(numbers)s.") % {"numbers": "、".join(unknown)}
            )
        return [found[number] for number in numbers]
