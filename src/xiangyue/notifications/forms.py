"""What people enter about how they are reached, and how staff narrow the outbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.notifications.models import Channel, DeliveryState


class TextsForm(forms.Form):
    has_optional_texts = forms.BooleanField(
        label=_("Send me text messages"),
        help_text=_("Answers to what you reported always come, for you have seven days to object."),
        required=False,
    )


class EmailForm(forms.Form):
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"type": "email", "inputmode": "email", "autocomplete": "email"}
        ),
    )


class OutboxForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *DeliveryState.choices]
    )
