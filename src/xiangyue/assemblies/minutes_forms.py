"""What people enter about the minutes: the draft, signatures on paper, corrections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.assemblies.forms import Plain, Words
from xiangyue.assemblies.minutes_models import Minutes
from xiangyue.assemblies.signing import SignSeat


class MinutesForm(Plain):
    """The draft, corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = Words(
        label=_("Minutes for those who were here"), rows=16,
        hint=_("With names, and what was said."),
    )  # fmt: skip
    public_text = Words(
        label=_("Public minutes"), rows=14, hint=_("They name nobody but who holds an office.")
    )

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = minutes.version
        self.fields["text"].initial = minutes.text
        self.fields["public_text"].initial = minutes.public_text


class SettleForm(Plain):
    """Lay them out for signing."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    names_are_words = forms.BooleanField(
        label=_("What looks like a name in the public minutes is no name here"), required=False
    )

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = minutes.version


class PaperSignatureForm(Plain):
    """The sheet that somebody signed by hand."""

    who = forms.ChoiceField(label=_("Who has signed"))
    file = forms.FileField(
        label=_("The signed sheet, as a photo or PDF"),
        error_messages={"required": _("Please choose a document or a photo.")},
    )

    def __init__(self, *args: Any, seats: Sequence[SignSeat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (f"{seat.key}:{key}", f"{seat.label} · {name}")
            for seat in seats
            if not seat.is_signed
            for key, name in seat.people.items()
        ]

    def chosen(self) -> tuple[str, UUID]:
        seat, _colon, key = self.cleaned_data["who"].rpartition(":")
        return seat, UUID(key)


class CorrectionForm(Plain):
    """What is to be corrected."""

    text = Words(
        label=_("Correction"), hint=_("The minutes stay as they are; this is added below them.")
    )
