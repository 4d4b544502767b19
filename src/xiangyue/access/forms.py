"""What people enter about themselves; services decide whether it will do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.access.models import Wish
from xiangyue.access.services import TOKEN_DAYS_MOST


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "autofocus": True}
        ),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class DataRequestForm(forms.Form):
    wish = forms.ChoiceField(label=_("What should be done"), choices=Wish.choices)
    text = forms.CharField(
        label=_("What is wrong, or what should be deleted"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What the program is"), max_length=60)
    days = forms.IntegerField(
        label=_("Days it may work"), min_value=1, max_value=TOKEN_DAYS_MOST, initial=90
    )
